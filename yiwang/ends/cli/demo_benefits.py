"""`yiwang demo benefits`: 免申即享 through the HTTP API, as a stranger's client: found, told, answered, paid, rechecked, rehearsed.

Nothing of the platform's code is used but plain HTTP. Every promise is checked on the way; the first that does not hold ends the run.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from typing import Any

from yiwang.ends.cli.stranger import ApiRefused, Client

WAIT_SECONDS = 300
BENEFITS = (("high_age", "civil"), ("disability", "civil"), ("child", "health"), ("unemployment", "hrss"))
_FEEL = re.compile(r"[?<>]|starts with|duration\(|list contains")


def holds(promise: bool, words: str) -> None:
    """Go on only if the promise holds."""
    if not promise:
        raise ApiRefused(f"This promise does not hold: {words}")


def benefits(address: str, password: str, tell: Any) -> dict[str, Any]:
    """The whole journey; returns its figures."""
    begin = time.monotonic()
    desk = Desk(address, password, lambda line: tell(f"{time.monotonic() - begin:6.2f} s  {line}"))
    figures: dict[str, Any] = {}
    for step in (_find, _answer, _pay, _recheck, _why_not, _rehearse):
        figures |= step(desk)
    return figures | {"seconds": round(time.monotonic() - begin, 2)}


class Desk:
    """Clients by account, each signed in once, and a line for the reader."""

    def __init__(self, address: str, password: str, tell: Any) -> None:
        self.address, self.password, self.tell = address, password, tell
        self._known: dict[str, Client] = {}

    def __getitem__(self, account: str) -> Client:
        if account not in self._known:
            self._known[account] = Client(self.address).sign_in(account, self.password)
        return self._known[account]


def _find(desk: Desk) -> dict[str, Any]:
    """Each benefit is run over the city; the worker does it, the desk shows how far it is."""
    runs = {}
    for code, department in BENEFITS:
        asked = desk[f"{department}.reviewer"].post(f"/benefits/{code}/runs", {})
        runs[code] = done = _finished(desk, f"{department}.reviewer", asked["id"])
        holds(done["scanned"] == done["total"] and done["told"] == done["entitled"], f"{code}: everybody is scanned, all entitled told")
        desk.tell(f"{done['name']}: {done['scanned']} scanned, {done['receiving']} paid already, {done['told']} found and told")
    holds(runs["high_age"]["told"] > 0 and runs["unemployment"]["told"] > 0, "old people and people without work are found")
    return {f"{code}_{name}": run[name] for code, run in runs.items() for name in ("scanned", "told", "undetermined", "seconds")}


def _finished(desk: Desk, account: str, run_id: str) -> dict[str, Any]:
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        run = next(one for one in desk[account].get("/benefit-runs") if one["id"] == run_id)
        if run["state"] in ("done", "failed"):
            holds(run["state"] == "done", f"the run of {run['benefit']} ends well ({run['error']})")
            found: dict[str, Any] = run
            return found
        time.sleep(0.1)
    raise ApiRefused(f"A run was not done after {WAIT_SECONDS} s; is the worker running?")


def _award(desk: Desk, account: str, code: str) -> dict[str, Any]:
    found = [one for one in desk[account].get("/awards") if one["benefit"] == code]
    holds(len(found) == 1, f"{account} is told of {code} once")
    award: dict[str, Any] = found[0]
    return award


def _answer(desk: Desk) -> dict[str, Any]:
    """One confirms, one declines, one corrects a fact at its source and is told anew; one without work confirms too."""
    for account, code in (("elder", "high_age"), ("without_work", "unemployment")):
        award = _award(desk, account, code)
        holds(bool(award["clauses"]) and all(one["department"] for one in award["facts"]), "clause and source of every fact are told")
        award = desk[account].post(f"/awards/{award['id']}/answer", {"act": "confirm", "version": award["version"]})
        holds(award["state"] == "confirmed", f"{account} has confirmed")
        desk.tell(f"{account} confirms {award['name']}, {award['amount_yuan']} yuan a month")
    award = _award(desk, "elder_content", "high_age")
    declined = desk["elder_content"].post(f"/awards/{award['id']}/answer", {"act": "decline", "version": award["version"]})
    holds(declined["state"] == "declined", "elder_content has declined")
    desk.tell("elder_content declines")
    award = _award(desk, "elder_disputing", "high_age")
    wrong = {"name": "birth_date", "claimed": "1944-01-01", "reason": "出生证上的年份早一年", "version": award["version"]}
    award = desk["elder_disputing"].post(f"/awards/{award['id']}/correction", wrong)
    holds(award["state"] == "correcting", "elder_disputing's award waits for the answer")
    answer = {"outcome": "upheld", "note": "与原始户籍档案一致"}
    desk["police.data"].post(f"/corrections/{award['correction_id']}/answer", answer)
    until = time.monotonic() + 30
    while (award := desk["elder_disputing"].get(f"/awards/{award['id']}"))["state"] != "told" and time.monotonic() < until:
        time.sleep(0.1)
    holds(award["state"] == "told", "elder_disputing is told again after the register's owner has answered")
    desk.tell("elder_disputing corrects a fact; its owner checks it; told again")
    return {"confirmed": 2, "declined": 1, "corrected": 1}


def _pay(desk: Desk) -> dict[str, Any]:
    """Lists are frozen, approved by a second person, settled by receipts; the register of payments is told."""
    figures: Counter[str] = Counter()
    for department in ("civil", "hrss"):
        maker, second = desk[f"{department}.reviewer"], desk[f"{department}.approver"]
        made = maker.post("/payment-lists", {"department": department, "month": time.strftime("%Y-%m")})
        _refused(maker, f"/payment-lists/{made['id']}/decision", {"outcome": "approve"}, "who made a list may not approve it")
        approved = second.post(f"/payment-lists/{made['id']}/decision", {"outcome": "approve"})
        holds(approved["intact"] and approved["state"] == "approved", "the approved list is the frozen one")
        lines = maker.get(f"/payment-lists/{made['id']}")["lines"]
        text = "流水号,结果,原因\n" + "".join(f"{line['number']},成功,\n" for line in lines)
        report = maker.post(f"/payment-lists/{made['id']}/receipts", {"text": text})
        again = maker.post(f"/payment-lists/{made['id']}/receipts", {"text": text})
        holds(report["paid"] == len(lines) and again["paid"] == 0 and again["same"] == len(lines), "receipts count once")
        settled = maker.get(f"/payment-lists/{made['id']}")["summary"]
        holds(settled["state"] == "settled" and settled["debit_fen"] == settled["credit_fen"], "debit and credit are equal")
        figures.update(paid=report["paid"], paid_fen=settled["total_fen"])
        desk.tell(f"{department}: list of {settled['count']} ({settled['total_yuan']} yuan) frozen, approved by a second person, settled")
    known = desk["elder"].get("/benefits/high_age/why")[0]
    holds(known["receiving"], "the register of payments knows of ours")
    return dict(figures)


def _refused(client: Client, path: str, body: object, words: str) -> None:
    try:
        client.post(path, body)
    except ApiRefused:
        return
    holds(False, words)


def _recheck(desk: Desk) -> dict[str, Any]:
    """The recheck finds the dead and the doubly paid; what was wrongly paid is explained, repaid or waived by a person."""
    clerk, second = desk["civil.reviewer"], desk["civil.approver"]
    checked = clerk.post("/benefit-rechecks/civil", {})
    open_ones = clerk.get("/benefit-findings?state=open")  # those of the monthly job among them
    found = {one["cause"]: one for one in reversed(open_ones)}
    holds({"death", "double"} <= found.keys(), "the recheck finds a dead person and a double payment")
    recovered = waived = 0
    for cause in ("death", "double"):
        clerk.post(f"/benefit-findings/{found[cause]['id']}/judgement", {"outcome": "upheld", "note": "经核查属实"})
        order = clerk.post(f"/benefit-findings/{found[cause]['id']}/recovery", {})
        desk.tell(f"{found[cause]['explanation']}")
        step = f"/recoveries/{order['id']}/actions"
        if cause == "death":
            done = clerk.post(f"{step}/repay", {"version": order["version"], "inputs": {"amount": order["owed_yuan"]}})
            holds(done["state"] == "repaid" and done["left_fen"] == 0, "what was repaid is not owed any more")
            recovered += done["repaid_fen"]
            continue
        waive = {"version": order["version"], "inputs": {"note": "本人生活困难,经审批免除"}}
        _refused(clerk, f"{step}/waive", waive, "who handles a recovery may not waive it")
        done = second.post(f"{step}/waive", waive)
        holds(done["state"] == "waived", "a second person may waive")
        waived += done["waived_fen"]
    return {"rechecked": checked["scanned"], "findings": len(open_ones), "recovered_fen": recovered, "waived_fen": waived}


def _why_not(desk: Desk) -> dict[str, Any]:
    """为什么不是我: conditions in words, every fact with its source and a way to dispute it."""
    (answer,) = desk["school_parent"].get("/benefits/high_age/why")
    holds(answer["result"] == "no" and bool(answer["conditions"]), "the reason is a condition")
    holds(all(one["clause"] and not _FEEL.search(one["test"]) for one in answer["conditions"]), "conditions are words with their clause")
    holds(all(one["department"] and one["element"] for one in answer["facts"]), "every fact names its source and can be disputed")
    desk.tell(f"为什么不是我: {answer['reason']}; " + "; ".join(f"{one['test']} ({one['seen']})" for one in answer["conditions"]))
    return {"why_not_conditions": len(answer["conditions"]), "why_not_facts": len(answer["facts"])}


def _rehearse(desk: Desk) -> dict[str, Any]:
    """A draft over the city: gains, losses, cost, cliffs, who is missed because a register is wrong; nothing is sent."""
    clerk = desk["civil.reviewer"]
    before = clerk.get("/award-counts")
    draft = {"parameters": {"age": "75", "amount": "150", "amount_high": "180"}}
    found = clerk.post("/benefits/high_age/rehearsals", draft)["summary"]
    holds(clerk.get("/award-counts") == before, "a rehearsal tells nobody")
    holds(found["after"] > found["before"] and found["gains"] > 0 and found["loses"] > 0, "a lower age gains, a lower amount loses")
    holds(sum(row[1] for row in found["groups"]["age"]) == found["gains"], "the groups add up to all who gain")
    holds(found["disagreeing"] > 0, "who is missed because a register is wrong is counted")
    holds(len(found["cliffs"]) == 6, "who is near the threshold is counted step by step")
    near = sum(people for _step, people in found["cliffs"])
    cost = (found["after_fen"] - found["before_fen"]) / 100
    counts = f"{found['before']} → {found['after']} entitled, {found['gains']} gain, {found['loses']} lose"
    desk.tell(f"rehearsal of 75 years: {counts}, {cost:+,.2f} yuan a month")
    return {
        "rehearsed": found["scanned"],
        "gains": found["gains"],
        "loses": found["loses"],
        "cost_yuan_a_month": cost,
        "near_the_threshold": near,
        "missed_by_wrong_registers": found["disagreeing"],
    }


def table(figures: dict[str, Any]) -> str:
    """The figures as lines."""
    lines = ["", "benefit         scanned   told  undetermined  seconds"]
    for code, _department in BENEFITS:
        values = [figures[f"{code}_{name}"] for name in ("scanned", "told", "undetermined", "seconds")]
        lines.append(f"{code:14} {values[0]:8,} {values[1]:6,} {values[2]:13,} {values[3]:8}")
    rest = {name: value for name, value in figures.items() if not name.startswith(tuple(f"{code}_" for code, _ in BENEFITS))}
    return "\n".join([*lines, "", *(f"{name.replace('_', ' '):28}{value:,}" for name, value in rest.items())])
