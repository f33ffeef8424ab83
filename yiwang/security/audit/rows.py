"""Current rows against the newest record that spoke of them: a row changed without an act is found here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from yiwang.security.audit.reading import fetch
from yiwang.security.audit.words import row_digest
from yiwang.security.evidence.api import Problem, Progress

Loader = Callable[[Sequence[str]], Mapping[str, Mapping[str, Any]]]
_BATCH = 2_000
_loaders: dict[str, Loader] = {}


def register(kind: str, loader: Loader) -> None:
    """Let a kind of row be read back by ref."""
    _loaders[kind] = loader


def compare(progress: Progress) -> tuple[int, list[Problem]]:
    """Every recorded row of every registered kind, in batches by ref; returns how many rows were compared and what differs."""
    count, problems = 0, []
    for kind in sorted(_loaders):
        after = ""
        while refs := _refs(kind, after):
            after = refs[-1]
            count += len(refs)
            suspects = _differing(kind, refs)
            # an act may have been committed between the two reads: only what differs twice is a finding
            problems += [Problem(kind, ref, what) for ref, what in _differing(kind, list(suspects)).items()] if suspects else []
            progress(kind, count)
    return count, problems


def _refs(kind: str, after: str) -> list[str]:
    rows = fetch(
        "SELECT DISTINCT ref FROM audit_record WHERE kind = %s AND ref > %s AND row_digest <> '' ORDER BY ref LIMIT %s",
        [kind, after, _BATCH],
    )
    return [row[0] for row in rows]


def _differing(kind: str, refs: Sequence[str]) -> dict[str, str]:
    # newest by place in the log, which nobody can alter: acts on one row follow one another, so do their leaves
    newest = fetch(
        "SELECT DISTINCT ON (r.ref) r.ref, r.row_digest, r.act, r.at FROM audit_record r"
        " LEFT JOIN evidence_leaf l ON l.ref = 'audit:' || r.id LEFT JOIN evidence_pending p ON p.ref = 'audit:' || r.id"
        " WHERE r.kind = %s AND r.ref = ANY(%s) AND r.row_digest <> ''"
        " ORDER BY r.ref, l.index DESC NULLS FIRST, p.id DESC NULLS LAST, r.id DESC",
        [kind, list(refs)],
    )
    rows = _loaders[kind](list(refs))
    found = {}
    for ref, digest, act, at in newest:
        row = rows.get(ref)
        if row is None:
            found[ref] = f"该行已不存在,最后一次记录为 {act}({at:%Y-%m-%d %H:%M:%S})"
        elif row_digest(row) != digest:
            found[ref] = f"该行现在的内容与最后一次记录 {act}({at:%Y-%m-%d %H:%M:%S})时不同"
    return found
