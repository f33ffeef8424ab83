"""Frozen values that the door gives. Amounts are in fen; ``*_yuan`` texts are for pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """What is shown for a claim: a data element with its owner, or a licence with the matter that issues it."""

    kind: str
    code: str
    name: str
    department: str
    matter: str


@dataclass(frozen=True, slots=True)
class PolicyView:
    """A policy for everybody: what it gives, to whom, from when to when, on which ground; ``left_fen`` of this year's budget."""

    code: str
    title: str
    title_en: str
    department: str
    topic: str
    topic_name: str
    topic_name_en: str
    summary: str
    summary_en: str
    gives: str
    gives_en: str
    legal_basis: str
    document: str
    document_number: str
    opens: date
    closes: date | None
    open: bool
    total_fen: int
    left_fen: int
    left_yuan: str
    second_look: str
    exclusive: tuple[tuple[str, str, str], ...]
    group: str
    conditions: tuple[str, ...]
    evidence: tuple[EvidenceView, ...]
    parameters: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class ShortView:
    """A condition that fails: seen, wanted, by how much, what helps."""

    label: str
    seen: str
    wanted: str
    gap: str
    unit: str
    remedy: str


@dataclass(frozen=True, slots=True)
class MatchView:
    """A policy and the company: yes, near or undetermined; ``score`` orders what can be had, ``told_at`` when it was pushed."""

    policy: str
    title: str
    title_en: str
    gives: str
    gives_en: str
    department: str
    topic: str
    result: str
    result_name: str
    amount_fen: int
    amount_yuan: str
    missing: tuple[str, ...]
    short: tuple[ShortView, ...]
    open: bool
    score: float
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class ConditionView:
    """One condition of the table: what is asked, what was seen, whether it holds (None: not known), its clause, the shortfall."""

    label: str
    seen: str
    holds: bool | None
    clause: str
    gap: str
    unit: str
    remedy: str


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact with its source."""

    name: str
    label: str
    shown: str
    status: str
    department: str
    version: int
    observed_at: str
    note: str
    element: str


@dataclass(frozen=True, slots=True)
class ExplainedView:
    """A policy explained for one company: every condition with the fact seen, what is missing, the licences that are lacking."""

    policy: str
    title: str
    result: str
    reason: str
    amount_fen: int
    amount_yuan: str
    conditions: tuple[ConditionView, ...]
    facts: tuple[FactView, ...]
    missing: tuple[str, ...]
    lacking: tuple[str, ...]
    claim_id: UUID | None


@dataclass(frozen=True, slots=True)
class StageView:
    """One stage of a claim's progress; ``at`` None while it is ahead."""

    key: str
    name: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim as the company or an official of its department sees it."""

    id: UUID
    policy: str
    title: str
    title_en: str
    department: str
    company: str
    company_name: str
    year: int
    state: str
    state_name: str
    amount_fen: int
    amount_yuan: str
    reason: str
    remedy: str
    claimed_by_name: str
    claimed_at: datetime
    reviewed_by_name: str
    second_look: str
    stages: tuple[StageView, ...]
    facts: tuple[FactView, ...]
    clauses: tuple[str, ...]
    acts: tuple[str, ...]
    version: int


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a company wants to be told of: ``off`` nothing at all, ``muted_topics`` all but these."""

    off: bool = False
    muted_topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunView:
    """A matching: companies scanned, decisions made, what came out, messages sent, seconds."""

    id: UUID
    kind: str
    started_at: datetime
    finished_at: datetime | None
    scanned: int
    decided: int
    yes: int
    near: int
    undetermined: int
    pushed: int
    seconds: float


@dataclass(frozen=True, slots=True)
class FunnelView:
    """How far a policy of the department got this year: companies matched, pushed, opened, ignored, claimed, paid; and its budget."""

    policy: str
    title: str
    title_en: str
    matched: int
    pushed: int
    opened: int
    ignored: int
    claimed: int
    refused: int
    paid: int
    total_fen: int
    reserved_fen: int
    spent_fen: int


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One line of a list; the account is masked."""

    number: int
    claim_id: UUID
    title: str
    payee: str
    bank: str
    account: str
    amount_yuan: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class PayListView:
    """A payment list; ``debit_fen`` and ``credit_fen`` are the sums of its ledger, ``intact`` whether its lines are as frozen."""

    id: UUID
    department: str
    number: int
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
    debit_fen: int
    credit_fen: int
    intact: bool
    may_approve: bool
    lines: tuple[PaymentLine, ...]


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """What became of one row of a receipts file: paid, returned, same (told before), refused with the reason."""

    line: int
    number: str
    outcome: str
    message: str


@dataclass(frozen=True, slots=True)
class RankingView:
    """The ranking in force: answers it was learned from, weights (log-odds) with how many answers had the feature. at None: none yet."""

    at: datetime | None
    samples: int
    positives: int
    least: int
    weights: tuple[tuple[str, float, int], ...]


@dataclass(frozen=True, slots=True)
class PolicyRehearsal:
    """A draft replayed over all companies; only the summary is kept.

    ``summary``: scanned, before, after (companies that can have it), before_fen, after_fen (if all claimed), budget_fen, gains, loses,
    undetermined, groups {size, branch, age: [[name, gains, loses, fen]]}.
    """

    id: UUID
    policy: str
    department: str
    at: datetime
    by_name: str
    draft: Mapping[str, Any]
    summary: Mapping[str, Any]
