"""Frozen values that the door gives. Amounts are in fen; ``*_yuan`` texts are for pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class BenefitParameter:
    """A dated value that the table compares with: the table's name for it, in words, the value of the day, its source, since when.

    ``code`` names it in the law library.
    """

    name: str
    label: str
    value: str
    unit: str
    source: str
    since: date
    code: str


@dataclass(frozen=True, slots=True)
class BenefitView:
    """A benefit as the catalogue shows it, with the parameters in force today and their sources."""

    code: str
    name: str
    name_en: str
    department: str
    legal_basis: str
    summary: str
    summary_en: str
    matter: str
    parameters: tuple[BenefitParameter, ...]


@dataclass(frozen=True, slots=True)
class RunView:
    """A run: rows scanned (of ``total``), who is entitled or undetermined and not paid yet, who is paid already, whom it told, seconds.

    ``state``: waiting, running, done, failed.
    """

    id: UUID
    kind: str
    benefit: str
    name: str
    department: str
    by_name: str
    started_at: datetime
    finished_at: datetime | None
    scanned: int
    entitled: int
    undetermined: int
    receiving: int
    told: int
    seconds: float
    state: str
    state_name: str
    total: int
    error: str


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact a decision used: label, value in words, where from.

    ``status`` as the exchange says; 'unknown': only the person knows; 'not_asked': the register that leads to it has no record yet.

    ``element``, ``key``, ``held`` are what a dispute needs ('' where there is nothing to dispute).
    """

    name: str
    label: str
    shown: str
    status: str
    department: str
    observed_at: str
    note: str
    element: str
    key: str
    held: str


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """One condition of the table: what is asked about, the whole condition in words, what was seen, whether it holds (None: not
    known), the clause."""

    label: str
    test: str
    seen: str
    holds: bool | None
    clause: str


@dataclass(frozen=True, slots=True)
class Explained:
    """为什么是我 / 为什么不是我: result, reason, the conditions and facts it rests on, and what is missing."""

    benefit: str
    name: str
    about: str
    result: str
    reason: str
    amount_fen: int
    receiving: bool
    clauses: tuple[str, ...]
    conditions: tuple[ConditionLine, ...]
    facts: tuple[FactLine, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AwardView:
    """An award as its recipient or an official of its department sees it."""

    id: UUID
    benefit: str
    name: str
    name_en: str
    department: str
    recipient: str
    recipient_name: str
    state: str
    state_name: str
    amount_fen: int
    amount_yuan: str
    reason: str
    told_at: datetime | None
    answer_due: date | None
    missing: tuple[str, ...]
    note: str
    correction_id: UUID | None
    version: int
    facts: tuple[FactLine, ...]
    clauses: tuple[str, ...]
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PaymentView:
    """One payment of a month; the account is masked."""

    id: UUID
    number: int
    benefit: str
    name: str
    month: str
    recipient_name: str
    bank: str
    account: str
    amount_yuan: str
    state: str
    state_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class BatchView:
    """A bank's share of a list."""

    bank: str
    count: int
    total_fen: int
    paid_fen: int
    returned_fen: int


@dataclass(frozen=True, slots=True)
class ListView:
    """A payment list; ``debit_fen`` and ``credit_fen`` are the sums of its ledger, ``intact`` whether its lines are as frozen."""

    id: UUID
    department: str
    month: str
    sequence: int
    state: str
    state_name: str
    count: int
    total_fen: int
    total_yuan: str
    without_account: int
    digest: str
    prepared_by_name: str
    prepared_at: datetime
    approved_by_name: str
    note: str
    batches: tuple[BatchView, ...]
    debit_fen: int
    credit_fen: int
    intact: bool
    may_approve: bool


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """What became of one row of a receipts file: paid, returned, same (told before), refused with the reason."""

    line: int
    number: str
    outcome: str
    message: str


@dataclass(frozen=True, slots=True)
class ReceiptReport:
    """A receipts file row by row."""

    rows: tuple[ReceiptRow, ...]
    paid: int
    returned: int
    same: int
    refused: int


@dataclass(frozen=True, slots=True)
class FindingView:
    """A payment the recheck holds for wrong."""

    id: UUID
    source: str
    benefit: str
    department: str
    holder: str
    holder_name: str
    cause: str
    cause_name: str
    since: date
    months: int
    wrong_fen: int
    wrong_yuan: str
    explanation: str
    state: str
    state_name: str
    note: str
    found_at: datetime
    recovery_id: UUID | None


@dataclass(frozen=True, slots=True)
class RecoveryView:
    """A recovery order; ``left_fen`` is what is still owed."""

    id: UUID
    department: str
    debtor: str
    state: str
    state_name: str
    owed_fen: int
    owed_yuan: str
    repaid_fen: int
    waived_fen: int
    left_fen: int
    left_yuan: str
    instalments: int
    explanation: str
    due: date
    note: str
    version: int


@dataclass(frozen=True, slots=True)
class RehearsalView:
    """A rehearsal's summary; see ``rehearsing`` for its members."""

    id: UUID
    benefit: str
    name: str
    department: str
    at: datetime
    by_name: str
    draft: Mapping[str, Any]
    summary: Mapping[str, Any]
