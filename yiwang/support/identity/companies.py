"""法定代表人: who may act for a company is asked of the company register, never of the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from yiwang.base.clock.api import now
from yiwang.base.ids.api import new_id
from yiwang.data.exchange import api as exchange
from yiwang.security.access.api import SYSTEM, Actor
from yiwang.standards.errors import Unavailable
from yiwang.standards.identifiers import credit_code as credit_codes
from yiwang.standards.subjects import Subject
from yiwang.support.identity import rows
from yiwang.support.identity.errors import NotEntitled
from yiwang.support.identity.models import CompanyLink

PURPOSE: Final = "identity.legal_representative"
LEGAL_BASIS: Final = "《中华人民共和国市场主体登记管理条例》第八条"
_REPRESENTATIVE: Final = "company.legal_representative_id_number"
_NAME: Final = "company.name"
_STATUS: Final = "company.status"
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class CompanyView:
    """A company the person may act for, and since when the register said so."""

    id: UUID
    subject: Subject
    name: str
    verified_at: datetime


def agree_sources() -> None:
    """Conclude the sharing agreement this room needs (set-up; repeating it changes nothing)."""
    exchange.agree(PURPOSE, elements=[_REPRESENTATIVE, _NAME, _STATUS], consumer_department="data", legal_basis=LEGAL_BASIS)


def link_company(actor: Actor, *, credit_code: str) -> CompanyView:
    """Ask the company register whether the actor is legal representative; if so, ``act_for`` works from now on.

    Raises:
        BadIdentifier: the credit code is wrong (says where).
        NotEntitled: the register names somebody else or nobody.
        Unavailable: the register did not answer.
    """
    company = Subject("company", credit_codes.parse(credit_code).code)
    if actor.subject is None or actor.subject.kind != "person":
        raise NotEntitled(subject=company.masked, cause="请先以个人身份登录")
    link_id = new_id()  # also the thread under which the person finds this look-up in the diary
    with transaction.atomic():
        claims = [exchange.Claim(element, company) for element in (_REPRESENTATIVE, _NAME, _STATUS)]
        found = exchange.verify(link_id, claims=claims, purpose=PURPOSE, legal_basis=LEGAL_BASIS, actor=actor)
        facts = {fact.element: fact for fact in found}
        holder = facts[_REPRESENTATIVE]
        if holder.status in ("verified", "absent", "disagrees") and holder.value == actor.subject.key and holder.status == "verified":
            return _kept(link_id, actor.subject, company, facts)
    # the exchange denies a company's data to whom no record ties to it: that is an answer, unless nobody has agreed to share
    if holder.status == "unavailable" or (holder.status == "denied" and not exchange.agreements(PURPOSE)):
        raise Unavailable(f"暂时查不到企业登记({holder.note or holder.status}),请稍后再试。")
    raise NotEntitled(subject=company.masked, cause="登记机关的登记中您不是该企业的法定代表人,如有变更请先办理变更登记")


def _kept(link_id: UUID, person: Subject, company: Subject, facts: dict[str, exchange.Fact]) -> CompanyView:
    row = CompanyLink(
        id=link_id,
        person_key=person.key,
        credit_code=company.key,
        company_name=str(facts[_NAME].value or company.masked),
        source={"department": facts[_REPRESENTATIVE].source_department, "version": str(facts[_REPRESENTATIVE].source_version)},
        verified_at=now(),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            rows.write("company.linked", row, actor=SYSTEM, detail={"credit_code": company.key})
    except IntegrityError:
        row = CompanyLink.objects.get(person_key=person.key, credit_code=company.key, ended_at=None)
    return _view(row)


def companies(actor: Actor) -> list[CompanyView]:
    """The companies the actor may act for."""
    if actor.subject is None:
        return []
    return [_view(row) for row in CompanyLink.objects.filter(person_key=actor.subject.key, ended_at=None).order_by("company_name")]


def recheck_links() -> int:
    """Ask the register again about links not looked at for a day; those it no longer confirms end. Returns how many ended.

    A register that does not answer changes nothing: the link is asked about again next time.
    """
    old = CompanyLink.objects.filter(ended_at=None, verified_at__lt=now() - timedelta(days=1)).order_by("verified_at")[:_AT_ONCE]
    return sum(_recheck(row) for row in old)


@transaction.atomic
def _recheck(row: CompanyLink) -> int:
    claim = exchange.Claim(_REPRESENTATIVE, Subject("company", row.credit_code))
    (fact,) = exchange.verify(row.id, claims=[claim], purpose=PURPOSE, legal_basis=LEGAL_BASIS, actor=SYSTEM)
    if fact.usable and fact.value == row.person_key:
        CompanyLink.objects.filter(id=row.id).update(verified_at=now())
        return 0
    return end_links(row.credit_code, person_key=row.person_key) if fact.usable or fact.status == "absent" else 0


def end_links(credit_code: str, *, person_key: str = "") -> int:
    """End the links of a company (after its representative changed), all or one person's; returns how many."""
    found = CompanyLink.objects.filter(credit_code=credit_code, ended_at=None)
    if person_key:
        found = found.filter(person_key=person_key)
    with transaction.atomic():
        ended = list(found.select_for_update())
        for row in ended:
            row.ended_at = now()
            row.save(update_fields=["ended_at"])
            rows.write("company.link_ended", row, actor=SYSTEM, detail={"credit_code": credit_code})
    return len(ended)


def _view(row: CompanyLink) -> CompanyView:
    return CompanyView(row.id, Subject("company", row.credit_code), row.company_name, row.verified_at)
