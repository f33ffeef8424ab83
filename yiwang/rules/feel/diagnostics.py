"""Why an expression became null: sentences gathered while a decision is evaluated."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, TypeVar

T = TypeVar("T")
_LIMIT: Final = 200
_sink: ContextVar[list[str] | None] = ContextVar("feel_diagnostics", default=None)


def fail(message: str) -> T | None:
    """Note why the value is null; always returns None, so ``return fail("…")`` reads as it means."""
    sink = _sink.get()
    if sink is not None and len(sink) < _LIMIT:
        sink.append(message)
    return None


@contextmanager
def gathered() -> Iterator[list[str]]:
    """Collect the diagnostics of everything evaluated inside the block."""
    sink: list[str] = []
    token = _sink.set(sink)
    try:
        yield sink
    finally:
        _sink.reset(token)
