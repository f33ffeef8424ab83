"""Checkpoints as C2SP signed notes (tlog-checkpoint, signed-note): a text of origin, size and root, and signature lines. Pure.

    origin
    size
    base64 root

    — origin base64(key id ‖ signature)

One line is Ed25519 (type 0x01), readable by everybody's tools; one is SM2 over SM3 (type 0xff with our identifier), which
Chinese law wants. The key id is the first four bytes of SHA-256(name ‖ LF ‖ type ‖ public key).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from yiwang.security.evidence.errors import BadNote
from yiwang.security.keys.api import public_der, verify

_ED25519_DER = 12  # SubjectPublicKeyInfo of Ed25519 is this many bytes of header and 32 of key
_TYPES = {"ed25519": b"\x01", "sm2": b"\xffyiwang/sm2-with-sm3\n"}


@dataclass(frozen=True, slots=True)
class Note:
    """A note taken apart: ``signatures`` maps (name, key id in hex) to the bare signature."""

    origin: str
    size: int
    root: bytes
    text: str
    signatures: Mapping[tuple[str, str], bytes]


def text_of(origin: str, size: int, root: bytes) -> str:
    """What is signed."""
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"


def key_id(name: str, algorithm: str, pem: str) -> bytes:
    """The four bytes that say which key a line is of."""
    der = public_der(pem)
    raw = der[_ED25519_DER:] if algorithm == "ed25519" else der
    return sha256(name.encode() + b"\n" + _TYPES[algorithm] + raw).digest()[:4]


def line(name: str, algorithm: str, pem: str, signature: bytes) -> str:
    """A signature line."""
    return f"— {name} {base64.b64encode(key_id(name, algorithm, pem) + signature).decode()}\n"


def parse(note: str) -> Note:
    """Take a signed note apart; BadNote for anything that is none."""
    text, gap, tail = note.partition("\n\n")
    lines = text.split("\n")
    if not gap or len(lines) < 3 or not tail.endswith("\n"):
        raise BadNote()
    try:
        root = base64.b64decode(lines[2], validate=True)
        size = int(lines[1])
        signatures = dict(_signature(line) for line in tail[:-1].split("\n"))
    except (ValueError, binascii.Error) as error:
        raise BadNote() from error
    if str(size) != lines[1] or size < 0 or not lines[0]:
        raise BadNote()
    return Note(lines[0], size, root, f"{text}\n", signatures)


def _signature(line: str) -> tuple[tuple[str, str], bytes]:
    mark, name, encoded = line.split(" ")
    raw = base64.b64decode(encoded, validate=True)
    if mark != "—" or len(raw) < 5:
        raise BadNote()
    return (name, raw[:4].hex()), raw[4:]


def signed_by(note: Note, *, name: str, algorithm: str, pem: str) -> bool:
    """Whether the note carries a right signature of this key."""
    signature = note.signatures.get((name, key_id(name, algorithm, pem).hex()))
    return signature is not None and verify(pem, note.text.encode(), signature)
