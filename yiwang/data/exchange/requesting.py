"""Requests step by step: written, signed off, answered, disputed, renewed, ended. Each step is one transaction with its records."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import Deadline, Extension, Stop, derive, now, today
from yiwang.base.outbox import api as outbox
from yiwang.data.exchange import policies, resources, rights
from yiwang.data.exchange.errors import (
    GroundMissing,
    NoSuchRequest,
    NotShared,
    RequestIncomplete,
    SameOfficial,
    StaleRequest,
    WrongRequestStep,
)
from yiwang.data.exchange.models import RequestRow, RequestStep
from yiwang.data.exchange.requests import OPERATIONS, RequestGiven, StepGiven
from yiwang.data.exchange.states import HIGHEST, LIVE, STATES, STEP, STEPS, WAITING, Step
from yiwang.data.laws import api as laws
from yiwang.security.access.api import SYSTEM, Actor, require
from yiwang.security.audit import api as audit
from yiwang.security.audit.api import Record
from yiwang.standards.events import SharingStepped

_WORD: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}\Z")
_FAULTY: Final = {"article_unknown", "law_repealed", "law_not_yet_in_force", "citation_unreadable", "article_number_invalid"}
_REMEDY: Final = "请刷新页面,查看现在可以办理的步骤。"


def draft(given: RequestGiven, *, actor: Actor) -> RequestRow:
    """A new draft of the actor's department."""
    require(actor, "sharing.request", department=actor.department, region=actor.region)
    wanted, remarks = checked(given)
    found = resources.resource(wanted.resource)
    with transaction.atomic():
        row = RequestRow(
            no=f"GX{today():%Y%m%d}-{secrets.token_hex(3).upper()}",
            state="draft",
            lock=0,
            consumer=actor.department,
            consumer_region=actor.region,
            provider=found.department,
            provider_region=found.region,
            made_at=now(),
        )
        _fill(row, wanted, remarks, actor)
        keep(row, "save", "draft", actor, "")
    return row


def edit(request_id: UUID, given: RequestGiven, *, actor: Actor, lock: int) -> RequestRow:
    """The draft with other content."""
    wanted, remarks = checked(given)
    with transaction.atomic():
        row = taken(request_id, "save", actor, lock)
        found = resources.resource(wanted.resource)
        row.provider, row.provider_region = found.department, found.region
        _fill(row, wanted, remarks, actor)
        keep(row, "save", "draft", actor, "")
    return row


def checked(given: RequestGiven) -> tuple[RequestGiven, list[str]]:
    """A request made whole and what should be told about its legal basis; RequestIncomplete names the first field that is wrong."""
    found = resources.resource(given.resource)
    if found.share == "none":
        raise NotShared(title=found.title, reason=found.reason, basis=found.basis)
    names, terms = {one.name for one in found.fields}, resources.terms(found.share)
    fields, operations = tuple(dict.fromkeys(given.fields)), tuple(dict.fromkeys(given.operations))
    wrong = [one for one in fields if one not in names]
    checks: tuple[tuple[bool, str, str], ...] = (
        (bool(fields) and not wrong, "fields", f"请选择需要的数据项{f'(“{wrong[0][:40]}”不在资源中)' if wrong else ''}。只选办事必需的。"),
        (given.purpose_kind in ("matter", "duty"), "purpose_kind", "请说明用于办理事项还是履行职责。"),
        (
            bool(_WORD.match(given.purpose)),
            "purpose",
            "用途代码应为小写字母、数字、点、横线,最长 64 个,如 newborn.household_registration。",
        ),
        (0 < len(given.purpose_title.strip()) <= 200, "purpose_title", "请用一句话写明用途(最长 200 字)。"),
        (0 < len(given.legal_basis.strip()) <= 400, "legal_basis", "请写明法律依据(最长 400 字),如《户口登记条例》第七条。"),
        (0 < len(given.scene.strip()) <= 4000, "scene", "请写明使用场景:谁、在哪个系统、办什么时用。"),
        (bool(operations) and not set(operations) - set(OPERATIONS), "operations", "请选择调用方式:逐条查询、整体下载或变更订阅。"),
        (1 <= given.calls <= terms.most_calls, "calls", f"每秒调用次数应为 1 至 {terms.most_calls}。"),
        (1 <= given.daily <= terms.most_daily, "daily", f"每天查询的数量应为 1 至 {terms.most_daily}。"),
        (
            today() < given.until <= today() + timedelta(days=terms.longest_days),
            "until",
            f"期限应在明天之后、{terms.longest_days} 天之内。",
        ),
    )
    for holds, name, message in checks:
        if not holds:
            raise RequestIncomplete(message, field=name)
    return replace(given, fields=fields, operations=operations), _basis_remarks(given.legal_basis)


def _basis_remarks(text: str) -> list[str]:
    """What a reader should know of a legal basis; a basis that names no law or a wrong article is refused."""
    read = laws.resolve(text, on=today())
    faults = [one for one in read if one.code in _FAULTY]
    if not read or faults:
        said = faults[0].reason if faults else "看不出引用的是哪部法,请写成《法律名称》第几条。"
        raise RequestIncomplete(f"法律依据需要修改:{said}", field="legal_basis")
    return [f"{one.said}:{one.reason}" for one in read if one.reason]


