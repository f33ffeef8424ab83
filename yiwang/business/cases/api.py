"""The door of the cases room 办件: hand in, handle, look at, explain, archive.

Every act is one transaction: the change, its audit record (an evidence leaf), its event; nothing else. Everybody sees only
what his part in the case needs: the applicant and his agent their own, the handling department's staff by permission, leaders
and auditors of the region; to everybody else the case does not exist (CaseNotFound).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from yiwang.base.clock.api import Deadline
from yiwang.business.cases import archiving, clockwork, journey, preparing, queries, rehearsing, replaying, striking, submission
from yiwang.business.cases.values import (
    ActionView,
    Application,
    CaseRow,
    CaseView,
    DocumentView,
    Explanation,
    FactView,
    FieldView,
    GivenMaterial,
    InputOrigin,
    InputView,
    LedgerRow,
    MaterialView,
    PackageCheck,
    Page,
    Prepared,
    PreparedField,
    PreparedMaterial,
    ReasonView,
    RehearsedCase,
    Source,
    StepView,
    TableRehearsal,
    TickReport,
    TodoFilter,
)
from yiwang.data.exchange.api import Key
from yiwang.data.quality.api import Correction
from yiwang.rules.api import Model
from yiwang.security.access.api import Actor
from yiwang.standards.subjects import Subject

__all__ = [
    "ActionView", "Application", "CaseRow", "CaseView", "DocumentView", "Explanation", "FactView", "FieldView", "GivenMaterial",
    "InputOrigin", "InputView", "Key", "LedgerRow", "MaterialView", "PackageCheck", "Page", "Prepared", "PreparedField",
    "PreparedMaterial", "ReasonView", "RehearsedCase", "Source", "StepView", "TableRehearsal", "TickReport", "TodoFilter",
    "actions", "archive_package", "by_no", "check_package", "counts", "deadline", "dispute", "explanation", "get", "history", "ledger",
    "mine", "of_life_event", "origins", "perform", "prepare", "rehearse_table", "replay", "submit", "tick", "todo",
]  # fmt: skip


def submit(application: Application, *, actor: Actor) -> CaseView:
    """Hand in one application: facts verified, materials found, decided where the law lets a table decide; one transaction.

    The same ``idempotency_key`` of the same applicant answers with the same case, whatever else is in the application.
    Where ``decision_mode`` is instant the case comes back decided, its licence signed; where the table cannot tell or an
    official must look, it comes back ``submitted`` with ``waiting_for`` naming the one thing that would settle it.

    Raises:
        FormIncomplete: fields or materials are missing or wrong, all of them by key, nothing typed is lost.
        MatterNotOpen: the matter is suspended, cancelled or not yet in force.
        NotFound: no such matter. NotYours: the actor may not apply for this applicant.
    """
    return submission.submit(application, actor=actor)


def prepare(
    matter: str,
    *,
    applicant: Subject,
    actor: Actor,
    keys: Mapping[str, Key | Subject] | None = None,
    answers: Mapping[str, str] | None = None,
) -> Prepared:
    """What the form of a matter looks like for this applicant: fields prefilled from their registers, how each material is obtained.

    Writes nothing but the access records (the applicant sees them in his diary).
    """
    return preparing.prepare(matter, applicant=applicant, actor=actor, keys=keys or {}, answers=answers or {})


def perform(case_id: UUID, *, action: str, actor: Actor, version: int, inputs: Mapping[str, Any] | None = None) -> CaseView:
    """Take one step of the table in ``states.py``; ``version`` is the version the actor has seen.

    Raises:
        CaseNotFound, BadAction, NotYours, FormIncomplete (inputs, by key), WrongState, Hindered, Stale (somebody was faster).
    """
    return journey.perform(case_id, action=action, actor=actor, version=version, inputs=inputs or {})


def actions(case_id: UUID, *, actor: Actor) -> list[ActionView]:
    """The steps this actor may take now, each with the inputs it needs, its clause, and what hinders it if anything does."""
    return journey.actions(case_id, actor=actor)


def get(case_id: UUID, *, actor: Actor) -> CaseView:
    """The case as this actor may see it; a stranger gets CaseNotFound.

    Staff see personal values unmasked only while a step of theirs needs them.
    """
    return queries.get(case_id, actor=actor)


def by_no(case_no: str, *, actor: Actor) -> CaseView:
    """The same, by the printed number 办件编号."""
    return queries.by_no(case_no, actor=actor)


def mine(actor: Actor, *, page: str = "", size: int = 20) -> Page:
    """Cases of the applicant (or of whom he acts for, or where he is the agent), newest first; ``page`` is the cursor ``Page.next``."""
    return queries.mine(actor, cursor=page, size=size)


def todo(actor: Actor, *, filter: TodoFilter | None = None, page: str = "", size: int = 20) -> Page:
    """What waits for this member of staff in his department, the most urgent first (by the day the step is due)."""
    return queries.todo(actor, wanted=filter or TodoFilter(), cursor=page, size=size)


def counts(actor: Actor) -> dict[str, int]:
    """Number of open cases of the actor's department by state, plus ``late`` (red) and ``all``."""
    return queries.counts(actor)


