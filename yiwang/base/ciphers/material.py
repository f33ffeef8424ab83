"""Key material of each algorithm: make, open, sign, verify. No storage."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from yiwang.base.ciphers import sm2

Algorithm = Literal["sm2", "ed25519", "sm4"]
_ED25519_PREFIX = bytes.fromhex("302a300506032b6570032100")


@dataclass(frozen=True, slots=True)
class Made:
    """A new key: its secret bytes and, for signing keys, the public part as PEM."""

    secret: bytes
    public_pem: str


def make(algorithm: Algorithm) -> Made:
    """A new key of an algorithm."""
    if algorithm == "sm2":
        pair = sm2.generate()
        return Made(pair.private_der(), pem(pair.public_der()))
    if algorithm == "ed25519":
        private = Ed25519PrivateKey.generate()
        return Made(private.private_bytes_raw(), pem(private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)))
    return Made(secrets.token_bytes(16), "")


def pem(der: bytes) -> str:
    """SubjectPublicKeyInfo as PEM text."""
    text = base64.encodebytes(der).decode().replace("\n", "")
    lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return f"-----BEGIN PUBLIC KEY-----\n{lines}\n-----END PUBLIC KEY-----\n"


def der_of(public_pem: str) -> bytes:
    """The DER inside a PEM text; BadKey for a text that is none."""
    body = "".join(line for line in public_pem.split() if "-" not in line and line not in {"BEGIN", "END", "PUBLIC", "KEY"})
    try:
        return base64.b64decode(body, validate=True)
    except ValueError as error:
        raise sm2.BadKey() from error


@lru_cache(maxsize=512)
def _public(public_pem: str) -> sm2.Key | Ed25519PublicKey:
    der = der_of(public_pem)
    if der.startswith(_ED25519_PREFIX):
        key = load_der_public_key(der)
        assert isinstance(key, Ed25519PublicKey)
        return key
    return sm2.load_public(der)


def verify(public_pem: str, data: bytes, signature: bytes) -> bool:
    """Whether a signature by SM2 or Ed25519 (the key says which) holds."""
    key = _public(public_pem)
    if isinstance(key, sm2.Key):
        return sm2.verify(key, data, signature)
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True


class Signer:
    """An opened private key that signs by its algorithm."""

    __slots__ = ("_ed25519", "_sm2")

    def __init__(self, algorithm: str, secret: bytes) -> None:
        self._sm2 = sm2.load_private(secret) if algorithm == "sm2" else None
        self._ed25519 = Ed25519PrivateKey.from_private_bytes(secret) if algorithm == "ed25519" else None

    def sign(self, data: bytes) -> bytes:
        """The signature: DER for SM2, 64 bytes for Ed25519."""
        if self._sm2 is not None:
            return sm2.sign(self._sm2, data)
        assert self._ed25519 is not None, "an encryption key does not sign"
        return self._ed25519.sign(data)
