"""What each action changes beside the state: one small function per action, named as in the table.

Each gets the act and the cleaned inputs and returns what document, event and clock need to know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from yiwang.base.clock.api import today
from yiwang.base.ids.api import new_id
from yiwang.business.cases import archiving, deciding, issuing, resuming
from yiwang.business.cases.acting import Act, Effect
from yiwang.business.cases.clockwork import calendar_of, derive_for, moment, set_due
from yiwang.business.cases.documents import chinese_day
from yiwang.business.cases.states import (
    DELIVERY_METHODS,
    NOT_ACCEPTED_GROUNDS,
    REMEDIES,
    SPECIAL_PROCEDURES,
    STATES,
    TERMINATION_GROUNDS,
)

Inputs = Mapping[str, Any]

WAITS: Final = "等待受理"  # what a case without a table waits for until an official accepts it


def receive(act: Act, inputs: Inputs) -> Effect:
    """A receipt for what was handed in; the five days go on from the day of submission."""
    act.file.put(received_at=act.at)
    names = "、".join(row["label"] for row in act.file.materials if row["state"] in ("given", "to_check", "deferred", "pending"))
    return Effect({"materials": names or "申请表"}, {"received_by": act.actor.name}, step_due_on=act.file.case["step_due_on"])


def return_for_changes(act: Act, inputs: Inputs) -> Effect:
    """Sent back before receipt: the one telling the law allows."""
    act.file.put(asked_on=today(), supplement_items=[inputs["reason"]], waiting_for=inputs["reason"])
    due = calendar_of(act.file.case).add_workdays(today(), STATES["returned"].limit)
    return Effect(event={"reason": inputs["reason"], "due": due}, step_due_on=due)


def resubmit(act: Act, inputs: Inputs) -> Effect:
    """Changed and handed in again: the five days start anew."""
    resuming.renew(act, inputs)
    return Effect(event={"channel": act.file.case["channel"], "applicant_name": act.file.case["applicant_name"]})


def correct(act: Act, inputs: Inputs) -> Effect:
    """Corrected on the spot with the applicant's consent, then accepted."""
    resuming.renew(act, inputs)
    return accept(act, inputs)


def request_supplement(act: Act, inputs: Inputs) -> Effect:
    """Told once, everything, with a term."""
    due = calendar_of(act.file.case).add_workdays(today(), inputs.get("days", STATES["awaiting_supplement"].limit))
    act.file.put(asked_on=today(), supplement_items=inputs["items"], waiting_for="等待申请人补正:" + ";".join(inputs["items"]))
    return Effect(
        {"items": ";".join(inputs["items"]), "step_due_on": chinese_day(due)},
        {"items": tuple(inputs["items"]), "due": due},
        step_due_on=due,
    )


def supplement(act: Act, inputs: Inputs) -> Effect:
    """What was missing has been handed in."""
    resuming.renew(act, inputs)
    act.file.put(received_at=act.at, supplement_items=[])
    given = (*inputs.get("values", {}), *inputs.get("materials", {}))
    return Effect(event={"items": tuple(given)})


def accept(act: Act, inputs: Inputs) -> Effect:
    """Accepted: the clock of the decision runs from today."""
    return _accepted_on(act, act.at.isoformat(), deemed=False)


def deem_accepted(act: Act, inputs: Inputs) -> Effect:
    """Nobody asked for a supplement in five days: accepted from the day the material was there."""
    return _accepted_on(act, act.file.case["received_at"] or act.file.case["submitted_at"], deemed=True)


def _accepted_on(act: Act, at: str, *, deemed: bool) -> Effect:
    case = act.file.case
    act.file.put(accepted_at=moment(at), received_at=moment(case["received_at"] or at))
    lacking = any(row["state"] == "pending" for row in act.file.materials)
    if case["waiting_for"] == WAITS or (case["waiting_for"].startswith("缺少") and not lacking):
        act.file.put(waiting_for="")
    set_due(act.file)
    due = date.fromisoformat(case["due_on"]) if case["due_on"] else None
    return Effect(event={"due": due, "deemed": deemed})


def not_accept(act: Act, inputs: Inputs) -> Effect:
    """Refused at the door, in writing, with reasons and remedies."""
    act.file.put(closed_at=act.at, waiting_for="")
    ground = dict(NOT_ACCEPTED_GROUNDS)[inputs["ground"]]
    return Effect({"ground": ground, "reason": inputs["reason"]}, {"reason": f"{ground}:{inputs['reason']}", "remedies": REMEDIES})


