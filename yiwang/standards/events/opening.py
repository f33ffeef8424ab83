"""Events of the open portal."""

from __future__ import annotations

from dataclasses import dataclass

from yiwang.standards.events.event import Event, registered


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReleaseStepped(Event):
    """A release of an open data set has come into another state (``open``, ``withdrawn`` …)."""

    name = "opening.release_stepped.v1"
    about = "release_id"
    release_id: str
    code: str
    number: int
    department: str
    step: str
    state: str


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class OpenVoiceHeard(Event):
    """Feedback or a request for data has been written (``open``) or answered (``answered``)."""

    name = "opening.voice.v1"
    about = "voice_id"
    voice_id: str
    kind: str
    department: str
    state: str


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOfferStepped(Event):
    """An application or data offered to the public has been offered, shown, refused or withdrawn."""

    name = "opening.offer.v1"
    about = "offer_id"
    offer_id: str
    kind: str
    state: str
