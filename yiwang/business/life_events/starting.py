"""Starting matters: each becomes a case in a transaction of its own; what cannot start now is kept and tried again."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.business.cases import api as cases
from yiwang.business.cases.api import GivenMaterial
from yiwang.business.life_events import advancing, definitions, planning, proven
from yiwang.business.life_events.advancing import locked
from yiwang.business.life_events.models import LifeEvent, Step
from yiwang.data.exchange.api import Key
from yiwang.security.access.api import Actor
from yiwang.standards.errors import InvalidInput, Unavailable, YiwangError
from yiwang.standards.subjects import Subject

_log = logging.getLogger("yiwang.life_events")
LONGEST_WAIT: Final = 3600
AT_ONCE: Final = 200
# Refusals that trying again does not change; anything else is tried again.
_FINAL_CODES: Final = frozenset({"matter_not_open", "not_in_use", "no_such_matter", "unknown_matter"})


def start_now(life_event_id: UUID) -> int:
    """Start every matter of one life event that is due, and those that follow at once; returns how many became cases."""
    started = 0
    while True:  # what is decided at once lets others start at once
        due = Step.objects.filter(life_event_id=life_event_id, state="to_start", next_try_at__lte=now()).order_by("seq")
        new = sum(_start(step_id, life_event_id) for step_id in list(due.values_list("id", flat=True)))
        started += new
        if not new:
            return started


def start_due() -> int:
    """Start whatever is due, the longest waiting first."""
    due = Step.objects.filter(state="to_start", next_try_at__lte=now()).order_by("next_try_at")[:AT_ONCE]
    return sum(start_now(life_event_id) for life_event_id in dict.fromkeys(due.values_list("life_event_id", flat=True)))


def _start(step_id: UUID, life_event_id: UUID) -> bool:
    """One matter; whatever happens, the others are not touched and the attempt is remembered."""
    try:
        with transaction.atomic():
            return _submitted(step_id, life_event_id)
    except Exception as problem:  # any fault of one matter must not lose the others; it is kept on the step and tried again
        if not isinstance(problem, YiwangError):
            _log.exception("step %s of life event %s could not be started", step_id, life_event_id)
        _remember(step_id, life_event_id, problem)
        return False


def _submitted(step_id: UUID, life_event_id: UUID) -> bool:
    event, steps = locked(life_event_id)
    step = next(one for one in steps if one.id == step_id)
    if step.state != "to_start":
        return False
    actor = actor_of(event)
    view = cases.submit(_application(event, step, actor), actor=actor)
    step.state, step.case_id, step.case_no = "started", view.id, view.no
    step.errors, step.reason, step.remedy, step.last_error, step.next_try_at = {}, "", "", "", None
    step.save()
    proven.record("matter_started", event, steps, actor=actor, detail={"matter": step.matter, "case_id": str(view.id)})
    if view.decided_at is not None and view.outcome == "yes":  # the event comes too and finds it noted; a no brings its reasons with it
        advancing.end(step, view.outcome)
        advancing.advance(event, steps)
    return True


def actor_of(event: LifeEvent) -> Actor:
    """The one who handed it in, in whose name its matters start; whether a delegation still holds is asked again by ``cases``."""
    applicant = Subject.read(event.applicant)
    if event.agent:
        return Actor("citizen", event.account_id, event.actor_name, Subject.read(event.agent), acting_for=applicant)
    return Actor("citizen", event.account_id, event.actor_name, applicant)


def _application(event: LifeEvent, step: Step, actor: Actor) -> cases.Application:
    applicant = Subject.read(event.applicant)
    return cases.Application(
        matter=step.matter,
        applicant=applicant,
        applicant_name=event.applicant_name,
        idempotency_key=f"{event.id.hex}-{step.seq}",
        values=step.values,
        materials={key: GivenMaterial(**one) for key, one in step.materials.items()},
        keys=_keys(event, step, actor, applicant),
        channel="web",
        agent=Subject.read(event.agent) if event.agent else None,
        life_event_id=event.id,
        answers=step.answers,
    )


def _keys(event: LifeEvent, step: Step, actor: Actor, applicant: Subject) -> dict[str, Key | Subject]:
    """Who is concerned; what an earlier result brings (the child's new number) is asked of its register now.

    Raises:
        Unavailable: while it is not there.
    """
    keys = {name: _read(text) for name, text in event.keys.items()}
    if missing := [name for name in step.takes if name not in keys]:
        keys, _ = planning.resolve(definitions.get(event.code), actor, applicant, keys)
        if still := [name for name in missing if name not in keys]:
            raise Unavailable(f"前一步的结果还没有登记({'、'.join(still)}),稍后自动重试。")
    return keys


def _read(text: str) -> Key | Subject:
    return Subject.read(text) if text.startswith(("person:", "company:")) else Key.read(text)


@transaction.atomic
def _remember(step_id: UUID, life_event_id: UUID, problem: Exception) -> None:
    event, steps = locked(life_event_id)
    step = next(one for one in steps if one.id == step_id)
    if step.state != "to_start":
        return
    step.attempts += 1
    step.last_error = repr(problem)[:2000]
    if isinstance(problem, InvalidInput):
        step.state, step.next_try_at = "needs_input", None
        step.errors = dict(getattr(problem, "errors", {})) or {problem.field or "form": problem.message}
        step.reason, step.remedy = problem.message, "请在本页补充后重新发起,其他事项不受影响。"
    elif isinstance(problem, YiwangError) and (problem.status in (403, 404) or problem.code in _FINAL_CODES):
        step.state, step.next_try_at = "cannot_start", None
        step.reason, step.remedy = problem.message, "请按原因处理后单独申请这个事项,或到政务服务大厅咨询。"
    else:
        step.next_try_at = now() + timedelta(seconds=min(2 ** min(step.attempts, 12), LONGEST_WAIT))
        step.reason = problem.message if isinstance(problem, YiwangError) else "系统暂时不能发起,正在自动重试,不需要您操作。"
    step.save()
    proven.record("matter_not_started", event, steps, actor=actor_of(event), detail={"matter": step.matter, "state": step.state})
    if step.state == "cannot_start":
        advancing.advance(event, steps)


def again(step: Step, *, values: dict[str, object], materials: dict[str, object]) -> None:
    """Put a step that needed input back among those to start, with what was added."""
    step.values = {**step.values, **values}
    step.materials = {**step.materials, **materials}
    step.state, step.next_try_at, step.errors, step.reason, step.remedy = "to_start", now(), {}, "", ""
    step.save()
