"""The hotline's work: tickets' whole lives by four clients, what pages cost as tickets grow, near-duplicates, 200 agents typing at once.

Peers, in the same run: of the lives, four connections that write the same rows in as many durable commits and do nothing else; of the
search, PostgreSQL's own similarity search over the same texts (pg_trgm, GIN index, the same threshold); of a page, itself with a tenth
of the tickets or less. Agents have no peer: the demand is 300 ms; ``bench._agents`` says how they are assumed to type.
``YIWANG_BENCH_TICKETS`` (100,000) says how many tickets are made, ``YIWANG_BENCH_SECONDS`` (10) how long a turn is.
Cost: an act is a constant number of statements; a page reads what it shows, a count ends at a thousand, the wall reads counts by day;
a search reads at most 20 entries of each of 20 keys and compares at most 400 sketches.
"""

import json
import os
import random
import subprocess
import sys
import time

import psycopg

from bench._agents import PAUSE, type_all
from bench._load import percentile
from bench._ticket_rows import fill, idents, text, typed_again
from yiwang.ends.cli.scratch import installation

TICKETS = int(os.environ.get("YIWANG_BENCH_TICKETS", "100000"))
SECONDS = float(os.environ.get("YIWANG_BENCH_SECONDS", "10"))
CLIENTS, AGENTS, LOOKS, PEER_LOOKS, SAMPLES = 4, 200, 200, 30, 20
FIRST = 10_000  # tickets of the first look at the pages
BARE = {
    "hotline_ticket": "ticket", "hotline_step": "step", "audit_record": "record", "evidence_pending": "leaf", "outbox_event": "event",
    "hotline_sketch": "sketch", "hotline_band": "band",
}  # fmt: skip
SAME_ROWS = "the same rows by bare INSERT and UPDATE"


def run():
    """Rates, latencies, growth, what is found, and bytes on disk."""
    with installation(people=300) as site:
        site.environment["YIWANG_DATABASE_URL"] = url = f"postgresql://yiwang@/yiwang?host={site.folder / 'postgres'}"
        with psycopg.connect(url, autocommit=True) as connection:
            ours = _clients(site, "cycle", range(CLIENTS))
            path = site.folder / "bare.json"
            path.write_text(json.dumps(_samples(connection)))
            rows = _clients(site, "bare", [path] * CLIENTS)
            made, sizes = idents(TICKETS), [min(FIRST, TICKETS), TICKETS]
            taken, size = fill(connection, made, range(sizes[0]))
            little = _in_site(site, "pages", "")
            if sizes[0] < TICKETS:
                more, size = fill(connection, made, range(*sizes))
                taken += more
            much = _in_site(site, "pages", "")
            later = _clients(site, "cycle", range(CLIENTS))
            numbers = random.Random(3).sample(range(TICKETS), LOOKS)
            near = _in_site(site, "look", ",".join(map(str, numbers)))
            sessions = _in_site(site, "sessions", str(AGENTS))
            typing = type_all(site.address, "/office/hotline/suggest", sessions=sessions, seconds=SECONDS * 2 + 10)
            peer, peer_size = _trigrams(connection, numbers[:PEER_LOOKS])
    return [
        *_lives(ours, rows, later),
        *(_row(f"tickets.{name}, {TICKETS:,} tickets", much[name], "ms", f"with {sizes[0]:,}", little[name]) for name in much),
        _row(f"tickets.near p50 of {TICKETS:,}", percentile(near["near"], 0.5), "ms", "pg_trgm", percentile(peer["near"], 0.5)),
        _row(f"tickets.near p95 of {TICKETS:,}", percentile(near["near"], 0.95), "ms", "pg_trgm", percentile(peer["near"], 0.95)),
        _row("tickets.near right one found", near["found"] * 100, "%", "pg_trgm", peer["found"] * 100),
        _row("tickets.near disk per ticket", size / TICKETS, "bytes", "pg_trgm index", peer_size / TICKETS),
        {"name": f"tickets.making {TICKETS:,}", "value": round(taken, 1), "unit": "s"},
        *_typing(*typing),
    ]


def _lives(ours, bare, later):
    """Lives a second, their CPU and latencies beside the bare rows, and with the tickets there."""
    rate, limit, then = (sum(len(one["lives"]) / one["seconds"] for one in turn) for turn in (ours, bare, later))
    cpu, least = (sum(one["cpu"] for one in turn) / sum(len(one["lives"]) for one in turn) * 1000 for turn in (ours, bare))
    lives, peers = ([value for one in turn for value in one["lives"]] for turn in (ours, bare))
    acts = [value for one in ours for value in one["acts"]]
    return [
        _row(f"tickets.lives, {CLIENTS} clients, {round(len(acts) / len(lives))} acts each", rate, "/s", SAME_ROWS, limit),
        _row("tickets.life, processor time", cpu, "ms", SAME_ROWS, least),
        _row("tickets.life p50", percentile(lives, 0.5), "ms", SAME_ROWS, percentile(peers, 0.5)),
        _row("tickets.life p99", percentile(lives, 0.99), "ms", SAME_ROWS, percentile(peers, 0.99)),
        {"name": "tickets.act p50", "value": percentile(acts, 0.5), "unit": "ms"},
        {"name": "tickets.act p99", "value": percentile(acts, 0.99), "unit": "ms"},
        _row(f"tickets.lives, {TICKETS:,} tickets there", then, "/s", "with none there", rate),
    ]


