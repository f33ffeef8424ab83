"""The door of keys: named keys that sign (SM2 over SM3, Ed25519) and encrypt fields (SM4-GCM), and their life.

States: active → retired (rotation; still verifies and decrypts) → destroyed (the private part is gone, the public part stays).
A name is chosen by the room that signs, e.g. ``department:police``.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from yiwang.base.ciphers.api import material, sm4
from yiwang.security.access.api import Actor, require
from yiwang.security.keys import master, store
from yiwang.security.keys.errors import CannotDecrypt, KeyUnusable, UnknownKey
from yiwang.standards.errors import Conflict

Algorithm = material.Algorithm

__all__ = [
    "Algorithm",
    "CannotDecrypt",
    "KeyUnusable",
    "PublicKey",
    "Signature",
    "UnknownKey",
    "decrypt",
    "derived",
    "destroy",
    "encrypt",
    "ensure",
    "listen_changes",
    "pseudonym",
    "public_der",
    "public_key",
    "public_keys",
    "public_pem",
    "rotate",
    "sign",
    "sign_many",
    "verify",
]

_FIELDS = "fields"  # the name of the key that encrypts fields
_MARK = b"\x01"  # first byte of an encrypted field: format 1
Listener = Callable[[str, Actor, str, int], None]
_listeners: list[Listener] = []


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public face of one version of a key; ``pem`` is SubjectPublicKeyInfo ('' for an encryption key)."""

    name: str
    version: int
    algorithm: str
    state: str
    pem: str


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature and which version of which key made it."""

    value: bytes
    key_name: str
    key_version: int


def ensure(name: str, *, algorithm: Algorithm = "sm2") -> PublicKey:
    """The active key of a name, made now if there is none. Safe to call from many processes at once."""
    return _face(store.active(name) or store.create(name, algorithm))


def sign(name: str, data: bytes) -> bytes:
    """The signature of the active key: DER of SM2 over SM3 with user id 1234567812345678, or 64 bytes of Ed25519.

    Raises:
        UnknownKey: ``ensure`` was never called for this name.
    """
    return sign_many(name, [data])[0].value


def sign_many(name: str, data: list[bytes]) -> list[Signature]:
    """Signatures of the active key, each naming the version that made it; UnknownKey as for ``sign``."""
    loaded = store.active(name)
    if loaded is None or loaded.signer is None:
        raise UnknownKey(name=name)
    return [Signature(loaded.signer.sign(item), name, loaded.version) for item in data]


def verify(public_pem_or_name: str, data: bytes, signature: bytes) -> bool:
    """Whether a signature is of this public key (PEM), or of any version of the key of this name, destroyed ones too.

    Raises:
        UnknownKey: no key of this name. BadKey: a PEM that holds no SM2 or Ed25519 key.
    """
    if public_pem_or_name.lstrip().startswith("-----BEGIN"):
        return material.verify(public_pem_or_name, data, signature)
    return any(material.verify(key.pem, data, signature) for key in public_keys(public_pem_or_name))


def public_pem(name: str) -> str:
    """The active public key as PEM; UnknownKey if there is none."""
    return public_key(name).pem


def public_der(pem: str) -> bytes:
    """The SubjectPublicKeyInfo bytes inside a PEM."""
    return material.der_of(pem)


def public_key(name: str, *, version: int = 0) -> PublicKey:
    """One version of a key, the active one by default; UnknownKey if there is none."""
    loaded = store.version(name, version) if version else store.active(name)
    if loaded is None:
        raise UnknownKey(name=name)
    return _face(loaded)


def public_keys(name: str) -> list[PublicKey]:
    """Every version of a key, newest first; UnknownKey if there is none."""
    found = [_face(loaded) for loaded in store.versions(name)]
    if not found:
        raise UnknownKey(name=name)
    return found


def rotate(name: str, *, actor: Actor) -> PublicKey:
    """Retire the active version and make the next; what the old one signed or encrypted stays verifiable and readable.

    Raises:
        PermissionDenied: without ``key.manage``. UnknownKey: nothing to rotate.
    """
    require(actor, "key.manage")
    with transaction.atomic():
        old = store.active(name)
        if old is None:
            raise UnknownKey(name=name)
        store.end(name, old.version, "retired")
        algorithm: Algorithm = "sm4" if old.algorithm == "sm4" else "ed25519" if old.algorithm == "ed25519" else "sm2"
        new = store.create(name, algorithm)
        _tell("key.rotate", actor, name, new.version)
    return _face(new)


def destroy(name: str, *, version: int, actor: Actor) -> PublicKey:
    """Remove the private part of a retired version for ever.

    Raises:
        PermissionDenied: without ``key.manage``. UnknownKey: no such version. Conflict: the version is still active.
    """
    require(actor, "key.manage")
    with transaction.atomic():
        found = public_key(name, version=version)
        if found.state == "active":
            raise Conflict("这一版密钥还在使用:请先轮换,再销毁旧版。")
        store.end(name, version, "destroyed")
        _tell("key.destroy", actor, name, version)
    return public_key(name, version=version)


def encrypt(data: bytes, *, context: str) -> bytes:
    """A field's bytes under SM4-GCM, bound to the context (say table, column and row); 31 bytes longer than the data."""
    loaded = store.active(_FIELDS) or store.create(_FIELDS, "sm4")
    from_key = loaded.version.to_bytes(2, "big")
    return _MARK + from_key + sm4.seal(loaded.secret, data, context=context.encode())


def decrypt(sealed: bytes, *, context: str) -> bytes:
    """What ``encrypt`` was given with the same context, whichever version encrypted it.

    Raises:
        CannotDecrypt: changed bytes, another context, or a destroyed key.
    """
    if sealed[:1] != _MARK or len(sealed) < 3:
        raise CannotDecrypt()
    number = int.from_bytes(sealed[1:3], "big")
    loaded = store.active(_FIELDS)
    if loaded is None or loaded.version != number:
        loaded = store.version(_FIELDS, number)
    data = sm4.unseal(loaded.secret, sealed[3:], context=context.encode()) if loaded is not None and loaded.secret else None
    if data is None:
        raise CannotDecrypt()
    return data


def pseudonym(value: str, *, use: str) -> str:
    """A stable keyed digest (HMAC-SM3, 64 hex digits): lets rows about a person be found without holding the number."""
    return hmac.digest(master.derived(f"pseudonym {use}"), value.encode(), "sm3").hex()


def derived(use: str) -> bytes:
    """32 bytes that only holders of the master key can make: a secret to be shared with processes outside, one for each use."""
    return master.derived(f"shared {use}")


def listen_changes(listener: Listener) -> None:
    """Be told of rotations and destructions as ``listener(act, actor, name, version)``, inside their transaction."""
    if listener not in _listeners:
        _listeners.append(listener)


def _tell(act: str, actor: Actor, name: str, version: int) -> None:
    for listener in _listeners:
        listener(act, actor, name, version)


def _face(loaded: store.Loaded) -> PublicKey:
    return PublicKey(loaded.name, loaded.version, loaded.algorithm, loaded.state, loaded.public_pem)
