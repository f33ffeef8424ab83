"""What is asked of the state for one application: the common word of intake and materials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from yiwang.business.cases.plan import Plan
from yiwang.business.cases.values import GivenMaterial
from yiwang.data.exchange.api import Key
from yiwang.security.access.api import Actor
from yiwang.standards.subjects import Subject


@dataclass(frozen=True, slots=True)
class Request:
    """Everything that is asked of the state for one application."""

    case_id: UUID | None
    plan: Plan
    applicant: Subject
    actor: Actor
    values: Mapping[str, Any]
    materials: Mapping[str, GivenMaterial]
    keys: Mapping[str, Key | Subject]
    answers: Mapping[str, str]
    channel: str
    previous: Mapping[str, Any] = field(default_factory=dict)
    barred: bool = False  # has broken a commitment and not repaired it: may not promise again
