"""The policy: who may see which fields of which resource for what. One signed, numbered document, read by every gateway."""

from __future__ import annotations

import base64
import hmac
import json
import os
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from yiwang.base.ciphers.api import material, sm4
from yiwang.data.gateway.errors import PolicyUnusable
from yiwang.security.masking.api import Level
from yiwang.standards import canonical

LOOK_EVERY = 0.2  # seconds
_LARGEST = 64 << 20
_CONTEXT = b"gateway key "


@dataclass(frozen=True, slots=True)
class Mask:
    """How a field is shown: a kind and level of the masking room; an empty kind shows it as it is."""

    kind: str = ""
    level: Level = "full"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a key may do with one resource.

    Attributes:
        code: the number of the request it came from, kept in every journal entry.
        fields: by name how it is shown; what is not here may not be asked for.
        purposes: words of which a call must name one. operations: of 'rows', 'download', 'subscribe'.
        calls: per second and worker. valid_from, valid_until: milliseconds since 1970.
        needs_case: whether a case id must be named.
        daily: rows asked for in a day at most, at one gateway (a download or a piece of changes counts one); 0: as many as wanted.
        spent_until: the control plane counted it used up over all gateways, until this moment.
    """

    code: str
    resource: str
    fields: Mapping[str, Mask]
    purposes: frozenset[str]
    operations: frozenset[str]
    legal_basis: str
    calls: float
    valid_from: int
    valid_until: int
    needs_case: bool = True
    daily: int = 0
    spent_until: int = 0


@dataclass(frozen=True, slots=True)
class Key:
    """A caller's key: algorithm 'hmac-sm3' (secret: 32 bytes) or 'sm2' (secret: the public key's PEM), its department and grants."""

    code: str
    department: str
    algorithm: str
    secret: bytes
    valid_until: int
    grants: Mapping[str, tuple[Grant, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    """A numbered policy; ``keys`` by code; ``utc_offset``: seconds by which its days begin before those of UTC."""

    number: int
    issued_at: str
    keys: Mapping[str, Key]
    utc_offset: int = 0


EMPTY = Policy(0, "", {})


def sealed_secret(secret: bytes, *, key: str, shared: bytes) -> str:
    """A caller's secret as it stands in the document: SM4-GCM under the secret shared with the gateways (its first 16 bytes)."""
    return base64.b64encode(sm4.seal(shared[:16], secret, context=_CONTEXT + key.encode())).decode()


def write(file: Path, document: Mapping[str, object], *, signature: bytes) -> None:
    """Put a signed document in its place at once: a reader sees the old or the new, never half."""
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    with aside.open("wb") as output:
        output.write(_envelope(canonical.dumps(document), signature))
        output.flush()
        os.fsync(output.fileno())
    aside.replace(file)


def _envelope(body: bytes, signature: bytes) -> bytes:
    return json.dumps({"policy": body.decode(), "signature": base64.b64encode(signature).decode()}).encode()


def read(data: bytes, *, issuer: str, shared: bytes) -> Policy:
    """The policy of a signed document; ``issuer`` is the control plane's public key as PEM.

    Raises:
        PolicyUnusable: unreadable, or not signed by the issuer.
    """
    try:
        envelope = json.loads(data)
        body = envelope["policy"].encode()
        if not material.verify(issuer, body, base64.b64decode(envelope["signature"])):
            raise PolicyUnusable("共享策略的签名与控制端公钥不符:请确认策略文件来自本平台,公钥没有放错。")
        document = json.loads(body)
        keys = {code: _key(code, one, shared) for code, one in document["keys"].items()}
        return Policy(int(document["number"]), str(document["issued_at"]), keys, int(document.get("utc_offset", 0)))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PolicyUnusable(f"共享策略无法读取({type(error).__name__}:{error}):请由控制端重新下发。") from error


