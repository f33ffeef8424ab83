"""The hotline's work: a ticket's whole life through the doors, near-duplicates of a typed text among a million, 200 agents typing at once.

Peers: of the life cycle, one connection that writes as many rows in as many durable commits and does nothing else; of the search,
PostgreSQL's own similarity search over the same texts (pg_trgm, GIN index, the same threshold). Agents have no peer: the demand is 300 ms.
Cost: an act is a constant number of statements, measured before and after a million tickets are there. A search reads at most 20 entries
of each of 20 keys and compares at most 400 sketches: the height of the trees grows with the logarithm of the tickets, nothing else.
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
from bench._ticket_rows import fill, text, typed_again
from yiwang.ends.cli.scratch import installation

TICKETS = int(os.environ.get("YIWANG_BENCH_TICKETS", "1000000"))
SECONDS = float(os.environ.get("YIWANG_BENCH_SECONDS", "20"))
AGENTS, LOOKS, PEER_LOOKS = 200, 400, 60
REPLY = "经现场核实,您反映的情况属实。根据相关管理规定,我单位已安排维修并于今日完成整改,将继续巡查;联系电话 0990-8800000。"


def run():
    """Rates, latencies, what is found, and bytes on disk."""
    with installation(people=300) as site:
        url = f"postgresql://yiwang@/yiwang?host={site.folder / 'postgres'}"
        empty = _in_site(site, "cycle", SECONDS)
        with psycopg.connect(url, autocommit=True) as connection:
            bare = _bare(connection, empty, SECONDS / 2)
            filled, size = fill(connection, TICKETS)
        full = _in_site(site, "cycle", SECONDS)
        numbers = random.Random(3).sample(range(TICKETS), LOOKS)
        ours = _in_site(site, "look", ",".join(map(str, numbers)))
        password = site.password
        typing, rate = type_all(site.address, username="hotline.agent", password=password, agents=AGENTS, seconds=SECONDS * 3)
        with psycopg.connect(url, autocommit=True) as connection:
            peer, peer_size = _trigrams(connection, numbers[:PEER_LOOKS])
    pause = f"{sum(PAUSE) / 2:g} s"
    return [
        _row(
            f"tickets.cycle ({empty['acts']} acts), one process",
            empty["rate"],
            "/s",
            f"{empty['rows']} rows in {empty['commits']} commits",
            bare,
        ),
        _row(f"tickets.cycle, {TICKETS:,} tickets there", full["rate"], "/s", "the same with none there", empty["rate"]),
        _row(f"tickets.near p50 of {TICKETS:,}", percentile(ours["near"], 0.5), "ms", "pg_trgm", percentile(peer["near"], 0.5)),
        _row(f"tickets.near p95 of {TICKETS:,}", percentile(ours["near"], 0.95), "ms", "pg_trgm", percentile(peer["near"], 0.95)),
        _row("tickets.near right one found", ours["found"] * 100, "%", "pg_trgm", peer["found"] * 100),
        _row("tickets.near disk per ticket", size / TICKETS, "bytes", "pg_trgm index", peer_size / TICKETS),
        {"name": f"tickets.near filing of {TICKETS:,}", "value": round(filled, 1), "unit": "s"},
        {"name": "tickets.suggest p95, one at a time", "value": round(percentile(ours["suggest"], 0.95), 2), "unit": "ms"},
        {"name": f"tickets.typing p50, {AGENTS} agents, pause {pause}", "value": round(percentile(typing, 0.5), 1), "unit": "ms"},
        {"name": f"tickets.typing p95, {AGENTS} agents, {rate:.0f}/s", "value": round(percentile(typing, 0.95), 1), "unit": "ms"},
    ]


def _row(name, value, unit, peer, peer_value):
    ratio = round(value / peer_value, 2) if peer_value else None
    return {"name": name, "value": round(value, 2), "unit": unit, "peer": peer, "peer_value": round(peer_value, 2), "ratio": ratio}


def _in_site(site, what, argument):
    """Run in the installation's environment, with its own code and its own rights."""
    environment = {**site.environment, "DJANGO_SETTINGS_MODULE": "yiwang.config.settings"}
    command = [sys.executable, "-m", "bench.tickets", what, str(argument)]
    made = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return json.loads(made.stdout.splitlines()[-1])


