"""The states of a correction order and what may happen in each, as a table of data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from yiwang.base.clock.api import Limit, Unit

# 政务数据共享条例 (国令809) 第二十六条: the provider checks and answers within ten working days.
LIMIT: Final = Limit(10, Unit.WORKDAY)
CLAUSE: Final = "《政务数据共享条例》第二十六条"


@dataclass(frozen=True, slots=True)
class Transition:
    """From which states an act leads where, who may do it, and what it needs."""

    act: str
    origins: tuple[str, ...]
    target: str
    permission: str
    needs_note: bool


STATES: Final = {"open": "核实中", "escalated": "已超期督办", "corrected": "已更正", "upheld": "经核实维持"}
TRANSITIONS: Final = (
    Transition("escalate", ("open",), "escalated", "", needs_note=False),
    Transition("corrected", ("open", "escalated"), "corrected", "correction.handle", needs_note=True),
    Transition("upheld", ("open", "escalated"), "upheld", "correction.handle", needs_note=True),
)


def transition(act: str) -> Transition | None:
    """The row of an act, or None."""
    return next((one for one in TRANSITIONS if one.act == act), None)
