"""Reading: versions, drafts, what changed, which bindings lack a partner."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from yiwang.base.clock.api import Extension, Limit, derive
from yiwang.data.catalogue import checking, entering, in_force
from yiwang.data.catalogue.errors import NoResourceDraft, NoSuchResource
from yiwang.data.catalogue.models import ResourceVersion as Row
from yiwang.data.catalogue.states import OPEN
from yiwang.data.catalogue.values import Change, Duty, Field, Finding, Resource, ResourceVersion, Unbound, from_json, metadata, to_json
from yiwang.security.access.api import Actor, may, require
from yiwang.security.audit import api as audit


def open_row(code: str, *, lock: bool = False) -> Row | None:
    """The draft, submitted or returned version of a resource."""
    rows = Row.objects.select_for_update() if lock else Row.objects
    return rows.filter(code=code, state__in=OPEN).first()


def sees(row: Row, actor: Actor) -> bool:
    """Drafts belong to the department; the data authority sees those submitted to it."""
    place = {"department": row.department, "region": row.region}
    return may(actor, "catalogue.edit", **place) or (row.state == "submitted" and may(actor, "catalogue.publish", **place))


def view(row: Row, actor: Actor) -> ResourceVersion:
    """A row as its reader sees it, with its clocks."""
    state = row.state
    if state == "published" and in_force.memory.all().get(row.code, in_force.of_row(row)).number > row.number:
        state = "superseded"
    running = clocks(row)
    review, update = running["review"], running["update"]
    return ResourceVersion(
        id=row.id,
        resource=replace(from_json(row.body), number=row.number, catalogue_code=row.catalogue_code),
        number=row.number,
        state=state,
        lock=row.lock,
        note=row.note,
        changed_on=row.changed_on,
        edited_by_name=row.edited_by_name,
        edited_at=row.edited_at,
        submitted_at=row.submitted_at,
        published_by_name=row.published_by_name,
        published_at=row.published_at,
        return_reason=row.return_reason,
        review_due=review[0],
        review_light=review[1],
        update_due=update[0],
        update_light=update[1],
        mine=actor.account_id in row.editors,
        evidence=tuple(audit.evidence_refs("resource_version", str(row.id))),
    )


def clocks(row: Row) -> dict[str, tuple[date | None, str]]:
    """The last day and the light of a version's two clocks; (None, '') for one that does not run."""
    review = _clock("review", row.submitted_at) if row.state == "submitted" else (None, "")
    update = _clock("update", row.changed_on, extended=row.extended) if row.state in OPEN else (None, "")
    return {"review": review, "update": update}


def _clock(name: str, start: date | datetime | None, *, extended: bool = False) -> tuple[date | None, str]:
    if start is None:
        return None, ""
    limit = metadata()["limits"][name]
    longer = Limit.parse(limit["extension"]) if extended else None
    more = [Extension(longer.amount, longer.unit, "政务数据主管部门", limit["source"])] if longer else []
    found = derive(start, limit=Limit.parse(limit["term"]), extensions=more)
    return found.due, found.light


def _shipped(code: str) -> ResourceVersion | None:
    one = in_force.shipped().get(code)
    if one is None:
        return None
    newer = in_force.memory.all()[code].number
    return ResourceVersion(None, one, 0, "superseded" if newer else "shipped", 0, evidence=entering.evidence("resource", code))


def versions(code: str, *, actor: Actor) -> list[ResourceVersion]:
    """See the door."""
    require(actor, "catalogue.view")
    in_force.resource(code)
    found = [view(row, actor) for row in Row.objects.filter(code=code, state="published").order_by("-number")]
    shipped = _shipped(code)
    return [*found, *([shipped] if shipped else [])]


def version(code: str, *, number: int | None, actor: Actor) -> ResourceVersion:
    """See the door."""
    known = versions(code, actor=actor)
    found = known[0] if number is None else next((one for one in known if one.number == number), None)
    if found is None:
        raise NoSuchResource(resource=f"{code} v{number}")
    return found


def draft(code: str, *, actor: Actor) -> ResourceVersion:
    """See the door."""
    row = open_row(code)
    if row is not None and sees(row, actor):
        return view(row, actor)
    standing = in_force.memory.all().get(code)
    if standing is None or row is not None:
        raise NoResourceDraft(resource=str(code)[:80])
    require(actor, "catalogue.edit", department=standing.department, region=standing.region)
    return ResourceVersion(None, standing, standing.number + 1, "draft", 0)


def drafts(actor: Actor) -> list[ResourceVersion]:
    """See the door."""
    require(actor, "catalogue.view")
    return [view(row, actor) for row in Row.objects.filter(state__in=OPEN).order_by("submitted_at", "code") if sees(row, actor)]


def findings(resource: Resource) -> list[Finding]:
    """See the door."""
    return checking.examined(resource, known=in_force.memory.all(), duties=in_force.duties())


def unbound(actor: Actor, *, department: str) -> Unbound:
    """See the door."""
    require(actor, "catalogue.view")
    duties, known = in_force.duties(), list(in_force.memory.all().values())
    used = {code for one in known for code in one.duties}
    places = {one.department for one in known} | {one.department for one in duties.values()}
    wanted = {department} if department else places
    free: tuple[Duty, ...] = tuple(one for one in duties.values() if one.code not in used and one.department in wanted)
    loose = tuple(one for one in known if one.department in wanted and not any(code in duties for code in one.duties))
    fields = tuple((one, field) for one in known if one.department in wanted for field in one.fields if not field.element)
    return Unbound(free, loose, fields)


NAMES = {
    "title": "资源名称", "title_en": "英文名称", "department": "部门", "region": "地区",
    "provider_name": "提供方", "provider_code": "提供方代码", "summary": "摘要", "category": "分类",
    "item": "项", "group": "目", "catalogue_code": "资源代码", "share": "共享类型",
    "share_terms": "共享条件", "share_ground": "不予共享的依据", "share_modes": "共享方式", "open": "是否开放",
    "open_terms": "开放条件", "cycle": "更新周期", "formats": "数据格式", "related": "关联资源",
    "duties": "职责", "source": "数据来源", "type": "数据类型", "length": "长度",
    "element": "数据元", "code_table": "代码表", "level": "级别", "sensitive": "敏感个人信息",
    "mask": "脱敏方式", "key": "主键", "name": "名称",
}  # fmt: skip


def differences(old: Resource, new: Resource) -> list[Change]:
    """See the door."""
    before, after = to_json(old), to_json(new)
    plain = [name for name in before if name not in ("fields", "code")]
    found = [Change(name, NAMES[name], _said(before[name]), _said(after[name])) for name in plain if before[name] != after[name]]
    was, now_ = {one.name: one for one in old.fields}, {one.name: one for one in new.fields}
    for name in [*was, *(one for one in now_ if one not in was)]:
        found += _field_changes(name, was.get(name), now_.get(name))
    return found


def _field_changes(name: str, old: Field | None, new: Field | None) -> list[Change]:
    place = f"fields.{name}"
    if old is None or new is None:
        whole = new or old
        assert whole is not None
        said = f"{whole.title}({whole.type},{whole.level} 级)"
        return [Change(place, "信息项", "" if old is None else said, "" if new is None else said)]
    pairs = [(one, getattr(old, one), getattr(new, one)) for one in Field.__dataclass_fields__]
    return [Change(f"{place}.{one}", f"{new.title}·{NAMES[one]}", _said(was), _said(now_)) for one, was, now_ in pairs if was != now_]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join("/".join(one) if isinstance(one, list) else str(one) for one in value)
    return str(value)
