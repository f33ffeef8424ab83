"""Sources that are no files: a database table, a paged API, a stream killed half-way."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.data.lake.dirt import code
from yiwang.base.runtime import api as runtime
from yiwang.data.lake import api as lake
from yiwang.data.lake import fetching, streaming
from yiwang.data.lake.errors import SourceFailed


def row(number: int, **changes: str) -> dict[str, str]:
    said = {
        "企业名称": f"云汀{number}号木器厂",
        "统一社会信用代码": code(number),
        "注册日期": "2003-05-06",
        "注册资金": "5万元",
        "所在省份": "浙江",
        "地区": "杭州",
    }
    return said | changes


class Pages(BaseHTTPRequestHandler):
    asked: list[str] = []
    broken = 0

    def do_GET(self) -> None:
        Pages.asked.append(self.path)
        if Pages.broken:
            Pages.broken -= 1
            self.send_error(503)
            return
        page = int(self.path.rpartition("page=")[2] or 1) if "page=" in self.path else 1
        said: dict[str, object] = {"items": [row(page * 10 + n) for n in range(3)] if page < 4 else []}
        if self.path.startswith("/linked"):
            said["next"] = f"/linked?page={page + 1}" if page < 3 else None
        if self.path.startswith("/elsewhere"):
            said["next"] = "http://198.51.100.7/steal"
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def site() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["/counted", "/linked"])
def test_all_pages_land(site: str, tmp_path: Path, path: str) -> None:
    Pages.broken = 1
    landed = fetching.from_http(site + path, folder=tmp_path / "in", wait=0.01)
    report = lake.ingest(landed.path, dataset="companies", out=tmp_path / "out")
    assert (report["rows_read"], report["rows_good"], landed.cursor) == (9, 9, {"rows": 9})
    fetching.settle(tmp_path / "in", landed)
    assert fetching.cursor(tmp_path / "in") == {"rows": 9}


def test_a_page_that_stays_away_lands_nothing(site: str, tmp_path: Path) -> None:
    Pages.broken = 99
    with pytest.raises(SourceFailed):
        fetching.from_http(site + "/counted", folder=tmp_path, wait=0.01)
    Pages.broken = 0
    assert not list(tmp_path.glob("*.jsonl"))
    for address in ("file:///etc/passwd", site + "/elsewhere"):
        with pytest.raises(SourceFailed):
            fetching.from_http(address, folder=tmp_path, wait=0.01)


@pytest.fixture
def database(transactional_db: None) -> Iterator[str]:
    from django.db import connection
    from psycopg.conninfo import make_conninfo

    known = connection.get_connection_params()
    with connection.cursor() as cursor:
        cursor.execute(
            'CREATE TABLE lake_firms ("企业名称" text, "统一社会信用代码" text, "注册日期" date, "注册资金" text, "所在省份" text,'
            ' "经营范围" text, changed timestamptz)'
        )
    yield make_conninfo(**{name: known[name] for name in ("dbname", "user", "password", "host", "port") if known.get(name)})
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE lake_firms")


def test_a_table_and_what_changed_in_it(database: str, tmp_path: Path) -> None:
    import psycopg

    address, table = database, "lake_firms"
    folder, out = tmp_path / "in", tmp_path / "out"
    with psycopg.connect(address, autocommit=True) as link:
        add = f"INSERT INTO {table} VALUES (%s, %s, '2003-05-06', '5万元', '浙江', %s, now())"
        for number in (1, 2):
            link.execute(add, ["云汀木器厂", code(number), '带"引号",逗号\n和换行'])
        first = fetching.from_postgres(address, table, folder=folder, changed="changed")
        assert first
        assert lake.ingest(first.path, dataset="companies", out=out)["rows_good"] == 2
        fetching.settle(folder, first)
        assert fetching.from_postgres(address, table, folder=folder, changed="changed") is None
        link.execute(add, ["云汀竹器厂", code(2), "竹器"])
        second = fetching.from_postgres(address, table, folder=folder, changed="changed")
        assert second
        report = lake.ingest(second.path, dataset="companies", out=out)
    assert report["duplicates"]["changed"] == 1
    assert lake.query("company", out=out, given={"credit_code": code(2)}).column("name").to_pylist() == ["云汀木器厂", "云汀竹器厂"]
    for wrong in ("nothing", "firms; DROP TABLE x"):
        with pytest.raises(SourceFailed):
            fetching.from_postgres(address, wrong, folder=folder)


@pytest.fixture
def stream(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = runtime.Streams(tmp_path / "nats", port)
    process = runtime.start_streams(server)
    yield server.url
    process.terminate()
    process.wait()


async def _publish(url: str, bodies: list[bytes]) -> None:
    import nats

    link = await nats.connect(url)
    streams = link.jetstream()
    await streams.add_stream(name="FIRMS", subjects=["firms.>"])
    for body in bodies:
        await streams.publish("firms.changed", body)
    await link.close()


TAKER = """
import sys, time
from pathlib import Path
from yiwang.data.lake import api, streaming
url, folder, out = sys.argv[1:4]
def take(path):
    time.sleep(0.05)
    api.ingest(path, dataset="companies", out=Path(out))
print(streaming.drain(url, stream="FIRMS", consumer="lake", folder=Path(folder), take=take, batch=20, ack_wait=1.0, wait=0.5))
"""


def test_a_stream_killed_again_and_again(stream: str, tmp_path: Path) -> None:
    """Every message is in the lake exactly once, wherever the kill falls: before the file, before the ingestion, before the acknowledgement."""
    bodies = [json.dumps(row(n)).encode() for n in range(200)] + [b"no json at all"]
    asyncio.run(_publish(stream, bodies))
    folder, out = tmp_path / "in", tmp_path / "out"
    command = [sys.executable, "-c", TAKER, stream, str(folder), str(out)]
    for pause in (0.9, 1.2, 1.5, 1.8):
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(pause)
        running.send_signal(signal.SIGKILL)
        running.wait()
    time.sleep(1.2)
    taken = -1
    while taken:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        taken = int(done.stdout)
        time.sleep(1.1)
    numbers = []
    for path in (out / "standardised" / "companies").glob("*/part-*.parquet"):
        numbers += pq.read_table(path).column("credit_code").to_pylist()
    assert sorted(numbers) == sorted(code(n) for n in range(200))
    assert [one["raw"].replace(",", "") for one in lake.waiting("companies", out=out)] == ["no json at all201"]


def test_no_server_and_no_stream(stream: str, tmp_path: Path) -> None:
    for url, name in (("nats://127.0.0.1:1", "FIRMS"), (stream, "NOTHING")):
        with pytest.raises(SourceFailed):
            streaming.drain(url, stream=name, consumer="lake", folder=tmp_path / "in", take=print)
    with pytest.raises(SourceFailed):
        streaming.drain(
            stream.replace(stream.split("@")[0], "nats://wrong"), stream="FIRMS", consumer="lake", folder=tmp_path / "in", take=print
        )
