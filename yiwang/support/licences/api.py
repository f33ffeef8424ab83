"""The door of licences: electronic licences issued, found, shown, checked and ended.

Identifiers by GB/T 36904; the document is canonical JSON (RFC 8785) signed with SM2 over SM3 by the issuing department's key.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from yiwang.base.clock.api import now
from yiwang.data.registers.api import Persona
from yiwang.security.access.api import Actor, may
from yiwang.security.audit.api import AccessRecord, Record, record_access_many
from yiwang.standards.subjects import Subject
from yiwang.support.licences import ending, issuing, offline, presenting, queries, seeding
from yiwang.support.licences.errors import (
    NoLicence,
    NotInForce,
    PresentationEnded,
    ReasonNeeded,
    TextUnusable,
    UnknownAct,
    UnknownField,
    UnknownKind,
    WrongHolder,
)
from yiwang.support.licences.kinds import Kind, KindField, kind, kinds
from yiwang.support.licences.states import ACTS, BY_HAND, CODES, NAMES
from yiwang.support.licences.words import Licence, NewLicence, Presentation, Verification

__all__ = [
    "ACTS",
    "BY_HAND",
    "CODES",
    "NAMES",
    "Kind",
    "KindField",
    "Licence",
    "NewLicence",
    "NoLicence",
    "NotInForce",
    "Presentation",
    "PresentationEnded",
    "ReasonNeeded",
    "TextUnusable",
    "UnknownAct",
    "UnknownField",
    "UnknownKind",
    "Verification",
    "WrongHolder",
    "cancel",
    "change",
    "check_bundle",
    "check_number",
    "check_presented",
    "expire_due",
    "find",
    "get",
    "held",
    "issue_many",
    "kind",
    "kinds",
    "listing",
    "offline_bundle",
    "present",
    "restore",
    "revoke",
    "revoke_as_penalty",
    "seed_city",
    "seed_licences",
    "suspend",
]


def issue_many(case_id: UUID | None, *, licences: Sequence[NewLicence], actor: Actor, collect: list[Record] | None = None) -> list[Licence]:
    """Make and sign licences in the caller's transaction: one INSERT; returns them in order.

    With a case the decision of the case is the authority; without one the actor needs ``licence.issue`` for the department.
    A licence that replaces another (named, or the only one of its kind) takes its serial and the next version; the old one
    becomes ``replaced``. ``collect``: give a list to receive the audit records and write them with your own.

    Raises:
        UnknownKind, WrongHolder: not in the catalogue, or not for this kind of holder.
        NoLicence, NotInForce: what is to be replaced is not the holder's, or already ended.
        PermissionDenied: without a case and without the permission.
    """
    return issuing.issue_many(case_id, licences=licences, actor=actor, collect=collect)


def find(holder: Subject, *, kinds: Sequence[str]) -> list[Licence]:
    """Licences in force of a holder, of these kinds, newest first: one SELECT. For rooms that act for a case (they record the access)."""
    return queries.in_force(holder, kinds) if kinds else []


def held(actor: Actor) -> list[Licence]:
    """All licences of the actor (or of whom he represents), newest first, ended ones too; nobody else's list exists."""
    holder = actor.represents
    if holder is None:
        return []
    rows = queries.stored("holder = %s AND state <> 'replaced' ORDER BY issued_at DESC", [queries.holder_digest(holder)])
    return [row.licence for row in rows]


def get(licence_id: UUID, *, actor: Actor, case_id: UUID | None = None) -> Licence:
    """One licence: for its holder; for officials of the issuing department, or of another for a named case, who are recorded
    in the holder's diary.

    Raises:
        NoLicence: for everybody else, as if it did not exist.
    """
    return _readable(licence_id, actor, case_id).licence


def listing(actor: Actor, *, state: str = "", kind: str = "", number: str = "", page: int = 1) -> list[dict[str, Any]]:
    """For officials: their own department's licences, newest first, 50 a page, holders masked; ``number``: one. Needs ``licence.view``.

    Raises:
        NoLicence: without the permission, or a namesake department of another region.
    """
    if actor.department:
        ending.require_region(actor, actor.department)
    if not may(actor, "licence.view", department=actor.department):
        raise NoLicence()
    condition = (
        "department = %s AND (%s = '' OR state = %s) AND (%s = '' OR kind = %s) AND (%s = '' OR number = %s)"
        " ORDER BY issued_at DESC LIMIT 50 OFFSET %s"
    )
    number = number.strip().upper()[:80].replace("\x00", "")
    place = (min(max(page, 1), 10_000) - 1) * 50
    rows = queries.stored(condition, [actor.department, state, state, kind, kind, number, number, place])
    return [
        {"id": row.licence.id, "number": row.licence.number, "kind": row.licence.kind, "name": row.licence.name}
        | {"holder": row.masked_name, "state": row.licence.state, "state_name": row.licence.state_name}
        | {"valid_from": row.licence.valid_from, "valid_to": row.licence.valid_to, "issued_at": row.licence.issued_at}
        for row in rows
    ]


