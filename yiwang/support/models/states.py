"""The states of a version and the steps between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STATES: Final[Mapping[str, str]] = {
    "draft": "草稿",
    "evaluated": "已评测,待审批",
    "approved": "已审批,待上线",
    "live": "使用中",
    "retired": "已停用",
}
# (state, step) → state; what is not here is refused
STEPS: Final[Mapping[tuple[str, str], str]] = {
    ("draft", "evaluate"): "evaluated",
    ("evaluated", "evaluate"): "evaluated",
    ("approved", "evaluate"): "approved",
    ("live", "evaluate"): "live",
    ("retired", "evaluate"): "retired",
    ("evaluated", "approve"): "approved",
    ("approved", "activate"): "live",
    ("draft", "retire"): "retired",
    ("evaluated", "retire"): "retired",
    ("approved", "retire"): "retired",
    ("live", "retire"): "retired",
    ("retired", "roll_back"): "live",  # only a version that has been live before
}
STEP_NAMES: Final[Mapping[str, str]] = {
    "register": "登记",
    "evaluate": "评测",
    "approve": "审批通过",
    "activate": "上线",
    "retire": "停用",
    "roll_back": "退回到这一版",
}
BY_PEOPLE: Final = ("approve", "activate", "retire", "roll_back")  # steps of ``model.approve``
BY_ANOTHER: Final = ("approve", "activate")  # never by whoever made the version
NEEDS_REASON: Final = ("retire", "roll_back")
FREE: Final = ("draft", "evaluated", "retired")  # the states that need neither evaluation nor approver
