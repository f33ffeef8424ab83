"""The door of lineage: who uses a field, what a statement's columns are made of, runs as OpenLineage events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from yiwang.data.lineage.columns import ColumnEdge, columns
from yiwang.data.lineage.errors import ReceiverUnavailable, UnreadableStatement
from yiwang.data.lineage.running import DataSet, event, send

if TYPE_CHECKING:
    from yiwang.data.lineage.values import FieldLineage, FieldRow, FieldUse, Flow, LastUse, Step
    from yiwang.security.access.api import Actor

__all__ = [
    "ColumnEdge",
    "DataSet",
    "FieldLineage",
    "FieldRow",
    "FieldUse",
    "Flow",
    "LastUse",
    "ReceiverUnavailable",
    "Step",
    "UnreadableStatement",
    "columns",
    "event",
    "field",
    "fields",
    "on_event",
    "send",
]


def __getattr__(name: str) -> Any:
    """The values that speak of agreements come when they are asked for: a command that only sends an event needs no web framework."""
    if name not in __all__:
        raise AttributeError(name)
    from yiwang.data.lineage import values

    return getattr(values, name)


def fields(actor: Actor, *, days: int = 90) -> list[FieldRow]:
    """Every field whose uses concern the actor, the busiest first: those his department owns, and those it has used.

    Raises:
        PermissionDenied: without ``lineage.view``. InvalidInput: days outside 1 … 400.
    """
    from yiwang.data.lineage import using

    return using.fields(actor, days=days)


def field(code: str, *, actor: Actor, days: int = 90) -> FieldLineage:
    """One field's source, agreements, uses and last looks; only the actor's own department's where the field is another's.

    Raises:
        UnknownElement, PermissionDenied, InvalidInput.
    """
    from yiwang.data.lineage import using

    return using.field(code, actor=actor, days=days)


def on_event(message: Mapping[str, Any]) -> None:
    """A quality run or a published snapshot goes out as an OpenLineage event; repeatable. ReceiverUnavailable: try again later."""
    from yiwang.data.lineage import listening

    listening.on_event(message)
