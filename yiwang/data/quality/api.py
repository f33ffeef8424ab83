"""The door of quality 数据质量与核实纠错: rules, runs and scores; disputed values, checked at their source in ten working days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from yiwang.data.exchange.api import Key
from yiwang.data.quality import accepting, journey, ordering, queries, rulebook, running, scoring
from yiwang.data.quality.report import (
    DepartmentQuality,
    FailingView,
    OrdersInvalid,
    QualityFigure,
    QualityReport,
    QualityRun,
    Raised,
    Result,
    Rulebook,
    RulebookChanged,
    Scores,
    Scoring,
    ScoringChanged,
    ScoringInvalid,
    Suggestion,
    Trial,
    UnknownResource,
    UnknownRule,
)
from yiwang.data.quality.rulebook import KINDS
from yiwang.data.quality.scoring import GRADES
from yiwang.data.quality.values import Correction, CorrectionAnswered, CorrectionInvalid, CorrectionNotFound, Outcome
from yiwang.security.access.api import Actor, require
from yiwang.standards.subjects import Subject

__all__ = [
    "GRADES",
    "KINDS",
    "Correction",
    "CorrectionAnswered",
    "CorrectionInvalid",
    "CorrectionNotFound",
    "DepartmentQuality",
    "FailingView",
    "OrdersInvalid",
    "Outcome",
    "QualityFigure",
    "QualityReport",
    "QualityRun",
    "Raised",
    "Result",
    "Rulebook",
    "RulebookChanged",
    "Scores",
    "Scoring",
    "ScoringChanged",
    "ScoringInvalid",
    "Suggestion",
    "Trial",
    "UnknownResource",
    "UnknownRule",
    "accept",
    "answer",
    "attempt",
    "dimensions",
    "failing",
    "failing_ids",
    "figure",
    "figures",
    "get",
    "mine",
    "open_correction",
    "overview",
    "raise_orders",
    "report",
    "run",
    "run_all",
    "save_rules",
    "save_scoring",
    "scoring_history",
    "tick",
    "todo",
]


def dimensions() -> Mapping[str, str]:
    """The six dimensions of GB/T 36344 by their two digits."""
    found: Mapping[str, str] = scoring.standard()["dimensions"]
    return found


def run(resource: str, *, actor: Actor) -> QualityRun:
    """Check a resource now, keep the run, close the orders of rows that pass.

    A register that does not answer gives a run with ``available`` False and score 0; earlier failing rows and orders stay.

    Raises:
        UnknownResource: no rules for it. PermissionDenied: without ``quality.edit`` in its department.
    """
    return running.run(resource, actor=actor)


def run_all() -> int:
    """Check every resource with rules (the daily job); returns how many."""
    return running.run_all()


def attempt(resource: str, rule: Mapping[str, Any], *, actor: Actor) -> Trial:
    """Try a rule on the first 2,000 rows; nothing is kept but the record that it was tried.

    Raises:
        RuleInvalid: it cannot run. UnknownResource. PermissionDenied. RegistersUnavailable.
    """
    return running.attempt(resource, rule, actor=actor)


def save_rules(resource: str, *, rules: Sequence[Mapping[str, Any]], note: str, version: int, actor: Actor) -> Rulebook:
    """Keep the rules as the next version; they hold from the next run on.

    Args:
        version: the version that was edited (0: the shipped rules).

    Raises:
        RuleInvalid: a rule cannot run, or no note. RulebookChanged: somebody was faster. UnknownResource. PermissionDenied.
    """
    return rulebook.save(resource, rules=rules, note=note, version=version, actor=actor)


def scoring_history(actor: Actor) -> list[Scoring]:
    """Every version of weights and limits, the one in force first; PermissionDenied without ``quality.view``."""
    require(actor, "quality.view")
    return scoring.history()


def save_scoring(*, weights: Mapping[str, float], green: float, yellow: float, note: str, version: int, actor: Actor) -> Scoring:
    """Change how scores are put together, for every resource from its next run on and for departments at once.

    Args:
        weights: by dimension, each 0 to 1, 1 in all. green, yellow: from which score (0 to 1). version: the one that was edited.

    Raises:
        ScoringInvalid: what and why. ScoringChanged: somebody was faster. PermissionDenied: no data officer of the data bureau.
    """
    return scoring.save(weights=weights, green=green, yellow=yellow, note=note, version=version, actor=actor)


def overview(actor: Actor) -> list[DepartmentQuality]:
    """Scores of every department by its resources' last runs, the worst first; PermissionDenied without ``quality.view``."""
    return queries.overview(actor)


