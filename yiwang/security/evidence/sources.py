"""Who keeps the records behind the leaves: rooms above register how theirs are read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Load = Callable[[Sequence[str]], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it was written: which table, which key, what differs."""

    table: str
    key: str
    what: str

    def __str__(self) -> str:
        """One line for a terminal or a page."""
        return f"{self.table} {self.key}: {self.what}"


Progress = Callable[[str, int], None]
CompareRows = Callable[[Progress], tuple[int, list[Problem]]]


@dataclass(frozen=True, slots=True)
class Source:
    """Records whose leaves carry refs ``<prefix>:<id>``: their table (primary key ``id``), how to read canonical bytes by id,
    and optionally how to compare what the newest records say with the rows they speak of.
    """

    prefix: str
    table: str
    load: Load
    compare_rows: CompareRows | None = None


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Make a kind of record known to verification and receipts; registering a prefix again replaces it."""
    _sources[source.prefix] = source


def known() -> list[Source]:
    """Every registered source."""
    return list(_sources.values())


def load(refs: Sequence[str]) -> dict[str, bytes]:
    """Canonical bytes of the records that exist, by ref."""
    by_prefix: dict[str, list[str]] = {}
    for ref in refs:
        prefix, _, key = ref.partition(":")
        by_prefix.setdefault(prefix, []).append(key)
    found: dict[str, bytes] = {}
    for prefix, keys in by_prefix.items():
        source = _sources.get(prefix)
        if source is not None:
            found.update((f"{prefix}:{key}", data) for key, data in source.load(keys).items())
    return found


def is_known(ref: str) -> bool:
    """Whether a ref's records can be read back."""
    return ref.partition(":")[0] in _sources
