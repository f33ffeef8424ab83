"""The states of a release and of what the public sends in, and the steps between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STATES: Final[Mapping[str, str]] = {
    "queued": "排队生成",
    "making": "正在生成",
    "failed": "生成失败",
    "draft": "草稿",
    "checked": "检查通过,待审批",
    "approved": "已审批,待开放",
    "open": "已开放",
    "superseded": "历史版本",
    "withdrawn": "已撤下",
    "discarded": "已放弃",
}
PUBLIC: Final = ("open", "superseded")  # what the public may see
QUEUED: Final = ("queued", "making")  # a process of its own makes these
UNFINISHED: Final = (*QUEUED, "draft", "checked", "approved")  # at most one of these per data set
# (state, step) → state; what is not here is refused
STEPS: Final[Mapping[tuple[str, str], str]] = {
    ("queued", "discard"): "discarded",
    ("draft", "check"): "checked",
    ("checked", "approve"): "approved",
    ("checked", "return"): "draft",
    ("approved", "open"): "open",
    ("draft", "discard"): "discarded",
    ("checked", "discard"): "discarded",
    ("approved", "discard"): "discarded",
    ("open", "withdraw"): "withdrawn",
    ("superseded", "withdraw"): "withdrawn",
}
STEP_NAMES: Final[Mapping[str, str]] = {
    "prepare": "生成草稿",
    "check": "开放前检查",
    "approve": "审批通过",
    "return": "审批退回",
    "open": "开放",
    "discard": "放弃",
    "withdraw": "撤下",
}
PERMISSIONS: Final[Mapping[str, str]] = {
    "prepare": "opening.edit",
    "check": "opening.edit",
    "approve": "opening.approve",
    "return": "opening.approve",
    "open": "opening.edit",
    "discard": "opening.edit",
    "withdraw": "opening.edit",
}
NEEDS_REASON: Final = ("return", "withdraw")

# Feedback and requests 需求, re-use 应用案例, social data 社会数据.
VOICES: Final[Mapping[str, str]] = {"open": "待答复", "answered": "已答复"}
OFFERS: Final[Mapping[str, str]] = {"offered": "待审核", "shown": "已展示", "refused": "未通过", "withdrawn": "已撤下"}
OFFER_STEPS: Final[Mapping[tuple[str, str], str]] = {
    ("offered", "show"): "shown",
    ("offered", "refuse"): "refused",
    ("shown", "withdraw"): "withdrawn",
}
