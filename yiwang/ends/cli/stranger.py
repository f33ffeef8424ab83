"""A stranger's client of the JSON API: plain HTTP and hashing, nothing of the platform's own code."""

from __future__ import annotations

import base64
import hashlib
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from yiwang.standards.errors import Unavailable


class ApiRefused(Unavailable):
    """The API answered with an error."""

    code = "api_refused"


@dataclass
class Client:
    """Calls one installation as one account, for another (``acting_for``: ``company:<credit code>``) where that is said."""

    address: str
    token: str = ""
    acting_for: str = ""

    def call(self, method: str, path: str, body: object = None) -> Any:
        """One call; returns the decoded answer (bytes where it is not JSON).

        Raises:
            ApiRefused: any answer that is not a success, with its code and message.
        """
        data = None if body is None else json.dumps(body).encode()
        return self._send(method, path, data, "application/json")

    def _send(self, method: str, path: str, data: bytes | None, media_type: str) -> Any:
        headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
        if self.acting_for:
            headers["X-Acting-For"] = self.acting_for
        if data is not None:
            headers["Content-Type"] = media_type
        request = urllib.request.Request(f"{self.address}/api/v1{path}", data=data, headers=headers, method=method)  # noqa: S310 - http only
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - the operator's own address
                text, kind = answer.read(), answer.headers.get_content_type()
        except urllib.error.HTTPError as error:
            raise ApiRefused(f"{method} {path}: {error.code} {_readable(error.read())}") from error
        except urllib.error.URLError as error:
            raise ApiRefused(f"{self.address} does not answer: {error.reason}. Is the platform running?") from error
        return (json.loads(text) if kind == "application/json" else text) if text else None

    def get(self, path: str) -> Any:
        """GET."""
        return self.call("GET", path)

    def post(self, path: str, body: object) -> Any:
        """POST."""
        return self.call("POST", path, body)

    def upload(self, name: str, content: bytes) -> Any:
        """Hand in a file; the answer names it for use as a material.

        Raises:
            ApiRefused: the file is too large or not of an allowed kind.
        """
        mark = hashlib.sha256(content).hexdigest()
        head = (
            f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        )
        return self._send(
            "POST", "/files", head.encode() + content + f"\r\n--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"
        )

    def sign_in(self, username: str, password: str) -> Client:
        """A client with the token of an account."""
        return Client(self.address, self.post("/tokens", {"username": username, "password": password})["token"])


def _readable(answer: bytes) -> str:
    """An error answer in one line: its message and details."""
    try:
        told = json.loads(answer)
    except ValueError:
        return answer.decode(errors="replace")[:300]
    return json.dumps(told, ensure_ascii=False)[:1200]


def root_from_proof(leaf: bytes, *, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162 §2.1.3.2), with SHA-256.

    Raises:
        ValueError: the proof has the wrong length.
    """
    node, last, root = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise ValueError("the proof is too long")
        if node % 2 or node == last:
            root = hashlib.sha256(b"\x01" + sibling + root).digest()
            while node % 2 == 0 and node:
                node, last = node >> 1, last >> 1
        else:
            root = hashlib.sha256(b"\x01" + root + sibling).digest()
        node, last = node >> 1, last >> 1
    if last:
        raise ValueError("the proof is too short")
    return root


def receipt_holds(receipt: dict[str, Any]) -> bool:
    """Whether a receipt's record really is in the log whose root the checkpoint names, and whether the log signed that checkpoint."""
    leaf = hashlib.sha256(b"\x00" + receipt["record"].encode()).digest()
    path = [base64.b64decode(step) for step in receipt["inclusion"]]
    body, _, signatures = receipt["checkpoint"].partition("\n\n")
    _, size, root = body.split("\n")[:3]
    try:
        found = root_from_proof(leaf, index=receipt["leaf_index"], size=int(size), path=path)
    except ValueError:
        return False
    return found == base64.b64decode(root) and _signed(body + "\n", signatures, receipt["keys"])


def _signed(text: str, signatures: str, keys: list[dict[str, str]]) -> bool:
    """Whether one of the note's lines is an Ed25519 signature by one of the keys (C2SP signed-note)."""
    signers = [load_pem_public_key(key["pem"].encode()) for key in keys if key["algorithm"].lower() == "ed25519"]
    for line in signatures.strip().splitlines():
        signature = base64.b64decode(line.split(" ")[2])[4:]  # the first four bytes name the key
        for signer in signers:
            try:
                signer.verify(signature, text.encode())  # type: ignore[union-attr, call-arg]
            except InvalidSignature:
                continue
            return True
    return False
