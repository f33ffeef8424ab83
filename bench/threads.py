"""Complete single-matter threads per second: submit → facts → decision → signed licence → evidence → events.

Four client processes call the door of cases for a bounded time against a scratch database of the demonstration city, while
the log is sequenced beside them every second, as the worker does. Counted are cases that stand closed in the database with
a licence of their own and every evidence leaf sequenced. The peer is the limit: four processes that write the same rows
with bare INSERT statements (one per table and case, prepared, values ready in memory), same transactions, same run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import psycopg

CLIENTS = 4
SECONDS = float(os.environ.get("YIWANG_BENCH_SECONDS", "8"))
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
    with tempfile.TemporaryDirectory(prefix="yiwang-bench-") as folder:
        Path(folder).chmod(0o755)  # the embedded server does not run as root
        server = _server(Path(folder))
        name = f"yiwang_bench_{os.getpid()}"
        try:
            with psycopg.connect(server.url, autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{name}"')
            try:
                return _measure(_with_database(server.url, name), folder)
            finally:
                with psycopg.connect(server.url, autocommit=True) as connection:
                    connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        finally:
            server.stop()


class _server:  # noqa: N801 - reads as a verb where it is used
    """The server named by the environment, or an embedded one in the folder for this run."""

    def __init__(self, folder: Path) -> None:
        self.url = os.environ.get("YIWANG_BENCH_DATABASE_URL") or os.environ.get("YIWANG_DATABASE_URL") or ""
        self._started = None
        if not self.url:
            from yiwang.base.runtime import postgres

            cluster = postgres.Cluster(folder / "postgres")
            self._started = postgres.start(cluster)
            self.url = cluster.url(database="postgres")

    def stop(self) -> None:
        """Stop the embedded one."""
        if self._started is not None:
            from yiwang.base.runtime import postgres

            postgres.stop(self._started)


def _with_database(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, parts.fragment))


def _measure(url: str, folder: str) -> list[Figure]:
    environment = {
        **os.environ,
        "YIWANG_DATABASE_URL": url,
        "YIWANG_DB_OWNER": "1",
        "YIWANG_VAR": folder,
        "YIWANG_SECRET_KEY": "bench-only-" + "0" * 48,
        "YIWANG_MASTER_KEY": "ab" * 32,
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "yiwang.config.settings"),
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]),
    }
    _together([_child(environment, "prepare")])
    figures: list[Figure] = []
    for matter, what in MATTERS.items():
        figures += _one_matter(environment, url, matter, what)
    return figures


def _one_matter(environment: dict[str, str], url: str, matter: str, what: str) -> list[Figure]:
    with psycopg.connect(url, autocommit=True) as connection:
        before = _complete(connection, matter)
        children = [_child(environment, "submit", matter, str(number), str(SECONDS)) for number in range(CLIENTS)]
        results = _together([*children, _child(environment, "sequence", str(SECONDS))])[:CLIENTS]
        _together([_child(environment, "sequence", "0")])
        done = _complete(connection, matter) - before
        if done != sum(one["threads"] for one in results):
            raise RuntimeError(f"{done} complete threads in the database, {sum(one['threads'] for one in results)} acknowledged")
        bare = _bare(environment, connection, matter)
    ours = sum(len(one["latencies"]) / one["seconds"] for one in results)
    latencies = sorted(value for one in results for value in one["latencies"])
    cpu = sum(one["cpu"] for one in results) / done * 1000
    peer = {"peer": "the same rows by bare INSERT", "peer_value": bare, "ratio": round(ours / bare, 3)}
    return [
        {"name": f"threads.{matter}", "value": round(ours, 1), "unit": "threads/s", **peer, "what": what, "wanted": WANTED},
        _alone(f"threads.{matter}.p50", latencies[len(latencies) // 2], "ms"),
        _alone(f"threads.{matter}.p99", latencies[int(len(latencies) * 0.99)], "ms"),
        _alone(f"threads.{matter}.client_cpu", round(cpu, 2), "ms"),
    ]


def _alone(name: str, value: float, unit: str) -> Figure:
    return {"name": name, "value": value, "unit": unit, "peer": "", "peer_value": None, "ratio": None}


def _complete(connection: psycopg.Connection[Any], matter: str) -> int:
    """Closed cases with a licence of their own, none of whose leaves still waits to be sequenced."""
    row = connection.execute(
        "SELECT count(*) FROM cases_case c WHERE c.matter = %s AND c.state = 'closed'"
        " AND EXISTS (SELECT 1 FROM licence l WHERE l.case_id = c.id)"
        " AND NOT EXISTS (SELECT 1 FROM evidence_pending)",
        [matter],
    ).fetchone()
    return int(row[0]) if row else 0


def _bare(environment: dict[str, str], connection: psycopg.Connection[Any], matter: str) -> float:
    """Cases per second when the same rows are only written."""
    sample = [row[0] for row in connection.execute("SELECT id FROM cases_case WHERE matter = %s ORDER BY id DESC LIMIT 50", [matter])]
    threads = [_rows_of(connection, case_id) for case_id in sample]
    path = Path(environment["YIWANG_VAR"]) / "rows.json"
    path.write_text(json.dumps(threads, default=str))
    results = _together([_child(environment, "bare", str(path), str(SECONDS / 2)) for _ in range(CLIENTS)])
    return round(sum(one["threads"] / one["seconds"] for one in results), 1)


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
    """This module run in a process of its own: it says when it is ready, starts at a word, and answers in JSON."""

    def __init__(self, environment: dict[str, str], *arguments: str) -> None:
        command = [sys.executable, "-m", "bench.threads", *arguments]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True)

    def wait_ready(self) -> None:
        """Wait until it has warmed up."""
        assert self.process.stdout is not None
        self.process.stdout.readline()

    def check(self) -> dict[str, Any]:
        """Let it start and wait for the answer; RuntimeError with the last line of its complaint if it failed."""
        out, complaint = self.process.communicate(timeout=SECONDS + 240)
        if self.process.returncode:
            raise RuntimeError(complaint.strip().splitlines()[-1] if complaint.strip() else "no complaint")
        return dict(json.loads(out.strip().splitlines()[-1]))


def _together(children: list[_child]) -> list[dict[str, Any]]:
    """Start them at one moment, when all are ready; their answers in order."""
    for child in children:
        child.wait_ready()
    for child in children:
        if child.process.stdin is not None and child.process.poll() is None:
            child.process.stdin.write("go\n")
            child.process.stdin.flush()
    return [child.check() for child in children]


def _ready() -> None:
    """Say so, and wait for the word."""
    print("ready", flush=True)
    sys.stdin.readline()


def prepare() -> dict[str, Any]:
    """Schema, city, sharing agreements, keys."""
    from django.core.management import call_command

    _ready()
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    from yiwang.business.matters import api as matters
    from yiwang.business.matters import queries
    from yiwang.data.exchange import api as exchange
    from yiwang.data.registers import api as registers
    from yiwang.security.keys import api as keys

    registers.build_city(people=PEOPLE, seed=1)
    for short in MATTERS:
        version = matters.published(short)
        exchange.agree(
            short, elements=queries.elements_of(version), consumer_department=version.department, legal_basis=str(version.legal_bases[0])
        )
        keys.ensure(f"department:{version.department}")
    return {}


def sequence(seconds: str) -> dict[str, Any]:
    """Sequence every second, and once more when the clients have stopped."""
    from yiwang.security.evidence import api as evidence

    _ready()
    until = time.monotonic() + float(seconds)
    while time.monotonic() < until:
        evidence.sequence()
        time.sleep(1)
    evidence.sequence()
    return {}


def submit(matter: str, number: str, seconds: str) -> dict[str, Any]:
    """One client: its share of applicants hands in one after the other."""
    from yiwang.base.ids.api import new_id
    from yiwang.base.storage import api as storage
    from yiwang.business.cases import api as cases
    from yiwang.security.access.api import Actor
    from yiwang.standards.subjects import Subject

    photo = storage.put(b"\x89PNG\r\n\x1a\n" + number.encode(), media_type="image/png").digest
    people = _applicants(matter)[int(number) :: CLIENTS]

    def hand_in(at: int) -> None:
        key, name, birth = people[at % len(people)]
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

    hand_in(0)  # warms the process up: counted as done, not as time
    _ready()
    begin, used, latencies = time.monotonic(), time.process_time(), []
    while (now := time.monotonic()) < begin + float(seconds):
        hand_in(len(latencies) + 1)
        latencies.append(round((time.monotonic() - now) * 1000, 2))
    return {
        "threads": len(latencies) + 1,
        "seconds": time.monotonic() - begin,
        "cpu": time.process_time() - used,
        "latencies": latencies,
    }


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


def bare(path: str, seconds: str) -> dict[str, Any]:
    """Write the sampled rows again and again under fresh ids: one prepared INSERT per table, one transaction per case."""
    from psycopg.types.json import Json

    samples = json.loads(Path(path).read_text())
    with psycopg.connect(os.environ["YIWANG_DATABASE_URL"], prepare_threshold=0) as connection:
        kinds = {table: _columns(connection, table) for table in samples[0]}
        ready = [_statements(sample, kinds, Json) for sample in samples for _ in range(40)]
        connection.rollback()
        _ready()
        begin, done = time.monotonic(), 0
        while time.monotonic() < begin + float(seconds):
            if done == len(ready):
                raise RuntimeError("too few rows were prepared for the bare writer")
            for statement, values in ready[done]:
                connection.execute(statement, values)
            connection.commit()
            done += 1
        return {"threads": done, "seconds": time.monotonic() - begin}


def _columns(connection: psycopg.Connection[Any], table: str) -> dict[str, str]:
    rows = connection.execute(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
        [table],
    )
    return {str(name): str(kind) for name, kind in rows}


def _statements(sample: dict[str, list[dict[str, Any]]], kinds: dict[str, dict[str, str]], as_json: Any) -> list[tuple[str, list[Any]]]:
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
        values = [_value(name, row[name], kinds[table][name], fresh, as_json) for row in rows for name in names]
        statements.append((f"INSERT INTO {table} ({', '.join(names)}) VALUES {places}", values))
    return statements


def _value(name: str, value: Any, kind: str, fresh: dict[str, str], as_json: Any) -> Any:
    if kind == "jsonb":
        return as_json(value)
    if name in ("no", "number", "idempotency_key"):
        return next(iter(fresh.values()))[-12:] + str(value)[12:30]
    if name == "ref" and str(value).partition(":")[2] in fresh:
        prefix, _, old = str(value).partition(":")
        return f"{prefix}:{fresh[old]}"
    return fresh.get(value, value) if isinstance(value, str) else value


if __name__ == "__main__":
    import django

    django.setup()
    act = {"prepare": prepare, "sequence": sequence, "submit": submit, "bare": bare}[sys.argv[1]]
    print(json.dumps(act(*sys.argv[2:])))
