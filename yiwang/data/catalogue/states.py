"""The states of a resource's version and the steps between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STATES: Final[Mapping[str, str]] = {
    "shipped": "随系统提供",
    "draft": "草稿",
    "submitted": "待审核",
    "returned": "已退回",
    "published": "已发布",
    "superseded": "已被替代",
    "discarded": "已放弃",
}
OPEN: Final = ("draft", "submitted", "returned")  # at most one of these per resource
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
}
STEP_NAMES: Final[Mapping[str, str]] = {"save": "保存", "submit": "报送审核", "return": "退回", "publish": "发布", "discard": "放弃"}
PERMISSIONS: Final[Mapping[str, str]] = {
    "save": "catalogue.edit",
    "submit": "catalogue.edit",
    "discard": "catalogue.edit",
    "return": "catalogue.publish",
    "publish": "catalogue.publish",
}
