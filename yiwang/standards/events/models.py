"""Events of the register of models."""

from __future__ import annotations

from dataclasses import dataclass

from yiwang.standards.events.event import Event, registered


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class ModelStepped(Event):
    """A version of a model was registered, evaluated, approved, put live, retired or brought back."""

    name = "model.stepped.v1"
    about = "version_id"
    version_id: str
    key: str
    number: int
    step: str
    state: str


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDrifted(Event):
    """What people ask has moved away from what the live version was measured on (``measure``), beyond its limit."""

    name = "model.drifted.v1"
    about = "finding_id"
    finding_id: str
    key: str
    number: int
    measure: str
