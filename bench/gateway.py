"""Signed calls a second at the exchange gateway, with every check and the durable journal; 1 M rows, the load beside it on the same cores.

Beside it in the same run: pgbench reading one row by key from the embedded PostgreSQL over its socket (no HTTP, no signature, no log: the limit),
datasette and, where it is installed, PostGraphile, which serve a database over HTTP as it is (no checks, no log).
BENCH_GATEWAY_CALLS=1000000 makes a million calls; one that is not answered with 200 ends the run.
"""

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
import time
import urllib.request
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from bench import _gateway_peers as peers
from bench._load import percentile
from bench._peers import installed
from bench._wire import drive
from yiwang.base.ciphers.api import material
from yiwang.data.gateway import api as gateway
from yiwang.standards import canonical

ROWS = int(os.environ.get("BENCH_GATEWAY_ROWS", "1000000"))
CALLS = int(os.environ.get("BENCH_GATEWAY_CALLS", "60000"))
WORKERS = os.environ.get("BENCH_GATEWAY_WORKERS", "2")
DAY = 86_400_000


def _key(number):
    return f"{number * 7_919 % 10**17:017d}X"


def _prepare(folder):
    """A control plane's files, 1 M rows, one key."""
    issuer, shared, secret, now = material.make("sm2"), secrets.token_bytes(32), secrets.token_bytes(32), int(time.time() * 1000)
    (folder / "issuer.pem").write_text(issuer.public_pem)
    (folder / "shared.key").write_text(shared.hex())
    grant = {
        "code": "G1",
        "resource": "people",
        "fields": {
            "name": {"kind": "name", "level": "partial"},
            "born_on": {},
            "phone": {"kind": "phone", "level": "partial"},
            "division": {},
        },
        "purposes": ["bench"],
        "operations": ["rows", "download"],
        "legal_basis": "—",
        "calls": 1e9,
        "valid_from": now - DAY,
        "valid_until": now + DAY,
    }
    sealed = gateway.sealed_secret(secret, key="K1", shared=shared)
    key = {"department": "health", "algorithm": "hmac-sm3", "secret": sealed, "valid_until": now + DAY, "grants": [grant]}
    document = {"number": 1, "issued_at": datetime.now(UTC).isoformat(), "keys": {"K1": key}}
    gateway.write_policy(folder / "policy.json", document, signature=material.Signer("sm2", issuer.secret).sign(canonical.dumps(document)))
    table = pa.table(
        {
            "id_number": [_key(number) for number in range(ROWS)],
            "name": [f"云{number % 997}" for number in range(ROWS)],
            "born_on": pa.array([number % 20000 for number in range(ROWS)], type=pa.int32()).cast(pa.date32()),
            "phone": [f"139{number % 10**8:08d}" for number in range(ROWS)],
            "division": [f"9901{number % 9:02d}" for number in range(ROWS)],
        }
    )
    gateway.publish(folder / "resources", "people", table, key="id_number", as_of=datetime.now(UTC))
    return secret


def _requests(secret, count, keys_each):
    target, case, chosen = "/v1/resources/people/rows", str(uuid.uuid4()), random.Random(7)
    made = []
    for _ in range(count):
        keys = [_key(chosen.randrange(ROWS)) for _ in range(keys_each)]
        body = json.dumps({"keys": keys, "fields": ["name", "born_on", "phone", "division"], "purpose": "bench", "case_id": case}).encode()
        headers = gateway.signed_headers("POST", target, key="K1", algorithm="hmac-sm3", secret=secret, gateway="gateway", body=body)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        made.append(f"POST {target} HTTP/1.1\r\nHost: x\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    return made


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _serve(folder, port):
    words = ("gateway", "serve", "--folder", str(folder), "--port", str(port), "--workers", WORKERS)
    process = subprocess.Popen([sys.executable, "-m", "yiwang.ends.cli.main", *words], start_new_session=True, stdout=subprocess.DEVNULL)
    for _ in range(400):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1).read()
            return process
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the gateway did not start")


def _row(name, value, unit="1/s", peer=None, peer_value=None):
    told = {"name": name, "value": round(value, 1), "unit": unit}
    return told if peer is None else {**told, "peer": peer, "peer_value": round(peer_value, 1), "ratio": round(value / peer_value, 2)}


def _ours(folder):
    """(calls/s, latencies, keys/s of batches); 0 faults or an error."""
    secret, port = _prepare(folder), _free_port()
    process = _serve(folder, port)
    try:
        drive("127.0.0.1", port, _requests(secret, 2_000, 1), connections=64)
        seconds, faults, latencies = 0.0, 0, []
        for _ in range(max(1, CALLS // 20_000)):  # signed shortly before they are sent: a signature is good for a minute
            part, more, wrong = drive("127.0.0.1", port, _requests(secret, 20_000, 1), connections=64)
            seconds, faults, latencies = seconds + part, faults + wrong, latencies + more
        batch_seconds, _, batch_faults = drive("127.0.0.1", port, _requests(secret, 3_000, 100), connections=16)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
    if faults or batch_faults:
        raise RuntimeError(f"{faults + batch_faults} calls were not answered with 200")
    return len(latencies) / seconds, latencies, 300_000 / batch_seconds


def run():
    """Single keys and batches of 100, then the peers."""
    folder = Path(tempfile.mkdtemp(prefix="yiwang-bench-gateway-"))
    try:
        rate, latencies, batch = _ours(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    chosen = random.Random(11)
    keys = [_key(chosen.randrange(ROWS)) for _ in range(6_000)]
    name = "gateway.single_key (64 connections, full checks, durable log)"
    told = [
        _row(name, rate, peer="datasette (one process; no checks, no log)", peer_value=_datasette(keys[:3_000])),
        _row("gateway.single_key p50", percentile(latencies, 0.5), "ms"),
        _row("gateway.single_key p99", percentile(latencies, 0.99), "ms"),
        _row("gateway.batch_of_100 keys", batch, "keys/s"),
        _row("gateway.calls without an error", len(latencies), "calls"),
    ]
    with peers.filled_postgres(ROWS) as (url, place):
        told.append(_row(name, rate, peer="pgbench (the limit: no HTTP, checks, log)", peer_value=peers.pgbench(url, place, ROWS)))
        if (seen := peers.postgraphile(url, keys)) is not None:
            told.append(_row(name, rate, peer="PostGraphile (two processes; no checks, no log)", peer_value=seen))
    return told


def _datasette(keys):
    installed()
    return peers.datasette(ROWS, keys)
