"""The way of what one person writes and another publishes, as a table: draft → submitted → published, returned, or given up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

OPEN: Final = ("draft", "submitted", "returned")  # at most one of these for one thing
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


def states(*, shipped: str, submitted: str) -> dict[str, str]:
    """The states with their Chinese names: ``shipped`` is the room's word for what a release brought, ``submitted`` the name of waiting."""
    return {
        shipped: "随系统提供",
        "draft": "草稿",
        "submitted": submitted,
        "returned": "已退回",
        "published": "已发布",
        "superseded": "已被替代",
        "discarded": "已放弃",
    }


def step_names(*, submit: str) -> dict[str, str]:
    """The steps with their Chinese names."""
    return {"save": "保存", "submit": submit, "return": "退回", "publish": "发布", "discard": "放弃"}


def permissions(room: str) -> dict[str, str]:
    """Which permission a step asks for: ``<room>.edit`` or, for the second person, ``<room>.publish``."""
    return {step: f"{room}.{'publish' if step in ('return', 'publish') else 'edit'}" for _state, step in STEPS}
