"""The reading of ``registers.json``: which registers there are, whose they are and how they are found."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from yiwang.data.registers.values import Lookup, NoSuchRegister, Register


@cache
def load() -> dict[str, Register]:
    """All registers by name, in the order of the file."""
    rows = json.loads((Path(__file__).parent / "registers.json").read_text(encoding="utf-8"))
    registers = {}
    for row in rows:
        lookups = tuple(Lookup(**one) for one in row.pop("lookups"))
        registers[row["name"]] = Register(
            **{**row, "about": tuple(row["about"]), "contributors": tuple(row.get("contributors", ()))}, lookups=lookups
        )
    return registers


def get(name: str) -> Register:
    """One register; NoSuchRegister for a wrong name."""
    found = load().get(name)
    if found is None:
        raise NoSuchRegister(f"没有名为「{name}」的登记册,请核对名称。", register=name)
    return found
