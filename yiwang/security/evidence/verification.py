"""Verification of everything: from every record's row up to every signed checkpoint. Streams; reads, never writes.

Each checkpoint's root is recomputed from the same leaves in the same order, so agreement of all roots also shows that
every checkpoint is consistent with the next. What is written while this runs is left to the next run.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from yiwang.base.ciphers.api import merkle
from yiwang.security.evidence import log, notes, sources, tiles
from yiwang.security.evidence.sources import Problem, Progress
from yiwang.security.keys import api as keys
from yiwang.standards.errors import NotFound

_BATCH = 5_000
KEPT_PROBLEMS = 1_000


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, and the first thousand problems (``problems_total`` counts all).

    ``records_checked``: records against their leaves; ``current_rows_checked``: rows that the newest records speak of.
    """

    leaves_checked: int
    records_checked: int
    current_rows_checked: int
    checkpoints_checked: int
    problems: tuple[Problem, ...]
    problems_total: int
    seconds: float

    @property
    def rows_checked(self) -> int:
        """Records and current rows together."""
        return self.records_checked + self.current_rows_checked

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return self.problems_total == 0


class _Findings(list[Problem]):
    """The first problems, and how many there were."""

    total = 0

    def add(self, table: str, key: str, what: str) -> None:
        self.total += 1
        if len(self) < KEPT_PROBLEMS:
            self.append(Problem(table, key, what))


def verify_all(progress: Progress) -> Report:
    """Check leaves against records, tiles and checkpoints against leaves, rows against the newest record of each."""
    began, findings = time.monotonic(), _Findings()
    leaves, records, checkpoints = _check_tree(findings, progress)
    rows = 0
    for source in sources.known():
        _check_unproven(source, findings)
        if source.compare_rows is not None:
            count, problems = source.compare_rows(progress)
            rows += count
            for problem in problems:
                findings.add(problem.table, problem.key, problem.what)
    return Report(leaves, records, rows, checkpoints, tuple(findings), findings.total, time.monotonic() - began)


def _check_tree(findings: _Findings, progress: Progress) -> tuple[int, int, int]:
    """Stream the leaves once: records, tiles and checkpoints along the way."""
    frontier, records, checkpoints, expected = _Frontier(findings), 0, 0, 0
    signed = _checkpoints()
    due = next(signed, None)
    end = log.size()
    for index, leaf, ref, record in _leaves(end):
        if index != expected:
            findings.add("evidence_leaf", str(expected), f"第 {expected} 至 {index - 1} 号叶子缺失")
        expected = index + 1
        records += record is not None
        _check_record(findings, leaf, ref, record)
        frontier.add(leaf)
        while due is not None and due[0] == frontier.count:
            checkpoints += 1
            _check_checkpoint(findings, due, frontier.root())
            due = next(signed, None)
        if not expected % 50_000:
            progress("leaves", expected)
    while due is not None:
        checkpoints += 1
        if due[0] > end:
            findings.add("evidence_checkpoint", str(due[0]), f"检查点长度 {due[0]} 超过现有叶子数 {end}:叶子被删除")
        else:
            findings.add("evidence_checkpoint", str(due[0]), "长度与叶子序列对不上")
        due = next(signed, None)
    return expected, records, checkpoints


def _leaves(end: int) -> Iterator[tuple[int, bytes, str, bytes | None]]:
    """Every leaf with the canonical bytes of its record, in batches by primary key."""
    start = 0
    while start < end:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT index, leaf_hash, ref FROM evidence_leaf WHERE index >= %s AND index < %s ORDER BY index", [start, start + _BATCH]
            )
            rows = cursor.fetchall()
        loaded = sources.load([row[2] for row in rows])
        for index, leaf, ref in rows:
            yield index, bytes(leaf), ref, loaded.get(ref)
        start += _BATCH


def _checkpoints() -> Iterator[tuple[int, bytes, str]]:
    """Every checkpoint by size, in batches."""
    after = -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT size, root, note FROM evidence_checkpoint WHERE size > %s ORDER BY size LIMIT %s", [after, _BATCH])
            rows = cursor.fetchall()
        if not rows:
            return
        yield from ((size, bytes(root), note) for size, root, note in rows)
        after = rows[-1][0]


