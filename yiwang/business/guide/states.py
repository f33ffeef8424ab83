"""The states of an article and the steps between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STATES: Final[Mapping[str, str]] = {
    "draft": "草稿",
    "submitted": "待审核",
    "returned": "已退回",
    "published": "已发布",
    "superseded": "已被新版替代",
    "withdrawn": "已撤下",
    "discarded": "已放弃",
}
OPEN: Final = ("draft", "submitted", "returned")  # at most one of these per article
# (state, step) → state; what is not here is refused
STEPS: Final[Mapping[tuple[str, str], str]] = {
    ("draft", "save"): "draft",
    ("returned", "save"): "draft",
    ("draft", "submit"): "submitted",
    ("returned", "submit"): "submitted",
    ("submitted", "return"): "returned",
    ("submitted", "publish"): "published",
    ("draft", "discard"): "discarded",
    ("returned", "discard"): "discarded",
    ("published", "withdraw"): "withdrawn",
}
STEP_NAMES: Final[Mapping[str, str]] = {
    "save": "保存",
    "submit": "提交审核",
    "return": "退回",
    "publish": "发布",
    "discard": "放弃",
    "withdraw": "撤下",
}
PERMISSIONS: Final[Mapping[str, str]] = {
    "save": "knowledge.edit",
    "submit": "knowledge.edit",
    "discard": "knowledge.edit",
    "return": "knowledge.publish",
    "publish": "knowledge.publish",
    "withdraw": "knowledge.publish",
}
ORIGINS: Final[Mapping[str, str]] = {"desk": "自编", "gap": "来自无人能答的问题", "ticket": "来自热线答复"}
