"""The door of evidence: an append-only RFC 6962 log (SHA-256) with signed C2SP checkpoints.

Hashes and roots travel as base64 text in values, as bytes in function arguments. A ref is ``<prefix>:<record id>``.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from yiwang.base.ciphers.api import merkle
from yiwang.security.evidence import log, receipts, sources, tiles, verification
from yiwang.security.evidence.errors import BadNote, BadReceipt, NoEvidence, NoSuchTree, NotYetSequenced
from yiwang.security.evidence.receipts import Receipt
from yiwang.security.evidence.sources import Problem, Progress, Source
from yiwang.security.evidence.verification import Report

__all__ = [
    "BadNote",
    "BadReceipt",
    "Checkpoint",
    "NoEvidence",
    "NoSuchTree",
    "NotYetSequenced",
    "Problem",
    "Progress",
    "Proof",
    "Receipt",
    "Report",
    "Source",
    "append_many",
    "check_receipt",
    "checkpoint",
    "checkpoint_at",
    "checkpoints",
    "consistency",
    "inclusion",
    "receipt",
    "register_source",
    "sequence",
    "state_of",
    "verify_all",
    "verify_consistency",
    "verify_inclusion",
]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """``root`` in base64; ``signed_note`` is the C2SP note with an Ed25519 and an SM2 line; ``signed_at`` ISO 8601."""

    size: int
    root: str
    signed_note: str
    signed_at: str


@dataclass(frozen=True, slots=True)
class Proof:
    """An inclusion proof of leaf ``first`` in the tree of ``size``, or a consistency proof from size ``first`` to ``size``."""

    first: int
    size: int
    hashes: tuple[str, ...]

    def raw(self) -> list[bytes]:
        """The hashes as bytes."""
        return [base64.b64decode(item) for item in self.hashes]


def append_many(hashes: Sequence[tuple[bytes, str]]) -> None:
    """Add leaves ``(leaf hash, ref)`` in the caller's transaction; they join the tree at the next ``sequence``."""
    if hashes:
        log.append_many(hashes)


def sequence() -> int:
    """Give waiting leaves their indexes and sign a checkpoint; one process at a time, others wait. Returns how many joined."""
    return log.sequence()


def checkpoint() -> Checkpoint | None:
    """The newest checkpoint; None while the log is empty."""
    found = checkpoints(page_size=1)
    return found[0] if found else None


def checkpoint_at(size: int) -> Checkpoint:
    """The checkpoint of a size.

    Raises:
        NoSuchTree: nothing was signed at this size.
    """
    found = _checkpoints("WHERE size = %s", [size])
    if not found:
        raise NoSuchTree(size=size, now=log.size())
    return found[0]


def checkpoints(*, page: int = 1, page_size: int = 50) -> list[Checkpoint]:
    """Checkpoints, newest first."""
    return _checkpoints("ORDER BY size DESC LIMIT %s OFFSET %s", [page_size, (page - 1) * page_size])


def state_of(ref: str) -> str:
    """'sequenced' in the tree, 'waiting' for the next checkpoint, or 'unknown'."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM evidence_leaf WHERE ref = %s), EXISTS (SELECT FROM evidence_pending WHERE ref = %s)", [ref, ref]
        )
        in_tree, waiting = cursor.fetchone()
    return "sequenced" if in_tree else "waiting" if waiting else "unknown"


def inclusion(ref: str, *, size: int | None = None) -> Proof:
    """The proof that a ref's leaf stands in the newest signed tree, or in the signed tree of ``size``.

    Raises:
        NoEvidence: no such ref. NotYetSequenced: it waits. NoSuchTree: no checkpoint of this size, or it is older than the leaf.
    """
    index, _ = receipts.locate(ref)
    of = _signed(size).size
    if index >= of:
        raise NoSuchTree(size=of, now=log.size())
    return _proof(index, of, merkle.inclusion_plan(index, of))


def consistency(older: int, newer: int) -> Proof:
    """The proof that the signed tree of ``newer`` leaves begins with the tree of ``older``.

    Raises:
        NoSuchTree: no checkpoint of size ``newer``, or ``older`` is not between 1 and it.
    """
    checkpoint_at(newer)
    if not 1 <= older <= newer:
        raise NoSuchTree(size=older, now=newer)
    return _proof(older, newer, merkle.consistency_plan(older, newer))


def verify_inclusion(leaf: bytes, proof: Proof, *, root: bytes) -> bool:
    """Pure: whether the proof shows the leaf hash in the tree with this root."""
    return merkle.verify_inclusion(leaf, proof.first, proof.size, proof.raw(), root)


def verify_consistency(proof: Proof, *, older_root: bytes, newer_root: bytes) -> bool:
    """Pure: whether the proof shows that the newer tree begins with the older."""
    return merkle.verify_consistency(proof.first, proof.size, older_root, newer_root, proof.raw())


def receipt(ref: str) -> Receipt:
    """Everything that proves a record without us: its canonical text, leaf, proof, checkpoint, public keys.

    Raises:
        NoEvidence: no such ref, or its record is gone. NotYetSequenced: it waits.
    """
    receipts.locate(ref)  # a waiting leaf is the clearer answer than an empty tree
    of = _signed(None)
    proof = inclusion(ref, size=of.size)
    return receipts.make(ref, proof.first, proof.hashes, of.signed_note)


def check_receipt(document: str | Mapping[str, object], *, trusted: Sequence[str] = ()) -> list[str]:
    """What is wrong with a receipt, its JSON text or value (nothing: it holds). Pure; ``trusted`` are PEMs the checker already knows:
    given, at least one signature must be of them, else the receipt's own keys are used and only coherence is shown.

    Raises:
        BadReceipt: not a receipt.
    """
    return receipts.check(document, trusted)


def register_source(source: Source) -> None:
    """Make a room's records known to receipts and verification (call from AppConfig.ready)."""
    sources.register(source)


def verify_all(progress: Progress = lambda stage, count: None) -> Report:
    """Recompute everything: records, leaves, tiles, checkpoints, signatures, current rows. ``progress(stage, count)`` is called
    now and then. Reads only; a million leaves take minutes and little memory.
    """
    return verification.verify_all(progress)


def _signed(size: int | None) -> Checkpoint:
    newest = checkpoint() if size is None else checkpoint_at(size)
    if newest is None:
        raise NoSuchTree(size=0, now=0)
    return newest


def _proof(first: int, size: int, plan: list[merkle.Range]) -> Proof:
    tree = tiles.Tree(size)
    return Proof(first, size, tuple(base64.b64encode(tree.range_root(start, end)).decode() for start, end in plan))


def _checkpoints(tail: str, parameters: list[int]) -> list[Checkpoint]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT size, root, note, signed_at FROM evidence_checkpoint {tail}", parameters)  # noqa: S608
        return [Checkpoint(size, base64.b64encode(root).decode(), note, at.isoformat()) for size, root, note, at in cursor.fetchall()]
