"""`yiwang demo newborn|benefits|policies|exchange|hotline`: the journeys through the HTTP API, as a stranger's client.

Everything is asked of a running installation over HTTP; proofs and the log's signature are checked here with hashing and
an Ed25519 key only. Without ``--url`` a scratch installation with a small city is started and removed afterwards.
"""

from __future__ import annotations

import argparse
import json
import time
import uuid
from contextlib import nullcontext
from typing import Any

from yiwang.ends.cli import demo_benefits, demo_exchange, demo_hotline, demo_policies
from yiwang.ends.cli.scratch import installation
from yiwang.ends.cli.stranger import ApiRefused, Client, receipt_holds

WAIT_SECONDS = 60
# What only the parents know: their child's name and what the hospital did not settle. The rest must come from registers and licences.
ANSWERS = {"maternity_costs": "yes"}
TYPED = {"child_name": "云晓禾", "invoice_amount": "3860"}
SCAN = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""  # an empty page stands for what a parent photographs
STEPS = ("receive", "accept", "review", "decide_yes", "issue", "deliver", "close")


def declare(parser: argparse.ArgumentParser, name: str) -> None:
    """The options of the command."""
    parser.add_argument("journey", choices=["newborn", "benefits", "policies", "exchange", "hotline"], help="the journey to run")
    parser.add_argument("--url", default="", help="a running installation (default: a scratch one is started and removed)")
    parser.add_argument("--gateway", default="http://127.0.0.1:8010", help="with --url: the exchange gateway of the installation")
    parser.add_argument("--password", default="", help="with --url: the password of its demonstration accounts")
    parser.add_argument("--tickets", type=int, default=2_000, help="hotline: how many concerns the day brings (default 2000)")
    parser.add_argument("--json", action="store_true", help="only the figures, for machines")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the journey; anything that fails ends with an error."""
    with nullcontext(None) if options.url else installation(gateway=options.journey == "exchange") as scratch:
        address = scratch.address if scratch else options.url.rstrip("/")
        password = scratch.password if scratch else options.password
        tell = (lambda line: None) if options.json else print
        if options.journey == "benefits":
            figures = demo_benefits.benefits(address, password, tell)
            table = demo_benefits.table(figures)
        elif options.journey == "policies":
            figures = demo_policies.policies(address, password, tell)
            table = demo_policies.table(figures)
        elif options.journey == "exchange":
            gateway = scratch.gateway if scratch else options.gateway.rstrip("/")
            figures = demo_exchange.exchange(address, password, gateway, tell, journey=newborn)
            table = demo_exchange.table(figures)
        elif options.journey == "hotline":
            figures = demo_hotline.hotline(address, password, tell, options.tickets)
            table = demo_hotline.table(figures)
        else:
            figures = newborn(address, password, tell)
            table = _table(figures)
    print(json.dumps(figures, ensure_ascii=False) if options.json else table)
    return 0


def newborn(address: str, password: str, tell: Any) -> dict[str, Any]:
    """The journey; returns its figures. ApiRefused when anything does not come out as promised."""
    mother = Client(address).sign_in("newborn_mother", password)
    begin = time.monotonic()
    plan = mother.post("/life-events/newborn/plan", {"answers": ANSWERS})
    if plan["choices"] and not plan["chosen"]:
        answers = ANSWERS | {"record": _record(plan["choices"][0])}
        plan = mother.post("/life-events/newborn/plan", {"answers": answers})
    else:
        answers = ANSWERS | ({"record": plan["chosen"]} if plan["chosen"] else {})
    departments = {matter["department"] for matter in plan["matters"]}
    tell(f"{plan['definition']['name']}: {len(plan['matters'])} matters at {len(departments)} departments, one form")
    body = {"answers": answers, "values": _typed(plan), "materials": _given(mother, plan), "idempotency_key": uuid.uuid4().hex}
    event = mother.post("/life-events/newborn/submissions", body)
    tell(f"{time.monotonic() - begin:6.2f} s  submitted as {event['no']}")
    event = _until_done(mother, event["id"], address, password, tell, begin)
    seconds = round(time.monotonic() - begin, 2)
    shares = mother.get(f"/life-event-submissions/{event['id']}/ledger")
    decided = [_decision(mother, node) for node in event["nodes"] if node["case_id"]]
    return {
        "matters": len(event["nodes"]),
        "fields_total": shares["fields_total"],
        "fields_prefilled": shares["fields_prefilled"],
        "materials_total": shares["materials_total"],
        "materials_not_asked": shares["materials_not_asked"],
        "decisions_automatic": sum(automatic for automatic, _ in decided),
        "decisions_human": sum(not automatic for automatic, _ in decided),
        "licences": sum(licences for _, licences in decided),
        "proofs_verified": _verify(mother, event, tell),
        "seconds": seconds,
    }


def _record(choice: dict[str, Any]) -> str:
    key = choice["key"]
    return key if isinstance(key, str) else f"{key['kind']}:{key['value']}"


def _typed(plan: dict[str, Any]) -> dict[str, Any]:
    """What the parents type: only what the plan asks for."""
    values = {}
    for one in plan["fields"]:
        field = one["field"]
        if one["asked"] and field["required"]:
            values[field["key"]] = _value(field)
    return values


def _value(field: dict[str, Any]) -> Any:
    if field["key"] in TYPED:
        return TYPED[field["key"]]
    if field["options"]:
        first = field["options"][0]
        return first[0] if isinstance(first, list) else first.get("value", first)
    raise ApiRefused(f"The form asks for 「{field['label']}」 ({field['key']}), which this demonstration does not expect.")


def _given(mother: Client, plan: dict[str, Any]) -> dict[str, Any]:
    """Materials the plan still asks for, handed in as scans."""
    given = {}
    for one in plan["materials"]:
        if one["asked"] and one["needed"]:
            name = f"{one['key']}.pdf"
            given[one["key"]] = {"kind": "file", "ref": mother.upload(name, SCAN)["digest"], "name": name}
    return given


def _until_done(mother: Client, event_id: str, address: str, password: str, tell: Any, begin: float) -> dict[str, Any]:
    """Poll as a parent would; let the officials do what waits for them."""
    told: set[str] = set()
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        event: dict[str, Any] = mother.get(f"/life-event-submissions/{event_id}")
        for node in event["nodes"]:
            if node["state"] == "ended" and node["key"] not in told:
                told.add(node["key"])
                state = (node["case"] or node)["state_name"]
                tell(f"{time.monotonic() - begin:6.2f} s  {node['name']}({node['department_name']}): {state}")
        if event["status"] == "completed":
            return event
        if event["status"] in {"refused", "partly_completed", "withdrawn"}:
            raise ApiRefused(
                f"The life event ended as {event['status_name']}: {[(n['name'], n['state_name'], n['reason']) for n in event['nodes']]}"
            )
        for node in event["nodes"]:
            if node["state"] == "started" and node["case_id"]:
                _officials(Client(address), node, password, tell, begin)
        time.sleep(0.1)
    waiting = [(n["name"], n["state_name"], (n["case"] or {}).get("state_name")) for n in event["nodes"] if n["state"] != "ended"]
    raise ApiRefused(f"Not done after {WAIT_SECONDS} s; still open: {waiting}")


def _officials(client: Client, node: dict[str, Any], password: str, tell: Any, begin: float) -> None:
    """The officials of the department take the steps that are theirs, one after the other."""
    for seat in ("clerk", "reviewer", "approver", "clerk"):
        official = client.sign_in(f"{node['department']}.{seat}", password)
        while step := _next_step(official, node["case_id"]):
            case = official.get(f"/cases/{node['case_id']}")
            inputs = {one["key"]: _input(one) for one in step["inputs"] if one["required"]}
            official.post(f"/cases/{node['case_id']}/actions/{step['name']}", {"version": case["version"], "inputs": inputs})
            tell(f"{time.monotonic() - begin:6.2f} s  {node['department_name']} {seat}: {step['label']}")


def _next_step(official: Client, case_id: str) -> dict[str, Any] | None:
    actions = {one["name"]: one for one in official.get(f"/cases/{case_id}/actions") if not one.get("hindered")}
    done = {step["action"] for step in official.get(f"/cases/{case_id}/history")}
    return next((actions[name] for name in STEPS if name in actions and name not in done), None)


def _input(one: dict[str, Any]) -> Any:
    if one["key"] == "conclusion":
        return "yes"
    if one["options"]:
        return one["options"][0][0]
    return {"boolean": True, "integer": 1, "list": ["—"]}.get(one["kind"], "经审查,符合条件。")


def _decision(client: Client, node: dict[str, Any]) -> tuple[bool, int]:
    """Whether the case was decided by a table, and how many licences came of it."""
    explanation = client.get(f"/cases/{node['case_id']}/explanation")
    case = client.get(f"/cases/{node['case_id']}")
    automatic = bool(explanation and explanation["automatic"] and explanation["outcome"] in {"yes", "no"})
    if automatic and not client.post(f"/cases/{node['case_id']}/replay", {})["same"]:
        raise ApiRefused(f"The decision of {node['name']} does not come out the same when it is replayed.")
    return automatic, len(case["licences"])


def _verify(client: Client, event: dict[str, Any], tell: Any) -> int:
    """Check a receipt for every record of every case; each must hold."""
    proven = 0
    for node in event["nodes"]:
        receipts = _receipts(client, node["case_id"])
        for receipt in receipts:
            if not receipt_holds(receipt):
                raise ApiRefused(f"A receipt of {node['name']} does not verify: {receipt['ref']}")
        proven += len(receipts)
    tell(f"{proven} receipts verified without the platform's code")
    return proven


def _receipts(client: Client, case_id: str) -> list[dict[str, Any]]:
    """The receipts of a case, once its records have joined the log (the worker sequences it every second)."""
    for _ in range(100):
        found: list[dict[str, Any]] = client.get(f"/cases/{case_id}/receipts")
        if found:
            return found
        time.sleep(0.1)
    raise ApiRefused(f"The records of case {case_id} did not join the log within ten seconds; is the worker running?")


def _table(figures: dict[str, Any]) -> str:
    fields = f"{figures['fields_prefilled']}/{figures['fields_total']} = {figures['fields_prefilled'] / figures['fields_total']:.1%}"
    materials = (
        f"{figures['materials_not_asked']}/{figures['materials_total']} = {figures['materials_not_asked'] / figures['materials_total']:.1%}"
    )
    return "\n".join(
        [
            "",
            f"matters                 {figures['matters']}",
            f"fields not asked        {fields}",
            f"materials not asked     {materials}",
            f"decisions               {figures['decisions_automatic']} automatic, {figures['decisions_human']} by officials",
            f"licences sealed         {figures['licences']}",
            f"proofs verified         {figures['proofs_verified']}",
            f"seconds                 {figures['seconds']}",
        ]
    )
