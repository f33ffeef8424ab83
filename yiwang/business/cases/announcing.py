"""Events of a case, and JSON of what was handed in with a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any

from yiwang.business.cases.writing import Row, plain
from yiwang.standards.events import REGISTRY, Event


def event(name: str, case: Row, *, at: datetime, more: Mapping[str, Any]) -> Event:
    """The event of that name about this case; ``more`` are its own members."""
    return REGISTRY[name](
        at=at,
        case_id=case["id"],  # type: ignore[call-arg]
        case_no=case["no"],
        matter=case["matter"],
        matter_name=case["matter_name"],
        department=case["department"],
        region=case["region"],
        applicant=case["applicant"],
        life_event_id=case["life_event_id"] or "",
        **more,
    )


def jsonable(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs as the history keeps them."""
    return {key: _json(value) for key, value in inputs.items()}


def _json(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Mapping):
        return {str(key): _json(one) for key, one in value.items()}
    return plain(value)
