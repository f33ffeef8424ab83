"""Mixed traffic for half an hour at two gateways while policies change, keys are revoked and a gateway is killed every minute.

    python -m bench._soak --minutes 30 --report docs/soak.md

Beside the callers one subscriber takes the changes of a resource over NATS from the first gateway and is killed as often as that gateway.

At the end every journal is read back and held against what the callers saw: every answered call stands in a journal exactly once, nothing
stands there that nobody sent, and nothing was served more than a second after it was revoked; and every row that was changed in the
meantime has reached the subscriber, once. Not part of ``python -m bench``.
"""

import argparse
import http.client
import itertools
import json
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pyarrow as pa

from bench.__main__ import machine
from bench._load import percentile
from yiwang.base.ciphers.api import material
from yiwang.data.gateway import api as gateway
from yiwang.standards import canonical

ROWS, SMALL = 100_000, 2_000
DAY = 86_400_000
GRACE = 1.0  # seconds after which a revocation must hold at every gateway
KEYS = [f"K{number}" for number in range(6)]
SUBSCRIBER, CASE = "S0", "00000000-0000-4000-8000-000000000000"
CATCH_UP = 180  # seconds the subscriber has at the end to take what still waits: a limit, not a measurement
KINDS = [("single", 78), ("batch", 10), ("changes", 3), ("download", 2), ("wrong_signature", 4), ("replay", 3)]
RESOURCES = {"people": (ROWS, "id_number"), "houses": (SMALL, "id_number")}


def _key(number):
    return f"{number * 7_919 % 10**17:017d}X"


def _table(count, turn):
    return pa.table(
        {
            "id_number": [_key(number) for number in range(count)],
            "name": [f"云{number % 997}" for number in range(count)],
            "phone": [_phone(number, turn) for number in range(count)],
        }
    )


def _phone(number, turn):
    """Every fiftieth row has another one after every publication."""
    return f"139{(number + (turn if number % 50 == 0 else 0)) % 10**8:08d}"


class Control:
    """The control plane: keys that come and go, one signed policy after the other, snapshots."""

    def __init__(self, folder):
        self.folder, self.number, self.turn = folder, 0, 0
        self.issuer, self.shared = material.make("sm2"), secrets.token_bytes(32)
        self.pair = material.make("sm2")  # K0 signs with SM2, the others with HMAC-SM3
        self.secrets = {key: secrets.token_bytes(32) for key in (*KEYS, SUBSCRIBER)}
        self.signer = material.Signer("sm2", self.issuer.secret)
        (folder / "issuer.pem").write_text(self.issuer.public_pem)
        (folder / "shared.key").write_text(self.shared.hex())
        self.revoked, self.narrowed = {}, {}  # key → since when (None: not)
        self.spans = []  # (key, what, from, until): what must not be served in between
        self.publish_rows()
        self.publish()

    def publish_rows(self):
        self.turn += 1
        for name, (count, key) in RESOURCES.items():
            gateway.publish(self.folder / "resources", name, _table(count, self.turn), key=key, as_of=datetime.now(UTC))

    def publish(self):
        self.number += 1
        keys = {key: self._key(key) for key in (*KEYS, SUBSCRIBER) if key not in self.revoked}
        document = {"number": self.number, "issued_at": datetime.now(UTC).isoformat(), "keys": keys}
        gateway.write_policy(self.folder / "policy.json", document, signature=self.signer.sign(canonical.dumps(document)))
        return time.time()

    def _key(self, key):
        now = int(time.time() * 1000)
        fields = {"name": {"kind": "name", "level": "partial"}} | ({} if key in self.narrowed else {"phone": {}})
        fields = {"id_number": {}, "phone": {}} if key == SUBSCRIBER else fields
        grant = {"fields": fields, "purposes": ["soak"], "operations": ["rows", "download", "subscribe"], "legal_basis": "—", "calls": 1e9}
        grants = [grant | {"code": f"{key}-{one}", "resource": one, "valid_from": now - DAY, "valid_until": now + DAY} for one in RESOURCES]
        told = {"department": f"d{key}", "valid_until": now + DAY, "grants": grants}
        if key == "K0":
            return told | {"algorithm": "sm2", "public_key": self.pair.public_pem}
        return told | {"algorithm": "hmac-sm3", "secret": gateway.sealed_secret(self.secrets[key], key=key, shared=self.shared)}

    def change(self, chosen):
        """Revoke or narrow one key, or give back what was taken."""
        what, held = chosen.choice((("revoked", self.revoked), ("narrowed", self.narrowed)))
        if held and (len(held) > 2 or chosen.random() < 0.5):
            key = chosen.choice(sorted(held))
            self.spans.append((key, what, held.pop(key), time.time()))  # from here on it may be served again
            self.publish()
            return
        key = chosen.choice([one for one in KEYS if one not in held])
        held[key] = time.time()
        held[key] = self.publish()

    def close(self):
        for what, held in (("revoked", self.revoked), ("narrowed", self.narrowed)):
            self.spans += [(key, what, since, float("inf")) for key, since in held.items()]


