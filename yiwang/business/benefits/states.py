"""The states of awards, payment lists and recoveries, and what may happen in each, as tables of data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Who = Literal["citizen", "staff", "system"]


@dataclass(frozen=True, slots=True)
class Step:
    """From which states an act leads where, who may do it and with which permission."""

    act: str
    name: str
    origins: tuple[str, ...]
    target: str
    who: tuple[Who, ...]
    permission: str = ""


AWARDS: Final = {
    "found": "已发现",
    "told": "已告知,等您确认",
    "undetermined": "差一项信息,暂不能确定",
    "confirmed": "已确认,按月发放",
    "declined": "本人放弃",
    "correcting": "信息核实中",
    "silent": "未答复,视为未确认",
    "suspended": "暂停发放,核查中",
    "ended": "已终止",
}
AWARD_STEPS: Final = (
    Step("tell", "告知", ("found", "undetermined", "correcting"), "told", ("system",)),
    Step("confirm", "确认领取", ("told", "silent", "declined"), "confirmed", ("citizen",)),
    Step("decline", "放弃", ("told", "silent", "confirmed"), "declined", ("citizen",)),
    Step("correct", "信息有误", ("told", "silent", "confirmed", "undetermined"), "correcting", ("citizen",)),
    Step("lapse", "逾期未答复", ("told",), "silent", ("system",)),
    Step("suspend", "暂停发放", ("confirmed",), "suspended", ("system", "staff"), "benefit.handle"),
    Step("restore", "恢复发放", ("suspended",), "confirmed", ("staff",), "benefit.approve"),
    Step(
        "end",
        "终止",
        ("found", "told", "undetermined", "correcting", "silent", "suspended"),
        "ended",
        ("system", "staff"),
        "benefit.handle",
    ),
)

LISTS: Final = {"frozen": "已冻结,待审批", "approved": "已审批,待银行回执", "settled": "已全部回执", "refused": "审批退回"}
LIST_STEPS: Final = (
    Step("approve", "审批", ("frozen",), "approved", ("staff",), "benefit.approve"),
    Step("refuse", "退回", ("frozen",), "refused", ("staff",), "benefit.approve"),
    Step("settle", "导入回执", ("approved",), "settled", ("staff",), "benefit.handle"),
)
PAYMENTS: Final = {"planned": "待发放", "paid": "已到账", "returned": "退票", "cancelled": "已取消"}

FINDINGS: Final = {"open": "待核查", "upheld": "确认错发", "dismissed": "核查无误"}
CAUSES: Final = {"death": "登记已去世", "moved": "户籍迁出本市", "double": "重复领取", "ended": "不再符合条件"}

RUNS: Final = {"waiting": "等待开始", "running": "正在进行", "done": "已完成", "failed": "未完成"}
RECOVERIES: Final = {"explained": "已说明,待退回", "instalments": "分期退回中", "repaid": "已全部退回", "waived": "已免除"}
RECOVERY_STEPS: Final = (
    Step("agree_instalments", "约定分期", ("explained",), "instalments", ("staff",), "benefit.handle"),
    Step("repay", "登记退回", ("explained", "instalments"), "repaid", ("staff",), "benefit.handle"),
    Step("waive", "免除", ("explained", "instalments"), "waived", ("staff",), "benefit.approve"),
)


def award_step(act: str) -> Step:
    """The row of an act on an award."""
    return next(one for one in AWARD_STEPS if one.act == act)


def list_step(act: str) -> Step:
    """The row of an act on a payment list."""
    return next(one for one in LIST_STEPS if one.act == act)


def recovery_step(act: str) -> Step:
    """The row of an act on a recovery order."""
    return next(one for one in RECOVERY_STEPS if one.act == act)
