"""The states of claims, pushes and payment lists, and what may happen in each, as tables of data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Step:
    """From which states an act leads where, and the permission it needs ('' for the company or the system)."""

    act: str
    name: str
    origins: tuple[str, ...]
    target: str
    permission: str = ""


CLAIMS: Final = {
    "review": "人工复核中",
    "approved": "已核准,待拨付",
    "listed": "已列入拨付清单",
    "paid": "已到账",
    "returned": "退票,待更正账户",
    "refused": "未通过",
    "withdrawn": "企业撤回",
}
HOLDING: Final = ("review", "approved", "listed", "paid", "returned")  # these hold the budget and bar what they exclude
CLAIM_STEPS: Final = (
    Step("approve", "复核通过", ("review",), "approved", "policy.handle"),
    Step("refuse", "复核不通过", ("review",), "refused", "policy.handle"),
    Step("withdraw", "撤回", ("review", "approved", "returned"), "withdrawn"),
    Step("list", "列入清单", ("approved", "returned"), "listed"),
    Step("unlist", "退回清单", ("listed",), "approved"),
    Step("pay", "到账", ("listed",), "paid"),
    Step("return", "退票", ("listed",), "returned"),
)
LISTS: Final = {"frozen": "已冻结,待审批", "approved": "已审批,待银行回执", "settled": "已全部回执", "refused": "审批退回"}
LIST_STEPS: Final = (
    Step("approve", "审批", ("frozen",), "approved", "policy.approve"),
    Step("refuse", "退回", ("frozen",), "refused", "policy.approve"),
    Step("settle", "导入回执", ("approved", "settled"), "settled", "policy.handle"),
)
MATCHES: Final = {"yes": "可以申领", "near": "差一点", "undetermined": "差一项信息"}
PROGRESS: Final = (("claimed", "提交申领"), ("checked", "事实核验"), ("approved", "核准"), ("listed", "列入清单"), ("paid", "到账"))


def claim_step(act: str) -> Step:
    """The row of an act on a claim."""
    return next(one for one in CLAIM_STEPS if one.act == act)


def list_step(act: str) -> Step:
    """The row of an act on a payment list."""
    return next(one for one in LIST_STEPS if one.act == act)