def _fill(row: RequestRow, given: RequestGiven, remarks: list[str], actor: Actor) -> None:
    found = resources.resource(given.resource)
    row.resource, row.resource_title, row.share = found.code, found.title, found.share
    row.conditions = [one.code for one in found.conditions]
    row.fields, row.operations, row.calls, row.until = list(given.fields), list(given.operations), given.calls, given.until
    row.daily = given.daily
    row.purpose, row.purpose_kind, row.purpose_title = given.purpose, given.purpose_kind, given.purpose_title.strip()
    row.legal_basis, row.basis_remarks, row.scene = given.legal_basis.strip(), remarks, given.scene.strip()
    row.contact = actor.name
    if actor.account_id not in row.writers:
        row.writers = [*row.writers, actor.account_id]


def taken(request_id: UUID, name: str, actor: Actor, lock: int) -> RequestRow:
    """The locked row, once everything allows the step. Raises NoSuchRequest, PermissionDenied, StaleRequest, WrongRequestStep."""
    row = RequestRow.objects.select_for_update().filter(id=request_id).first()
    if row is None:
        raise NoSuchRequest()
    rights.side_of(row, actor)
    step = STEP.get(name)
    if step is None or step.side == "system":
        raise WrongRequestStep(no=row.no, state=STATES[row.state], step=name[:20], remedy=_REMEDY)
    if not rights.permitted(row, step, actor):
        department = row.provider if step.side == "provider" else row.consumer
        require(actor, step.permission, department=department, region=row.provider_region if step.side != "consumer" else "")
        raise NoSuchRequest()
    if step.other and actor.account_id in row.writers:
        raise SameOfficial(no=row.no)
    if row.lock != lock:
        raise StaleRequest(no=row.no, state=STATES[row.state])
    if (row.state, name) not in STEPS:
        raise WrongRequestStep(no=row.no, state=STATES[row.state], step=step.name, remedy=_REMEDY)
    return row


def take(request_id: UUID, name: str, *, actor: Actor, lock: int, given: StepGiven) -> RequestRow:
    """One step; see the door."""
    if name in ("save", "issue"):
        raise WrongRequestStep(no="", state="", step=name, remedy="请使用编辑或开通密钥的页面。")
    with transaction.atomic():
        row = taken(request_id, name, actor, lock)
        _told(STEP[name], given)
        note = given.note.strip()[:2000]
        effect = _EFFECTS.get(name)
        if effect is not None:
            effect(row, given, actor)
        before = row.state
        keep(row, name, _after(row, name), actor, note or given.ground)
        if before in LIVE:
            policies.changed()
    return row


def _after(row: RequestRow, name: str) -> str:
    """The state after a step; an officer's agreement is enough where no level asks for the head's."""
    after = STEPS[row.state, name]
    if after == "countersigning" and not resources.above(row.resource, row.fields, signed=row.signed_level):
        return "agreed"
    return after


def _told(step: Step, given: StepGiven) -> None:
    """What the step needs is there."""
    if "note" in step.needs and not given.note.strip():
        raise RequestIncomplete(f"“{step.name}”须写明理由或内容,请填写后再办理。", field="note")
    if "until" in step.needs and given.until is None:
        raise RequestIncomplete("请填写新的最后一天。", field="until")


def keep(row: RequestRow, name: str, state: str, actor: Actor, note: str) -> None:
    """The row, its step, the audit record, the event."""
    row.state, row.lock = state, row.lock + 1
    row.due = _due(row)
    row.save()
    at = now()
    RequestStep.objects.create(
        request=row, step=name, state=state, at=at, by=actor.account_id, by_name=actor.name, department=actor.department, note=note
    )
    detail = {
        "no": row.no,
        "step": name,
        "state": state,
        "resource": row.resource,
        "fields": row.fields,
        "purpose": row.purpose,
        "note": note,
    }
    audit.record(Record(f"sharing.{name}", actor, "sharing_request", str(row.id), detail=detail))
    told = {"consumer": row.consumer, "provider": row.provider, "resource": row.resource, "no": row.no, "title": row.resource_title}
    outbox.emit(SharingStepped(at=at, request_id=str(row.id), step=name, state=state, reason=note, **told))


def _approve(row: RequestRow, given: StepGiven, actor: Actor) -> None:
    row.asked_on = today()


def _supplement(row: RequestRow, given: StepGiven, actor: Actor) -> None:
    if row.supplemented:
        raise WrongRequestStep(no=row.no, state=STATES[row.state], step="再次要求补正", remedy="补正须一次性告知,请按现有材料答复。")
    row.supplemented, row.stops = True, [[today().isoformat(), ""]]


def _resupply(row: RequestRow, given: StepGiven, actor: Actor) -> None:
    start = row.stops[-1][0]
    row.stops = [[start, max(start, today().isoformat())]]
    if given.note.strip():
        row.scene = f"{row.scene}\n\n补正({today()}):{given.note.strip()}"[:8000]


