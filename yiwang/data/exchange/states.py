"""The states of a sharing request 共享申请, the steps between them, and who may take each. What is not here is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Side = Literal["consumer", "provider", "authority", "system"]

STATES: Final[Mapping[str, str]] = {
    "draft": "草稿",
    "internal": "待本部门审签",
    "answering": "待提供部门答复",
    "supplementing": "待补正",
    "countersigning": "待提供部门负责人审签",
    "escalated": "逾期未答复,已督办",
    "agreed": "已同意,待开通",
    "refused": "不同意",
    "consulting": "争议协商中",
    "referred": "待主管部门裁决",
    "upheld": "裁决不予共享",
    "issued": "已开通",
    "in_use": "使用中",
    "renewing": "使用中,待续期答复",
    "expired": "已到期",
    "revoked": "已撤销",
    "withdrawn": "已撤回",
}
LIVE: Final = ("issued", "in_use", "renewing")  # the gateways let calls through
WAITING: Final = ("answering", "countersigning", "escalated")  # the provider's clock runs
HIGHEST: Final = 4  # what a head's signature and a ruling cover
HIDDEN: Final = ("draft", "internal")  # not yet the provider's business


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its Chinese name, whose it is and with which permission; ``needs``: what must be told with it.

    ``other``: not by somebody who wrote or submitted the request.
    """

    name: str
    side: Side
    permission: str
    needs: tuple[str, ...] = ()
    other: bool = False


STEP: Final[Mapping[str, Step]] = {
    "save": Step("保存", "consumer", "sharing.request"),
    "submit": Step("提交本部门审签", "consumer", "sharing.request"),
    "withdraw": Step("撤回", "consumer", "sharing.request"),
    "approve": Step("审签同意", "consumer", "sharing.approve", other=True),
    "give_back": Step("退回修改", "consumer", "sharing.approve", ("note",), other=True),
    "supplement": Step("一次性告知补正", "provider", "sharing.answer", ("note",)),
    "resupply": Step("补正后再送", "consumer", "sharing.request"),
    "extend": Step("批准延期答复", "provider", "sharing.approve", ("note",)),
    "agree": Step("同意共享", "provider", "sharing.answer"),
    "countersign": Step("负责人审签同意", "provider", "sharing.approve"),
    "reconsider": Step("退回经办人再议", "provider", "sharing.approve", ("note",)),
    "refuse": Step("不同意", "provider", "sharing.answer", ("ground", "note")),
    "escalate": Step("逾期督办", "system", ""),
    "dispute": Step("提出争议", "consumer", "sharing.request", ("note",)),
    "refer": Step("报主管部门", "consumer", "sharing.approve", ("note",)),
    "rule_agree": Step("裁决同意共享", "authority", "sharing.rule", ("note",)),
    "rule_refuse": Step("裁决不予共享", "authority", "sharing.rule", ("ground", "note")),
    "issue": Step("开通密钥", "consumer", "sharing.request"),
    "use": Step("首次调用", "system", ""),
    "ask_renewal": Step("申请续期", "consumer", "sharing.request", ("until", "note")),
    "renew": Step("同意续期", "provider", "sharing.answer"),
    "decline_renewal": Step("不同意续期", "provider", "sharing.answer", ("ground", "note")),
    "expire": Step("到期停用", "system", ""),
    "stop": Step("使用部门停用", "consumer", "sharing.request", ("note",)),
    "revoke": Step("撤销授权", "provider", "sharing.answer", ("ground", "note")),
}


def _table() -> dict[tuple[str, str], str]:
    """(state, step) → state."""
    table = {
        ("draft", "save"): "draft",
        ("draft", "submit"): "internal",
        ("internal", "approve"): "answering",
        ("internal", "give_back"): "draft",
        ("answering", "supplement"): "supplementing",
        ("supplementing", "resupply"): "answering",
        ("answering", "extend"): "answering",
        ("answering", "escalate"): "escalated",
        ("countersigning", "countersign"): "agreed",
        ("countersigning", "reconsider"): "answering",
        ("countersigning", "escalate"): "escalated",
        ("escalated", "rule_agree"): "agreed",
        ("escalated", "rule_refuse"): "upheld",
        ("refused", "dispute"): "consulting",
        ("consulting", "agree"): "countersigning",
        ("consulting", "refer"): "referred",
        ("referred", "rule_agree"): "agreed",
        ("referred", "rule_refuse"): "upheld",
        ("agreed", "issue"): "issued",
        ("agreed", "revoke"): "revoked",
        ("issued", "use"): "in_use",
        ("renewing", "renew"): "in_use",
        ("renewing", "decline_renewal"): "in_use",
    }
    table |= {(state, "withdraw"): "withdrawn" for state in ("draft", "internal", *WAITING, "supplementing", "consulting")}
    table |= {
        (state, step): after for state in ("answering", "escalated") for step, after in (("agree", "countersigning"), ("refuse", "refused"))
    }
    table |= {(state, "countersign"): state for state in LIVE}  # a level was raised meanwhile
    table |= {(state, "ask_renewal"): "renewing" for state in ("issued", "in_use")}
    table |= {(state, "issue"): state for state in LIVE}  # further keys, rotation
    table |= {(state, step): after for state in LIVE for step, after in (("expire", "expired"), ("stop", "revoked"), ("revoke", "revoked"))}
    return table


STEPS: Final[Mapping[tuple[str, str], str]] = _table()