def present(licence_id: UUID, *, actor: Actor, minutes: int = 10, fields: Sequence[str] = (), base_url: str = "") -> Presentation:
    """Show a licence for 1–60 minutes: a random token (only its hash is kept) in a QR code of ``base_url`` + path.

    ``fields``: labels on the face that the scanner may see; none given means all. Only the holder may show.

    Raises:
        NoLicence: not the holder's. NotInForce: not valid now. UnknownField: a label that is not on the face.
    """
    found = queries.by_id(licence_id)
    if found is None or actor.represents is None or found.licence.holder != actor.represents:
        raise NoLicence()
    return presenting.present(found.licence, minutes=minutes, fields=fields, base_url=base_url)


def check_presented(token: str) -> Verification:
    """What the scanner of a code sees: the chosen fields, signature, state and evidence; every look is counted.

    Raises:
        PresentationEnded: unknown or out of time.
    """
    return presenting.check_presented(token)


def check_number(number: str, *, holder_name: str) -> Verification:
    """Public check by number and the holder's full name: state and signature; fields only of kinds that anybody may verify.

    Raises:
        NoLicence: number and name do not belong together.
    """
    return presenting.check_number(number, holder_name=holder_name)


def offline_bundle(licence_id: UUID, *, actor: Actor | None = None) -> dict[str, Any]:
    """JSON-able bundle that verifies without us: document, signature, public key, state as of now, evidence receipt (or None
    while the leaf waits). ``actor`` given: asked as in ``get``; not given: the caller has asked.

    Raises:
        NoLicence: no such licence, or not readable by the actor.
    """
    found = queries.by_id(licence_id) if actor is None else _readable(licence_id, actor, None)
    if found is None:
        raise NoLicence()
    return offline.make(found)


def check_bundle(bundle: dict[str, Any], *, trusted: Sequence[str] = ()) -> list[str]:
    """Pure: what is wrong with a bundle (nothing: it holds). ``trusted``: PEMs of issuers that the checker knows already."""
    return offline.check(bundle, trusted)


def change(licence_id: UUID, *, act: str, reason: str, actor: Actor, basis: str = "") -> Licence:
    """One of ``BY_HAND`` on a licence; ``basis``: the clause it rests on, '' for the one in ``ACTS``. The holder is told, whoever
    verifies sees it at once. Needs ``licence.revoke`` for the issuing department.

    Raises:
        NoLicence: unknown, or the actor is no official of the region. PermissionDenied: another department or role.
        UnknownAct: no act of an official's. ReasonNeeded: no reason. TextUnusable: more than 500 or 200 characters.
        NotInForce: the state does not allow it.
    """
    return ending.perform(licence_id, act, reason=reason, actor=actor, basis=basis)


def revoke(licence_id: UUID, *, reason: str, actor: Actor, basis: str = "") -> Licence:
    """撤销: the licence should not have been issued (行政许可法 69); refusals as for ``change``."""
    return change(licence_id, act="revoke", reason=reason, actor=actor, basis=basis)


def revoke_as_penalty(licence_id: UUID, *, reason: str, actor: Actor) -> Licence:
    """吊销, a penalty (行政处罚法 9); refusals as for ``revoke``."""
    return ending.perform(licence_id, "revoke_as_penalty", reason=reason, actor=actor)


def cancel(licence_id: UUID, *, reason: str, actor: Actor) -> Licence:
    """注销: the holder has died, closed, given it back (行政许可法 70); refusals as for ``revoke``."""
    return ending.perform(licence_id, "cancel", reason=reason, actor=actor)


def suspend(licence_id: UUID, *, reason: str, actor: Actor) -> Licence:
    """暂扣; refusals as for ``revoke``."""
    return ending.perform(licence_id, "suspend", reason=reason, actor=actor)


def restore(licence_id: UUID, *, reason: str, actor: Actor) -> Licence:
    """A suspended licence is valid again; refusals as for ``revoke``."""
    return ending.perform(licence_id, "restore", reason=reason, actor=actor)


def expire_due(today: date) -> int:
    """End every licence whose last day lies before the date; returns how many."""
    return ending.expire_due(today)


def seed_licences(rows: Sequence[NewLicence], *, progress: seeding.Progress | None = None) -> int:
    """Issue existing licences in bulk by the system, signed for real, in transactions of a thousand; returns how many."""
    return seeding.seed(rows, progress)


def seed_city(personas: Sequence[Persona], *, progress: seeding.Progress | None = None) -> int:
    """The licences that the demonstration city's personas already hold (identity cards, marriage, property, business licences …),
    with what the registers say; returns how many were made. A second call makes nothing.
    """
    return seeding.seed_city(personas, progress)


def _readable(licence_id: UUID, actor: Actor, case_id: UUID | None) -> queries.Stored:
    found = queries.by_id(licence_id)
    if found is None:
        raise NoLicence()
    licence = found.licence
    if actor.kind == "system" or (actor.represents is not None and licence.holder == actor.represents):
        return found
    permission = "licence.view" if case_id is None else "case.view"
    own = licence.department if case_id is None else actor.department
    if actor.kind != "staff" or not may(actor, permission, department=own):
        raise NoLicence()
    reason = "查阅本部门颁发的证照" if case_id is None else "凭办件查阅证照"
    access = AccessRecord(
        case_id=case_id,
        actor_name=actor.name,
        department=actor.department,
        purpose=f"licence.{licence.kind}",
        legal_basis="《国务院关于在线政务服务的若干规定》第十条",
        subject=licence.holder,
        elements=tuple(licence.data),
        allowed=True,
        reason=reason,
        at=now(),
    )
    record_access_many([access])
    return found
