"""What serves single rows by key beside the gateway: pgbench (the limit), datasette and PostGraphile (no checks, no log)."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench._scratch import scratch_database
from bench._wire import drive
from yiwang.base.runtime import postgres

SECONDS = int(os.environ.get("BENCH_GATEWAY_PEER_SECONDS", "5"))
_COLUMNS = "id_number text PRIMARY KEY, name text, born_on text, phone text, division text"
_PICK = r"""\set n random(0, {last})
SELECT name, born_on, phone, division FROM people WHERE id_number = lpad((:n::bigint * 7919 % 100000000000000000)::text, 17, '0') || 'X';
"""
_QUERY = "query($key: String!) { personByIdNumber(idNumber: $key) { name bornOn phone division } }"


def _rows(count):
    for number in range(count):
        key = f"{number * 7_919 % 10**17:017d}X"
        yield key, f"云{number % 997}", f"{1990 + number % 30}-01-01", f"139{number % 10**8:08d}", f"9901{number % 9:02d}"


@contextmanager
def filled_postgres(count):
    """A scratch PostgreSQL with the table ``people``: its address and a folder."""
    with scratch_database() as (url, folder), psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE TABLE people ({_COLUMNS})")
        with connection.cursor().copy("COPY people FROM STDIN") as copy:
            for row in _rows(count):
                copy.write_row(row)
        connection.execute("VACUUM ANALYZE people")
        yield url, Path(folder)


def pgbench(url, folder, count):
    """Rows a second by key over the socket, prepared, 64 clients."""
    script = folder / "pick.sql"
    script.write_text(_PICK.format(last=count - 1))
    words = ["-n", "-M", "prepared", "-c", "64", "-j", "1", "-T", str(SECONDS), "-f", str(script)]
    done = subprocess.run([postgres.binary("pgbench"), *words, url], capture_output=True, text=True, check=True)
    return float(re.search(r"tps = ([0-9.]+)", done.stdout)[1])


def datasette(count, keys):
    """Calls a second of datasette over a SQLite file with the same rows."""
    with tempfile.TemporaryDirectory(prefix="yiwang-bench-datasette-") as folder:
        file = Path(folder) / "city.db"
        with sqlite3.connect(file) as connection:
            connection.execute(f"CREATE TABLE people ({_COLUMNS})")
            connection.executemany("INSERT INTO people VALUES (?, ?, ?, ?, ?)", _rows(count))
        connection.close()
        port = _free_port()
        words = [".venv-peers/bin/python", "-m", "datasette", "-i", str(file), "--host", "127.0.0.1", "--port", str(port)]
        requests = [f"GET /city/people/{key}.json?_shape=array HTTP/1.1\r\nHost: x\r\n\r\n".encode() for key in keys]
        return _measured(words, port, requests)


def postgraphile(url, keys):
    """Calls a second of PostGraphile, or None where no command ``postgraphile`` is installed (npm install --global postgraphile@4)."""
    command = os.environ.get("BENCH_POSTGRAPHILE") or shutil.which("postgraphile")
    if not command:
        return None
    port = _free_port()
    words = [command, "-c", url, "-s", "public", "-n", "127.0.0.1", "-p", str(port), "--disable-query-log", "--cluster-workers", "2"]
    requests = []
    for key in keys:
        body = json.dumps({"query": _QUERY, "variables": {"key": key}}).encode()
        head = f"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        requests.append(head.encode() + body)
    return _measured(words, port, requests)


def _measured(words, port, requests):
    process = subprocess.Popen(words, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port, process)
        drive("127.0.0.1", port, requests[:100], connections=8, check=lambda answer: True)
        seconds, latencies, faults = drive("127.0.0.1", port, requests, connections=64, check=_is_row)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
    if faults:
        raise RuntimeError(f"{words[:3]}: {faults} calls were not answered with a row")
    return len(latencies) / seconds


def _is_row(answer):
    return answer.startswith(b"HTTP/1.1 200") and b"9901" in answer


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _wait(port, process):
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{process.args[:3]} did not start")
