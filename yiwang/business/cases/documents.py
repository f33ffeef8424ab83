"""The documents of the process: titles and texts as data, made once and kept word for word."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from yiwang.base.ids.api import new_id
from yiwang.business.cases.states import REMEDIES


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of document: its title and its text with places to fill."""

    title: str
    text: str


_HEAD: Final = "{applicant_name}:\n    您(单位)于{submitted_on}申请办理「{matter_name}」(办件编号 {no})。"

FORMS: Final[Mapping[str, Form]] = {
    "receipt": Form(
        "收件凭证",
        _HEAD + "本机关已收到申请材料:{materials}。本机关将自收到之日起五个工作日内决定是否受理;逾期不告知的,自收到之日起即为受理。",
    ),
    "acceptance": Form("受理通知书", _HEAD + "经审查,依据{clause},本机关决定自{accepted_on}起予以受理,承诺于{due_on}前作出决定。"),
    "supplement_notice": Form(
        "补正材料一次性告知书", _HEAD + "依据{clause},请于{step_due_on}前一次性补正下列全部内容:{items}。逾期未补正的,视为撤回申请。"
    ),
    "not_accepted": Form("不予受理决定书", _HEAD + "依据{clause},因{ground}({reason}),本机关决定不予受理。\n    {remedies}"),
    "referral": Form(
        "不属于本机关职权范围告知书",
        _HEAD + "该事项依法不属于本机关职权范围({reason}),依据{clause}不予受理。请向{to_department}申请。\n    {remedies}",
    ),
    "special_procedure": Form(
        "特别程序告知书",
        _HEAD + "依据{clause},该申请依法需要{procedure},所需时间为{days}个工作日(至{until}),不计算在办理期限内。理由:{reason}。",
    ),
    "extension": Form(
        "延长办理期限告知书", _HEAD + "依据{clause},经本机关负责人批准,办理期限延长{days}个工作日,至{due_on}。理由:{reason}。"
    ),
    "decision_yes": Form("准予决定书", _HEAD + "经审查,该申请符合法定条件,依据{clauses},本机关决定准予。结果:{result_name}。"),
    "decision_no": Form("不予决定书", _HEAD + "经审查,依据{clauses},本机关决定不予。理由:{reason}。\n    {remedies}"),
    "delivery_receipt": Form("送达回证", _HEAD + "本机关于{at}以{method}的方式送达办理结果。{receipt}"),
    "withdrawal": Form("撤回申请确认书", _HEAD + "申请人于{at}撤回申请,本机关终止办理,撤回不影响再次申请。{reason}"),
    "termination": Form("终止办理告知书", _HEAD + "因{reason},依据{clause},本机关终止办理。\n    {remedies}"),
    "revocation": Form(
        "撤销决定书", _HEAD + "经核查,申请人作出的承诺不实({reason}),依据{clause},本机关撤销原决定,并依法记入信用记录。\n    {remedies}"
    ),
}


class _Blank(dict[str, str]):
    """A place that nothing is known for stays empty instead of failing."""

    def __missing__(self, key: str) -> str:
        return ""


def make(kind: str, facts: Mapping[str, str], *, no: str, department: str, at: datetime) -> dict[str, object]:
    """A document row: number ``<case no>-<kind's place>``, text ending with the authority and the day, SHA-256 of the text."""
    form = FORMS[kind]
    body = f"{form.title}\n\n{form.text.format_map(_Blank(facts, remedies=REMEDIES))}\n\n{department}\n{chinese_day(at)}"
    return {
        "id": new_id(),
        "kind": kind,
        "no": f"{no}-{_PLACES[kind]:02d}",
        "title": form.title,
        "body": body,
        "digest": hashlib.sha256(body.encode()).hexdigest(),
        "made_at": at,
    }


def chinese_day(at: date) -> str:
    """2026年11月21日, in the zone the time carries."""
    return f"{at.year}年{at.month}月{at.day}日"


_PLACES: Final = {kind: place for place, kind in enumerate(FORMS, start=1)}
