"""The door of the exchange: verified facts for a stated purpose, and results written back to their owner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from yiwang.data.exchange import agreeing, reporting, standing, verifying
from yiwang.data.exchange.values import Agreement, Claim, ClaimInvalid, Fact, RecordChoice, ReportRefused, Status
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
    "Status",
    "Written",
    "agree",
    "agreements",
    "concerns",
    "end_agreement",
    "records_of",
    "report_back",
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
        department: short code of the deciding department; it must own the register.
        actor: who decided.

    Raises:
        ReportRefused: the department does not own the register.
        NoSuchRegister, NoSuchRow, InvalidInput, AlreadyRegistered: see ``registers.api.write``.
    """
    return reporting.report_back(case_id, register=register, key=key, values=values, department=department, actor=actor)
