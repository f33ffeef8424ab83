"""Events of data sharing between departments."""

from __future__ import annotations

from dataclasses import dataclass

from yiwang.standards.events.event import Event, registered


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class SharingStepped(Event):
    """A sharing request has taken a step: written, signed off, answered, opened, renewed, ended."""

    name = "sharing.stepped.v1"
    about = "request_id"
    request_id: str
    no: str
    step: str
    state: str
    resource: str
    consumer: str
    provider: str
    title: str = ""
    reason: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class SharingPublished(Event):
    """A resource was published for the gateways: how many rows, as of the event's time."""

    name = "sharing.published.v1"
    about = "resource"
    resource: str
    rows: int


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class SharingSignalled(Event):
    """Calls of a key should be looked at by the provider's department and the desk: scraping, a case that does not exist."""

    name = "sharing.signalled.v1"
    about = "signal_id"
    signal_id: str
    kind: str
    key: str
    resource: str
    consumer: str
    provider: str
