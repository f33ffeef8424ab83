"""What our own rules cite: rooms that hold rules say it here when the installation starts, so that one check sees all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from yiwang.data.laws.values import Cited

Loader = Callable[[], Iterable[Cited]]
_LOADERS: dict[str, Loader] = {}


def register(room: str, loader: Loader) -> None:
    """Name the function that gives a room's citations; see the door."""
    _LOADERS[room] = loader


def all_of_them() -> list[Cited]:
    """Every citation of every room, room by room."""
    return [one for room in sorted(_LOADERS) for one in _LOADERS[room]()]
