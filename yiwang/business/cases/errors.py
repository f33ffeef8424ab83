"""Refusals of the cases room; each names cause, place and remedy."""

from __future__ import annotations

from yiwang.standards.errors import Conflict, Forbidden, InvalidInput, NotFound, YiwangError


class CaseNotFound(NotFound):
    """没有找到这个办件,可能编号有误,或您没有查看权限。"""

    code = "case_not_found"


class FormIncomplete(InvalidInput):
    """表单有需要修改的地方;您填写的内容都已保留。

    ``errors`` maps field or material key → message; ``typed`` is what was handed in, unchanged.
    """

    code = "form_incomplete"

    def __init__(self, errors: dict[str, str], typed: dict[str, object]) -> None:
        """Keep every message by its key and what was typed."""
        first = next(iter(errors.values()), "")
        more = f"(共 {len(errors)} 处)" if len(errors) > 1 else ""
        super().__init__(f"{first}{more}", field=next(iter(errors), ""))
        self.errors = errors
        self.typed = typed

    def to_json(self) -> dict[str, object]:
        """The error as machines see it, with ``errors`` by key."""
        return {**super().to_json(), "errors": self.errors}


class MatterNotOpen(YiwangError):
    """这个事项目前不能申请。"""

    code = "matter_not_open"
    status = 409


class WrongState(Conflict):
    """办件现在的状态不能办理这一步。"""

    code = "wrong_state"
    template = "办件{case_no}现在是「{state}」,不能「{action}」;请刷新后按页面列出的下一步办理。"


class Stale(Conflict):
    """版本不一致:别人刚刚办理过这个办件。"""

    code = "stale_version"
    template = "办件{case_no}刚刚被其他人办理过(您看到的是第 {seen} 版,现在是第 {current} 版);请刷新后再办理,您填写的意见不会丢失。"


class Hindered(Conflict):
    """这一步的前提还没有满足。"""

    code = "hindered"


class NotYours(Forbidden):
    """这一步不由您办理。"""

    code = "not_yours"


class BadAction(InvalidInput):
    """没有这样的办理动作。"""

    code = "bad_action"
