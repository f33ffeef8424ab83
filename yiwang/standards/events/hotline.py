"""Events of hotline tickets."""

from __future__ import annotations

from dataclasses import dataclass

from yiwang.standards.events.event import Event, registered


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class TicketStepped(Event):
    """A ticket took a step; nothing about its reporter."""

    name = "ticket.stepped.v1"
    about = "ticket_id"
    ticket_id: str
    no: str
    act: str
    state: str
    category: str = ""
    department: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class TicketTold(Event):
    """What a reporter who gave a name is told about the ticket; ``said`` in words."""

    name = "ticket.told.v1"
    about = "ticket_id"
    ticket_id: str
    no: str
    title: str
    said: str
    recipient: str
    department: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class TopicWarned(Event):
    """A department or street is warned of a topic that rises or comes back."""

    name = "topic.warned.v1"
    about = "topic_id"
    topic_id: str
    title: str
    department: str
    reason: str


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class TopicIncident(Event):
    """A topic became an incident of the city's operations."""

    name = "topic.incident_opened.v1"
    about = "incident_id"
    incident_id: str
    topic_id: str
    no: str
    title: str
    department: str
    region: str
