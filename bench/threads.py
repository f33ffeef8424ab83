"""Complete single-matter threads per second: submit → facts → decision → signed licence → evidence → events.

Four client processes call the door of cases for a bounded time against a scratch database of the demonstration city, while
the log is sequenced beside them every second, as the worker does. Counted are cases that stand closed in the database with
a licence of their own and every evidence leaf sequenced. The peer is the limit: four processes that write the same rows
with bare INSERT statements (one per table and case, prepared, values ready in memory), same transactions, same run, in turns
of a few seconds so that both meet the same machine. CPU per thread counts the client and its database backends.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Json

from bench._scratch import environment, scratch_database

CLIENTS = 4
TURN = float(os.environ.get("YIWANG_BENCH_SECONDS", "3"))
ROUNDS = 3
WANTED = 139.0  # threads per second: twelve million a day
PEOPLE = 4_000
MATTERS = {
    "retirement.elder_card": "an elder card from three facts and a photo",
    "newborn.birth_certificate": "a birth certificate from 18 facts of three people, written back to its register",
}
TABLES = {
    "cases_case": "id",
    "cases_material": "case_id",
    "cases_step": "case_id",
    "cases_decision": "case_id",
    "cases_document": "case_id",
    "licence": "case_id",
    "audit_record": "case_id",
    "audit_access": "case_id",
}
Figure = dict[str, Any]


def run() -> list[Figure]:
    """All figures; the scratch database is dropped whatever happens."""
    with scratch_database() as (url, folder):
        return _measure(url, folder)


def _measure(url: str, folder: str) -> list[Figure]:
    around = environment(url, folder)
    preparing = _child(around, "prepare")
    preparing.wait_ready()
    preparing.end()
    figures: list[Figure] = []
    for matter, what in MATTERS.items():
        figures += _one_matter(around, url, matter, what)
    return figures


def _one_matter(environment: dict[str, str], url: str, matter: str, what: str) -> list[Figure]:
    with psycopg.connect(url, autocommit=True) as connection:
        ours = [_child(environment, "submit", matter, str(number)) for number in range(CLIENTS)]
        sequencer = _child(environment, "sequence")
        bare: list[_child] = []
        done: list[dict[str, Any]] = []
        written: list[dict[str, Any]] = []
        try:
            for _ in range(ROUNDS):
                done += _together([*ours, sequencer])[:CLIENTS]
                bare = bare or _writers(environment, connection, matter)
                written += _together(bare)
        finally:
            for child in (*ours, sequencer, *bare):
                child.end()
        acknowledged = CLIENTS + sum(one["threads"] for one in done)  # each client hands in once to warm up
        if (complete := _complete(connection, matter)) != acknowledged:
            raise RuntimeError(f"{complete} complete threads in the database, {acknowledged} acknowledged")
    latencies = sorted(value for one in done for value in one["latencies"])
    rate, limit = (CLIENTS * sum(one["threads"] for one in turns) / sum(one["seconds"] for one in turns) for turns in (done, written))
    cpu, least = (sum(one["cpu"] for one in turns) / sum(one["threads"] for one in turns) * 1000 for turns in (done, written))
    return [
        {
            "name": f"threads.{matter}",
            "value": round(rate, 1),
            "unit": "threads/s",
            **_peer(limit, rate / limit),
            "what": what,
            "wanted": WANTED,
        },
        {"name": f"threads.{matter}.cpu", "value": round(cpu, 2), "unit": "ms", **_peer(least, least / cpu)},
        _alone(f"threads.{matter}.p50", latencies[len(latencies) // 2], "ms"),
        _alone(f"threads.{matter}.p99", latencies[int(len(latencies) * 0.99)], "ms"),
    ]


def _peer(value: float, ratio: float) -> Figure:
    return {"peer": "the same rows by bare INSERT", "peer_value": round(value, 2), "ratio": round(ratio, 3)}


def _alone(name: str, value: float, unit: str) -> Figure:
    return {"name": name, "value": value, "unit": unit, "peer": "", "peer_value": None, "ratio": None}


def _complete(connection: psycopg.Connection[Any], matter: str) -> int:
    """Closed cases with a licence of their own, none of whose leaves still waits to be sequenced."""
    row = connection.execute(
        "SELECT count(*) FROM cases_case c WHERE c.matter = %s AND c.state = 'closed' AND c.channel <> 'bare'"
        " AND EXISTS (SELECT 1 FROM licence l WHERE l.case_id = c.id)"
        " AND NOT EXISTS (SELECT 1 FROM evidence_pending p JOIN audit_record r ON p.ref = 'audit:' || r.id WHERE r.case_id = c.id)",
        [matter],
    ).fetchone()
    return int(row[0]) if row else 0


def _writers(environment: dict[str, str], connection: psycopg.Connection[Any], matter: str) -> list[_child]:
    """Processes that know the rows of fifty of our threads and write them again."""
    sample = [row[0] for row in connection.execute("SELECT id FROM cases_case WHERE matter = %s ORDER BY id DESC LIMIT 50", [matter])]
    path = Path(environment["YIWANG_VAR"]) / "rows.json"
    path.write_text(json.dumps([_rows_of(connection, case_id) for case_id in sample], default=str))
    return [_child(environment, "bare", str(path)) for _ in range(CLIENTS)]


def _rows_of(connection: psycopg.Connection[Any], case_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Every row that one thread wrote, by table."""
    rows = {}
    for table, column in TABLES.items():
        rows[table] = [row[0] for row in connection.execute(f"SELECT to_json(t) FROM {table} t WHERE {column} = %s", [case_id])]
    refs = [f"audit:{row['id']}" for row in rows["audit_record"]] + [f"access:{row['id']}" for row in rows["audit_access"]]
    rows["evidence_pending"] = [
        {"leaf_hash": row[0], "ref": row[1]}
        for row in connection.execute("SELECT '\\x' || encode(leaf_hash, 'hex'), ref FROM evidence_leaf WHERE ref = ANY(%s)", [refs])
    ]
    rows["outbox_event"] = [
        row[0]
        for row in connection.execute(
            "SELECT to_json(t)::jsonb - 'id' FROM outbox_event t WHERE payload->'data'->>'case_id' = %s", [str(case_id)]
        )
    ]
    return rows


