"""How long a citizen waits for 「提交」 when 50 hand in at once: a complete instant matter through HTTP, each next one at once.

Peer: the same server and threads around a bare WSGI function that writes as many rows of the same size in one durable
commit and does nothing else: what the machine, the web server and the disk ask for at least.
Cost: one transaction per submission, a constant number of statements whatever the size of the city.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path

import psycopg

from bench._load import percentile, post_all
from yiwang.ends.cli.scratch import end, free_port, installation
from yiwang.ends.cli.stranger import Client

USERS, SECONDS = 50, float(os.environ.get("YIWANG_BENCH_SECONDS", "20"))
MATTER, PASSWORD = "retirement.elder_card", "bench-only-50"
ROWS_OF_A_CASE = """
    SELECT sum((SELECT count(*) FROM cases_step s WHERE s.case_id = c.id) + (SELECT count(*) FROM cases_decision d WHERE d.case_id = c.id)
        + (SELECT count(*) FROM cases_document d WHERE d.case_id = c.id) + (SELECT count(*) FROM cases_material m WHERE m.case_id = c.id)
        + (SELECT count(*) FROM licence l WHERE l.case_id = c.id) + 2 * (SELECT count(*) FROM audit_record a WHERE a.case_id = c.id AND a.kind <> 'notice')
        + 2 * (SELECT count(*) FROM audit_access a WHERE a.case_id = c.id) + 7) / count(*)
    FROM cases_case c WHERE c.matter = %s
"""  # each record has its leaf; six events and the case itself are the seven
BARE = """
import os, threading
import psycopg
place = threading.local()
def application(environ, start):
    environ["wsgi.input"].read()
    if not hasattr(place, "line"):
        place.line = psycopg.connect(os.environ["BARE_URL"], prepare_threshold=0)
    place.line.execute("INSERT INTO bench_row (content) SELECT content FROM unnest(%s::text[]) AS r(content)", [["x" * 400] * int(os.environ["BARE_ROWS"])])
    place.line.commit()
    start("201 Created", [("Content-Type", "application/json"), ("Content-Length", "2")])
    return [b"{}"]
"""


def run():
    """Latencies at 50 users, and the submissions per second that come of it."""
    with installation(people=4000) as site:
        names = _accounts(site)
        tokens = [Client(site.address).sign_in(name, PASSWORD).token for name in names]
        photo = Client(site.address, tokens[0]).upload("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(24))["digest"]
        materials = {"photo": {"kind": "file", "ref": photo, "name": "photo.png"}}
        address = f"{site.address}/api/v1/cases"
        body = lambda: {"matter": MATTER, "idempotency_key": uuid.uuid4().hex, "materials": materials}  # noqa: E731
        post_all(address, "/api/v1/cases", body, tokens, seconds=3)  # every thread of the server has seen the matter once
        latencies, answers = post_all(address, "/api/v1/cases", body, tokens, seconds=SECONDS)
        if any(json.loads(answer)["state"] != "closed" for answer in answers):
            raise RuntimeError("a submission was not decided at once")
        url = f"postgresql://yiwang@/yiwang?host={site.folder / 'postgres'}"
        with psycopg.connect(url, autocommit=True) as connection:
            rows = int(connection.execute(ROWS_OF_A_CASE, [MATTER]).fetchone()[0])
            connection.execute("CREATE TABLE bench_row (id bigserial PRIMARY KEY, content text)")
        bare = _bare(url, rows, tokens)
    return [
        _row(f"submit.p50 at {USERS} users", percentile(latencies, 0.50), "ms", rows, percentile(bare, 0.50)),
        _row(f"submit.p99 at {USERS} users", percentile(latencies, 0.99), "ms", rows, percentile(bare, 0.99)),
        _row(f"submit.rate at {USERS} users", len(latencies) / SECONDS, "/s", rows, len(bare) / (SECONDS / 2)),
    ]


def _row(name, value, unit, rows, peer_value):
    return {
        "name": name,
        "value": round(value, 1),
        "unit": unit,
        "peer": f"bare WSGI, {rows} rows in one commit",
        "peer_value": round(peer_value, 1),
        "ratio": round(value / peer_value, 2),
    }


def _bare(url, rows, tokens):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bare.py").write_text(BARE)
        port = free_port()
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "2", "--blocking-threads", "4"]
        environment = {**os.environ, "PYTHONPATH": folder, "BARE_URL": url, "BARE_ROWS": str(rows)}
        server = subprocess.Popen(
            [*command, "--backlog", "1024", "--log-level", "warning", "bare:application"], cwd=folder, env=environment
        )
        try:
            _wait(f"http://127.0.0.1:{port}/")
            return post_all(f"http://127.0.0.1:{port}/", "/", lambda: {"x": "x" * 200}, tokens, seconds=SECONDS / 2)[0]
        finally:
            end(server)


def _wait(address):
    for _ in range(100):
        try:
            urllib.request.urlopen(urllib.request.Request(address, data=b"{}")).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the bare server did not come up")


def _accounts(site):
    """Fifty accounts of people who may have an elder card, made by the installation's own code."""
    environment = {**site.environment, "DJANGO_SETTINGS_MODULE": "yiwang.config.settings", "YIWANG_DB_OWNER": "1"}
    url = f"postgresql://yiwang@/yiwang?host={site.folder / 'postgres'}"
    made = subprocess.run([sys.executable, "-m", "bench.submit", url], env=environment, check=True, capture_output=True, text=True)
    return json.loads(made.stdout)


def make_accounts(url):
    """Run in the installation's environment: accounts of the oldest living people; prints the sign-in names."""
    import django

    django.setup()
    from yiwang.data.registers.api import Persona
    from yiwang.standards.subjects import Subject
    from yiwang.support.identity import api as identity

    with psycopg.connect(url) as connection:
        people = connection.execute(
            "SELECT id_number, name FROM registers.person p WHERE birth_date < current_date - 27000 AND id_number <> ''"
            " AND NOT EXISTS (SELECT 1 FROM registers.death d WHERE d.id_number = p.id_number) ORDER BY 1 LIMIT %s",
            [USERS],
        ).fetchall()
    personas = [Persona(f"bench{at}", name, number, Subject("person", number), "") for at, (number, name) in enumerate(people)]
    made = identity.build_accounts(personas, password=PASSWORD)
    print(json.dumps([account.username for _, account in made]))


if __name__ == "__main__":
    make_accounts(sys.argv[1])
