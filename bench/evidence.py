"""What proof costs: appending and sequencing, proofs, signatures; against the bare INSERT and the pure-Python SM2, in the same run.

Everything is written to a scratch database.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from bench._scratch import environment, scratch_database
from yiwang.base.ciphers.api import sm2
from yiwang.base.ids.api import new_id
from yiwang.ends.cli import install
from yiwang.security.access.api import SYSTEM
from yiwang.security.audit.api import Record, record_many
from yiwang.security.evidence import api as evidence

LEAVES = 50_000
Figure = dict[str, Any]


def run() -> list[Figure]:
    """All figures, measured by a process of its own that owns a scratch database."""
    with scratch_database() as (url, folder):
        answer = subprocess.run([sys.executable, "-m", "bench.evidence"], env=environment(url, folder), stdout=subprocess.PIPE, check=True)
    figures: list[Figure] = json.loads(answer.stdout.splitlines()[-1])
    return figures


def _measure() -> list[Figure]:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    with transaction.atomic():
        figures = [*_log(), _records()]
        transaction.set_rollback(True)
    connection.close()
    return [*figures, *_signatures()]


def _log() -> list[Figure]:
    leaves = [(evidence.leaf_hash(at.to_bytes(8, "big")), f"bench:{at}") for at in range(LEAVES)]
    bare = _bare(leaves)
    began = time.perf_counter()
    for start in range(0, LEAVES, 1_000):
        evidence.append_many(leaves[start : start + 1_000])
    evidence.sequence()
    ours = LEAVES / (time.perf_counter() - began)
    size = evidence.checkpoints(page_size=1)[0].size
    chosen = [f"bench:{random.randrange(LEAVES)}" for _ in range(300)]
    proofs = _rate(lambda at: evidence.inclusion(chosen[at], size=size), len(chosen))
    return [
        _figure("evidence.append_and_sequence", ours, "leaves/s", "the same leaves by bare INSERT of 1,000", bare),
        _figure("evidence.inclusion_proof", proofs, f"proofs/s at {size:,} leaves"),
    ]


def _bare(leaves: list[tuple[bytes, str]]) -> float:
    """The limit: the same rows into a table with the same indexes, nothing hashed, nothing signed."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bench_leaf (index bigserial PRIMARY KEY, leaf_hash bytea, ref text)")
        cursor.execute("CREATE INDEX ON bench_leaf (ref)")
        began = time.perf_counter()
        for start in range(0, len(leaves), 1_000):
            batch = leaves[start : start + 1_000]
            cursor.execute(
                "INSERT INTO bench_leaf (leaf_hash, ref) SELECT * FROM unnest(%s::bytea[], %s::text[])",
                [[leaf for leaf, _ in batch], [ref for _, ref in batch]],
            )
        seconds = time.perf_counter() - began
        cursor.execute("DROP TABLE bench_leaf")
    return len(leaves) / seconds


def _records() -> Figure:
    row = {"state": "accepted", "version": 3, "applicant": "person:x"}
    batch = [Record("case.accept", SYSTEM, "case", str(at), new_id(), {"limit": "20工作日"}, row) for at in range(6)]
    record_many(batch)
    began, rounds = time.process_time(), 200
    for _ in range(rounds):
        record_many(batch)
    return _figure("audit.record_six", (time.process_time() - began) / rounds * 1000, "ms of CPU for 6 records with leaves")


def _signatures() -> list[Figure]:
    from gmssl.sm2 import CryptSM2  # the best-known pure Python implementation: the peer

    key, data = sm2.generate(), b"x" * 600
    while key.public_der()[-64:].hex()[0] in "04":  # the peer takes leading 0s and 4s of a coordinate for the mark of a point
        key = sm2.generate()
    signature = sm2.sign(key, data)
    public = sm2.load_public(key.public_der())
    peer = CryptSM2(private_key=key.private_der()[7:39].hex(), public_key=key.public_der()[-64:].hex())
    theirs = peer.sign_with_sm3(data)
    return [
        _figure(
            "keys.sm2_sign",
            _rate(lambda _: sm2.sign(key, data), 2_000),
            "signs/s",
            "gmssl 3.2.2 (pure Python)",
            _rate(lambda _: peer.sign_with_sm3(data), 40),
        ),
        _figure(
            "keys.sm2_verify",
            _rate(lambda _: sm2.verify(public, data, signature), 2_000),
            "verifies/s",
            "gmssl 3.2.2 (pure Python)",
            _rate(lambda _: peer.verify_with_sm3(theirs, data), 20),
        ),
    ]


def _rate(act: Callable[[int], object], times: int) -> float:
    act(0)
    began = time.perf_counter()
    for at in range(times):
        act(at)
    return times / (time.perf_counter() - began)


def _figure(name: str, value: float, unit: str, peer: str = "", peer_value: float | None = None) -> Figure:
    ratio = round(value / peer_value, 3) if peer_value else None
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "peer": peer,
        "peer_value": peer_value and round(peer_value, 3),
        "ratio": ratio,
    }


if __name__ == "__main__":
    install.setup_django(owner=True)
    print(json.dumps(_measure()))