class _child:  # noqa: N801 - reads as a verb where it is used
    """This module in a process of its own: it says when it is ready, works one turn for every word, and answers in JSON."""

    def __init__(self, environment: dict[str, str], *arguments: str) -> None:
        self._complaint = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed in end()
        command = [sys.executable, "-m", "bench.threads", *arguments]
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._complaint, text=True
        )
        self._ready = False

    def wait_ready(self) -> None:
        """Wait until it has warmed up."""
        if not self._ready:
            self._answer()
            self._ready = True

    def go(self) -> None:
        """Let it work for a turn."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """What it says of its turn."""
        return dict(json.loads(self._answer()))

    def end(self) -> None:
        """No more turns."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._complaint.close()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._complaint.seek(0)
            said = self._complaint.read().strip().splitlines()
            raise RuntimeError(said[-1] if said else "a process ended without a word")
        return line


def _together(children: list[_child]) -> list[dict[str, Any]]:
    """One turn: they start at one moment, when all are ready; their answers in order."""
    for child in children:
        child.wait_ready()
    for child in children:
        child.go()
    return [child.answer() for child in children]


def _turns(act: Callable[[], object], backends: Sequence[int] = ()) -> None:
    """In a child: for every word work through one turn; answer how often, how long, with how much CPU."""
    print("ready", flush=True)
    while sys.stdin.readline():
        used, latencies, begin = _cpu(backends), [], time.monotonic()
        while (now := time.monotonic()) < begin + TURN:
            act()
            latencies.append(round((time.monotonic() - now) * 1000, 2))
        seconds = time.monotonic() - begin
        answer = {"threads": len(latencies), "seconds": seconds, "cpu": _cpu(backends) - used, "latencies": latencies}
        print(json.dumps(answer), flush=True)


