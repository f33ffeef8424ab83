"""`yiwang demo exchange`: one field's way from the register to a decision and the diary, as strangers' clients and a real gateway.

The police hold the parents' dates of birth; the health department asks for two fields, is answered, calls a gateway for the case at
hand, and the mother reads the look in her diary. Every promise is checked on the way; the first that does not hold ends the run.
"""

from __future__ import annotations

import hmac
import json
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import new
from typing import Any

from yiwang.ends.cli.demo_benefits import Desk, holds
from yiwang.ends.cli.stranger import ApiRefused

Journey = Callable[[str, str, Callable[[str], None]], dict[str, Any]]
WAIT_SECONDS = 90
CALLS = 200
PURPOSE = "newborn.household_registration"
FIELDS = {"name", "birth_date", "residence_address"}
ASKED = {
    "resource": "person",
    "fields": sorted(FIELDS),
    "purpose": PURPOSE,
    "purpose_title": "办理出生一件事时核对父母身份",
    "legal_basis": "《户口登记条例》第七条",
    "scene": "妇幼保健院的出生证管理系统在办件中核对母亲身份",
    "calls": 100,
}


def exchange(address: str, password: str, gateway: str, tell: Any, *, journey: Journey) -> dict[str, Any]:
    """The whole way; returns its figures. ``gateway``: address of a gateway named 'gateway' that reads this installation's policy;
    ``journey``: what makes the case and its decision.
    """
    begin = time.monotonic()
    desk = Desk(address, password, lambda line: tell(f"{time.monotonic() - begin:6.2f} s  {line}"))
    request = _agreed(desk)
    issued = desk["health.data"].post(f"/sharing/requests/{request['id']}/keys", {"lock": request["lock"]})
    caller = Caller(gateway, issued["key"]["code"], bytes.fromhex(issued["secret"]))
    journey(address, password, lambda line: None)
    mother, case = _case(desk)
    figures = {"seconds_to_first_answer": _first_answer(caller, mother, case, desk)}
    figures |= _calls(caller, mother, case, desk)
    figures |= _diary(desk, case)
    figures |= _attacks(caller, mother, case, desk)
    figures["seconds_to_revocation"] = _revoked(desk, request["id"], caller, mother, case)
    return figures | {"seconds": round(time.monotonic() - begin, 2)}


