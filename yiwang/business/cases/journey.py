"""One step on a case: who may, what hinders, the effect of the action, then everything written at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.business.cases import automatic, queries, rights, writing
from yiwang.business.cases.acting import Act
from yiwang.business.cases.clauses import clause
from yiwang.business.cases.effects import EFFECTS
from yiwang.business.cases.errors import BadAction, CaseNotFound, Hindered, NotYours, Stale, WrongState
from yiwang.business.cases.guards import hindrance
from yiwang.business.cases.inputs import clean
from yiwang.business.cases.states import ACTIONS, STATES, Action, open_actions
from yiwang.business.cases.values import ActionView, CaseView, InputView
from yiwang.business.cases.writing import File
from yiwang.business.matters.api import version_of
from yiwang.security.access.api import SYSTEM, Actor

# after these the table may be able to decide what it could not decide before
_ASKS_THE_TABLE: Final = frozenset({"resubmit", "supplement", "withdraw_commitment"})


def perform(case_id: UUID, *, action: str, actor: Actor, version: int, inputs: Mapping[str, Any]) -> CaseView:
    """See ``api.perform``."""
    line = ACTIONS.get(action)
    if line is None or not line.before or line.who == "clock":
        raise BadAction(f"没有名为「{str(action)[:40]}」的办理动作,请从页面列出的下一步中选择。", action=str(action)[:40])
    try:
        with transaction.atomic():
            file = _step(case_id, line, actor, version, inputs)
    except NotYours:
        rights.report_denial(line, case_id, actor)  # outside the transaction, which is gone
        raise
    return queries.view(file, actor)


def _step(case_id: UUID, line: Action, actor: Actor, version: int, given: Mapping[str, Any]) -> File:
    file = locked(case_id)
    rights.require(line, file.case, actor, rights.visible(file.case, actor))
    cleaned = clean(line, given)
    if not isinstance(version, int) or isinstance(version, bool) or version != file.case["version"]:
        raise Stale(case_no=file.case["no"], seen=str(version)[:20], current=file.case["version"])
    advance(file, line, actor, cleaned)
    return file


def locked(case_id: UUID) -> File:
    """The file with its case row held until the transaction ends; CaseNotFound."""
    files = writing.load([case_id], lock=True) if isinstance(case_id, UUID) else []
    if not files:
        raise CaseNotFound
    return files[0]


def advance(file: File, line: Action, actor: Actor, cleaned: Mapping[str, Any]) -> None:
    """Take the step and what follows from it, and write it: one version further, one audit record per line taken, events.

    Raises:
        WrongState: the table has no such line from this state.
        Hindered: a guard of the line says why not.
    """
    if file.case["state"] not in line.before:
        raise WrongState(case_no=file.case["no"], state=STATES[file.case["state"]].name, action=line.label)
    matter = version_of(file.case["matter_version"])
    if why := hindrance(line, file, matter, actor, cleaned):
        raise Hindered(why, action=line.name)
    act = Act(file, matter, actor, now())
    act.take(line.name, EFFECTS[line.name](act, cleaned), cleaned)
    _follow(act, line, cleaned)
    file.put(version=file.case["version"] + 1)
    writing.save(file)
    act.finish()


def _follow(act: Act, line: Action, cleaned: Mapping[str, Any]) -> None:
    """What a step brings with it by itself."""
    if line.name in _ASKS_THE_TABLE and act.found is not None and act.file.case["state"] in ("submitted", "received"):
        automatic.go_on(act, act.found)
    elif line.name == "complete_deferred" and act.file.case["state"] == "decided_yes" and act.version.decision_mode == "instant":
        automatic.finish_yes(act)
    elif line.name == "check_commitment" and cleaned["outcome"] == "false":
        reason = {"reason": cleaned["finding"]}
        act.actor = SYSTEM
        act.take("revoke", EFFECTS["revoke"](act, reason), reason)


def actions(case_id: UUID, *, actor: Actor) -> list[ActionView]:
    """See ``api.actions``."""
    file = queries.file_for(case_id, actor)
    as_part = rights.visible(file.case, actor)
    matter = version_of(file.case["matter_version"])
    return [
        ActionView(
            one.name,
            one.label,
            tuple(InputView(part.key, part.kind, part.label, part.required, part.options) for part in one.inputs),
            clause(one.name, version=matter, applicant=file.case["applicant"]),
            hindrance(one, file, matter, actor, None),
        )
        for one in open_actions(file.case["state"])
        if rights.allowed(one, file.case, actor, as_part) and _makes_sense(one, file)
    ]


def _makes_sense(line: Action, file: File) -> bool:
    """Leave out lines about materials that the case does not have."""
    needed = _ABOUT.get(line.name)
    return needed is None or any(row["state"] == needed for row in file.materials)


_ABOUT: Final = {
    "complete_deferred": "deferred",
    "withdraw_commitment": "to_check",
    "check_commitment": "to_check",
    "repair_commitment": "broken",
}
