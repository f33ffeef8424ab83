"""SM4-GCM (GB/T 32907, RFC 8998): authenticated encryption with additional data. Pure."""

from __future__ import annotations

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

NONCE: Final = 12
TAG: Final = 16


def seal(key: bytes, data: bytes, *, context: bytes) -> bytes:
    """nonce ‖ ciphertext ‖ tag under a 16-byte key; the context is authenticated, not contained."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + encrypt(key, nonce, data, context)


def unseal(key: bytes, sealed: bytes, *, context: bytes) -> bytes | None:
    """What was sealed, or None where key, context or any bit differs."""
    if len(sealed) < NONCE + TAG:
        return None
    return decrypt(key, sealed[:NONCE], sealed[NONCE:], context)


def encrypt(key: bytes, nonce: bytes, data: bytes, context: bytes) -> bytes:
    """ciphertext ‖ tag."""
    worker = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    worker.authenticate_additional_data(context)
    return worker.update(data) + worker.finalize() + worker.tag


def decrypt(key: bytes, nonce: bytes, sealed: bytes, context: bytes) -> bytes | None:
    """The data, or None where the tag does not hold."""
    worker = Cipher(algorithms.SM4(key), modes.GCM(nonce, sealed[-TAG:])).decryptor()
    worker.authenticate_additional_data(context)
    data = worker.update(sealed[:-TAG])
    try:
        return data + worker.finalize()
    except InvalidTag:
        return None
