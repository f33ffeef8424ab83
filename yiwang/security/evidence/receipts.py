"""Receipts: one JSON file that proves a record to somebody who has nothing but the log's public keys."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection

from yiwang.base.ciphers.api import merkle
from yiwang.security.evidence import log, notes, sources
from yiwang.security.evidence.errors import BadReceipt, NoEvidence, NotYetSequenced
from yiwang.security.keys import api as keys
from yiwang.standards.errors import YiwangError


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A public key that may have signed the checkpoint."""

    name: str
    algorithm: str
    pem: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """``record`` is the canonical JSON text whose RFC 6962 leaf hash is ``leaf_hash``; hashes in base64."""

    ref: str
    record: str
    leaf_hash: str
    leaf_index: int
    tree_size: int
    inclusion: tuple[str, ...]
    checkpoint: str
    keys: tuple[SignerKey, ...]

    def to_json(self) -> dict[str, object]:
        """The receipt as a JSON value; written as a file it is what ``check_receipt`` reads."""
        return asdict(self)


def locate(ref: str) -> tuple[int, bytes]:
    """Index and leaf hash of a ref; NoEvidence or NotYetSequenced."""
    with connection.cursor() as cursor:
        # without ORDER BY … LIMIT, which may tempt the planner into walking the whole tree by its primary key
        cursor.execute("SELECT index, leaf_hash FROM evidence_leaf WHERE ref = %s", [ref])
        row = min(cursor.fetchall(), default=None)
        if row is None:
            cursor.execute("SELECT EXISTS (SELECT FROM evidence_pending WHERE ref = %s)", [ref])
            raise NotYetSequenced(ref=ref) if cursor.fetchone()[0] else NoEvidence(ref=ref)
    return row[0], bytes(row[1])


def make(ref: str, index: int, proof: tuple[str, ...], note: str) -> Receipt:
    """Put a receipt together."""
    record = sources.load([ref]).get(ref)
    if record is None:
        raise NoEvidence(ref=ref)
    _, leaf = locate(ref)
    signers = tuple(SignerKey(name, key.algorithm, key.pem) for name in log.KEY_NAMES for key in keys.public_keys(name))
    size = notes.parse(note).size
    return Receipt(ref, record.decode(), base64.b64encode(leaf).decode(), index, size, proof, note, signers)


def check(document: str | Mapping[str, object], trusted: Sequence[str]) -> list[str]:
    """What is wrong with a receipt."""
    receipt = _read(document)
    wrong = []
    try:
        leaf = base64.b64decode(receipt.leaf_hash, validate=True)
        proof = [base64.b64decode(item, validate=True) for item in receipt.inclusion]
        note = notes.parse(receipt.checkpoint)
    except (binascii.Error, YiwangError) as error:
        raise BadReceipt() from error
    if merkle.leaf_hash(receipt.record.encode()) != leaf:
        wrong.append("记录内容与叶子摘要不符")
    if note.size != receipt.tree_size or not merkle.verify_inclusion(leaf, receipt.leaf_index, receipt.tree_size, proof, note.root):
        wrong.append("包含证明不能从叶子推到检查点的根")
    known = [key for key in receipt.keys if not trusted or any(keys.public_der(key.pem) == keys.public_der(pem) for pem in trusted)]
    if not any(notes.signed_by(note, name=note.origin, algorithm=key.algorithm, pem=key.pem) for key in known):
        wrong.append("检查点没有可信密钥的有效签名")
    return wrong


def _read(document: str | Mapping[str, object]) -> Receipt:
    try:
        raw: dict[str, Any] = json.loads(document) if isinstance(document, str) else dict(document)
        signers = tuple(SignerKey(**key) for key in raw.pop("keys"))
        return Receipt(**{**raw, "inclusion": tuple(raw["inclusion"]), "keys": signers})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadReceipt() from error
