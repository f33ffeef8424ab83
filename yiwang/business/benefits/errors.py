"""Refusals of this room; each says what is wrong, where, and what helps."""

from __future__ import annotations

from yiwang.standards.errors import Conflict, InvalidInput, NotFound


class BenefitNotFound(NotFound):
    """没有找到这项待遇或记录,可能已被删除,或您没有查看权限。"""

    code = "benefit_not_found"


class WrongStep(Conflict):
    """当前状态不能进行这一步,请刷新页面后再看。"""

    code = "benefit_wrong_step"


class RunUnderWay(Conflict):
    """同一项工作正在进行,请稍后再试;已完成的部分不会重做。"""

    code = "benefit_run_under_way"


class SamePerson(Conflict):
    """发放清单须由编制人以外的第二人审批,请换人办理。"""

    code = "benefit_same_person"


class ListChanged(Conflict):
    """发放清单的内容与冻结时的摘要不一致,已停止办理,请审计员核查。"""

    code = "benefit_list_changed"


class BadAnswer(InvalidInput):
    """填写不完整,请按提示修改。"""

    code = "benefit_bad_answer"


class BadReceipts(InvalidInput):
    """回执文件无法读取:须为 UTF-8 编码的 CSV,首行为 流水号,结果,原因。"""

    code = "benefit_bad_receipts"


class NothingToPay(InvalidInput):
    """这个月没有可以发放的待遇:没有已确认且未发放的人,或其银行账户均不可用。"""

    code = "benefit_nothing_to_pay"