def _check_record(findings: _Findings, leaf: bytes, ref: str, record: bytes | None) -> None:
    if record is None:
        if sources.is_known(ref):
            findings.add(_table(ref), ref.partition(":")[2], "记录已被删除:日志中有它的叶子")
    elif merkle.leaf_hash(record) != leaf:
        findings.add(_table(ref), ref.partition(":")[2], "记录内容与写入时不同(摘要不符)")


def _table(ref: str) -> str:
    return next((source.table for source in sources.known() if ref.startswith(f"{source.prefix}:")), ref)


def _check_unproven(source: sources.Source, findings: _Findings) -> None:
    """Records that neither stand in the tree nor wait for it were slipped in; one statement, hence one moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.id::text FROM {source.table} r"  # noqa: S608 — a table name from code
            " WHERE NOT EXISTS (SELECT FROM evidence_leaf l WHERE l.ref = %s || r.id::text)"
            " AND NOT EXISTS (SELECT FROM evidence_pending p WHERE p.ref = %s || r.id::text) LIMIT %s",
            [f"{source.prefix}:", f"{source.prefix}:", KEPT_PROBLEMS],
        )
        for (key,) in cursor.fetchall():
            findings.add(source.table, key, "记录没有存证叶子:绕过系统插入,或叶子被删除")


class _Frontier:
    """The tree rebuilt leaf by leaf: complete subtrees only, so memory stays logarithmic; full tiles are compared on the way."""

    def __init__(self, findings: _Findings) -> None:
        self.count = 0
        self._peaks: list[tuple[int, bytes]] = []
        self._tile: list[list[bytes]] = [[]]
        self._findings = findings

    def add(self, leaf: bytes) -> None:
        self.count += 1
        level, node = 0, leaf
        while self._peaks and self._peaks[-1][0] == level:
            node = merkle.node_hash(self._peaks.pop()[1], node)
            level += 1
        self._peaks.append((level, node))
        self._keep(0, leaf)

    def _keep(self, level: int, entry: bytes) -> None:
        if level == len(self._tile):
            self._tile.append([])
        tile = self._tile[level]
        tile.append(entry)
        if len(tile) == tiles.WIDTH:
            index = (self.count >> tiles.HEIGHT * (level + 1)) - 1
            root = merkle.complete_root(tile)
            self._compare(level, index, b"".join(tile), root)
            self._tile[level] = []
            self._keep(level + 1, root)

    def _compare(self, level: int, index: int, hashes: bytes, root: bytes) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT hashes, root FROM evidence_tile WHERE level = %s AND index = %s", [level, index])
            row = cursor.fetchone()
        if row is None or bytes(row[0]) != hashes or bytes(row[1]) != root:
            self._findings.add("evidence_tile", f"{level}/{index}", "瓦片缺失" if row is None else "瓦片与叶子不符")

    def root(self) -> bytes:
        return merkle.fold([node for _, node in self._peaks])


def _check_checkpoint(findings: _Findings, row: tuple[int, bytes, str], root: bytes) -> None:
    """The stored root, the root inside the note and every signature."""
    size, stored, text = row
    key = str(size)
    if stored != root:
        findings.add("evidence_checkpoint", key, "根与叶子重算的根不符")
    note = notes.parse(text)
    if (note.size, note.root, note.origin) != (size, stored, log.origin()):
        findings.add("evidence_checkpoint", key, "签名文本与检查点列不符")
    for name, algorithm in log.KEY_NAMES.items():
        if not _signed(note, name, algorithm):
            findings.add("evidence_checkpoint", key, f"缺少密钥 {name} 的有效签名")


def _signed(note: notes.Note, name: str, algorithm: str) -> bool:
    try:
        found = keys.public_keys(name)
    except NotFound:
        return False
    return any(notes.signed_by(note, name=note.origin, algorithm=algorithm, pem=key.pem) for key in found)