class Caller:
    """A department's system: plain HTTP and HMAC-SM3, nothing of the platform's code."""

    def __init__(self, address: str, key: str, secret: bytes) -> None:
        self.address, self.key, self.secret = address, key, secret

    def rows(
        self, keys: list[str], case: str, *, replayed: dict[str, str] | None = None, **changes: Any
    ) -> tuple[int, Any, dict[str, str]]:
        """One signed call; status, answer, the headers it was sent with."""
        told = {"keys": keys, "fields": ["name", "birth_date"], "purpose": PURPOSE, "case_id": case} | changes
        target, body = "/v1/resources/person/rows", json.dumps(told).encode()
        headers = replayed or self._headers(target, body)
        request = urllib.request.Request(self.address + target, data=body, headers=headers)  # noqa: S310 - the operator's own address
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return answer.status, json.loads(answer.read()), headers
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read()), headers

    def _headers(self, target: str, body: bytes) -> dict[str, str]:
        at, nonce = str(time.time_ns() // 1_000_000), secrets.token_urlsafe(12)
        text = "\n".join(["POST", target, self.key, at, nonce, "gateway", new("sm3", body).hexdigest()])
        signature = hmac.digest(self.secret, text.encode(), "sm3").hex()
        return {"X-Key": self.key, "X-Time": at, "X-Nonce": nonce, "X-Signature": signature}


def _agreed(desk: Desk) -> dict[str, Any]:
    """A request from draft to agreed: written, signed off by another person, answered by the provider."""
    asked = ASKED | {"until": (datetime.now(UTC).date() + timedelta(days=180)).isoformat()}
    request = desk["health.data"].post("/sharing/requests", asked)
    steps = (
        ("health.data", "submit"),
        ("health.approver", "approve"),
        ("police.data", "agree"),
        ("police.approver", "countersign"),  # the address is of level 3
    )
    for account, step in steps:
        request = desk[account].post(f"/sharing/requests/{request['id']}/steps/{step}", {"lock": request["lock"], "note": "同意"})
        due = f", answer due {request['due']}" if request["due"] else ""
        desk.tell(f"{request['no']} {account} {step}: {request['state_name']}{due}")
    holds(set(request["masks"]) == FIELDS, "each asked field has its mask")
    return desk["health.data"].get(f"/sharing/requests/{request['id']}")  # type: ignore[no-any-return]


def _case(desk: Desk) -> tuple[str, str]:
    """The mother's number and her case of registering the newborn: the one decision that the asked field is for."""
    client = desk["newborn_mother"]
    found = [one for one in client.get("/cases")["rows"] if one["matter"] == PURPOSE]
    holds(bool(found), "the mother has a case of registering her child")
    case = client.get(f"/cases/{found[0]['id']}")
    desk.tell(f"case {case['no']} {case['matter_name']}: {case['state_name']}")
    return case["applicant"]["key"], case["id"]


def _first_answer(caller: Caller, mother: str, case: str, desk: Desk) -> float:
    """The grant is in force on the gateway: policy and snapshot arrive by themselves."""
    begin = time.monotonic()
    while time.monotonic() < begin + WAIT_SECONDS:
        status, answer, _ = caller.rows([mother], case)
        if status == 200:
            values = answer["data"]["rows"][0]["values"]
            desk.tell(f"gateway answers as of {answer['data']['as_of']}: {', '.join(values)}")
            holds(set(values) == {"name", "birth_date"}, "only the asked fields come")
            return round(time.monotonic() - begin, 2)
        time.sleep(0.1)
    raise ApiRefused(f"The gateway did not answer within {WAIT_SECONDS} s: {status} {answer}")


def _calls(caller: Caller, mother: str, case: str, desk: Desk) -> dict[str, Any]:
    """Some calls one after the other, each with its receipt."""
    taken = []
    for _ in range(CALLS):
        start = time.perf_counter()
        status, answer, _ = caller.rows([mother], case)
        taken.append(time.perf_counter() - start)
        holds(status == 200 and answer["receipt"]["entry"]["case"] == case, "every call is answered with a receipt that names the case")
        time.sleep(max(0.0, 0.012 - taken[-1]))  # within the granted calls a second
    taken.sort()
    p50, p99 = (round(taken[int(CALLS * share)] * 1000, 2) for share in (0.5, 0.99))
    desk.tell(f"{CALLS} signed, logged calls: p50 {p50} ms, p99 {p99} ms")
    return {"calls": CALLS, "p50_ms": p50, "p99_ms": p99}


def _diary(desk: Desk, case: str) -> dict[str, Any]:
    """The mother reads who looked, for which case, on which ground."""
    begin = time.monotonic()
    while time.monotonic() < begin + WAIT_SECONDS:
        looks = [one for one in desk["newborn_mother"].get("/diary")["rows"] if one["actor_name"].startswith("共享网关")]
        if looks:
            holds(looks[0]["department"] == "health" and looks[0]["legal_basis"] == ASKED["legal_basis"], "the diary names who and why")
            desk.tell(f"diary: {looks[0]['actor_name']} · {looks[0]['purpose']} · {looks[0]['legal_basis']} · {looks[0]['elements']}")
            return {"seconds_to_diary": round(time.monotonic() - begin, 2)}
        time.sleep(0.1)
    raise ApiRefused("The look did not come into the diary; is the worker running?")


def _attacks(caller: Caller, mother: str, case: str, desk: Desk) -> dict[str, Any]:
    """What was not granted, altered or repeated is refused."""
    _, _, sent = caller.rows([mother], case)
    stranger = Caller(caller.address, "tax-0000000000", caller.secret)
    refused = {
        "another department's key": stranger.rows([mother], case)[0],
        "a field not granted": caller.rows([mother], case, fields=["phone"])[0],
        "a wrong purpose": caller.rows([mother], case, purpose="marketing")[0],
        "a repeated request": caller.rows([mother], case, replayed=sent)[0],
        "an altered request": caller.rows(["990102199001010011"], case, replayed=sent)[0],
        "no case": caller.rows([mother], "")[0],
    }
    for what, status in refused.items():
        holds(status in (401, 403, 409), f"{what} is refused ({status})")
    desk.tell("refused and logged: " + ", ".join(refused))
    return {"attacks_refused": len(refused)}


def _revoked(desk: Desk, request_id: str, caller: Caller, mother: str, case: str) -> float:
    """The provider revokes: within a second nothing is served any more."""
    request = desk["police.data"].get(f"/sharing/requests/{request_id}")
    body = {"lock": request["lock"], "ground": "not_passed_on", "note": "演示:授权撤销"}
    begin = time.monotonic()
    desk["police.data"].post(f"/sharing/requests/{request_id}/steps/revoke", body)
    done = time.monotonic()
    while caller.rows([mother], case)[0] == 200:
        holds(time.monotonic() - done < 5, "a revoked key is refused")
        time.sleep(0.02)
    seconds = round(time.monotonic() - done, 2)
    holds(seconds <= 1.0, f"revocation is felt within a second ({seconds} s; asked {done - begin:.2f} s before)")
    desk.tell(f"revoked: refused {seconds} s after the answer to the official")
    return seconds


def table(figures: dict[str, Any]) -> str:
    """The figures as lines."""
    return "\n".join(["", *(f"{name.replace('_', ' '):28}{value}" for name, value in figures.items())])
