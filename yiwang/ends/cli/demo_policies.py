"""`yiwang demo policies`: 惠企政策直达 through the HTTP API, as a stranger's client: matched, explained, claimed, paid by two persons."""

from __future__ import annotations

import time
from typing import Any

from yiwang.ends.cli.stranger import ApiRefused, Client

COMPANY = "91990103MAYYYY024F"  # the software company of the demonstration city
POLICY, DEPARTMENT = "graduate_hiring", "hrss"


def holds(promise: bool, words: str) -> None:
    """Go on only if the promise holds."""
    if not promise:
        raise ApiRefused(f"This promise does not hold: {words}")


def policies(address: str, password: str, tell: Any) -> dict[str, Any]:
    """The whole journey; returns its figures."""
    begin = time.monotonic()
    run = Client(address).sign_in("data.reviewer", password).post("/policy-desk/runs", {"keys": [COMPANY]})
    tell(f"matched: {run['decided']} decisions in {run['seconds']} s, {run['yes']} can be had, {run['near']} nearly")
    company = Client(address).sign_in("company_changer", password)
    company.post("/companies", {"credit_code": COMPANY})
    company.acting_for = f"company:{COMPANY}"
    explained = company.get(f"/policies/{POLICY}/explanation")
    holds(
        explained["result"] == "yes" and all(one["holds"] and one["clause"] for one in explained["conditions"]), "each condition is shown"
    )
    tell(f"{explained['title']}: {len(explained['conditions'])} conditions met, {explained['amount_yuan']} yuan")
    claim = company.post(f"/policies/{POLICY}/claims", {})
    holds(claim["state"] == "approved", "a clear claim is approved at once")
    tell(f"claimed with one click and {claim['state']}, {len(claim['facts'])} facts fetched, no papers")
    refused = company.post("/policies/food_upgrade/claims", {})
    holds(refused["state"] == "refused" and refused["reason"] and refused["remedy"], "a refusal says why and what helps")
    tell(f"a policy for restaurants is refused: {refused['reason']} {refused['remedy']}")
    paid = _paid(address, password, tell)
    holds(company.get(f"/policy-claims/{claim['id']}")["state"] == "paid", "the company sees that it is paid")
    seconds = round(time.monotonic() - begin, 2)
    return {"decisions": run["decided"], "can_be_had": run["yes"], "facts": len(claim["facts"]), "paid_yuan": paid, "seconds": seconds}


def _paid(address: str, password: str, tell: Any) -> str:
    """The department pays what is approved: one official makes the list, another approves it, the bank answers."""
    reviewer = Client(address).sign_in(f"{DEPARTMENT}.reviewer", password)
    approver = Client(address).sign_in(f"{DEPARTMENT}.approver", password)
    made = reviewer.post("/policy-lists", {"department": DEPARTMENT})
    approved = approver.post(f"/policy-lists/{made['id']}/decision", {"act": "approve"})
    holds(approved["debit_fen"] == approved["credit_fen"] == made["total_fen"] and approved["intact"], "the ledger balances")
    receipts = "流水号,结果,原因\n" + "".join(f"{line['number']},成功,\n" for line in approved["lines"])
    report = reviewer.post(f"/policy-lists/{made['id']}/receipts", {"text": receipts})
    holds(all(one["outcome"] == "paid" for one in report), "every receipt is taken")
    tell(f"paid by list: {made['count']} claims, {made['total_yuan']} yuan, by two persons")
    return str(made["total_yuan"])


def table(figures: dict[str, Any]) -> str:
    """The figures for a reader."""
    return "\n".join(["", *(f"{name:12} {value}" for name, value in figures.items())])