def _cpu(backends: Sequence[int]) -> float:
    """Seconds of CPU that this process and its database backends (where they run on this machine) have used."""
    total = time.process_time()
    for pid in backends:
        stat = Path(f"/proc/{pid}/stat")
        if stat.exists():
            fields = stat.read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def prepare() -> None:
    """Schema, city, sharing agreements, keys."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    from yiwang.business.matters import api as matters
    from yiwang.data.exchange import api as exchange
    from yiwang.data.registers import api as registers
    from yiwang.security.keys import api as keys

    registers.build_city(people=PEOPLE, seed=1)
    for short in MATTERS:
        version = matters.published(short)
        exchange.agree(
            short, elements=matters.elements_of(version), consumer_department=version.department, legal_basis=str(version.legal_bases[0])
        )
        keys.ensure(f"department:{version.department}")
    print("ready", flush=True)


def sequence() -> None:
    """Sequence every second of a turn, and once more at its end."""
    from yiwang.security.evidence import api as evidence

    print("ready", flush=True)
    while sys.stdin.readline():
        for _ in range(max(int(TURN), 1)):
            time.sleep(min(TURN, 1))
            evidence.sequence()
        time.sleep(0.3)
        evidence.sequence()
        print("{}", flush=True)


def submit(matter: str, number: str) -> None:
    """One client: its share of applicants hands in one after the other."""
    from django.db import connections

    from yiwang.base.ids.api import new_id
    from yiwang.base.storage import api as storage
    from yiwang.business.cases import api as cases
    from yiwang.security.access.api import Actor
    from yiwang.standards.subjects import Subject

    photo = storage.put(b"\x89PNG\r\n\x1a\n" + number.encode(), media_type="image/png").digest
    people = cycle(_applicants(matter)[int(number) :: CLIENTS])

    def hand_in() -> None:
        key, name, birth = next(people)
        subject = Subject("person", key)
        application = cases.Application(
            matter=matter,
            applicant=subject,
            applicant_name=name,
            idempotency_key=new_id().hex,
            values={"child_name": "李小满"} if birth else {},
            keys={"birth": cases.Key("birth", birth)} if birth else {},
            materials={} if birth else {"photo": cases.GivenMaterial("file", photo, "photo.png")},
        )
        view = cases.submit(application, actor=Actor("citizen", f"account-{key}", name, subject=subject))
        if view.state != "closed" or not view.licences:
            raise RuntimeError(f"{view.state}: {view.waiting_for}")

    hand_in()  # warms the process up
    _turns(hand_in, [connections[alias].connection.info.backend_pid for alias in ("default", "registers")])


def _applicants(matter: str) -> list[tuple[str, str, str]]:
    """Identity number, name and birth record of those who may apply, from the registers of the scratch city."""
    with psycopg.connect(os.environ["YIWANG_DATABASE_URL"]) as connection:
        if matter == "newborn.birth_certificate":
            statement = (
                "SELECT b.mother_id_number, b.mother_name, b.record_no FROM registers.birth b JOIN registers.person p"
                " ON p.id_number = b.mother_id_number JOIN registers.marriage m ON m.wife_id_number = b.mother_id_number"
                " AND m.husband_id_number = b.father_id_number WHERE b.mother_name = p.name AND b.born_on > current_date - 700"
            )
        else:
            statement = (
                "SELECT id_number, name, '' FROM registers.person p WHERE birth_date < current_date - 27000"
                " AND NOT EXISTS (SELECT 1 FROM registers.death d WHERE d.id_number = p.id_number)"
            )
        return [(str(row[0]), str(row[1]), str(row[2])) for row in connection.execute(f"{statement} ORDER BY 1")]


def bare(path: str) -> None:
    """Write the sampled rows again and again under fresh ids: one prepared INSERT per table, one transaction per case."""
    samples = json.loads(Path(path).read_text())
    with psycopg.connect(os.environ["YIWANG_DATABASE_URL"], prepare_threshold=0) as connection:
        kinds = {table: _columns(connection, table) for table in samples[0]}
        ready = iter([_statements(sample, kinds) for _ in range(int(TURN * ROUNDS * 25)) for sample in samples])
        connection.rollback()

        def write() -> None:
            for statement, values in next(ready):
                connection.execute(statement, values)
            connection.commit()

        _turns(write, [connection.info.backend_pid])


def _columns(connection: psycopg.Connection[Any], table: str) -> dict[str, str]:
    rows = connection.execute(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
        [table],
    )
    return {str(name): str(kind) for name, kind in rows}


def _statements(sample: dict[str, list[dict[str, Any]]], kinds: dict[str, dict[str, str]]) -> list[tuple[str, list[Any]]]:
    """One INSERT per table; ids, printed numbers and idempotency keys are new, everything else as it was."""
    from yiwang.base.ids.api import new_id

    fresh: dict[str, str] = {}
    for rows in sample.values():
        for row in rows:
            if "id" in row:
                fresh.setdefault(str(row["id"]), str(new_id()))
    statements = []
    for table, rows in sample.items():
        if not rows:
            continue
        names = list(rows[0])
        places = ", ".join(f"({', '.join(f'%s::{kinds[table][name]}' for name in names)})" for _ in rows)
        values = [_value(name, row[name], kinds[table][name], fresh) for row in rows for name in names]
        statements.append((f"INSERT INTO {table} ({', '.join(names)}) VALUES {places}", values))
    return statements


def _value(name: str, value: Any, kind: str, fresh: dict[str, str]) -> Any:
    if kind == "jsonb":
        return Json(value)
    if name == "channel":
        return "bare"
    if name in ("no", "number", "idempotency_key"):
        return next(iter(fresh.values()))[-12:] + str(value)[12:30]
    if name == "ref" and str(value).partition(":")[2] in fresh:
        prefix, _, old = str(value).partition(":")
        return f"{prefix}:{fresh[old]}"
    return fresh.get(value, value) if isinstance(value, str) else value


if __name__ == "__main__":
    import django

    django.setup()
    {"prepare": prepare, "sequence": sequence, "submit": submit, "bare": bare}[sys.argv[1]](*sys.argv[2:])
