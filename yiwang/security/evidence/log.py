"""The log's two acts: append (in the caller's transaction) and sequence (one at a time, in its own).

Why two: an index assigned at insertion follows no order that a reader could rely on, because transactions commit in
another order than they began. The sequencer takes exactly the committed leaves that wait, so it can skip none.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import connection, transaction

from yiwang.base.statements.api import insert
from yiwang.security.evidence import notes, tiles
from yiwang.security.keys import api as keys

KEY_NAMES = {"evidence.ed25519": "ed25519", "evidence.sm2": "sm2"}
_LOCK = 7_340_022  # advisory lock of the sequencer, an arbitrary constant of this room
_BATCH = 20_000


def origin() -> str:
    """The log's name: the first line of every checkpoint."""
    return f"yiwang/{settings.YIWANG_REGION}/evidence"


def append_many(hashes: Sequence[tuple[bytes, str]]) -> None:
    """Let leaves wait for their place: one INSERT."""
    insert("evidence_pending", {"leaf_hash": "bytea", "ref": "text"}, hashes)


def sequence() -> int:
    """Give every waiting leaf its index, keep the full tiles, sign a checkpoint; returns how many leaves joined."""
    joined = 0
    while True:
        with transaction.atomic():
            count = _sequence_batch()
        joined += count
        if not count:
            return joined


def size() -> int:
    """How many leaves the tree has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(index) + 1, 0) FROM evidence_leaf")
        return int(cursor.fetchone()[0])


def _sequence_batch() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        before = size()
        # by an upper bound and not by a list of ids: a queue's statistics mislead the planner into joining the list row by row
        cursor.execute("SELECT max(id) FROM (SELECT id FROM evidence_pending ORDER BY id LIMIT %s) AS first", [_BATCH])
        cursor.execute(
            "WITH taken AS (DELETE FROM evidence_pending WHERE id <= %s RETURNING id, leaf_hash, ref)"
            " INSERT INTO evidence_leaf (index, leaf_hash, ref)"
            " SELECT %s + row_number() OVER (ORDER BY id) - 1, leaf_hash, ref FROM taken",
            [cursor.fetchone()[0], before],
        )
        count: int = cursor.rowcount
    if count:
        tiles.grow(before, before + count)
        _sign(before + count)
    return count


def _sign(now: int) -> None:
    """Sign the tree of this size with every key of the log."""
    root = tiles.Tree(now).root()
    name, text = origin(), notes.text_of(origin(), now, root)
    lines = ""
    for key_name in KEY_NAMES:
        key = keys.ensure(key_name, algorithm="ed25519" if key_name.endswith("ed25519") else "sm2")
        lines += notes.line(name, key.algorithm, key.pem, keys.sign(key_name, text.encode()))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO evidence_checkpoint (size, root, note, signed_at) VALUES (%s, %s, %s, clock_timestamp())",
            [now, root, f"{text}\n{lines}"],
        )
