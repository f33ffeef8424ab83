"""What the law lets a table decide at once: from accepted to closed in the transaction of the submission."""

from __future__ import annotations

from django.db import transaction

from yiwang.business.cases import deciding, effects, resuming
from yiwang.business.cases.acting import Act, Effect
from yiwang.business.cases.intake import Intake
from yiwang.business.cases.writing import Row
from yiwang.security.access.api import SYSTEM
from yiwang.standards.errors import YiwangError

_ELECTRONIC = {"method": "electronic"}


def go_on(act: Act, found: Intake) -> None:
    """Decide by table if the matter allows it and everything is there; otherwise say what the case waits for.

    A matter decided by officials gets the table's reading as advice only.
    """
    hindered = resuming.waiting_for(found)
    version = act.version
    if not version.decision_table:
        act.file.put(waiting_for=hindered or effects.WAITS)
        return
    outcome, row = deciding.evaluate(act)
    act.file.add("decisions", row)
    if version.decision_mode != "instant" or hindered:
        act.file.put(waiting_for=hindered or effects.WAITS)
    elif outcome.result not in ("yes", "no"):
        act.file.put(waiting_for=f"待核实:{row['settles']}" if row["settles"] else "决策表不能判定,请人工审查")
    else:
        _decide(act, str(outcome.result), row)


def _decide(act: Act, outcome: str, row: Row) -> None:
    """The chain of an instant decision; a register that refuses the result leaves the case to an official."""
    deferred = _deferred(act)
    asked_by, act.actor, act.automatic = act.actor, SYSTEM, True
    made = _make(act) if outcome == "yes" and not deferred else Effect()
    if made is None:
        act.actor, act.automatic = asked_by, False
        return
    act.take("accept", effects.accept(act, {}), document=False)
    act.take(f"decide_{outcome}", effects.decided(act, outcome, row))
    if deferred and outcome == "yes":
        act.file.put(waiting_for=f"待补交容缺材料:{'、'.join(deferred)}")
        return
    if outcome == "yes":
        act.take("issue", made)
    _hand_over(act)


def finish_yes(act: Act) -> None:
    """Make the result of a granted case and hand it over, once no deferred material is open."""
    if _deferred(act):
        return
    act.actor, act.automatic = SYSTEM, True
    made = _make(act)
    if made is not None:
        act.file.put(waiting_for="")
        act.take("issue", made)
        _hand_over(act)


def _make(act: Act) -> Effect | None:
    """Licences and write-back; None, and the case waiting for an official, when the owner's register refuses."""
    if not act.version.report_back:
        return effects.issue(act, {})
    try:
        with transaction.atomic():
            return effects.issue(act, {})
    except YiwangError as refusal:
        act.file.put(licences=[], waiting_for=f"登记册没有接受结果:{refusal.message}")
        return None


def _hand_over(act: Act) -> None:
    act.take("deliver", effects.deliver(act, _ELECTRONIC), _ELECTRONIC, document=False)
    act.take("close", effects.close(act, {}))


def _deferred(act: Act) -> list[str]:
    return [row["label"] for row in act.file.materials if row["state"] == "deferred"]