def refer(act: Act, inputs: Inputs) -> Effect:
    """Not this authority's: told which one it is."""
    act.file.put(closed_at=act.at, waiting_for="")
    words = {"to_department": inputs["to_department"], "reason": inputs["reason"]}
    return Effect(words, {"reason": f"不属于本机关职权范围,请向{inputs['to_department']}申请:{inputs['reason']}", "remedies": REMEDIES})


def lapse(act: Act, inputs: Inputs) -> Effect:
    """Nothing came in time: the application counts as withdrawn."""
    return _ended(act, "逾期未补正,视为撤回申请")


def take(act: Act, inputs: Inputs) -> Effect:
    """An official takes the case upon himself."""
    act.file.put(handler=act.actor.account_id, handler_name=act.actor.name)
    return Effect()


def review(act: Act, inputs: Inputs) -> Effect:
    """An opinion; the first reviewer becomes the handler if there is none."""
    if not act.file.case["handler"]:
        take(act, inputs)
    return Effect()


def stop(act: Act, inputs: Inputs) -> Effect:
    """A special procedure: told in writing how long it takes; the clock stands still."""
    until = calendar_of(act.file.case).add_workdays(today(), inputs["days"])
    name = dict(SPECIAL_PROCEDURES)[inputs["procedure"]]
    act.file.add(
        "specials",
        {"id": new_id(), "procedure": inputs["procedure"], "started_on": today(), "days": inputs["days"], "until": until, "ended_on": None,
         "reason": inputs["reason"], "result": "", "started_by": act.actor.name},
    )  # fmt: skip
    act.file.put(waiting_for=f"特别程序:{name}")
    set_due(act.file)
    words = {"procedure": name, "days": str(inputs["days"]), "until": chinese_day(until), "reason": inputs["reason"]}
    basis = act.clause("stop")
    return Effect(words, {"procedure": inputs["procedure"], "basis": basis, "expected_days": inputs["days"]}, step_due_on=until)


def resume(act: Act, inputs: Inputs) -> Effect:
    """The procedure is over before its time, with a result."""
    return _resumed(act, inputs["result"])


def resume_by_clock(act: Act, inputs: Inputs) -> Effect:
    """The stated time is over: the clock runs again by itself."""
    return _resumed(act, "告知的时间届满,恢复计时")


def _resumed(act: Act, result: str) -> Effect:
    row = next(one for one in reversed(act.file.specials) if not one["ended_on"])
    act.file.change("specials", row, ended_on=min(today(), date.fromisoformat(row["until"])), result=result)
    act.file.put(waiting_for="")
    set_due(act.file)
    return Effect(event={"procedure": row["procedure"], "due": date.fromisoformat(act.file.case["due_on"])}, opinion=result)


def extend(act: Act, inputs: Inputs) -> Effect:
    """More time, once, approved by somebody else than the handler, for a reason that the applicant is told."""
    act.file.put(extension={"days": inputs["days"], "reason": inputs["reason"], "approver": act.actor.name, "at": act.at})
    set_due(act.file)
    due = date.fromisoformat(act.file.case["due_on"])
    words = {"days": str(inputs["days"]), "reason": inputs["reason"], "due_on": chinese_day(due)}
    return Effect(words, {"amount": inputs["days"], "approver": act.actor.name, "reason": inputs["reason"], "due": due})


def complete_deferred(act: Act, inputs: Inputs) -> Effect:
    """A deferred material has come."""
    resuming.give(act, inputs["materials"], only="deferred")
    return Effect()


def withdraw_commitment(act: Act, inputs: Inputs) -> Effect:
    """Before the decision a promise may be taken back for the material itself."""
    resuming.give(act, inputs["materials"], only="to_check")
    return Effect()


def deferred_lapse(act: Act, inputs: Inputs) -> Effect:
    """A deferred material never came."""
    return _ended(act, "容缺材料逾期未补交,予以退件")


def check_commitment(act: Act, inputs: Inputs) -> Effect:
    """A promise is checked against the facts; a false one undoes the decision and goes into the credit record."""
    row = next(one for one in act.file.materials if one["key"] == inputs["material"])
    false = inputs["outcome"] == "false"
    act.file.change("materials", row, state="broken" if false else "confirmed", finding=inputs["finding"])
    return Effect(opinion=inputs["finding"])


