"""Events of the knowledge desk."""

from __future__ import annotations

from dataclasses import dataclass

from yiwang.standards.events.event import Event, registered


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgePublished(Event):
    """A second person has published a version of an article; the guide answers with it from now on."""

    name = "knowledge.published.v1"
    about = "article"
    article: str
    version: int
    department: str
    title: str


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeWithdrawn(Event):
    """An article is no longer used."""

    name = "knowledge.withdrawn.v1"
    about = "article"
    article: str
    department: str
    title: str
    reason: str
