"""The states of a licence and the acts between them: a table of data.

Codes after the state table of the housing ministry (STANDARDS §3.1): 01 valid, 02 suspended, 03 revoked, 04 cancelled, 05 expired;
07 is 吊销 (a penalty), 99 anything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

State = Literal["valid", "suspended", "revoked", "penalty_revoked", "cancelled", "expired", "replaced"]

NAMES: Mapping[str, str] = {
    "valid": "有效",
    "suspended": "暂扣",
    "revoked": "撤销",
    "penalty_revoked": "吊销",
    "cancelled": "注销",
    "expired": "已过有效期",
    "replaced": "已换发新版",
}
CODES: Mapping[str, str] = {
    "valid": "01",
    "suspended": "02",
    "revoked": "03",
    "cancelled": "04",
    "expired": "05",
    "replaced": "05",
    "penalty_revoked": "07",
}


@dataclass(frozen=True, slots=True)
class Act:
    """An act on a licence: its audit name, Chinese word, from which states, to which, and the clause it rests on."""

    name: str
    word: str
    sources: frozenset[str]
    target: State
    clause: str


_IN_FORCE = frozenset({"valid", "suspended"})
ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act("suspend", "暂扣", frozenset({"valid"}), "suspended", "《中华人民共和国行政处罚法》第九条第三项"),
        Act("restore", "恢复", frozenset({"suspended"}), "valid", "暂扣期满"),
        Act("revoke", "撤销", _IN_FORCE | {"expired"}, "revoked", "《中华人民共和国行政许可法》第六十九条"),
        Act("revoke_as_penalty", "吊销", _IN_FORCE, "penalty_revoked", "《中华人民共和国行政处罚法》第九条第三项"),
        Act("cancel", "注销", _IN_FORCE | {"expired"}, "cancelled", "《中华人民共和国行政许可法》第七十条"),
        Act("expire", "到期失效", _IN_FORCE, "expired", "《中华人民共和国行政许可法》第五十条"),
        Act("replace", "换发", _IN_FORCE | {"expired"}, "replaced", "《中华人民共和国行政许可法》第四十九条"),
    )
}
BY_HAND = ("revoke", "cancel", "suspend", "restore", "revoke_as_penalty")  # what an official does; the rest happens by itself
