"""What every act of the room writes beside its change: the audit record with the row's content, and the event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from yiwang.base.outbox import api as outbox
from yiwang.evaluation.ratings.models import Rating
from yiwang.security.access.api import Actor
from yiwang.security.audit import api as audit
from yiwang.standards.events import BadRatingAnswered, BadRatingClosed, BadRatingOpened, CaseRated


def content(row: Rating) -> dict[str, object]:
    """What of a rating is proven: what was said, and how far its handling is."""
    return {
        "case_id": str(row.case_id),
        "rater": row.rater,
        "level": row.level,
        "reasons": list(row.reasons),
        "text": row.text,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "state": row.state,
        "version": row.version,
        "ground": row.ground,
        "finding": row.finding,
        "measures": row.measures,
        "answer": row.answer,
        "content": row.content,
    }


def contents(refs: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """The proven content of ratings by id, for the verification of evidence."""
    return {str(row.id): content(row) for row in Rating.objects.filter(id__in=refs)}


def record(act: str, row: Rating, *, actor: Actor, detail: Mapping[str, object]) -> None:
    """The audit record of one act, in the caller's transaction."""
    audit.record(audit.Record(f"rating.{act}", actor, "rating", str(row.id), case_id=row.case_id, detail=dict(detail), row=content(row)))


def tell_rated(row: Rating, at: datetime) -> None:
    """The events of a new rating."""
    shared = _shared(row, at)
    events: list[outbox.Envelope] = [CaseRated(rating_id=str(row.id), level=row.level, bad=row.bad, **shared)]
    if row.bad:
        events.append(BadRatingOpened(rating_id=str(row.id), level=row.level, due=row.due_on, **shared))
    outbox.emit_many(events)


def tell_answered(row: Rating, at: datetime) -> None:
    """The event of an answer to the applicant."""
    outbox.emit(BadRatingAnswered(rating_id=str(row.id), answer=row.answer, **_shared(row, at)))


def tell_closed(row: Rating, at: datetime) -> None:
    """The event of an end: dismissed, resolved, or unresolved when the applicant stays dissatisfied."""
    outcome = "dismissed" if row.state == "dismissed" else "unresolved" if row.content == "no" else "resolved"
    outbox.emit(BadRatingClosed(rating_id=str(row.id), outcome=outcome, on_time=not row.late_steps, **_shared(row, at)))


def _shared(row: Rating, at: datetime) -> dict[str, Any]:
    return {
        "at": at,
        "case_id": str(row.case_id),
        "case_no": row.case_no,
        "matter": row.matter,
        "matter_name": row.matter_name,
        "department": row.department,
        "region": row.region,
        "applicant": row.rater,
        "life_event_id": "" if row.life_event_id is None else str(row.life_event_id),
    }