def _bare(connection, cycle, seconds):
    """As many rows of 400 bytes in as many commits as a life cycle has; life cycles per second."""
    connection.execute("CREATE TABLE bench_row (id bigserial PRIMARY KEY, content text)")
    each = max(1, round(cycle["rows"] / cycle["commits"]))
    begin, done = time.monotonic(), 0
    while time.monotonic() < begin + seconds:
        for _ in range(cycle["commits"]):
            connection.execute("INSERT INTO bench_row (content) SELECT content FROM unnest(%s::text[]) AS r(content)", [["x" * 400] * each])
        done += 1
    connection.execute("DROP TABLE bench_row")
    return done / (time.monotonic() - begin)


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


def cycle(seconds):
    """Life cycles one after the other for a while: filed, dispatched, signed, in touch, answered, called back, rated."""
    from django.db import connection

    from yiwang.business.hotline import api as hotline
    from yiwang.security.access.api import Actor
    from yiwang.standards.subjects import Subject

    def staff(role, department="data"):
        return Actor("staff", f"{department}.{role}.1", role, department=department, region="990100", roles=frozenset([role]))

    agent, dispatcher = staff("hotline_agent"), staff("hotline_dispatcher")
    citizen = Actor("citizen", "c-1", "文小昌", Subject("person", "990103199001010019"))
    yes, chosen = {"contacted": "yes", "solved": "yes", "satisfaction": "5"}, random.Random(time.time_ns())

    def once():
        made = hotline.file(hotline.NewTicket(text(chosen.randrange(10**9, 10**10)), key=str(chosen.random())), actor=citizen)
        steps = [] if made.department else [("dispatch", dispatcher, {"department": "urban"})]
        clerk = staff("clerk", made.department or "urban")
        steps += [
            ("sign", clerk, {}),
            ("contact", clerk, {"note": "已电话联系"}),
            ("answer", clerk, {"reply": REPLY, "solved": "solved", "insist": "当面已说明"}),
        ]
        steps += [("call_back", agent, yes), ("rate", citizen, yes)]
        for name, actor, inputs in steps:
            hotline.act(made.id, name=name, actor=actor, inputs=inputs)
        return 1 + len(steps)

    def counted():
        time.sleep(1.5)  # statistics reach the server once a second
        with connection.cursor() as cursor:
            cursor.execute("SELECT tup_inserted + tup_updated FROM pg_stat_database WHERE datname = current_database()")
            return cursor.fetchone()[0]

    for _ in range(5):
        once()
    before, done, acts, begin = counted(), 0, 0, time.monotonic()
    while time.monotonic() < begin + seconds:
        acts += once()
        done += 1
    took = time.monotonic() - begin
    commits = round(acts / done)
    return {"rate": done / took, "acts": commits, "commits": commits, "rows": round((counted() - before) / done)}


def sessions(count):
    """Cookies of as many sessions of one agent, as signing in would give them."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model

    from yiwang.support.identity.sessions import SessionStore

    account, made = get_user_model().objects.get(username="hotline.agent"), []
    for _ in range(count):
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(account.pk), settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = account.get_session_auth_hash()
        session.create()
        made.append(f"{settings.SESSION_COOKIE_NAME}={session.session_key}")
    return made


def look(numbers):
    """Near-duplicates of texts typed again, and the whole suggestion; latencies in milliseconds and the share of originals found."""
    from yiwang.business.hotline import api as hotline
    from yiwang.business.hotline import tree, twins
    from yiwang.business.hotline.models import TicketRow

    near, suggest, found = [], [], 0
    for place, number in enumerate(numbers):
        typed, begin = typed_again(number), time.perf_counter()
        rows = twins.near(twins.marks(typed), least=tree.routing()["shown_alike"])[:5]
        took = time.perf_counter() - begin
        found += TicketRow.objects.filter(id__in=[ident for _share, ident in rows], text=text(number)).exists()
        begin = time.perf_counter()
        hotline.suggest(typed)
        if place >= len(numbers) // 10:  # the first ones warm the cache
            near.append(took * 1000)
            suggest.append((time.perf_counter() - begin) * 1000)
    return {"near": near, "suggest": suggest, "found": found / len(numbers)}


if __name__ == "__main__":
    import django

    django.setup()
    acted = {"cycle": lambda given: cycle(float(given)), "look": lambda given: look([int(one) for one in given.split(",")])}
    print(json.dumps(acted[sys.argv[1]](sys.argv[2])))
