"""A subscriber: reads the pieces of its stream by number, keeps the rows and its place, and goes on behind it however it was killed."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from yiwang.data.gateway import signing
from yiwang.data.gateway.errors import BadReceipt, FollowRefused, MustDownload
from yiwang.data.gateway.journal import check_receipt

_AGAIN = 0.5  # seconds before gateway or server are tried again
_LISTEN = 5.0


@dataclass(frozen=True, slots=True)
class Followed:
    """What is followed: the gateway's address and name, the key and its secret (see ``signing.signed_headers``), what for.

    ``public_key``: the gateway's, as PEM; with it every piece's receipt is checked.
    """

    address: str
    gateway: str
    resource: str
    key: str
    algorithm: str
    secret: bytes
    purpose: str
    case: str = ""
    fields: tuple[str, ...] = ()
    public_key: str = ""


def follow(followed: Followed, *, into: Path, after: int | None = None, idle: bool = False) -> int:
    """Write every changed row as a line of JSON to ``into``; returns the rows written. Beside it ``<into>.place`` remembers the place.

    A line holds ``number`` (of the piece), ``key``, ``gone`` and, unless gone, ``values``. Rows and place fit together after a kill:
    lines behind the place are cut off at the next start, so that every row stands there once.

    Args:
        after: begin behind this version (the ``X-Version`` of a download); only without a place. None: where the subscription begins.
        idle: stop as soon as nothing waits; otherwise on and on.

    Raises:
        FollowRefused: the gateway refused; its reason. MustDownload: pieces between the place and the stream's begin are gone.
        BadReceipt: a piece is not the gateway's.
    """
    return asyncio.run(_Follower(followed, into, after, idle).run())


class _Follower:
    def __init__(self, followed: Followed, into: Path, after: int | None, idle: bool) -> None:
        self._followed, self._into, self._after, self._idle = followed, into, after, idle
        self._place = into.with_name(f"{into.name}.place")
        self._series, self._number, self._written = "", 0, 0

    async def run(self) -> int:
        from nats.errors import Error

        with self._opened() as output:
            while True:
                try:
                    if await self._read(output, await asyncio.to_thread(self._subscribe)):
                        return self._written
                except (Error, OSError, TimeoutError):  # gateway or server away, or the account not there yet
                    await asyncio.sleep(_AGAIN)

    def _opened(self) -> BinaryIO:
        """The file of rows, cut where the remembered place ends."""
        size = 0
        if self._place.exists():
            told = json.loads(self._place.read_text())
            self._series, self._number, self._after, size = told["series"], told["number"], told["after"], told["bytes"]
        output = self._into.open("ab")
        output.truncate(size)
        return output

    def _subscribe(self) -> Mapping[str, str]:
        """Ask the gateway where and as whom to read."""
        one = self._followed
        target = f"/v1/resources/{one.resource}/subscription"
        body = orjson.dumps({"fields": one.fields, "purpose": one.purpose, "case_id": one.case})
        told = {"key": one.key, "algorithm": one.algorithm, "secret": one.secret, "gateway": one.gateway, "body": body}
        headers = dict(signing.signed_headers("POST", target, **told))  # type: ignore[arg-type]
        request = urllib.request.Request(one.address.rstrip("/") + target, data=body, headers=headers)  # noqa: S310 the operator's own address
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                found: Mapping[str, str] = orjson.loads(answer.read())["data"]
                return found
        except urllib.error.HTTPError as error:
            said = error.read()
            if error.code >= 500 or error.code == 429:
                raise
            with contextlib.suppress(ValueError, KeyError):
                raise FollowRefused(orjson.loads(said)["refusal"]["message"]) from error
            raise FollowRefused() from error

    async def _read(self, output: BinaryIO, told: Mapping[str, str]) -> bool:
        """Read until the connection is lost; True when it is time to end."""
        import nats

        cut = asyncio.Event()

        async def silent(error: Exception) -> None:
            """What is lost is asked for again."""

        async def closed() -> None:
            cut.set()

        who = {"user": told["user"], "password": told["password"]}
        link = await nats.connect(told["address"], allow_reconnect=False, connect_timeout=5, error_cb=silent, closed_cb=closed, **who)
        try:
            news = await link.subscribe(told["subject"])
            streams = link.jetstream(timeout=5)
            while True:
                if await self._next(streams, told, output):
                    continue
                if self._series:
                    await self._still_there(streams, told)
                    if self._idle:
                        return True
                with contextlib.suppress(TimeoutError):
                    await news.next_msg(timeout=_LISTEN)
                while news.pending_msgs:
                    await news.next_msg()
                if cut.is_set():
                    return False
        finally:
            await link.close()

    async def _next(self, streams: Any, told: Mapping[str, str], output: BinaryIO) -> bool:
        """Take the next piece; False when there is none yet."""
        from nats.js.errors import NotFoundError

        try:
            message = await streams.get_msg(told["stream"], seq=self._number + 1, subject=told["subject"], next=True)
        except NotFoundError:
            return False
        piece = orjson.loads(message.data)
        data, number = piece["data"], int(piece["number"])
        if self._followed.public_key:
            _proven(message.data, piece, self._followed)
        begun, ended = (int(str(data[name]).partition(".")[0]) for name in ("after", "next"))
        if self._after is None and data.get("begin"):
            self._after = ended
        fits = number == self._number + 1 if self._series else self._after is not None and begun <= self._after
        if self._after is None or not fits or self._series not in ("", piece["series"]) or (data.get("again") and ended > self._after):
            raise MustDownload()
        rows: Sequence[Mapping[str, object]] = data["rows"] if ended > self._after else ()
        self._keep(output, rows, piece["series"], number)
        return True

    async def _still_there(self, streams: Any, told: Mapping[str, str]) -> None:
        """What was taken last is still the same piece; otherwise the stream was made anew and its numbers mean something else."""
        from nats.js.errors import NotFoundError

        try:
            last = await streams.get_msg(told["stream"], seq=self._number)
        except NotFoundError as error:
            raise MustDownload() from error
        if orjson.loads(last.data)["series"] != self._series:
            raise MustDownload()

    def _keep(self, output: BinaryIO, rows: Sequence[Mapping[str, object]], series: str, number: int) -> None:
        """Rows first, then the place; both on the disk."""
        output.write(b"".join(orjson.dumps({"number": number, **row}, option=orjson.OPT_APPEND_NEWLINE) for row in rows))
        output.flush()
        os.fsync(output.fileno())
        place = {"series": series, "number": number, "after": self._after, "bytes": output.tell()}
        aside = self._place.with_suffix(".new")
        with aside.open("w") as file:
            json.dump(place, file)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self._place)
        self._series, self._number, self._written = series, number, self._written + len(rows)


def _proven(message: bytes, piece: Mapping[str, Any], followed: Followed) -> None:
    """The receipt is the gateway's, for this piece of ours, over these bytes. Raises BadReceipt."""
    entry = check_receipt(piece["receipt"], public_key=followed.public_key)
    data = message[message.index(b'"data":') + 7 : message.rindex(b',"receipt":{"entry":')]
    held = (followed.key, followed.resource, piece["series"], piece["number"], hashlib.new("sm3", data).hexdigest())
    if held != tuple(entry.get(name) for name in ("key", "resource", "series", "piece", "answer")):
        raise BadReceipt()
