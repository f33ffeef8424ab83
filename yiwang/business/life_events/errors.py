"""What can be refused in this room; each names cause, place and remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from yiwang.standards.errors import Conflict, Forbidden, InvalidInput, NotFound


class UnknownLifeEvent(NotFound):
    """There is no such definition."""

    code = "unknown_life_event"
    template = "没有代码为「{code}」的一件事,请从一件事清单中选择。"


class LifeEventNotFound(NotFound):
    """没有找到这件事,可能编号有误,或您没有查看权限。"""

    code = "life_event_not_found"


class NotOpenYet(Conflict):
    """Some of its matters are not described here yet."""

    code = "life_event_not_open"
    template = "「{name}」还有事项没有接入({missing}),暂时不能一次办理;已接入的事项可以单独申请。"


class WrongApplicant(Forbidden):
    """Not for this kind of applicant."""

    code = "wrong_applicant"


class LifeEventIncomplete(InvalidInput):
    """表单有需要修改的地方;您填写的内容都已保留。

    ``errors`` maps a field, material or question (``answers.<key>``) to its message; ``typed`` is what was handed in.
    """

    code = "life_event_incomplete"

    def __init__(self, errors: Mapping[str, str], typed: Mapping[str, Any]) -> None:
        """Keep every message by its key and what was typed."""
        first = next(iter(errors.values()), "")
        more = f"(共 {len(errors)} 处)" if len(errors) > 1 else ""
        super().__init__(f"{first}{more}", field=next(iter(errors), ""))
        self.errors = dict(errors)
        self.typed = dict(typed)

    def to_json(self) -> dict[str, object]:
        """The error as machines see it, with ``errors`` by key."""
        return {**super().to_json(), "errors": self.errors}


class UnderWay(Conflict):
    """The same record has this life event running, or done where it happens once."""

    code = "life_event_under_way"

    def __init__(self, name: str, *, life_event_id: UUID | None, completed: bool) -> None:
        """``life_event_id`` is told to its owner only."""
        where = "请到“我的一件事”查看" if life_event_id else "由另一位家人或经办人提交,请向其了解"
        so_far = "已经办结" if completed else "已经在办理中"
        super().__init__(f"「{name}」{so_far},不需要重复提交;{where}。", life_event_id=str(life_event_id or ""))
        self.life_event_id = life_event_id


class NothingToWithdraw(Conflict):
    """没有可以撤回的事项:都已有结果。对结果不服的,可以申请行政复议或提起行政诉讼。"""

    code = "nothing_to_withdraw"


class NobodyAsks(InvalidInput):
    """现在没有部门要求您补充,不需要提交。"""

    code = "nobody_asks"


class SeveralAsk(InvalidInput):
    """Whose question is answered must be said."""

    code = "several_ask"
    template = "有多个事项需要您补充({names}),请选择要答复的是哪一个。"
