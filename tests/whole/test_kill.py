"""1,000 submissions from 8 clients while parts of the platform are killed at random five times: nothing acknowledged is lost or doubled."""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from yiwang.ends.cli import scratch
from yiwang.ends.cli.stranger import Client

CLIENTS, SUBMISSIONS, KILLS = 8, 1000, 5
MATTER = "retirement.elder_card"  # decided by its table, with a licence; may be asked for again and again
PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(24)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nothing_acknowledged_is_lost():
    with scratch.installation(people=400) as site:
        retiree = Client(site.address).sign_in("retiree", site.password)
        token, photo = retiree.token, retiree.upload("photo.png", PHOTO)["digest"]
        acknowledged, lock, left = {}, threading.Lock(), list(range(SUBMISSIONS))
        workers = [
            threading.Thread(target=_submit_all, args=(site.address, token, photo, left, acknowledged, lock)) for _ in range(CLIENTS)
        ]
        [worker.start() for worker in workers]
        killed = _kill_at_random(site, workers)
        [worker.join() for worker in workers]
        assert len(killed) == KILLS
        assert len(acknowledged) == SUBMISSIONS
        _settle(site)
        _check(site, acknowledged)


def _submit_all(address, token, photo, left, acknowledged, lock):
    """Take the next submission; repeat it with the same key until it is acknowledged, as a client must."""
    host, port = address.removeprefix("http://").split(":")
    while True:
        with lock:
            if not left:
                return
            left.pop()
        key = uuid.uuid4().hex
        materials = {"photo": {"kind": "file", "ref": photo, "name": "photo.png"}}
        body = json.dumps({"matter": MATTER, "idempotency_key": key, "materials": materials})
        for _ in range(600):
            try:
                line = http.client.HTTPConnection(host, int(port), timeout=20)
                line.request("POST", "/api/v1/cases", body, {"Content-Type": "application/json", "Authorization": f"Bearer {token}"})
                answer = line.getresponse()
                data = answer.read()
                line.close()
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
                continue
            if answer.status == 201:
                with lock:
                    acknowledged[key] = json.loads(data)["id"]
                break
            assert answer.status >= 500, data
            time.sleep(0.1)
        else:
            raise AssertionError("never acknowledged")


def _kill_at_random(site, workers):
    chance, killed = random.Random(20260101), []
    while len(killed) < KILLS and any(worker.is_alive() for worker in workers):
        time.sleep(chance.uniform(1.0, 2.5))
        part = chance.choice(["granian", "granian", "worker", "postgres"])
        pid = _pid(site, part)
        if pid:
            os.kill(pid, signal.SIGKILL)
            killed.append(part)
    return killed


def _pid(site, part):
    if part == "postgres":
        try:
            return int((site.folder / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, IndexError):
            return None
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes().decode().split("\0")
            if part in words and f"PPid:\t{site.process.pid}\n" in (path / "status").read_text():
                return int(path.name)
        except OSError:
            continue
    return None


def _settle(site):
    """Wait until the worker has delivered what was written and every leaf has joined the log."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            with _database(site) as connection:
                waiting = "SELECT (SELECT count(*) FROM outbox_event WHERE NOT dead) + (SELECT count(*) FROM evidence_pending)"
                if not connection.execute(waiting).fetchone()[0]:
                    return
        except psycopg.OperationalError:
            pass
        time.sleep(0.5)
    raise AssertionError("events or leaves are still waiting")


def _database(site):
    return psycopg.connect(f"postgresql://yiwang@/yiwang?host={site.folder / 'postgres'}")


# What one complete case has written: parts, the audit records with their leaves, the licence. Every case must look the same.
WHOLE = """
    SELECT state, outcome, (SELECT count(*) FROM cases_step s WHERE s.case_id = c.id), (SELECT count(*) FROM cases_decision d WHERE d.case_id = c.id),
        (SELECT count(*) FROM cases_document d WHERE d.case_id = c.id), (SELECT count(*) FROM cases_material m WHERE m.case_id = c.id),
        (SELECT count(*) FROM licence l WHERE l.case_id = c.id), (SELECT count(*) FROM audit_record a WHERE a.case_id = c.id),
        (SELECT count(*) FROM audit_record a JOIN evidence_leaf e ON e.ref = 'audit:' || a.id WHERE a.case_id = c.id), count(*)
    FROM cases_case c WHERE c.matter = %s GROUP BY c.id, state, outcome
"""


def _check(site, acknowledged):
    with _database(site) as connection:
        rows = connection.execute("SELECT idempotency_key, count(*) FROM cases_case GROUP BY 1").fetchall()
        assert {key for key, _ in rows} >= set(acknowledged)
        assert [key for key, count in rows if count != 1] == []
        ids = [uuid.UUID(str(one)) for one in acknowledged.values()]
        known = connection.execute("SELECT count(*) FROM cases_case WHERE id = ANY(%s)", [ids]).fetchone()[0]
        assert known == SUBMISSIONS
        shapes = Counter(connection.execute(WHOLE, [MATTER]).fetchall())
        assert len(shapes) == 1, shapes
        ((state, outcome, steps, decisions, documents, materials, licences, records, leaves, _),) = (
            shapes  # one shape: nothing is half-made
        )
        assert (state, outcome, decisions, licences) == ("closed", "yes", 1, 1)
        assert min(steps, documents, materials, records) > 0
        assert leaves == records
        assert connection.execute("SELECT name, last_error FROM outbox_event WHERE dead").fetchall() == []
    done = subprocess.run(
        [sys.executable, "-m", "yiwang.ends.cli.main", "evidence", "verify", "--json"],
        env=site.environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert json.loads(done.stdout)["rows_checked"] >= SUBMISSIONS
