"""The door of benefits 免申即享: found, told, answered, paid, rechecked, recovered; and rehearsed before any of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from yiwang.business.benefits import answering, asking, paying, queries, rechecking, recovering, rehearsing, running
from yiwang.business.benefits.errors import (
    BadAnswer,
    BadReceipts,
    BenefitNotFound,
    ListChanged,
    NothingToPay,
    RunUnderWay,
    SamePerson,
    WrongStep,
)
from yiwang.business.benefits.states import AWARDS
from yiwang.business.benefits.values import (
    AwardView,
    BatchView,
    BenefitParameter,
    BenefitView,
    ConditionLine,
    Explained,
    FactLine,
    FindingView,
    ListView,
    PaymentView,
    ReceiptReport,
    ReceiptRow,
    RecoveryView,
    RehearsalView,
    RunView,
)
from yiwang.security.access.api import Actor

__all__ = [
    "AWARDS",
    "AwardView",
    "BadAnswer",
    "BadReceipts",
    "BatchView",
    "BenefitNotFound",
    "BenefitParameter",
    "BenefitView",
    "ConditionLine",
    "Explained",
    "FactLine",
    "FindingView",
    "ListChanged",
    "ListView",
    "NothingToPay",
    "PaymentView",
    "ReceiptReport",
    "ReceiptRow",
    "RecoveryView",
    "RehearsalView",
    "RunUnderWay",
    "RunView",
    "SamePerson",
    "WrongStep",
    "agree_sources",
    "answer",
    "approve_list",
    "ask_run",
    "awards",
    "bank_file",
    "benefit",
    "benefits",
    "correct",
    "counts",
    "findings",
    "get",
    "judge_finding",
    "lapse",
    "list_of",
    "lists",
    "mine",
    "my_recoveries",
    "on_correction",
    "open_recovery",
    "payments_of",
    "prepare_list",
    "recheck",
    "recover",
    "recoveries",
    "refuse_list",
    "rehearsals",
    "rehearse",
    "run",
    "runs",
    "settle_list",
    "why",
]


def benefits() -> list[BenefitView]:
    """All benefits, with the parameters in force today and their sources."""
    return queries.benefits()


def benefit(code: str) -> BenefitView:
    """One benefit; BenefitNotFound for a wrong code."""
    return queries.benefit(code)


def agree_sources() -> None:
    """Make the sharing agreements under which benefits and the recheck see registers; repeatable."""
    running.agree_sources()


def run(code: str, *, actor: Actor) -> RunView:
    """Decide the whole population of a benefit; find and tell who is entitled and not paid yet.

    Set-based: chunks of 2,000 rows, one SELECT per register and chunk, a transaction per chunk; time grows linearly with the rows
    of the population's register. Run again, or after a crash, it goes on: nobody is found or told twice.

    Raises:
        BenefitNotFound: a wrong code. PermissionDenied: not staff of its department with ``benefit.handle``.
        RunUnderWay: the same benefit is being run. ScanRefused: no agreement. RegistersUnavailable.
    """
    return queries.run(running.run(code, actor=actor))


def ask_run(code: str, *, actor: Actor) -> RunView:
    """Ask for a run without waiting for it: the worker does it and its row shows how far it is; one under way is given back.

    Raises:
        BenefitNotFound: a wrong code. PermissionDenied: not staff of its department with ``benefit.handle``.
    """
    return queries.run(running.ask(code, actor=actor))


def runs(actor: Actor) -> list[RunView]:
    """Runs and rechecks of the actor's department, newest first; PermissionDenied without ``benefit.view``."""
    return queries.runs(actor)


def awards(actor: Actor, *, state: str = "") -> list[AwardView]:
    """Awards of the actor's department, with a state if given, the newest hundred; PermissionDenied without ``benefit.view``."""
    return queries.awards(actor, state=state)


def counts(actor: Actor) -> dict[str, int]:
    """How many awards of the actor's department are in each state; PermissionDenied without ``benefit.view``."""
    return queries.counts(actor)


