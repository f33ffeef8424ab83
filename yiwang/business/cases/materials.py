"""How one material is obtained: a licence held, else facts of registers, else what the applicant gives; and why, if he had to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from yiwang.base.clock.api import default_calendar, today
from yiwang.base.ids.api import new_id
from yiwang.base.storage.api import exists
from yiwang.business.cases.requesting import Request
from yiwang.business.cases.values import GivenKind, GivenMaterial
from yiwang.business.matters.api import Material
from yiwang.data.catalogue.api import element as element_of
from yiwang.data.exchange.api import Fact, Key
from yiwang.standards.subjects import Subject
from yiwang.support.licences.api import Licence

Row = dict[str, Any]
DEFERRED_DAYS: Final = 10
MOST_DEFERRED_DAYS: Final = 30
_DESKS: Final = frozenset({"window", "post"})
_EMPTY: Final[Row] = {
    "origin": "missing",
    "state": "missing",
    "given_as": "",
    "ref": "",
    "name": "",
    "why": "",
    "due_on": None,
    "source": {},
    "finding": "",
}


def resolve(
    material: Material,
    request: Request,
    subjects: Mapping[str, Key | Subject],
    facts: Mapping[tuple[str, str], Fact],
    licences: Mapping[str, list[Licence]],
) -> Row:
    """The row of a material; ``error`` in it says why what was given cannot be taken."""
    row: Row = {"id": str(new_id()), "key": material.key, "label": material.name, **_EMPTY}
    licence = next((one for one in licences.get(material.licence_holder, ()) if one.kind == material.licence_kind), None)
    if licence is not None:
        return row | _from_licence(licence)
    found = [facts.get((element, material.element_subject)) for element in material.elements]
    if found and all(fact is not None and fact.usable for fact in found):
        return row | _from_register([fact for fact in found if fact is not None])
    why = _why_asked(material, subjects, found)
    given = request.materials.get(material.key)
    if given is not None:
        return row | {"why": why} | _given(material, given, request)
    if not material.needed:
        return row | {"origin": "not_needed", "state": "not_needed", "why": why}
    if found and all(fact is not None and (fact.usable or fact.status == "unavailable") for fact in found):
        return row | {"origin": "register", "state": "pending", "why": "登记库暂时无法访问,由受理部门核验,不需要您提供"}
    return row | {"why": why}


def ways(material: Material, *, channel: str) -> tuple[GivenKind, ...]:
    """How the applicant may give it."""
    allowed: list[tuple[GivenKind, bool]] = [
        ("file", "electronic" in material.kinds or not material.kinds),
        ("commitment", material.commitment_allowed),
    ]
    allowed += [("deferred", material.deferrable), ("paper", "paper" in material.kinds and channel in _DESKS)]
    return tuple(way for way, may in allowed if may)


def _from_licence(licence: Licence) -> Row:
    source = {
        "department": licence.department,
        "register": "电子证照",
        "version": licence.number,
        "observed_at": "",
        "status": "verified",
        "note": licence.name,
    }
    return {"origin": "licence", "state": "given", "given_as": "licence", "ref": licence.number, "name": licence.name, "source": source}


def _from_register(found: list[Fact]) -> Row:
    first = found[0]
    source = {
        "department": first.source_department,
        "register": first.source_register,
        "version": str(first.source_version),
        "observed_at": first.observed_at.isoformat(),
        "status": "disagrees" if any(fact.status == "disagrees" for fact in found) else "verified",
        "note": "、".join(element_of(fact.element).name for fact in found),
    }
    return {"origin": "register", "state": "given", "source": source}


def _given(material: Material, given: GivenMaterial, request: Request) -> Row:
    if given.kind == "commitment" and request.barred:
        return {"error": f"您曾作出不实承诺且尚未修复信用,「{material.name}」不能再用告知承诺,请提供材料。"}
    if given.kind == "licence":
        return {"error": f"没有找到编号为「{given.ref[:40]}」、可用于「{material.name}」的有效电子证照,请核对或改为上传文件。"}
    if given.kind not in ways(material, channel=request.channel):
        return {"error": f"「{material.name}」{_NOT_ALLOWED.get(given.kind, '不能这样提供')}。"}
    taken: Row = {"origin": "applicant", "state": "given", "given_as": given.kind, "ref": given.ref[:200], "name": given.name[:200]}
    if given.kind == "file" and not exists(given.ref):
        return {"error": f"没有找到「{material.name}」上传的文件,请重新上传。"}
    if given.kind == "commitment":
        taken["state"] = "to_check"
    if given.kind == "deferred":
        due = _due(given.ref)
        if due is None:
            return {"error": f"「{material.name}」的补交日期不对:请选择今天之后、{MOST_DEFERRED_DAYS} 个工作日以内的日期。"}
        taken |= {"state": "deferred", "due_on": due.isoformat(), "ref": ""}
    return taken


def _due(text: str) -> date | None:
    """The day by which a deferred material will be there; None when the wish cannot be granted."""
    calendar, start = default_calendar(), today()
    if not text:
        return calendar.add_workdays(start, DEFERRED_DAYS)
    try:
        wished = date.fromisoformat(text)
    except ValueError:
        return None
    return wished if start < wished <= calendar.add_workdays(start, MOST_DEFERRED_DAYS) else None


def _why_asked(material: Material, subjects: Mapping[str, Key | Subject], found: list[Fact | None]) -> str:
    reasons = []
    if material.licence_kind:
        reasons.append("没有查到可用的电子证照" if material.licence_holder in subjects else "没有确定的持证人,无法查找电子证照")
    for element, fact in zip(material.elements, found, strict=True):
        if fact is None:
            reasons.append("没有确定的登记主体,无法查询登记库")
            break
        if not fact.usable:
            reasons.append(fact.note or f"登记库没有「{element_of(element).name}」")
    return ";".join(dict.fromkeys(reasons)) or "没有登记库或电子证照可以替代这份材料"


_NOT_ALLOWED: Final = {
    "file": "须提供纸质原件,请到窗口提交或邮寄",
    "commitment": "依法不适用告知承诺,请提供材料",
    "deferred": "是主要材料,不能容缺后补,请现在提供",
    "paper": "在网上申请时请上传电子件;纸质件可到窗口提交",
}