def _typing(found, rate, overtaken):
    pause = f"a pause every {PAUSE[0]:g} to {PAUSE[1]:g} s"
    return [
        {"name": f"tickets.typing p50, {AGENTS} agents, {pause}", "value": round(percentile(found, 0.5), 1), "unit": "ms"},
        {"name": f"tickets.typing p95, {rate:.0f} requests/s", "value": round(percentile(found, 0.95), 1), "unit": "ms"},
        {"name": "tickets.typing texts overtaken by newer ones", "value": round(overtaken * 100, 2), "unit": "%"},
    ]


def _row(name, value, unit, peer, peer_value):
    ratio = round(value / peer_value, 2) if peer_value else None
    return {"name": name, "value": round(value, 2), "unit": unit, "peer": peer, "peer_value": round(peer_value, 2), "ratio": ratio}


def _start(site, what, argument, **more):
    environment = {**site.environment, "DJANGO_SETTINGS_MODULE": "yiwang.config.settings", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "bench._ticket_clients", what, str(argument)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, **more)


def _in_site(site, what, argument):
    """Run in the installation's environment, with its own code and its own rights."""
    child = _start(site, what, argument)
    said, _ = child.communicate()
    if child.returncode:
        raise RuntimeError(f"{what} ended with {child.returncode}")
    return json.loads(said.splitlines()[-1])


def _clients(site, what, arguments):
    """One turn of clients that begin at one moment; what each says of it."""
    children = [_start(site, what, argument, stdin=subprocess.PIPE) for argument in arguments]
    for child in children:
        if child.stdout.readline() != "ready\n":
            raise RuntimeError(f"a client of {what} did not come up")
    for child in children:
        child.stdin.write(f"{SECONDS}\n")
        child.stdin.flush()
    said = [json.loads(child.stdout.readline()) for child in children]
    for child in children:
        child.stdin.close()
        child.wait(30)
    return said


def _samples(connection):
    """The rows of some lives, act by act, as statements for tables of the same shape beside the real ones."""
    for table, name in BARE.items():
        connection.execute(f"CREATE TABLE bare_{name} (LIKE {table} INCLUDING ALL)")
    time.sleep(3)  # the worker gives the last leaves their index
    newest = connection.execute("SELECT id FROM hotline_ticket WHERE state = 'closed' ORDER BY id DESC LIMIT %s", [SAMPLES]).fetchall()
    return [_sample(connection, ident) for (ident,) in newest]


def _sample(connection, ident):
    def rows(sql, *given):
        return [row[0] for row in connection.execute(sql, given)]

    ticket = rows("SELECT to_json(t) FROM hotline_ticket t WHERE id = %s", ident)[0] | {"key": str(ident), "lead_id": None}
    steps = rows("SELECT to_json(t) FROM hotline_step t WHERE ticket_id = %s ORDER BY at, id", ident)
    records = rows("SELECT to_json(t) FROM audit_record t WHERE kind = 'ticket' AND ref = %s ORDER BY at, id", str(ident))
    marks = rows("SELECT to_json(t) FROM hotline_sketch t WHERE ticket_id = %s", ident)
    keys = rows("SELECT to_json(t) FROM hotline_band t WHERE ticket = %s", ident)
    turns = []
    for number, (step, record) in enumerate(zip(steps, records, strict=True)):
        leaf = {"leaf_hash": "\\x" + "00" * 32, "ref": f"audit:{record['id']}"}
        event = {"name": "TicketStepped", "payload": {key: step[key] for key in ("ticket_id", "act", "state", "at")} | {"no": ticket["no"]}}
        event |= {"written_at": step["at"], "due_at": step["at"], "attempts": 0, "served": [], "last_error": "", "dead": False}
        begin = [_insert("ticket", [ticket]), _insert("sketch", marks), _insert("band", keys)]
        changed = ("UPDATE bare_ticket SET state = %s, version = %s, signed_at = now() WHERE id = %s", [step["state"], number, str(ident)])
        turn = [*(begin if number == 0 else [changed]), _insert("step", [step]), _insert("record", [record])]
        turns.append([*turn, _insert("leaf", [leaf]), _insert("event", [event])])
    return {"no": ticket["no"], "turns": turns, "ids": [str(ident), *(one["id"] for one in steps + records)]}


def _insert(name, rows):
    columns = ", ".join(f'"{column}"' for column in (rows[0] if rows else {"ticket": 0}))
    return f"INSERT INTO bare_{name} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::bare_{name}, %s::json)", [rows]


def _trigrams(connection, numbers):
    """The same search by pg_trgm over the same texts: latencies, share found, bytes of its index."""
    connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    connection.execute("SET maintenance_work_mem = '512MB'")
    connection.execute("CREATE INDEX bench_trgm ON hotline_ticket USING gin (text gin_trgm_ops)")
    connection.execute("SET pg_trgm.similarity_threshold = 0.5")
    sql = "SELECT text FROM hotline_ticket WHERE text %% %s ORDER BY similarity(text, %s) DESC LIMIT 5"
    near, found = [], 0
    for place, number in enumerate(numbers):
        typed, begin = typed_again(number), time.perf_counter()
        rows = connection.execute(sql, [typed, typed]).fetchall()
        if place >= len(numbers) // 10:  # the first ones warm the cache
            near.append((time.perf_counter() - begin) * 1000)
        found += (text(number),) in rows
    size = connection.execute("SELECT pg_relation_size('bench_trgm')").fetchone()[0]
    return {"near": near, "found": found / len(numbers)}, size
