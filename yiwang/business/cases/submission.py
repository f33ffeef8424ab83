"""Handing in: the hot path. One transaction, few set-based statements, no ORM; the same key twice is the same case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.base.ids.api import new_id
from yiwang.business.cases import automatic, intake, queries, rights, writing
from yiwang.business.cases.acting import Act, Effect
from yiwang.business.cases.errors import FormIncomplete, NotYours
from yiwang.business.cases.inputs import given_material
from yiwang.business.cases.plan import Plan, plan_of
from yiwang.business.cases.requesting import Request
from yiwang.business.cases.values import Application, CaseView
from yiwang.business.cases.writing import File
from yiwang.business.matters.api import MatterVersion, published
from yiwang.data.exchange.api import Key
from yiwang.security.access.api import Actor, deny
from yiwang.standards.errors import InvalidInput, YiwangError
from yiwang.standards.subjects import Subject

CHANNELS: Final = {"web": "网上", "mobile": "移动端", "window": "窗口", "post": "邮寄", "terminal": "自助终端", "api": "接口"}
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O, U: nothing to mistake when read aloud
_LONGEST_KEY: Final = 64
_LONGEST_RECORD: Final = 60
_PARTS: Final = ("values", "materials", "keys", "answers")


class _Twin(YiwangError):
    """同一次提交已在办理。"""


def submit(application: Application, *, actor: Actor) -> CaseView:
    """See ``api.submit``."""
    checked(application)
    version = published(application.matter)
    if not rights.may_apply(actor, application.applicant, application.agent, version.department, version.region):
        deny(actor, "case.submit", department=version.department, region=version.region)
        raise NotYours("您不能替这位申请人申请:请由本人办理,或先由本人授权您代办。")
    if version.subject_kind not in ("both", application.applicant.kind):
        names = {"person": "个人", "company": "企业"}
        raise InvalidInput(f"「{version.name}」由{names[version.subject_kind]}申请,请切换办事身份后再申请。", field="applicant")
    try:
        with transaction.atomic():
            if twin := _find(application):
                file = twin
            else:
                file = _hand_in(application, version, actor)
    except _Twin:
        found = _find(application)
        assert found is not None, "the key was taken a moment ago"
        file = found
    rights.visible(file.case, actor)
    return queries.view(file, actor)


def checked(application: Application) -> None:
    """Refuse what cannot be an application at all, before anything is asked of anybody."""
    key = application.idempotency_key
    if not isinstance(key, str) or not key.strip() or len(key) > _LONGEST_KEY or "\x00" in key:
        raise InvalidInput(f"提交标识缺失或太长(最多 {_LONGEST_KEY} 个字符),请刷新页面后重新提交。", field="idempotency_key")
    if not isinstance(application.applicant, Subject) or len(application.applicant.key) > _LONGEST_RECORD:
        raise InvalidInput("申请人不正确,请重新登录后再提交。", field="applicant")
    name = application.applicant_name
    if not isinstance(name, str) or not 0 < len(name.strip()) <= 100 or "\x00" in name:
        raise InvalidInput("申请人名称缺失或太长(最多 100 个字),请核对后重新提交。", field="applicant_name")
    if application.channel not in CHANNELS:
        raise InvalidInput(f"没有「{str(application.channel)[:20]}」这种申请渠道。", field="channel")
    for place in _PARTS:
        part = getattr(application, place)
        if not isinstance(part, Mapping) or len(part) > 500 or not all(isinstance(one, str) and len(one) <= 200 for one in part):
            raise InvalidInput("提交的内容格式不对或项目太多,请刷新页面后重新填写。", field=place)
    _checked_members(application)


def _checked_members(application: Application) -> None:
    for name, key in application.keys.items():
        text = key.value if isinstance(key, Key) else key.key if isinstance(key, Subject) else None
        if not isinstance(text, str) or not text or len(text) > _LONGEST_RECORD or "\x00" in text:
            raise InvalidInput(f"「{name[:40]}」的记录编号不正确,请重新选择。", field=name[:40])
    if not all(isinstance(answer, str) and len(answer) <= 200 and "\x00" not in answer for answer in application.answers.values()):
        raise InvalidInput("情形问题的答案格式不对,请重新选择。", field="answers")
    for material, given in application.materials.items():
        given_material(material[:40], given)


def _find(application: Application) -> File | None:
    with writing.raw_cursor() as cursor:
        row = cursor.execute(
            "SELECT id FROM cases_case WHERE applicant = %s AND idempotency_key = %s",
            [str(application.applicant), application.idempotency_key],
            prepare=True,
        ).fetchone()
    return writing.load([row[0]])[0] if row else None


def _hand_in(application: Application, version: MatterVersion, actor: Actor) -> File:
    case_id, at = new_id(), now()
    answers = dict(application.answers)
    plan = plan_of(version, answers)
    found = intake.resolve(_request(case_id, plan, application, actor))
    _refuse_incomplete(found, application, actor)
    act = Act(_file(case_id, at, version, application, actor, found), version, actor, at)
    act.take("submit", Effect(event={"channel": application.channel, "applicant_name": application.applicant_name}))
    automatic.go_on(act, found)
    if not writing.insert(act.file):
        raise _Twin
    act.finish()
    return act.file


def _request(case_id: UUID, plan: Plan, application: Application, actor: Actor) -> Request:
    return Request(
        case_id=case_id,
        plan=plan,
        applicant=application.applicant,
        actor=actor,
        values=application.values,
        materials=application.materials,
        keys=application.keys,
        answers=application.answers,
        channel=application.channel,
        barred=any(one.kind == "commitment" for one in application.materials.values()) and queries.barred(str(application.applicant)),
    )


def _refuse_incomplete(found: intake.Intake, application: Application, actor: Actor) -> None:
    """On line everything that is missing is told at once, before there is a case.

    At a desk, and for a case that follows another by itself, it becomes a supplement.
    """
    errors = dict(found.errors)
    if actor.kind == "citizen":
        missing = [row for row in found.materials if row["state"] == "missing" and row["key"] not in errors]
        errors |= {row["key"]: f"还缺「{row['label']}」:{row['why']}。请上传或选择其他提供方式。" for row in missing}
    if errors:
        raise FormIncomplete(errors, dict(application.values))


def _file(case_id: UUID, at: datetime, version: MatterVersion, application: Application, actor: Actor, found: intake.Intake) -> File:
    agent = application.agent or (
        actor.subject if actor.acting_for == application.applicant and actor.subject != application.applicant else None
    )
    case: dict[str, Any] = {
        "id": str(case_id),
        "no": number(case_id, version.region, at),
        "version": 1,
        "state": "",
        "kind": version.case_kind,
        "matter": version.short,
        "matter_code": version.code,
        "matter_version": str(version.id),
        "matter_name": version.name,
        "department": version.department,
        "region": version.region,
        "legal_limit": version.legal_limit,
        "promised_limit": version.promised_limit,
        "applicant": str(application.applicant),
        "applicant_name": application.applicant_name.strip(),
        "agent": str(agent) if agent else "",
        "channel": application.channel,
        "life_event_id": str(application.life_event_id) if application.life_event_id else None,
        "idempotency_key": application.idempotency_key,
        "handler": "",
        "handler_name": "",
        "waiting_for": "",
        "outcome": "",
        "automatic": False,
        "submitted_at": writing.plain(at),
        "received_at": None,
        "accepted_at": None,
        "decided_at": None,
        "delivered_at": None,
        "closed_at": None,
        "due_on": None,
        "warn_on": None,
        "step_due_on": None,
        "told_late": False,
        "asked_on": None,
        "supplement_items": [],
        "extension": {},
        "fields": found.fields,
        "facts": found.fact_rows(),
        "keys": found.keys(),
        "answers": dict(application.answers),
        "licences": [],
        "package": "",
    }
    return File(case, materials=[{**row, "case_id": case["id"]} for row in found.materials])


def number(case_id: UUID, region: str, at: datetime) -> str:
    """The printed number 办件编号: place, day, and ten letters of the id's random part (50 bits: no sequence to wait for)."""
    tail, value = "", case_id.int & ((1 << 50) - 1)
    for _ in range(10):
        value, digit = divmod(value, 32)
        tail = _ALPHABET[digit] + tail
    return f"{region[:6]}-{at:%Y%m%d}-{tail[:5]}-{tail[5:]}"
