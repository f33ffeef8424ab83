"""A question to an address of the operator's own: one POST, no redirect followed, bounded in time and size however it is answered."""

from __future__ import annotations

import json
import socket
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from typing import Any, Final
from urllib.parse import urlsplit

LARGEST: Final = 65_536  # bytes of an answer
GOOD: Final = 200


class CallFailed(Exception):
    """No usable answer; the words say why, for the log."""


def post(address: str, body: bytes, headers: dict[str, str], *, seconds: float) -> Any:
    """The JSON that an address answers within ``seconds`` from beginning to end; a key goes nowhere but there.

    Raises:
        CallFailed: unreachable, slow, redirected, refused, too large, or no JSON.
    """
    parts = urlsplit(address)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    try:
        connection.connect()
        end = Timer(seconds, _cut, [connection.sock])  # an answer that drips in byte by byte meets every timeout of its own
        end.daemon = True
        end.start()
        try:
            connection.request("POST", f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", body, headers)
            answer = connection.getresponse()
            found = answer.read(LARGEST + 1)
        finally:
            end.cancel()
        if answer.status != GOOD or len(found) > LARGEST:
            raise CallFailed(f"HTTP {answer.status}, {len(found)} bytes")
        return json.loads(found)
    except (OSError, ValueError, RecursionError, HTTPException) as error:
        raise CallFailed(type(error).__name__) from error
    finally:
        connection.close()


def _cut(held: socket.socket) -> None:
    """End a conversation from outside."""
    try:
        held.shutdown(socket.SHUT_RDWR)
    except OSError:  # it has ended by itself
        return
