"""The small city of a test module: built and committed when the module begins, so no module reads what another one left in the registers."""

from collections.abc import Iterable
from typing import Any

from yiwang.data.registers import api as registers
from yiwang.data.registers import queries


def build(blocker: Any, *, people: int, seed: int = 7, rows: Iterable[str] = ()) -> dict[str, registers.Persona]:
    """The personas by their key; `rows` are inserted besides. Committed, for the registers are read through a connection of their own."""
    with blocker.unblock():
        registers.build_city(people=people, seed=seed)
        with queries.cursor() as cursor:
            for row in rows:
                cursor.execute(row)
        return {one.key: one for one in registers.personas()}
