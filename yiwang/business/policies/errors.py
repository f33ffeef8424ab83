"""Refusals of this room; each says what is wrong, where, and what helps."""

from __future__ import annotations

from yiwang.standards.errors import Conflict, InvalidInput, NotFound


class PolicyNotFound(NotFound):
    """没有找到这项政策或记录,可能已被删除,或您没有查看权限。"""

    code = "policy_not_found"


class NotACompany(NotFound):
    """请先选择以企业身份办事:在「我的 → 企业」里关联企业后,切换为该企业再来。"""

    code = "policy_not_a_company"


class WindowClosed(Conflict):
    """这项政策现在不在申领期内,请留意下一个申领期。"""

    code = "policy_window_closed"


class AlreadyClaimed(Conflict):
    """本年度已经申领过这项政策,可在「企业政策」里查看进度。"""

    code = "policy_already_claimed"


class StackingRefused(Conflict):
    """与本企业本年度已申领的其他政策不能同时享受,请比较后选择一项。"""

    code = "policy_stacking"


class BudgetExhausted(Conflict):
    """这项政策本年度的资金已经用完,请留意下一年度。"""

    code = "policy_budget_exhausted"


class WrongStep(Conflict):
    """当前状态不能进行这一步,请刷新页面后再看。"""

    code = "policy_wrong_step"


class RunUnderWay(Conflict):
    """匹配正在进行,请稍后再试;已完成的部分不会重做。"""

    code = "policy_run_under_way"


class SamePerson(Conflict):
    """须由另一人办理这一步:编制清单的人不能审批同一份清单。"""

    code = "policy_same_person"


class ListChanged(Conflict):
    """拨付清单的内容与冻结时的摘要不一致,已停止办理,请审计员核查。"""

    code = "policy_list_changed"


class NothingToPay(InvalidInput):
    """没有可以拨付的申领:没有已核准的申领,或企业没有登记收款账户。"""

    code = "policy_nothing_to_pay"


class BadInput(InvalidInput):
    """填写不完整或不正确,请按提示修改。"""

    code = "policy_bad_input"
