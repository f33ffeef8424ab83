"""The handling of a bad rating as a table of data (国办发〔2019〕51号; STANDARDS §2.8): read it top to bottom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class State:
    """``limit`` names the clock of the state in ratings.json; '' means that nothing is due."""

    key: str
    name: str
    limit: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """One thing an action needs."""

    key: str
    label: str
    required: bool = True
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """One transition. ``guard`` must hold."""

    name: str
    label: str
    before: str
    after: str
    inputs: tuple[Input, ...]
    guard: str = ""


GROUNDS: Final = (("mistaken", "误评"), ("malicious", "恶意评价"), ("force_majeure", "不可抗力"))
_CONTENT: Final = (("yes", "满意"), ("no", "不满意"), ("unreachable", "三次联系不上"))

STATES: Final[dict[str, State]] = {
    one.key: one
    for one in (
        State("kept", "已收到"),
        State("to_verify", "待核实", "verify"),
        State("to_review", "待复核", "review"),
        State("to_fix", "待整改", "fix"),
        State("to_answer", "待答复", "answer"),
        State("to_revisit", "待回访", "revisit"),
        State("closed", "已办结"),
        State("dismissed", "不予采纳"),
    )
}

_TABLE: Final = (
    # somebody calls the applicant and finds out what happened
    Action("verify", "核实属实,限期整改", "to_verify", "to_fix", (Input("finding", "核实情况"),)),
    Action("fix_at_once", "核实属实,立行立改", "to_verify", "to_answer", (Input("finding", "核实情况"), Input("measures", "整改措施"))),
    Action("explain", "缺乏法定依据,解释说明", "to_verify", "to_answer", (Input("finding", "核实情况及法定依据"),)),
    Action("find_invalid", "核实为无效评价,提请复核", "to_verify", "to_review",
           (Input("ground", "无效的情形", options=GROUNDS), Input("finding", "核实情况"))),
    # nobody alone may set a bad rating aside
    Action("dismiss", "复核同意,不予采纳", "to_review", "dismissed", (Input("opinion", "复核意见"),), "not_the_verifier"),
    Action("uphold", "复核不同意,限期整改", "to_review", "to_fix", (Input("opinion", "复核意见"),), "not_the_verifier"),
    Action("fix", "整改完成", "to_fix", "to_answer", (Input("measures", "整改措施"),)),
    Action("answer", "答复评价人", "to_answer", "to_revisit", (Input("answer", "答复内容(评价人可见)"),)),
    Action("revisit", "回访", "to_revisit", "closed",
           (Input("content", "评价人对处理是否满意", options=_CONTENT), Input("note", "回访情况"))),
)  # fmt: skip

ACTIONS: Final[dict[str, Action]] = {one.name: one for one in _TABLE}
OPEN: Final = frozenset(one.key for one in STATES.values() if one.limit)


def open_actions(state: str) -> list[Action]:
    """The lines of the table that start in this state."""
    return [one for one in _TABLE if one.before == state]
