"""What a resource of quality is: a register of its department, or a theme table of the lake, which the data bureau answers for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from yiwang.data.lake import api as lake
from yiwang.data.quality.rulebook import shipped
from yiwang.data.registers import api as registers

if TYPE_CHECKING:
    import pyarrow

JOINED: Final = "|"  # between the parts of a theme table's key


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows of a resource are; ``dataset`` names the lake's data set, '' for a register; ``key`` the columns that name a row."""

    resource: str
    title: str
    department: str
    dataset: str
    key: tuple[str, ...]


@cache
def source(resource: str) -> Source:
    """The source of a resource that has rules."""
    told = shipped()[resource]
    if told.get("lake"):
        return Source(resource, told["title"], told["department"], told["lake"], tuple(told["key"]))
    register = registers.register(resource)
    return Source(resource, register.title, register.department, "", (register.key_column,))


def folder() -> Path:
    """The lake of this installation."""
    return Path(settings.YIWANG_VAR) / "lake"


def published(resource: str) -> Mapping[str, object] | None:
    """The manifest of a theme table, or None before the first rows came."""
    one = source(resource)
    return next((told for told in lake.tables(folder()) if told["dataset"] == one.dataset), None)


def owners(resource: str, keys: Sequence[str]) -> dict[str, str]:
    """By row number the department that brought a row of a theme table, as its source's files are named; {} for a register."""
    one = source(resource)
    if not one.dataset or not keys:
        return {}
    import pyarrow.compute as compute

    table = lake.current(one.dataset, out=folder(), columns=[*one.key, "source_file"])
    names = joined_key(table, one.key)
    wanted = table.append_column("\x00key", names).filter(compute.is_in(names, value_set=_texts(keys)))
    found = {}
    for key, file in zip(wanted.column("\x00key").to_pylist(), wanted.column("source_file").to_pylist(), strict=True):
        parts = str(file).split("/")
        if len(parts) > 3:  # department/region/source/file: brought by a registered source
            found[key] = parts[0]
    return found


def joined_key(table: pyarrow.Table, key: Sequence[str]) -> Any:
    """The number of each row of a theme table as one text."""
    import pyarrow
    import pyarrow.compute as compute

    columns = [table.column(name).cast(pyarrow.string()) for name in key]
    return columns[0] if len(columns) == 1 else compute.binary_join_element_wise(*columns, JOINED)


def _texts(values: Sequence[str]) -> pyarrow.Array:
    import pyarrow

    return pyarrow.array(list(values), pyarrow.string())