def _extend(row: RequestRow, given: StepGiven, actor: Actor) -> None:
    if row.extended or not resources.terms(row.share).extension.amount:
        raise WrongRequestStep(no=row.no, state=STATES[row.state], step="延期", remedy="答复只能延期一次,无条件共享的不能延期。")
    row.extended = True


def _agree(row: RequestRow, given: StepGiven, actor: Actor) -> None:
    row.agreed_at, row.answer, row.ground = now(), given.note.strip(), ""


def _countersign(row: RequestRow, given: StepGiven, actor: Actor) -> None:
    """The head's signature; not by who agreed."""
    if not resources.above(row.resource, row.fields, signed=row.signed_level):
        raise WrongRequestStep(no=row.no, state=STATES[row.state], step="负责人审签", remedy="没有需要负责人审签的信息项。")
    if row.state == "countersigning":
        last = row.steps.filter(step="agree").order_by("-id").first()
        if last is not None and last.by == actor.account_id:
            raise SameOfficial(no=row.no)
        row.agreed_at = now()
    row.signed_level = HIGHEST


def _rule_agree(row: RequestRow, given: StepGiven, actor: Actor) -> None:
    _agree(row, given, actor)
    row.signed_level = HIGHEST


def _refuse(row: RequestRow, given: StepGiven, actor: Actor) -> None:
    """The ground is a condition of the catalogue that the request does not meet, or a clause that reads."""
    ground = given.ground.strip()
    if ground not in row.conditions:
        read = laws.resolve(ground, on=today()) if ground else []
        if not read or any(one.code in _FAULTY for one in read):
            raise GroundMissing(field="ground")
    row.ground, row.answer = ground[:400], given.note.strip()


def _ask_renewal(row: RequestRow, given: StepGiven, actor: Actor) -> None:
    longest = today() + timedelta(days=resources.terms(row.share).longest_days)
    if given.until is None or not row.until < given.until <= longest:
        raise RequestIncomplete(f"新的最后一天应晚于 {row.until},不晚于 {longest}。", field="until")
    row.renewal_until = given.until


def _renew(row: RequestRow, given: StepGiven, actor: Actor) -> None:
    assert row.renewal_until is not None
    row.until, row.renewal_until = row.renewal_until, None
    policies.prolong(row)


def _decline(row: RequestRow, given: StepGiven, actor: Actor) -> None:
    _refuse(row, given, actor)
    row.renewal_until = None


def _end(row: RequestRow, given: StepGiven, actor: Actor) -> None:
    policies.end_keys(row, "revoked")


def _revoke(row: RequestRow, given: StepGiven, actor: Actor) -> None:
    _refuse(row, given, actor)
    _end(row, given, actor)


_EFFECTS: Final[Mapping[str, Callable[[RequestRow, StepGiven, Actor], None]]] = {
    "approve": _approve,
    "supplement": _supplement,
    "resupply": _resupply,
    "extend": _extend,
    "agree": _agree,
    "countersign": _countersign,
    "rule_agree": _rule_agree,
    "refuse": _refuse,
    "rule_refuse": _refuse,
    "ask_renewal": _ask_renewal,
    "renew": _renew,
    "decline_renewal": _decline,
    "stop": _end,
    "revoke": _revoke,
}


def clock(row: RequestRow, on: date | None = None) -> Deadline | None:
    """The provider's clock while it runs or stands still; None before it starts and after the answer."""
    if row.asked_on is None or row.state not in (*WAITING, "supplementing"):
        return None
    terms = resources.terms(row.share)
    stops = [Stop(date.fromisoformat(one[0]), date.fromisoformat(one[1]) if one[1] else None, "补正", terms.source) for one in row.stops]
    longer = [Extension(terms.extension.amount, terms.extension.unit, "", "")] if row.extended else []
    return derive(row.asked_on, limit=terms.answer, stops=stops, extensions=longer, asof=on or today())


def _due(row: RequestRow) -> date | None:
    found = clock(row)
    return found.due if found else None


def by_system(row: RequestRow, name: str, note: str) -> None:
    """A step of the clock or of the first call, inside the caller's transaction on a locked row."""
    if name == "expire":
        policies.end_keys(row, "retired")
    keep(row, name, STEPS[row.state, name], SYSTEM, note)


def run_clock() -> int:
    """Escalate what was not answered in time and end what has run out; returns how many."""
    done = 0
    late = RequestRow.objects.filter(state__in=("answering", "countersigning"), due__lt=today())
    over = RequestRow.objects.filter(state__in=LIVE, until__lt=today())
    work = (("escalate", late, "提供部门逾期未答复,已告知同级数据主管部门"), ("expire", over, "期限届满"))
    for name, rows, note in work:
        for request_id in rows.values_list("id", flat=True):
            with transaction.atomic():
                row = RequestRow.objects.select_for_update().get(id=request_id)
                if (row.state, name) in STEPS:
                    by_system(row, name, note)
                    done += 1
    if done:
        policies.publish()
    return done
