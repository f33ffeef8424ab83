"""What a caller signs and how the gateway checks it: HMAC-SM3 (GM/T 0004, RFC 2104) or SM2 over SM3 (GB/T 32918.2)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping

from yiwang.base.ciphers.api import material, sm2

_EMPTY = hashlib.new("sm3", b"").hexdigest()


def canonical(method: str, target: str, *, key: str, at: str, nonce: str, gateway: str, body: bytes) -> bytes:
    """The signed text: seven lines, the last the SM3 digest of the body in hex; ``target`` is path and query as sent."""
    digest = hashlib.new("sm3", body).hexdigest() if body else _EMPTY
    return f"{method}\n{target}\n{key}\n{at}\n{nonce}\n{gateway}\n{digest}".encode()


def holds(algorithm: str, secret: bytes, text: bytes, signature: str) -> bool:
    """Whether a signature is the key's: ``secret`` is the shared secret (hmac-sm3) or the public key's PEM (sm2)."""
    if algorithm == "hmac-sm3":
        return hmac.compare_digest(hmac.digest(secret, text, "sm3").hex(), signature)
    try:
        raw = base64.b64decode(signature, validate=True)
    except ValueError:
        return False
    return material.verify(secret.decode(), text, raw)


def signed_headers(
    method: str, target: str, *, key: str, algorithm: str, secret: bytes, gateway: str, body: bytes = b"", at: int = 0, nonce: str = ""
) -> Mapping[str, str]:
    """The headers of one call, for callers written in Python; ``secret``: shared secret, or the SM2 private key in DER."""
    moment = str(at or time.time_ns() // 1_000_000)
    once = nonce or secrets.token_urlsafe(12)
    text = canonical(method, target, key=key, at=moment, nonce=once, gateway=gateway, body=body)
    if algorithm == "hmac-sm3":
        signature = hmac.digest(secret, text, "sm3").hex()
    else:
        signature = base64.b64encode(sm2.sign(sm2.load_private(secret), text)).decode()
    return {"X-Key": key, "X-Time": moment, "X-Nonce": once, "X-Signature": signature}