class Place:
    """One gateway process that is killed and started again."""

    def __init__(self, folder, name, *, broker=False):
        self.folder, self.name, self.kills = folder, name, 0
        self.port, self.broker = _free_port(), _free_port() if broker else 0
        self.start()

    def start(self):
        words = ("gateway", "serve", "--folder", str(self.folder), "--name", self.name, "--port", str(self.port))
        words += ("--broker", f"nats://127.0.0.1:{self.broker}") if self.broker else ()
        command = [sys.executable, "-m", "yiwang.ends.cli.main", *words]
        self.process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.kills += 1
        self.start()

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(30)

    def ready(self):
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"{self.name} did not start")


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Subscriber:
    """The process that follows the changes of the houses, killed and started again; what it wrote is held against what was published."""

    def __init__(self, control, place):
        self.control, self.place, self.kills = control, place, 0
        self.into, self.secret = place.folder / "followed.jsonl", place.folder / "subscriber.secret"
        self.secret.write_text(control.secrets[SUBSCRIBER].hex())
        self.start()
        self._until(lambda: self.into.with_name(f"{self.into.name}.place").exists())
        self.since = control.turn  # what is published from here on must come

    def start(self):
        words = ("gateway", "follow", f"http://127.0.0.1:{self.place.port}", "houses", "--name", self.place.name, "--key", SUBSCRIBER)
        words += ("--secret", str(self.secret), "--purpose", "soak", "--case", CASE, "--into", str(self.into))
        words += ("--gateway-key", str(self.place.folder / self.place.name / "signing.pem"))
        command = [sys.executable, "-m", "yiwang.ends.cli.main", *words]
        self.process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.kills += 1
        self.start()

    def expected(self):
        """What must have come: (key, telephone) by publication."""
        turns = range(self.since + 1, self.control.turn + 1)
        return Counter((_key(number), _phone(number, turn)) for turn in turns for number in range(0, SMALL, 50))

    def taken(self):
        """What came, the lines after the remembered place left out: the next start would cut them off."""
        place = json.loads(self.into.with_name(f"{self.into.name}.place").read_text())
        rows = [json.loads(line) for line in self.into.read_bytes()[: place["bytes"]].splitlines()]
        return Counter((row["key"], row["values"]["phone"]) for row in rows if not row["gone"])

    def finish(self):
        """Let it take what still waits, then end it."""
        self._until(lambda: not (self.expected() - self.taken()), must=False)
        self.process.terminate()
        self.process.wait(30)

    def _until(self, true, *, must=True):
        until = time.time() + CATCH_UP
        while not true():
            if time.time() > until or self.process.poll() is not None:
                if must:
                    raise RuntimeError("the subscriber did not start")
                return
            time.sleep(0.2)


