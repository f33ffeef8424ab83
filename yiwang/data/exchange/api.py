"""The door of the exchange: verified facts for a stated purpose, and results written back to their owner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from yiwang.data.exchange import agreeing, reporting, scanning, standing, verifying
from yiwang.data.exchange.values import Agreement, Claim, ClaimInvalid, Fact, RecordChoice, ReportRefused, ScanRefused, ScanRow, Status
from yiwang.data.registers import api as registers
from yiwang.data.registers.api import Key, Value, Written
from yiwang.security.access.api import Actor
from yiwang.standards.subjects import Subject

__all__ = [
    "Agreement",
    "Claim",
    "ClaimInvalid",
    "Fact",
    "Key",
    "RecordChoice",
    "ReportRefused",
    "ScanRefused",
    "ScanRow",
    "Status",
    "Written",
    "agree",
    "agreements",
    "changed",
    "concerns",
    "cross_values",
    "end_agreement",
    "records_of",
    "report_back",
    "scan",
    "size",
    "verify",
]


def verify(case_id: UUID | None, *, claims: Sequence[Claim], purpose: str, legal_basis: str, actor: Actor) -> list[Fact]:
    """The facts of the claims, in their order, fetched from their authoritative registers.

    A fact is 'denied' when no agreement for (purpose, element) is in force, when an official asks for a purpose of another
    department, or when a citizen asks about somebody who is neither himself, his principal nor related to him by a record.
    Every access, allowed or not, is recorded in the transaction of the caller before this returns.

    Args:
        case_id: the case it is for; None for a preview before submission.
        claims: elements and whose they are.
        purpose: the matter's code or short key, as in the agreement.
        legal_basis: the clause that allows it, for the person's diary.
        actor: who asks.

    Raises:
        UnknownElement: an element that the catalogue does not have.
        ClaimInvalid: a key the element's register cannot be found by.
    """
    return verifying.verify(case_id, claims=claims, purpose=purpose, legal_basis=legal_basis, actor=actor)


def size(register: str) -> int:
    """How many rows a register has, for saying how far a scan is; no row is read. Raises NoSuchRegister, RegistersUnavailable."""
    return registers.size(register)


def scan(
    purpose: str,
    *,
    register: str,
    elements: Sequence[str],
    legal_basis: str,
    actor: Actor,
    keys: Sequence[str] | None = None,
    by: str = "person",
    chunk: int = 2000,
) -> Iterator[tuple[ScanRow, ...]]:
    """Rows of one register for a population, chunk by chunk, under the agreements of a purpose.

    For acts that concern everybody (finding who is entitled, rechecking payments). Each chunk writes one audit record
    ``exchange.scan`` with purpose, basis, elements and the number of rows, in the caller's transaction: not one per person, for
    nobody's row is shown to anybody. Whoever acts on what was found about a person uses ``verify``, which writes that person's diary.
    One SELECT by key range per chunk: cost and memory grow with the rows read and with the chunk, not with the register.

    Args:
        purpose: as in the agreements.
        register: whose rows.
        elements: what is read; all of this register and all agreed for the purpose.
        legal_basis: the clause that allows it.
        actor: the system, a machine, or staff of the department of the agreement.
        keys: only rows found by these keys (one reading, several rows per key possible); all rows when left out.
        by: kind of the keys: 'person', 'birth' …
        chunk: rows per chunk.

    Raises:
        ScanRefused: no agreement for an element, another department, or a citizen; the refusal is recorded.
        UnknownElement, NoSuchRegister, RegistersUnavailable.
    """
    return scanning.scan(purpose, register=register, elements=elements, legal_basis=legal_basis, actor=actor, keys=keys, by=by, chunk=chunk)


def changed(
    purpose: str, *, register: str, since: datetime, legal_basis: str, actor: Actor, by: str = "company", limit: int = 5000
) -> tuple[list[str], datetime]:
    """Keys of the rows of a register that were written after ``since`` (oldest first), and when the register was last loaded as a whole.

    For who must look again at what has changed: keys only, no value. One audit record where something has changed.

    Args:
        purpose: one whose agreements share an element of this register.
        register: whose rows.
        since: a moment; rows written at it do not count.
        legal_basis: the clause that allows it.
        actor: the system, a machine, or staff of the department of the agreement.
        by: kind of the keys.
        limit: the most keys at once.

    Raises:
        ScanRefused: no agreement, another department, or a citizen; the refusal is recorded.
        NoSuchRegister, RegistersUnavailable.
    """
    return scanning.changed(purpose, register=register, since=since, legal_basis=legal_basis, actor=actor, by=by, limit=limit)


def cross_values(purpose: str, *, element: str, legal_basis: str, actor: Actor, keys: Sequence[str]) -> dict[str, Value]:
    """What other registers hold for an element (the catalogue's ``cross``), by key: for comparing a population, under its agreement.

    One SELECT and one audit record per other register. Keys that no other register knows are left out.

    Raises:
        ScanRefused: as for ``scan``.
    """
    return scanning.cross_values(purpose, element=element, legal_basis=legal_basis, actor=actor, keys=keys)


def records_of(
    case_id: UUID | None, *, subject: Subject, kinds: Sequence[str], purpose: str, legal_basis: str, actor: Actor
) -> list[RecordChoice]:
    """Records that belong to a subject, for a form to choose from; the look is recorded. Nothing for a stranger.

    Args:
        case_id: the case or None.
        subject: whose records.
        kinds: 'birth', 'property', 'household', 'person' (spouse, children), 'company'.
        purpose: matter code or short key.
        legal_basis: the clause.
        actor: who asks.
    """
    return verifying.records_of(case_id, subject=subject, kinds=kinds, purpose=purpose, legal_basis=legal_basis, actor=actor)


def concerns(actor: Actor, key: Subject | Key) -> bool:
    """Whether an actor has to do with a subject or record: his own, his principal's, or tied to them by a register.

    True for officials, machines and the system, whom permission and agreement hold instead; False for the anonymous.
    """
    return not standing.strangers(actor, [key])


def agree(
    purpose: str, *, elements: Sequence[str], consumer_department: str, legal_basis: str, valid_until: date | None = None
) -> list[Agreement]:
    """Let a purpose see elements from today on; agreeing again renews basis and end. UnknownElement for a wrong code."""
    return agreeing.agree(
        purpose, elements=elements, consumer_department=consumer_department, legal_basis=legal_basis, valid_until=valid_until
    )


def end_agreement(purpose: str, *, elements: Sequence[str] | None = None) -> int:
    """End agreements today (all of the purpose, or those elements); they stay readable. Returns how many."""
    return agreeing.end(purpose, elements=elements)


def agreements(purpose: str = "", *, element: str = "", department: str = "", ended: bool = False) -> list[Agreement]:
    """Agreements in force (with ``ended`` also past ones), filtered by purpose, element or consumer department."""
    return agreeing.listing(purpose, element=element, department=department, ended=ended)


def report_back(case_id: UUID, *, register: str, key: Subject | Key, values: Mapping[str, Value], department: str, actor: Actor) -> Written:
    """Write a case's result into its owner's register: version + 1, the old value stays readable; in the caller's transaction.

    ``person`` with ``Key('birth', record_no)`` registers a newborn and gives it an identity number (``Written.key``).

    Args:
        case_id: the case that decided it; the same case writing again changes nothing.
        register: name of the register.
        key: subject or record.
        values: by column or by element code (``person.name`` = ``name``).
        department: short code of the deciding department; it must own the register or be one of its contributors.
        actor: who decided.

    Raises:
        ReportRefused: the department neither owns the register nor contributes to it.
        NoSuchRegister, NoSuchRow, InvalidInput, AlreadyRegistered: see ``registers.api.write``.
    """
    return reporting.report_back(case_id, register=register, key=key, values=values, department=department, actor=actor)
