"""What hinders a step beside state and permission: one small function per guard named in the table; '' lets pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from yiwang.base.clock.api import Unit, today
from yiwang.business.cases.clockwork import limit_of
from yiwang.business.cases.states import Action
from yiwang.business.cases.writing import File
from yiwang.business.matters.api import MatterVersion
from yiwang.security.access.api import Actor

Guard = Callable[[File, MatterVersion, Actor, Mapping[str, Any]], str]


def hindrance(line: Action, file: File, version: MatterVersion, actor: Actor, inputs: Mapping[str, Any] | None) -> str:
    """The first thing that hinders the step, in words for the official; with ``inputs`` None only what is true before any is given."""
    for name in line.guards:
        if inputs is None and name in _NEED_INPUTS:
            continue
        if why := GUARDS[name](file, version, actor, inputs or {}):
            return why
    return ""


def _not_asked_before(file: File, version: MatterVersion, actor: Actor, inputs: Mapping[str, Any]) -> str:
    asked = file.case["asked_on"]
    return f"补正只能一次告知,本办件已于 {asked} 告知过;请按现有材料作出受理或者不予受理的决定。" if asked else ""


def _within_five_days(file: File, version: MatterVersion, actor: Actor, inputs: Mapping[str, Any]) -> str:
    due = file.case["step_due_on"]
    late = due and today().isoformat() > due
    return "自收到材料起已超过五个工作日,依法视为已经受理,不能再要求补正;请受理后继续办理。" if late else ""


def _applicant_confirmed(file: File, version: MatterVersion, actor: Actor, inputs: Mapping[str, Any]) -> str:
    return "" if inputs.get("confirmed") else "当场更正须由申请人确认;请让申请人核对更正内容后勾选确认。"


def _something_given(file: File, version: MatterVersion, actor: Actor, inputs: Mapping[str, Any]) -> str:
    return "" if inputs.get("values") or inputs.get("materials") else "没有填写内容,也没有提交材料;请至少补充一项后再提交。"


def _materials_complete(file: File, version: MatterVersion, actor: Actor, inputs: Mapping[str, Any]) -> str:
    missing = [row["label"] for row in file.materials if row["state"] == "missing"]
    if not missing or file.case["asked_on"] or file.case["accepted_at"]:
        return ""  # after the one telling the official decides on what there is
    return f"缺少「{'」「'.join(missing)}」;请先一次性告知补正。"


def _two_reviewers(file: File, version: MatterVersion, actor: Actor, inputs: Mapping[str, Any]) -> str:
    reviews = [step for step in file.steps if step["action"] == "review" and step["inputs"].get("substantive")]
    if reviews and len({step["actor_id"] for step in reviews}) < 2:
        return "实质内容的核查须由两名以上工作人员进行,现在只有一人;请另一名审查员核查后再决定。"
    return ""


def _reviewed_first(file: File, version: MatterVersion, actor: Actor, inputs: Mapping[str, Any]) -> str:
    return "" if any(step["action"] == "review" for step in file.steps) else "还没有审查意见;请审查员先填写审查意见。"


def _nothing_deferred(file: File, version: MatterVersion, actor: Actor, inputs: Mapping[str, Any]) -> str:
    open_ones = [row["label"] for row in file.materials if row["state"] == "deferred"]
    return f"容缺材料「{'」「'.join(open_ones)}」尚未补齐,补齐后才能制证。" if open_ones else ""


def _extended_once(file: File, version: MatterVersion, actor: Actor, inputs: Mapping[str, Any]) -> str:
    return "办理期限只能延长一次,本办件已经延长过;请在期限内作出决定。" if file.case["extension"] else ""


def _approver_is_not_handler(file: File, version: MatterVersion, actor: Actor, inputs: Mapping[str, Any]) -> str:
    return "延长期限须由本机关负责人批准,不能由承办人自己批准;请转负责人办理。" if actor.account_id == file.case["handler"] else ""


def _within_extension(file: File, version: MatterVersion, actor: Actor, inputs: Mapping[str, Any]) -> str:
    most = 15 if version.joint_departments else 10
    if inputs.get("days", 0) > most:
        return f"最多可以延长 {most} 个工作日(统一、联合、集中办理的为 15 日);请修改延长的天数。"
    if limit_of(file.case["promised_limit"]).unit is Unit.HOUR:
        return "以小时计算的期限不能延长。"
    return ""


def _commitment_open(file: File, version: MatterVersion, actor: Actor, inputs: Mapping[str, Any]) -> str:
    open_ones = {row["key"] for row in file.materials if row["state"] == "to_check"}
    if not open_ones:
        return "本办件没有待核查的承诺。"
    return (
        ""
        if not inputs or inputs.get("material") in open_ones
        else f"「{inputs.get('material')}」不是待核查的承诺材料;请从列出的材料中选择。"
    )


def _commitment_broken(file: File, version: MatterVersion, actor: Actor, inputs: Mapping[str, Any]) -> str:
    broken = {row["key"] for row in file.materials if row["state"] == "broken"}
    if not broken:
        return "本办件没有不实的承诺。"
    return "" if not inputs or inputs.get("material") in broken else "所选材料没有不实的承诺;请从列出的材料中选择。"


GUARDS: Final[dict[str, Guard]] = {
    "not_asked_before": _not_asked_before,
    "within_five_days": _within_five_days,
    "applicant_confirmed": _applicant_confirmed,
    "something_given": _something_given,
    "materials_complete": _materials_complete,
    "two_reviewers": _two_reviewers,
    "reviewed_first": _reviewed_first,
    "nothing_deferred": _nothing_deferred,
    "extended_once": _extended_once,
    "approver_is_not_handler": _approver_is_not_handler,
    "within_extension": _within_extension,
    "commitment_open": _commitment_open,
    "commitment_broken": _commitment_broken,
}
_NEED_INPUTS: Final = frozenset({"applicant_confirmed", "something_given", "within_extension"})
