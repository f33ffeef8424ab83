"""Refusals of entity resolution: each names what is missing or stands against it, and what helps."""

from __future__ import annotations

from yiwang.standards.errors import Conflict, Forbidden, InvalidInput, NotFound


class BadSource(InvalidInput):
    """A source cannot be resolved: a column is missing, an id is empty or double."""

    code = "resolution_source_invalid"
    template = "来源「{source}」不能比对:{reason}。{remedy}"


class NoSuchPair(NotFound):
    """没有这一对记录,可能已被处理,或不属于您的部门。请返回列表查看。"""

    code = "resolution_pair_unknown"


class NoSuchRun(NotFound):
    """没有这一次比对,或不属于您的部门。请返回列表查看。"""

    code = "resolution_run_unknown"


class PairChanged(Conflict):
    """别人刚刚处理了这一对记录。请查看最新的结论后再决定。"""

    code = "resolution_pair_changed"


class BadVerdict(InvalidInput):
    """The verdict is none of the three, or has no reason where one is needed."""

    code = "resolution_verdict_invalid"
    template = "结论没有保存:{reason}。"


class NotYourVerdict(Forbidden):
    """只能撤销自己作出的结论。请联系作出结论的人。"""

    code = "resolution_undo_forbidden"