def of_life_event(life_event_id: UUID, *, actor: Actor) -> list[CaseRow]:
    """The cases of one life event that this actor may see, in the order of submission."""
    return queries.of_life_event(life_event_id, actor=actor)


def history(case_id: UUID, *, actor: Actor) -> list[StepView]:
    """Every step of the case, oldest first."""
    return queries.history(case_id, actor=actor)


def ledger(case_id: UUID, *, actor: Actor) -> list[LedgerRow]:
    """The 免提交 ledger: for every field and material how it was obtained, with provenance, and why the applicant had to give it if so."""
    return queries.ledger(case_id, actor=actor)


def deadline(case_id: UUID) -> Deadline | None:
    """The promised deadline with stops and extension, which can show itself day by day; None before acceptance.

    For system use and for pages that have called ``get``.
    """
    return clockwork.deadline(case_id)


def explanation(case_id: UUID, *, actor: Actor) -> Explanation | None:
    """The latest decision (or undetermined attempt) condition by condition, each with its clause; None before any."""
    return replaying.explanation(case_id, actor=actor)


def origins(case_id: UUID, *, actor: Actor) -> tuple[InputOrigin, ...]:
    """Where each input of the latest decision came from, and the conditions it was looked at in; () before any decision."""
    return replaying.origins(case_id, actor=actor)


def rehearse_table(table: str, *, model: Model, actor: Actor, limit: int = 500) -> TableRehearsal:
    """Read the newest ``limit`` (≤ 5,000) recorded decisions of a table (its file name) of the actor's department with another model.

    Only counts and masked examples come back, no case is named; audited. Raises PermissionDenied without ``table.view``.
    """
    return rehearsing.rehearse_table(table, model=model, actor=actor, limit=limit)


def replay(case_id: UUID, *, actor: Actor) -> bool:
    """Recompute every automatic decision of the case from its stored inputs with the stored table; True when all come out the same."""
    return replaying.replay(case_id, actor=actor)


def dispute(
    case_id: UUID | None, *, element: str, key: Subject | Key, held_value: object, claimed_value: object, reason: str, actor: Actor
) -> Correction:
    """Dispute a prefilled value: opens a correction order with a clock at the department that owns the element."""
    return preparing.dispute(
        case_id, element=element, key=key, held_value=held_value, claimed_value=claimed_value, reason=reason, actor=actor
    )


def archive_package(case_id: UUID, *, actor: Actor) -> bytes:
    """The archive package of an ended case (ZIP): metadata XML, application, facts, documents, decision, licences, log, signed manifest."""
    return archiving.package(case_id, actor=actor)


def check_package(package: bytes) -> list[PackageCheck]:
    """The four checks of an archive package: 真实性 完整性 可用性 安全性. Never raises: a broken file is a failed check."""
    return archiving.check(package)


def tick(at: datetime) -> TickReport:
    """Let the clock act; safe to repeat and to run twice at once.

    Deemed acceptance, lapse of supplements, end of stops, late deferred materials, late cases told once.
    """
    return striking.tick(at)