def figures(actor: Actor) -> list[QualityFigure]:
    """Figures of the resources of the actor's department; PermissionDenied without ``quality.view``."""
    return queries.figures(actor)


def figure(resource: str) -> QualityFigure | None:
    """Score and grade of a resource, for everybody (the open portal shows it); None before its first run."""
    return queries.figure(resource)


def report(resource: str, *, actor: Actor) -> QualityReport:
    """Rules, last run, trend and open orders of a resource of the actor's department; UnknownResource for anybody else."""
    return queries.report(resource, actor)


def failing(resource: str, *, rule: str, actor: Actor, page: int = 1) -> tuple[Result, list[FailingView], int]:
    """A rule's result in the last run, 50 of its kept failing rows (masked), and how many are kept (at most 1,000).

    Raises:
        UnknownResource: also for another department. UnknownRule: not in the last run.
    """
    return queries.failing(resource, rule, actor, page=page)


def failing_ids(resource: str, *, rule: str, actor: Actor) -> Sequence[UUID]:
    """The failing rows of a rule without an order, at most 500; UnknownResource for another department."""
    return queries.failing_ids(resource, rule, actor)


def raise_orders(resource: str, *, rule: str, failing: Sequence[UUID], actor: Actor) -> Raised:
    """Open a correction order for each failing row at its owner; rows with an open order, or upheld as they are, are left out.

    Raises:
        OrdersInvalid: none, or more than 500. UnknownResource. PermissionDenied: without ``quality.edit`` there.
    """
    return ordering.raise_orders(resource, rule=rule, failing=failing, actor=actor)


def accept(run_id: UUID, *, actor: Actor) -> QualityRun:
    """Make a run the one that drift compares with. UnknownResource: no such run, or another department's. PermissionDenied."""
    return accepting.accept(run_id, actor=actor)


def open_correction(
    case_id: UUID | None, *, element: str, key: Subject | Key, held_value: str, claimed_value: str, reason: str, actor: Actor
) -> Correction:
    """Dispute a value at the department that owns it; the clock of ten working days starts.

    A citizen may dispute only his own data or that of a record related to him; an official any. The same person disputing
    the same element again while one is open gets the open one back.

    Raises:
        CorrectionInvalid: no claimed value or reason, or the claim equals the held value or breaks the element's rule.
        Forbidden: a citizen disputing a stranger's data; an anonymous visitor.
        UnknownElement: no such element.
    """
    return journey.open_correction(
        case_id, element=element, key=key, held_value=held_value, claimed_value=claimed_value, reason=reason, actor=actor
    )


def answer(correction_id: UUID, *, outcome: Outcome, note: str, actor: Actor, value: str = "") -> Correction:
    """Answer for the owner: 'corrected' writes the claimed value into the register as a new version, 'upheld' needs a reason.

    Args:
        value: for an order of a rule, which claims nothing: what is right.

    Raises:
        CorrectionNotFound: no such order, or of another department.
        Forbidden: without the permission ``correction.handle``.
        CorrectionAnswered: already answered.
        CorrectionInvalid: unknown outcome, or no note.
    """
    return journey.answer(correction_id, outcome=outcome, note=note, actor=actor, value=value)


def get(correction_id: UUID, *, actor: Actor) -> Correction:
    """One order, for who opened it, whom it is about, or the owner's staff; CorrectionNotFound for everybody else."""
    return journey.get(correction_id, actor=actor)


def todo(actor: Actor) -> list[Correction]:
    """Open orders of the actor's department, most urgent first; [] without the permission."""
    return journey.todo(actor)


def mine(actor: Actor) -> list[Correction]:
    """Orders that the actor opened, newest first."""
    return journey.mine(actor)


def tick(at: datetime | None = None) -> int:
    """Escalate orders past their last day; returns how many. Called by the periodic job."""
    return journey.tick(at)