class Caller:
    """One closed loop of calls at one gateway; ``seen`` holds what it saw of each."""

    def __init__(self, control, place, number, until, pause):
        self.control, self.place, self.until, self.pause = control, place, until, pause
        self.chosen, self.link, self.place_in_changes = random.Random(number), None, "1"
        self.seen, self.last, self.broken = [], None, 0

    def run(self):
        kinds, weights = zip(*KINDS, strict=True)
        while time.time() < self.until:
            time.sleep(self.pause)
            kind = self.chosen.choices(kinds, weights)[0]
            if kind == "replay" and self.last is None:
                continue
            call = self.last if kind == "replay" else self._made(kind)
            begun = time.time()
            try:
                status, body, head = self._send(*call[:4])
            except (OSError, http.client.HTTPException):
                self.link = None
                self.broken += 1
                self.seen.append((kind, call[4], call[5], begun, 0, 0, None, ()))
                self.last = None
                time.sleep(0.05)
                continue
            self._note(kind, call, begun, status, body, head)

    def _made(self, kind):
        key, case = self.chosen.choice(KEYS), str(uuid.uuid4())
        fields = ["name"] if self.chosen.random() < 0.6 else ["name", "phone"]
        asked = {"purpose": "soak", "case_id": case}
        if kind in ("download", "changes"):
            more = {"fields": ",".join(fields)} | ({"after": self.place_in_changes, "limit": 500} if kind == "changes" else {})
            method, target, body = "GET", f"/v1/resources/houses/{kind}?{urlencode(asked | more)}", b""
        else:
            keys = [_key(self.chosen.randrange(ROWS)) for _ in range(50 if kind == "batch" else 1)]
            method, target = "POST", "/v1/resources/people/rows"
            body = json.dumps(asked | {"keys": keys, "fields": fields}).encode()
        algorithm, secret = ("sm2", self.control.pair.secret) if key == "K0" else ("hmac-sm3", self.control.secrets[key])
        headers = gateway.signed_headers(method, target, key=key, algorithm=algorithm, secret=secret, gateway=self.place.name, body=body)
        if kind == "wrong_signature":
            headers = {**headers, "X-Time": str(int(headers["X-Time"]) + 1)}
        return method, target, body, headers, key, case

    def _send(self, method, target, body, headers):
        if self.link is None:
            self.link = http.client.HTTPConnection("127.0.0.1", self.place.port, timeout=20)
        self.link.request(method, target, body=body or None, headers=headers)
        answer = self.link.getresponse()
        return answer.status, answer.read(), answer.headers

    def _note(self, kind, call, begun, status, body, head):
        ended = time.time()
        streamed = status == 200 and kind == "download"
        told = {} if streamed else json.loads(body)
        receipt = json.loads(head["x-receipt"]) if streamed else told.get("receipt")
        if receipt is None:  # 503: the journal could not be written, so nothing was answered
            self.seen.append((kind, call[4], call[5], begun, ended, status, None, ()))
            return
        if kind == "changes" and status == 200:
            self.place_in_changes = told["data"]["next"]
        elif kind == "changes" and status == 410:
            self.place_in_changes = "1"
        fields = tuple(receipt["entry"].get("fields", ())) if status == 200 else ()
        self.seen.append((kind, call[4], call[5], begun, ended, status, (receipt["seal"]["segment"], receipt["entry"]["number"]), fields))
        if status == 200 and kind in ("single", "batch"):
            self.last = call
        if len(self.seen) % 500 == 0:
            gateway.check_receipt(receipt, public_key=(self.place.folder / self.place.name / "signing.pem").read_text())


def _drive(folder, minutes, kill_every, publish_every, callers, pause):
    """Run it; returns (control, places, callers, subscriber)."""
    control, chosen = Control(folder), random.Random(5)
    places = [Place(folder, "g1", broker=True), Place(folder, "g2")]
    [place.ready() for place in places]
    subscriber = Subscriber(control, places[0])
    begun = time.time()
    until = begun + 60 * minutes
    working = [Caller(control, places[number % 2], number, until, pause) for number in range(callers)]
    threads = [threading.Thread(target=one.run) for one in working]
    [thread.start() for thread in threads]
    next_kill, next_rows, turn = begun + kill_every, begun + publish_every, itertools.count()
    while time.time() < until - 3:
        time.sleep(min(2.5, kill_every / 4, publish_every))
        control.change(chosen)
        if time.time() >= next_kill:
            places[next(turn) % 2].kill()
            if places[0].kills > subscriber.kills:
                subscriber.kill()
            next_kill += kill_every
        if time.time() >= next_rows:
            control.publish_rows()
            next_rows += publish_every
    [thread.join() for thread in threads]
    control.close()
    [place.ready() for place in places]
    subscriber.finish()
    [place.stop() for place in places]
    return control, places, working, subscriber


