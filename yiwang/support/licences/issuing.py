"""Issuing: numbers, documents, signatures, one INSERT, one record for each."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from yiwang.base.clock.api import now
from yiwang.base.ids.api import new_id
from yiwang.base.statements.api import insert
from yiwang.security.access.api import Actor, require
from yiwang.security.audit.api import Record, record_many
from yiwang.security.keys.api import encrypt, ensure, sign_many
from yiwang.security.masking.api import mask
from yiwang.standards.identifiers import licence_id as identifiers
from yiwang.standards.subjects import Subject
from yiwang.support.identity.api import Department, department
from yiwang.support.licences import ending, evidence, queries, words
from yiwang.support.licences.errors import NoLicence, WrongHolder
from yiwang.support.licences.kinds import Kind, kind
from yiwang.support.licences.states import NAMES
from yiwang.support.licences.words import Licence, NewLicence

_HOLDERS = {"person": "个人", "company": "企业"}
_SERIAL = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_COLUMNS = {
    "id": "uuid",
    "number": "text",
    "kind": "text",
    "holder": "text",
    "holder_name": "text",
    "department": "text",
    "document": "bytea",
    "signature": "bytea",
    "key_name": "text",
    "key_version": "int",
    "valid_from": "date",
    "valid_to": "date",
    "version": "int",
    "replaces": "text",
    "state": "text",
    "state_reason": "text",
    "state_at": "timestamptz",
    "case_id": "uuid",
    "issued_at": "timestamptz",
}


@dataclass(frozen=True, slots=True)
class _Draft:
    """A licence about to be signed."""

    new: NewLicence
    kind: Kind
    issuer: Department
    number: str
    version: int
    term: date | None
    document: bytes
    value: dict[str, Any]


def issue_many(case_id: UUID | None, *, licences: Sequence[NewLicence], actor: Actor, collect: list[Record] | None) -> list[Licence]:
    """Make licences in the caller's transaction; their records are written, or handed to ``collect`` for the caller to write."""
    if case_id is None:
        for new in licences:
            require(actor, "licence.issue", department=new.department)
    drafts = [_draft(new, case_id, actor) for new in licences]
    made, rows, records = [], [], []
    for draft, signature in zip(drafts, _signatures(drafts), strict=True):
        licence, row = _row(draft, signature, case_id)
        made.append(licence)
        rows.append(row)
        records.append(_record(draft, licence, row, actor))
    _insert(rows)
    if collect is None:
        record_many(records)
    else:
        collect.extend(records)
    return made


def _draft(new: NewLicence, case_id: UUID | None, actor: Actor) -> _Draft:
    of, issuer = kind(new.kind), department(new.department)
    if of.holder not in ("any", new.holder.kind):
        raise WrongHolder(name=of.name, expected=_HOLDERS[of.holder])
    old = _replaced(new, of)
    serial, version = _serial(new.valid_from), 1
    if old is not None:
        ending.replaced(old, case_id=case_id, actor=actor)
        parts = identifiers.parse(old.licence.number)
        new = replace(new, replaces=old.licence.number)
        if (parts.type, parts.issuer) == (of.type_code, issuer.credit_code):
            serial, version = parts.serial, old.licence.version + 1
    number = identifiers.make(of.type_code, issuer.credit_code, serial, version)
    term = new.valid_to or _term(new.valid_from, of.valid_years)
    names = (of.name, issuer.name, issuer.credit_code)
    document, value = words.document(new, number=number, version=version, names=names, issued_on=now().date(), term=term)
    return _Draft(new, of, issuer, number, version, term, document, value)


def _replaced(new: NewLicence, of: Kind) -> queries.Stored | None:
    """The licence whose place the new one takes, locked."""
    if new.replaces:
        found = queries.stored("number = %s FOR UPDATE", [new.replaces])
        if not found or found[0].licence.holder != new.holder:
            raise NoLicence()
        return found[0]
    if not of.single or new.holder.kind == "person":  # a person may found several companies before they hold their own licences
        return None
    found = queries.stored(
        "holder = %s AND kind = %s AND state IN ('valid', 'suspended') ORDER BY issued_at DESC LIMIT 1 FOR UPDATE",
        [queries.holder_digest(new.holder), new.kind],
    )
    return found[0] if found else None


def _serial(on: date) -> str:
    """20 characters: the day and twelve random ones, unique without asking anybody (the number is unique in the table)."""
    return f"{on:%Y%m%d}" + "".join(secrets.choice(_SERIAL) for _ in range(12))


def _term(start: date, years: int) -> date | None:
    """The last day of a term of so many years; 29 February ends on the 28th."""
    if not years:
        return None
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28)


def _signatures(drafts: Sequence[_Draft]) -> list[tuple[bytes, str, int]]:
    """Each document signed by the key of its issuing department, in order."""
    signed: dict[int, tuple[bytes, str, int]] = {}
    for code in {draft.new.department for draft in drafts}:
        own = [at for at, draft in enumerate(drafts) if draft.new.department == code]
        name = key_name(code)
        ensure(name)
        for at, signature in zip(own, sign_many(name, [drafts[at].document for at in own]), strict=True):
            signed[at] = (signature.value, signature.key_name, signature.key_version)
    return [signed[at] for at in range(len(drafts))]


def key_name(department_code: str) -> str:
    """The name of a department's signing key."""
    return f"department:{department_code}"


def _row(draft: _Draft, signature: tuple[bytes, str, int], case_id: UUID | None) -> tuple[Licence, dict[str, Any]]:
    new, at, identity = draft.new, now(), new_id()
    holder: Subject = new.holder
    licence = Licence(
        id=identity,
        number=draft.number,
        kind=new.kind,
        name=draft.kind.name,
        holder=holder,
        holder_name=new.holder_name,
        department=new.department,
        issuer=draft.issuer.name,
        data=draft.value["data"],
        valid_from=new.valid_from,
        valid_to=draft.term,
        version=draft.version,
        replaces=new.replaces,
        state="valid",
        state_name=NAMES["valid"],
        state_reason="",
        case_id=case_id,
        issued_at=at,
    )
    row = {name: getattr(licence, name) for name in _COLUMNS if hasattr(licence, name)}
    row |= {
        "holder": queries.holder_digest(holder),
        "holder_name": mask(new.holder_name, "name") if holder.kind == "person" else new.holder_name,
        "document": encrypt(draft.document, context=queries.context(draft.number)),
        "signature": signature[0],
        "key_name": signature[1],
        "key_version": signature[2],
        "state_at": at,
    }
    return licence, row


def _record(draft: _Draft, licence: Licence, row: dict[str, Any], actor: Actor) -> Record:
    content = evidence.row(
        number=licence.number,
        state="valid",
        reason="",
        document=row["document"],
        signature=row["signature"],
        holder=row["holder"],
        term=draft.term.isoformat() if draft.term else "",
    )
    detail = {"number": licence.number, "kind": licence.kind, "department": licence.department, "replaces": licence.replaces}
    return Record("licence.issue", actor, "licence", str(licence.id), licence.case_id, detail, content)


def _insert(rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    insert("licence", _COLUMNS, [[row[name] for name in _COLUMNS] for row in rows])
