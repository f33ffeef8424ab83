"""Which line of a file is its header, what separates its cells, and which field each column holds."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from yiwang.data.lake.lines import BROKEN, Block
from yiwang.data.lake.shapes import Shape
from yiwang.standards.identifiers import credit_code, id_card

_DELIMITERS: Final = (",", "\t", ";", "|")
_UNIT: Final = re.compile("[((:_](百万元|[百千万亿]?美?元)[))]?$")
_LOOKED_AT: Final = 30  # a header stands in the first lines or nowhere


@dataclass(frozen=True, slots=True)
class Layout:
    """`line`: the index of the header in the first block, -1 where the file has none; `fields`: the field of each column, '' if unused."""

    line: int
    delimiter: str
    fields: tuple[str, ...]
    unused: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)  # 注册资本(万元): the unit that a title gives its column


def layout(block: Block, shape: Shape) -> Layout | None:
    """The layout of a file from its first block, or None where neither a header nor rows of the wanted shape are found.

    A header names the key and at least half of the data set's fields. Without one, the fields are taken to stand in the shape's order
    if the first rows have as many cells and a checked identifier where one belongs.
    """
    lines = [(index, block.line(index)) for index in range(min(len(block), _LOOKED_AT)) if block.kinds[index] < BROKEN]
    for place, (_, line) in enumerate(lines):
        text, last = line, place
        while text.count('"') % 2 and last + 1 < min(len(lines), place + 5):  # a title may hold a line end
            last += 1
            text = f"{text}\n{lines[last][1]}"
        if found := _header(lines[last][0], text.replace("\0", ""), shape):
            return found
    for delimiter in _DELIMITERS:
        rows = [next(csv.reader([line], delimiter=delimiter), []) for _, line in lines if line.strip()]
        if any(len(row) == len(shape.fields) and _has_identifier(row, shape) for row in rows):
            return Layout(-1, delimiter, tuple(field.name for field in shape.fields))
    return None


def _header(index: int, line: str, shape: Shape) -> Layout | None:
    for delimiter in _DELIMITERS:
        titles = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
        fields = [one.name if (one := shape.field_of(title) or shape.field_of(_UNIT.sub("", title))) else "" for title in titles]
        fields = [name if name not in fields[:place] else "" for place, name in enumerate(fields)]
        known = [name for name in fields if name]
        if len(known) * 2 >= len(shape.fields) and set(shape.key) <= set(known):
            unused = tuple(title for title, name in zip(titles, fields, strict=True) if not name)
            units = {name: unit[1] for title, name in zip(titles, fields, strict=True) if name and (unit := _UNIT.search(title))}
            return Layout(index, delimiter, tuple(fields), unused, units)
    return None


def _has_identifier(row: list[str], shape: Shape) -> bool:
    checks = {"credit_code": credit_code.is_valid, "id_number": id_card.is_valid}
    return any(checks[field.kind](cell.strip()) for field, cell in zip(shape.fields, row, strict=True) if field.kind in checks)
