"""After each result: what may start now, what cannot start any more, whether all has ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from yiwang.base.clock.api import now, today
from yiwang.base.outbox.api import emit
from yiwang.business.life_events import proven
from yiwang.business.life_events.models import LifeEvent, Step
from yiwang.business.life_events.values import Status
from yiwang.security.access.api import SYSTEM
from yiwang.standards.events import LifeEventCompleted

OVER: Final = frozenset({"ended", "cannot_start", "withdrawn"})
OUTCOMES: Final = {
    "yes": "已办成",
    "no": "不予批准",
    "withdrawn": "已撤回",
    "terminated": "已终止",
    "not_accepted": "不予受理",
    "revoked": "已撤销",
    "lapsed": "逾期未补正",
}


def locked(life_event_id: UUID) -> tuple[LifeEvent, list[Step]]:
    """The life event and its steps, held until the transaction ends: acts on one life event happen one after the other."""
    event = LifeEvent.objects.select_for_update().get(id=life_event_id)
    return event, list(Step.objects.filter(life_event=event).order_by("seq"))


def end(step: Step, outcome: str, *, why: str = "") -> None:
    """Note the result of a step; what did not end with yes says why and what can be done."""
    step.state, step.outcome, step.ended_on = "ended", outcome, today()
    if outcome != "yes":
        step.reason = why or f"「{step.name}」{OUTCOMES[outcome]}。"
        step.remedy = "" if outcome == "withdrawn" else "可以补齐条件后重新申请,也可以依法申请行政复议或提起行政诉讼。"
    step.save()


def advance(event: LifeEvent, steps: Sequence[Step]) -> bool:
    """Let the others follow what has just changed, in the caller's transaction; True when something may start now."""
    by_key = {one.key: one for one in steps}
    ready = False
    moved = True
    while moved:  # a step that cannot start stops those behind it, so look until nothing moves
        moved = False
        for one in steps:
            if one.state == "waiting" and (moved := _follow(one, [by_key[key] for key in one.depends_on]) or moved):
                ready = ready or one.state == "to_start"
    before = event.status
    event.status = status_of(steps)
    if event.completed_at is None and all(one.state in OVER for one in steps):
        _complete(event)
    if event.status != before or event.completed_at:
        event.save(update_fields=["status", "completed_at", "lock"])
    proven.record("advanced", event, steps, actor=SYSTEM, detail={"status": event.status})
    return ready


def _follow(one: Step, before: Sequence[Step]) -> bool:
    """Move one waiting step if its predecessors allow or forbid it; True when it moved."""
    failed = next((other for other in before if other.state in OVER and other.outcome != "yes"), None)
    if failed is not None:
        one.state = "cannot_start"
        one.reason = f"前一步「{failed.name}」{OUTCOMES.get(failed.outcome, '没有办成')},这个事项不能发起。"
        one.remedy = f"解决「{failed.name}」的问题后,可以单独申请这个事项;您已填写的内容会自动带出。"
    elif all(other.state == "ended" for other in before):
        one.state, one.next_try_at = "to_start", now()
    else:
        return False
    one.save()
    return True


def _complete(event: LifeEvent) -> None:
    event.completed_at = now()
    if not (event.once and event.status == "completed"):
        event.lock = ""  # the record may have this life event again
    outcome = {"completed": "complete", "withdrawn": "withdrawn"}.get(event.status, "partial")
    emit(
        LifeEventCompleted(
            at=event.completed_at,
            life_event_id=str(event.id),
            code=event.code,
            title=event.title,
            applicant=event.applicant,
            outcome=outcome,
        )
    )


def status_of(steps: Sequence[Step]) -> Status:
    """The one status of all: what the applicant has to do comes first."""
    if any(one.state == "needs_input" for one in steps):
        return "needs_you"
    if any(one.state not in OVER for one in steps):
        return "in_progress"
    yes = sum(one.outcome == "yes" for one in steps)
    if yes == len(steps):
        return "completed"
    if yes:
        return "partly_completed"
    return "withdrawn" if any(one.outcome == "withdrawn" or one.state == "withdrawn" for one in steps) else "refused"