def _held(control, places, working, subscriber):
    """What the journals say against what the callers and the subscriber saw: counts, and lists that must be empty."""
    written, cases, late = Counter(), Counter(), []
    expected, taken = subscriber.expected(), subscriber.taken()
    spans = {key: [span for span in control.spans if span[0] == key] for key in KEYS}
    for place in places:
        public = (place.folder / place.name / "signing.pem").read_text()
        for file in sorted((place.folder / place.name / "journal").glob("*.jsonl")):
            for batch in gateway.read_journal(file, public_key=public, shared=control.shared):
                for entry in batch.entries:
                    if entry["key"] == SUBSCRIBER:
                        continue
                    written[batch.segment, entry["number"]] += 1
                    if entry.get("case") and entry["outcome"] == "answered":
                        cases[entry["case"]] += 1
                    if entry["outcome"] == "answered" and _forbidden(spans, entry["key"], entry["fields"], entry["at"] / 1000):
                        late.append(entry)
    seen = [one for worker in working for one in worker.seen]
    answered = [one for one in seen if one[6] is not None]
    places_seen = Counter(one[6] for one in answered)
    silent = [one for one in seen if one[6] is None]
    served = [one for one in answered if one[5] == 200]
    problems = {
        "answered calls missing from the journals": sum(1 for place in places_seen if place not in written),
        "journal entries told to two callers": sum(1 for count in places_seen.values() if count > 1),
        "entries standing twice": sum(1 for count in written.values() if count > 1) + sum(1 for count in cases.values() if count > 1),
        "entries nobody sent": max(0, len(written) - len(answered) - len(silent)),
        "served calls without their case in a journal": sum(1 for one in served if not cases[one[2]]),
        "served later than a second after a revocation (journals)": len(late),
        "served later than a second after a revocation (callers)": sum(1 for one in served if _forbidden(spans, one[1], one[7], one[3])),
        "changed rows that did not reach the subscriber": (expected - taken).total(),
        "changed rows that reached the subscriber twice, or were never published": (taken - expected).total(),
        "wrong signatures or replays that were served": sum(1 for one in served if one[0] in ("wrong_signature", "replay")),
    }
    return seen, answered, silent, written, problems


def _forbidden(spans, key, fields, at):
    return any(since + GRACE <= at < until and (what == "revoked" or "phone" in fields) for _, what, since, until in spans.get(key, ()))


def _report(options, control, places, working, subscriber):
    seen, answered, silent, written, problems = _held(control, places, working, subscriber)
    minutes, kill_every, publish_every, pause = options.minutes, options.kill_every, options.publish_every, options.pause
    kinds = Counter((one[0], one[5]) for one in seen)
    latencies = [(one[4] - one[3]) * 1000 for one in answered if one[0] == "single"]
    lines = [
        "# Soak of the exchange gateway",
        "",
        (
            f"`python -m bench._soak --minutes {minutes:g} --kill-every {kill_every:g} --publish-every {publish_every:g} --pause {pause:g}` on "
            f"{datetime.now(UTC):%Y-%m-%d}, {machine()}."
        ),
        "",
        (
            f"Two gateways, one policy, {len(working)} callers in closed loops, each pausing {pause:g} ms before a call, "
            f"beside them on the same machine, for {minutes:g} minutes. "
            f"{len(seen):,} calls ({len(seen) / minutes / 60:,.0f}/s); {control.number:,} policies, "
            f"{sum(1 for span in control.spans if span[1] == 'revoked')} revocations of a key, "
            f"{sum(1 for span in control.spans if span[1] == 'narrowed')} withdrawals of a field, {control.turn} publications of rows, "
            f"{sum(place.kills for place in places)} gateways killed with SIGKILL and started again. "
            f"One subscriber over NATS took {subscriber.taken().total():,} changed rows; it and its message server were killed {subscriber.kills} times."
        ),
        "",
        "| what must not happen | found |",
        "|---|---|",
        *(f"| {name} | {count} |" for name, count in problems.items()),
        "",
        (
            f"{len(answered):,} calls were answered, allowed or refused, each with a receipt; {len(silent):,} got no answer because their gateway "
            f"was being killed or started. The journals hold {len(written):,} entries: every answered call once, and "
            f"{len(written) - len(answered)} calls whose gateway died after writing and before answering. "
            f"Single keys: p50 {percentile(latencies, 0.5):.1f} ms, p99 {percentile(latencies, 0.99):.1f} ms (callers in Python beside the gateways)."
        ),
        "",
        "| call | status | times |",
        "|---|---|---|",
        *(f"| {kind} | {status or 'no answer'} | {count:,} |" for (kind, status), count in sorted(kinds.items())),
        "",
    ]
    return "\n".join(lines), sum(problems.values())


def main():
    """Returns 1 when something happened that must not."""
    parser = argparse.ArgumentParser(description="Soak of the exchange gateway; see the module's docstring.")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--kill-every", type=float, default=60, help="seconds")
    parser.add_argument("--publish-every", type=float, default=30, help="seconds between publications of rows")
    parser.add_argument("--callers", type=int, default=8)
    parser.add_argument("--pause", type=float, default=0, help="milliseconds each caller waits before a call")
    parser.add_argument("--report", type=Path, help="file for the report (default: only printed)")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="yiwang-soak-"))
    try:
        driven = _drive(folder, options.minutes, options.kill_every, options.publish_every, options.callers, options.pause / 1000)
        text, problems = _report(options, *driven)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(text)
    if options.report:
        options.report.write_text(text)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