def mine(actor: Actor) -> list[AwardView]:
    """What was found for the citizen (or whom he acts for), newest first; [] for others."""
    return queries.mine(actor)


def get(award_id: UUID, *, actor: Actor) -> AwardView:
    """One award of the citizen's own, with facts and clauses; BenefitNotFound for everybody else."""
    return queries.get(award_id, actor=actor)


def payments_of(award_id: UUID, *, actor: Actor) -> list[PaymentView]:
    """Payments of an award of the citizen's own, newest month first, accounts masked; BenefitNotFound otherwise."""
    return queries.payments_of(award_id, actor=actor)


def my_recoveries(actor: Actor) -> list[RecoveryView]:
    """Orders to give back that concern the citizen, newest first."""
    return queries.my_recoveries(actor)


def why(code: str, *, actor: Actor) -> list[Explained]:
    """为什么不是我: the conditions, the facts used with their source (each look goes into the diary), what is missing.

    One answer for each record of the citizen (a parent of two has two); [] when the register has none. Stores nothing else.

    Raises:
        BenefitNotFound: a wrong code, or not a signed-in person.
    """
    return asking.why(code, actor=actor)


def answer(award_id: UUID, *, act: str, actor: Actor, version: int = 0, note: str = "") -> AwardView:
    """Confirm or decline (``act``); the same answer again changes nothing; both can be changed later.

    Args:
        award_id: an award of the citizen's own.
        act: 'confirm' or 'decline'.
        actor: the citizen.
        version: what the citizen has seen; 0 does not ask.
        note: his words.

    Raises:
        BenefitNotFound, WrongStep, BadAnswer.
    """
    return queries.award(answering.answer(award_id, act=act, actor=actor, version=version, note=note), who="citizen")


def correct(award_id: UUID, *, name: str, claimed: str, reason: str, actor: Actor, version: int = 0) -> AwardView:
    """Dispute the fact ``name`` at its source: a correction order opens, the award waits and is decided again after the answer.

    Raises:
        BenefitNotFound, WrongStep, BadAnswer, CorrectionInvalid.
    """
    row = answering.correct(award_id, name=name, claimed=claimed, reason=reason, actor=actor, version=version)
    return queries.award(row, who="citizen")


def on_correction(event: Mapping[str, Any]) -> None:
    """Handler of ``correction.closed.v1``: decide again what waited for it; safe to be given the same event twice."""
    answering.on_correction(event)


def lapse(at: datetime | None = None) -> int:
    """Whoever has not answered by his day counts as not confirmed and is reminded once; returns how many. For the hourly job."""
    return answering.lapse(at)


def prepare_list(department: str, *, month: str, actor: Actor) -> ListView:
    """Make and freeze the payment list of a department and month ('2026-03'): confirmed awards not yet paid for it, in bank batches.

    Raises:
        BadAnswer: a wrong or future month. NothingToPay. PermissionDenied: without ``benefit.handle`` there.
    """
    return queries.payment_list(paying.prepare(department, month=month, actor=actor), actor)


def approve_list(list_id: UUID, *, actor: Actor, note: str = "") -> ListView:
    """Approve a frozen list as the second person; the ledger opens: expense = payable.

    Raises:
        SamePerson: the maker may not approve. ListChanged: its lines differ from the digest. WrongStep, BenefitNotFound, PermissionDenied.
    """
    return queries.payment_list(paying.decide(list_id, act="approve", actor=actor, note=note), actor)


def refuse_list(list_id: UUID, *, actor: Actor, note: str) -> ListView:
    """Send a frozen list back with a reason; its awards can be listed again. Raises as ``approve_list``."""
    return queries.payment_list(paying.decide(list_id, act="refuse", actor=actor, note=note), actor)


def lists(actor: Actor) -> list[ListView]:
    """Payment lists of the actor's department, newest first; PermissionDenied without ``benefit.view``."""
    return queries.lists(actor)


