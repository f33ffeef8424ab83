"""The shape of a data set as data (`datasets/*.json`): its fields, their kinds, the titles by which files call them, its key and theme."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from yiwang.data.lake.errors import UnknownDataset

_NOISE: Final = re.compile(r"[\s\ufeff\"'*:_()（）：、-]")


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a data set; `titles` are the spellings that a file's header may use."""

    name: str
    kind: str
    titles: tuple[str, ...]
    required: bool = False
    within: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """A data set: what a row means, which fields name it (`key`), and the theme library that it feeds."""

    name: str
    title: str
    theme: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    ordered_by: str = ""

    def field_of(self, title: str) -> Field | None:
        """The field that a header's cell means, or None."""
        return _by_title(self).get(_bare(title))


@cache
def _by_title(shape: Shape) -> dict[str, Field]:
    return {_bare(title): field for field in shape.fields for title in (field.name, *field.titles)}


def _bare(title: str) -> str:
    return _NOISE.sub("", title).lower()


def names() -> list[str]:
    """The data sets that are described, in order."""
    folder = files("yiwang.data.lake") / "datasets"
    return sorted(entry.name.removesuffix(".json") for entry in folder.iterdir() if entry.name.endswith(".json"))


@cache
def shape(name: str) -> Shape:
    """The shape of a data set; UnknownDataset."""
    if name not in names():
        raise UnknownDataset(name=name, known="、".join(names()))
    text = (files("yiwang.data.lake") / "datasets" / f"{name}.json").read_text(encoding="utf-8")
    return made(json.loads(text))


def made(described: dict[str, Any]) -> Shape:
    """A shape from its description."""
    fields = tuple(Field(**{**field, "titles": tuple(field["titles"])}) for field in described["fields"])
    return Shape(**{**described, "key": tuple(described["key"]), "fields": fields})