def _key(code: str, told: Mapping[str, object], shared: bytes) -> Key:
    algorithm = str(told["algorithm"])
    if algorithm == "hmac-sm3":
        secret = sm4.unseal(shared[:16], base64.b64decode(str(told["secret"])), context=_CONTEXT + code.encode())
        if secret is None:
            raise PolicyUnusable(f"密钥「{code}」无法解封:网关的共享口令文件与控制端不一致,请重新复制。")
    else:
        secret = str(told["public_key"]).encode()
    grants: dict[str, list[Grant]] = {}
    for one in told["grants"]:  # type: ignore[attr-defined]
        grant = _grant(one)
        grants.setdefault(grant.resource, []).append(grant)
    every = {resource: tuple(several) for resource, several in grants.items()}
    return Key(code, str(told["department"]), algorithm, secret, int(str(told["valid_until"])), every)


def _grant(told: Mapping[str, object]) -> Grant:
    fields: Mapping[str, Mapping[str, str]] = told["fields"]  # type: ignore[assignment]
    if any(mask.get("level", "full") not in ("full", "partial", "hidden") for mask in fields.values()):
        raise ValueError("level")
    return Grant(
        code=str(told["code"]),
        resource=str(told["resource"]),
        fields={name: Mask(mask.get("kind", ""), mask.get("level", "full")) for name, mask in fields.items()},  # type: ignore[arg-type]
        purposes=frozenset(told["purposes"]),  # type: ignore[call-overload]
        operations=frozenset(told["operations"]),  # type: ignore[call-overload]
        legal_basis=str(told["legal_basis"]),
        calls=float(str(told["calls"])),
        valid_from=int(str(told["valid_from"])),
        valid_until=int(str(told["valid_until"])),
        needs_case=bool(told.get("needs_case", True)),
        daily=int(str(told.get("daily", 0))),
        spent_until=int(str(told.get("spent_until", 0))),
    )


class Watch:
    """Holds the newest policy and looks for a newer one five times a second, in a thread of its own.

    ``place`` is a file, or an address that answers the document (304 or the same bytes while nothing changed). A document that is
    unusable or older than the one in force changes nothing; ``trouble`` then says why.
    """

    def __init__(self, place: str, *, issuer: str, shared: bytes, kept: Path) -> None:
        """Start with the copy that the last run kept, then look once."""
        self.policy, self.trouble = EMPTY, ""
        self._place, self._issuer, self._shared, self._kept = place, issuer, shared, kept
        self._seen: tuple[int, int] | str = ""
        self._stop, self._turn = threading.Event(), threading.Lock()
        if kept.exists():
            self._take(kept.read_bytes(), keep=False)
        self.look()

    def start(self) -> None:
        """Look on and on until ``stop``."""
        threading.Thread(target=self._run, name="policy", daemon=True).start()

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()

    def look(self) -> bool:
        """Read the document if it changed; whether it could be asked for, so that no newer one than held now was published before."""
        with self._turn:
            try:
                data = self._changed()
            except OSError as error:
                self.trouble = f"{self._place}: {error}"
                return False
            return data is None or self._take(data, keep=True)

    def _changed(self) -> bytes | None:
        if self._place.startswith(("http://", "https://")):
            reader = hmac.digest(self._shared, b"policy reader", "sm3").hex()
            asks = {"If-None-Match": str(self._seen), "X-Gateway": reader}
            request = urllib.request.Request(self._place, headers=asks)  # noqa: S310 the operator's own address
            try:
                with urllib.request.urlopen(request, timeout=2) as answer:  # noqa: S310
                    self._seen = answer.headers.get("ETag", "")
                    return bytes(answer.read(_LARGEST))
            except urllib.error.HTTPError as error:
                if error.code == 304:
                    return None
                raise
        file = Path(self._place)
        state = file.stat()
        seen = (state.st_mtime_ns, state.st_ino)
        if seen == self._seen:
            return None
        data = file.read_bytes()
        self._seen = seen
        return data

    def _take(self, data: bytes, *, keep: bool) -> bool:
        try:
            policy = read(data, issuer=self._issuer, shared=self._shared)
        except PolicyUnusable as error:
            self.trouble = error.message
            return False
        if policy.number < self.policy.number:
            self.trouble = f"收到的策略(第 {policy.number} 号)比在用的(第 {self.policy.number} 号)旧,未采用。"
            return False
        self.policy, self.trouble = policy, ""
        if keep:
            aside = self._kept.with_suffix(".new")
            aside.write_bytes(data)
            aside.replace(self._kept)
        return True

    def _run(self) -> None:
        while not self._stop.wait(LOOK_EVERY):
            self.look()
