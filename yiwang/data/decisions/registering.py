"""Which tables there are: each owner registers its own, a folder's only when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from yiwang.data.decisions.errors import NoSuchTable
from yiwang.data.decisions.values import Table

Provider = Callable[[], Iterable[Table]]
_tables: dict[str, Table] = {}
_providers: dict[str, Provider] = {}
_asked: dict[str, dict[str, Table]] = {}


def register(
    key: str,
    *,
    path: Path,
    title: str,
    department: str,
    law_owner: str = "",
    region: str = "",
    decision: str = "",
    facts: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """See the door."""
    _tables[key] = Table(key, path, title, department, region, decision, law_owner, dict(facts))


def register_all(room: str, *, tables: Provider) -> None:
    """See the door."""
    _providers[room] = tables
    _asked.pop(room, None)


def table(key: str) -> Table:
    """The registered table of a key; NoSuchTable."""
    found = _tables.get(key) or _of_room(key.partition("/")[0]).get(key)
    if found is None:
        raise NoSuchTable(key=key)
    return found


def tables() -> list[Table]:
    """All registered tables, in the order of their keys."""
    every = dict(_tables)
    for room in _providers:
        every |= _of_room(room)
    return [every[key] for key in sorted(every)]


def _of_room(room: str) -> dict[str, Table]:
    if room not in _asked:
        provider = _providers.get(room)
        if provider is None:
            return {}
        _asked[room] = {one.key: one for one in provider()}
    return _asked[room]