def repair_commitment(act: Act, inputs: Inputs) -> Effect:
    """The applicant has put right what he promised falsely: he may promise again."""
    row = next(one for one in act.file.materials if one["key"] == inputs["material"])
    act.file.change("materials", row, state="repaired", finding=inputs["finding"])
    return Effect(opinion=inputs["finding"])


def revoke(act: Act, inputs: Inputs) -> Effect:
    """The decision is undone: licences revoked, told why."""
    issuing.revoke_all(act, inputs["reason"])
    act.file.put(closed_at=act.at, outcome="no")
    return Effect({"reason": inputs["reason"]}, {"reason": inputs["reason"], "credit_record": True}, opinion=inputs["reason"])


def decide_yes(act: Act, inputs: Inputs) -> Effect:
    """An official grants it; what he settled himself is kept beside the table's own reading."""
    row = deciding.by_official(act, "yes", text=inputs["opinion"], settled=inputs.get("settled", {}))
    return decided(act, "yes", row)


def decide_no(act: Act, inputs: Inputs) -> Effect:
    """An official refuses it, with reasons and remedies."""
    row = deciding.by_official(act, "no", text=inputs["reason"], clauses=inputs.get("clauses", ()))
    return decided(act, "no", row)


def decided(act: Act, outcome: str, row: Mapping[str, Any]) -> Effect:
    """What every decision changes and says."""
    term = derive_for(act.file)
    act.file.put(decided_at=act.at, outcome=outcome, automatic=act.automatic, waiting_for="")
    clauses = tuple(row["clauses"])
    words = {
        "clauses": "、".join(clauses) or "有关法律规定",
        "reason": row["text"],
        "result_name": act.version.result.name or act.version.name,
    }
    event = {
        "outcome": outcome,
        "automatic": act.automatic,
        "reasons": (row["text"],) if row["text"] else (),
        "clauses": clauses,
        "days_used": term.used if term else 0,
        "on_time": not (term and term.overdue),
    }
    return Effect(words, event, opinion=row["text"])


def issue(act: Act, inputs: Inputs) -> Effect:
    """The result is made: licences signed, the owner's register told."""
    return issuing.issue(act)


def deliver(act: Act, inputs: Inputs) -> Effect:
    """The result has reached the applicant."""
    act.file.put(delivered_at=act.at)
    method = dict(DELIVERY_METHODS)[inputs["method"]]
    return Effect({"method": method, "receipt": inputs.get("receipt", "")}, {"method": inputs["method"]})


def close(act: Act, inputs: Inputs) -> Effect:
    """Finished; it may be rated now."""
    act.file.put(closed_at=act.at)
    return Effect(event={"outcome": act.file.case["outcome"]})


def archive(act: Act, inputs: Inputs) -> Effect:
    """The package is made, signed and sealed by its digest."""
    digest = archiving.seal(act.file, act.version)
    act.file.put(package=digest)
    return Effect(event={"digest": digest})


def withdraw(act: Act, inputs: Inputs) -> Effect:
    """The applicant does not want it any more; no reason needed."""
    reason = inputs.get("reason", "")
    act.file.put(closed_at=act.at, waiting_for="")
    return Effect({"reason": f"撤回原因:{reason}" if reason else ""}, {"reason": reason})


def terminate(act: Act, inputs: Inputs) -> Effect:
    """Ended without a decision, on a ground in law."""
    return _ended(act, f"{dict(TERMINATION_GROUNDS)[inputs['ground']]}({inputs['reason']})")


def _ended(act: Act, reason: str) -> Effect:
    act.file.put(closed_at=act.at, waiting_for="")
    return Effect({"reason": reason}, {"reason": reason}, opinion=reason)


EFFECTS: Final[dict[str, Callable[[Act, Inputs], Effect]]] = {
    one.__name__: one
    for one in (
        receive, return_for_changes, resubmit, correct, request_supplement, supplement, accept, deem_accepted, not_accept, refer, lapse,
        take, review, stop, resume, resume_by_clock, extend, complete_deferred, withdraw_commitment, deferred_lapse, check_commitment,
        repair_commitment,        revoke, decide_yes, decide_no, issue, deliver, close, archive, withdraw, terminate,
    )
}  # fmt: skip