def list_of(list_id: UUID, *, actor: Actor) -> tuple[ListView, list[PaymentView]]:
    """One list with its lines, accounts masked; BenefitNotFound for another department's."""
    return queries.list_of(list_id, actor=actor)


def bank_file(list_id: UUID, *, bank: str, actor: Actor) -> bytes:
    """An approved list's batch of one bank as CSV with full accounts; recorded. WrongStep before approval, ListChanged if tampered."""
    return paying.bank_file(list_id, bank=bank, actor=actor)


def settle_list(list_id: UUID, *, data: bytes, actor: Actor) -> ReceiptReport:
    """Import the bank's receipts (CSV 流水号,结果,原因): a report per row; the same file again changes nothing.

    Raises:
        BadReceipts: not such a file. WrongStep: not approved. BenefitNotFound, PermissionDenied.
    """
    return paying.settle(list_id, data=data, actor=actor)


def recheck(department: str, *, actor: Actor) -> RunView:
    """Recheck all a department pays: its awards, and the registers of payments it owns, for death, move, double benefit, ended conditions.

    Awards in doubt are suspended at once. ``entitled`` of the result is the number of new findings. Linear in what is paid.

    Raises:
        PermissionDenied: without ``benefit.handle`` there. RunUnderWay, ScanRefused, RegistersUnavailable.
    """
    return queries.run(rechecking.recheck(department, actor=actor))


def findings(actor: Actor, *, state: str = "") -> list[FindingView]:
    """Findings of the actor's department, newest first; state 'open', 'upheld', 'dismissed'."""
    return queries.findings(actor, state=state)


def judge_finding(finding_id: UUID, *, outcome: str, note: str, actor: Actor) -> FindingView:
    """Uphold ('upheld': the award ends) or dismiss ('dismissed': it is paid again; needs ``benefit.approve``), with a reason.

    Raises:
        BadAnswer, WrongStep, BenefitNotFound, PermissionDenied.
    """
    return queries.finding(rechecking.judge(finding_id, outcome=outcome, note=note, actor=actor))


def open_recovery(finding_id: UUID, *, actor: Actor) -> RecoveryView:
    """Explain an upheld finding to who received the money and ask for it within 30 working days; again gives the same order.

    Raises:
        WrongStep: not upheld, or nothing wrongly paid. BenefitNotFound, PermissionDenied.
    """
    return queries.recovery(recovering.open_recovery(finding_id, actor=actor))


def recoveries(actor: Actor) -> list[RecoveryView]:
    """Recovery orders of the actor's department, newest first."""
    return queries.recoveries(actor)


def recover(recovery_id: UUID, *, act: str, actor: Actor, version: int, inputs: Mapping[str, str]) -> RecoveryView:
    """'agree_instalments' (instalments), 'repay' (amount in yuan) or 'waive' (note; needs ``benefit.approve``).

    Raises:
        BadAnswer, WrongStep, BenefitNotFound, PermissionDenied.
    """
    return queries.recovery(recovering.perform(recovery_id, act=act, inputs=inputs, actor=actor, version=version))


def rehearse(code: str, *, actor: Actor, parameters: Mapping[str, str] | None = None, table: bytes | None = None) -> RehearsalView:
    """Replay draft parameters (name → text) or a draft table (DMN) over the population; only the summary is kept.

    ``summary``: scanned, before, after (entitled), before_fen, after_fen (a month), gains, loses, undetermined, disagreeing (entitled if
    another register were right), groups {age, sex, district: [[name, gains, loses, fen]]}, cliffs [[steps from the threshold, people]],
    missing {fact: people}.

    Raises:
        BadAnswer: an unknown parameter or a table that asks other facts. InvalidModel. BenefitNotFound, PermissionDenied, ScanRefused.
    """
    return queries.rehearsal(rehearsing.rehearse(code, actor=actor, parameters=parameters or {}, table=table))


def rehearsals(actor: Actor, *, code: str = "") -> list[RehearsalView]:
    """Rehearsals of the actor's department, newest first."""
    return queries.rehearsals(actor, code=code)
