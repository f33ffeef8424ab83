"""亲友代办 and companies: for whom an actor may act besides themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from yiwang.base.clock.api import now, today
from yiwang.security.access.api import Actor
from yiwang.standards.errors import NotFound
from yiwang.standards.identifiers import id_card
from yiwang.standards.subjects import Subject
from yiwang.support.identity import rows
from yiwang.support.identity.errors import BadDelegation, NotEntitled
from yiwang.support.identity.models import CompanyLink, Delegation

ALL_MATTERS = "*"


@dataclass(frozen=True, slots=True)
class DelegationView:
    """A delegation as either side sees it; ``scope`` holds short keys of matters, or ``*`` for all."""

    id: UUID
    grantor: Subject
    grantor_name: str
    agent: Subject
    agent_name: str
    scope: tuple[str, ...]
    until: date
    consent: str
    created_at: datetime
    revoked_at: datetime | None
    in_force: bool


def _view(row: Delegation) -> DelegationView:
    return DelegationView(
        id=row.id,
        grantor=Subject("person", row.grantor_key),
        grantor_name=row.grantor_name,
        agent=Subject("person", row.agent_key),
        agent_name=row.agent_name,
        scope=tuple(row.scope),
        until=row.until,
        consent=row.consent,
        created_at=row.created_at,
        revoked_at=row.revoked_at,
        in_force=row.revoked_at is None and row.until >= today(),
    )


def delegate(actor: Actor, *, agent_id_number: str, agent_name: str, scope: Sequence[str], until: date, consent: str) -> DelegationView:
    """Let somebody act for the actor.

    Args:
        actor: the one who grants; a citizen acting for themselves.
        agent_id_number: whom to trust, by identity number, with ``agent_name``.
        scope: short keys of the matters, or ``["*"]``.
        until: the last day, at most a year away (setting ``YIWANG_DELEGATION_DAYS``).
        consent: the words the grantor agreed to; kept as they were shown.

    Raises:
        BadDelegation: naming what is missing. BadIdentifier: the number is wrong.
    """
    longest = today() + timedelta(days=getattr(settings, "YIWANG_DELEGATION_DAYS", 365))
    agent = id_card.parse(agent_id_number).number
    grantor = actor.subject
    causes = {
        "只有本人登录后才能委托他人": grantor is None or grantor.kind != "person" or actor.acting_for is not None,
        "不能委托自己": grantor is not None and grantor.key == agent,
        "没有填写受托人姓名": not agent_name.strip(),
        "没有选择可以代办的事项": not scope,
        f"截止日期应在今天至 {longest.isoformat()} 之间": not today() <= until <= longest,
        "没有确认委托内容": not consent.strip(),
    }
    wrong = [cause for cause, is_so in causes.items() if is_so]
    if wrong or grantor is None:
        raise BadDelegation(f"委托没有生效:{'、'.join(wrong)}。请补充后再提交。")
    with transaction.atomic():
        row = Delegation.objects.create(
            grantor_key=grantor.key,
            grantor_name=actor.name,
            agent_key=agent,
            agent_name=agent_name.strip()[:100],
            scope=sorted(set(scope)),
            until=until,
            consent=consent,
            created_at=now(),
        )
        rows.write("delegation.granted", row, actor=actor, detail={"scope": row.scope, "until": until.isoformat()})
    return _view(row)


def delegations(actor: Actor) -> list[DelegationView]:
    """Those the actor granted and those the actor may use, newest first, ended ones too."""
    if actor.subject is None:
        return []
    mine = Q(grantor_key=actor.subject.key) | Q(agent_key=actor.subject.key)
    return [_view(row) for row in Delegation.objects.filter(mine).order_by("-created_at")]


@transaction.atomic
def revoke_delegation(delegation_id: UUID, *, actor: Actor) -> DelegationView:
    """End a delegation at once; grantor and agent both may. NotFound for anybody else."""
    key = actor.subject.key if actor.subject else ""
    row = Delegation.objects.select_for_update().filter(Q(grantor_key=key) | Q(agent_key=key), pk=delegation_id).first()
    if row is None:
        raise NotFound("没有找到这份委托,可能不属于您。")
    if row.revoked_at is None:
        row.revoked_at = now()
        row.save(update_fields=["revoked_at"])
        rows.write("delegation.revoked", row, actor=actor)
    return _view(row)


def act_for(actor: Actor, subject: Subject, *, matter: str = "") -> Actor:
    """The actor, acting for somebody: a relative who delegated, or a company they legally represent.

    Args:
        actor: a signed-in citizen.
        subject: for whom. The actor's own subject gives the actor acting for themselves again.
        matter: short key; when given, the delegation must cover it.

    Raises:
        NotEntitled: no delegation or link in force, or it does not cover the matter.
    """
    if actor.subject is None:
        raise NotEntitled(subject=subject.masked, cause="请先以个人身份登录")
    if subject == actor.subject:
        return replace(actor, acting_for=None)
    if subject.kind == "company":
        if not CompanyLink.objects.filter(person_key=actor.subject.key, credit_code=subject.key, ended_at=None).exists():
            raise NotEntitled(subject=subject.masked, cause="登记机关的登记中您不是该企业的法定代表人,请先核验法定代表人身份")
        return replace(actor, acting_for=subject)
    in_force = Delegation.objects.filter(
        grantor_key=subject.key, agent_key=actor.subject.key, revoked_at=None, until__gte=today()
    ).values_list("scope", flat=True)
    scopes = list(in_force)
    if not scopes:
        raise NotEntitled(subject=subject.masked, cause="对方没有委托您,或委托已到期、已撤销")
    if matter and not any(ALL_MATTERS in scope or matter in scope for scope in scopes):
        raise NotEntitled(subject=subject.masked, cause="委托的事项范围不包括这个事项,请对方扩大委托范围")
    return replace(actor, acting_for=subject)


def require_matter(actor: Actor, matter: str) -> None:
    """Refuse an actor whose delegation ended meanwhile or does not cover this matter; the same check as ``act_for``."""
    if actor.acting_for is not None and actor.kind == "citizen":
        act_for(actor, actor.acting_for, matter=matter)
