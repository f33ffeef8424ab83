"""The process that publishes changes: for every standing subscription an account and a stream of its own at our message server.

The stream is the only memory of how far a subscription has come: the newest message says which place it ended at, and the next one is
accepted only with the next number. So whoever is killed, gateway or server, the publisher goes on behind the newest message that is there.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import hmac
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from yiwang.base.runtime.api import Broker, InstallationError, start_broker
from yiwang.data.gateway import journal as journals
from yiwang.data.gateway import pieces, subscribing
from yiwang.data.gateway.answering import Asked, covering
from yiwang.data.gateway.changing import Cursor
from yiwang.data.gateway.errors import ChangesGone, JournalUnusable, NotGranted
from yiwang.data.gateway.policy import LOOK_EVERY, Grant, Policy, Watch
from yiwang.data.gateway.snapshots import Shelf, Snapshot
from yiwang.data.gateway.subscribing import Subscription
from yiwang.standards.errors import YiwangError

if TYPE_CHECKING:
    from yiwang.data.gateway.serving import Place

STREAM = subscribing.NAMES["stream"]
ROWS = 500  # in one message
_LARGEST = 4 << 20
_KEPT_DAYS, _KEPT_BYTES = 7, 256 << 20
_IDLE = 86_400  # seconds after which a message without rows says that nothing has changed; far less than the days kept
_FAR = 50  # publications without a change for this subscriber after which the same is said: older changes go


class Desk:
    """What all feeds of a publisher share: the policy in force, the snapshots, the journal."""

    def __init__(self, place: Place, loop: asyncio.AbstractEventLoop) -> None:
        """Open policy, snapshots and a journal segment of this process."""
        self.place, self.shared, self._loop = place, place.shared(), loop
        self.watch = Watch(place.policy, issuer=place.issuer.read_text(), shared=self.shared, kept=place.home / "policy.json")
        self.watch.start()
        self.shelf = Shelf(place.resources, self.shared)
        folder = place.home / "journal"
        folder.mkdir(parents=True, exist_ok=True)
        journals.mend(folder)
        self._journal = journals.Journal(folder, gateway=place.name, signer=place.signer(), shared=self.shared, done=self._written)

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.watch.policy

    def granted(self, one: Subscription) -> Grant | None:
        """The grant that covers a subscription now."""
        now, key = time.time_ns() // 1_000_000, self.policy.keys.get(one.key)
        if key is None or key.valid_until <= now:
            return None
        try:
            return covering(key, one.resource, "subscribe", Asked(one.fields, one.purpose, one.case), now)
        except NotGranted:
            return None

    async def log(self, entry: dict[str, object], keys: Sequence[str]) -> bytes:
        """The receipt of an entry that lies on the disk. Raises JournalUnusable."""
        waits: asyncio.Future[bytes | None] = self._loop.create_future()
        self._journal.add(waits, entry, keys)
        receipt = await waits
        if receipt is None:
            raise JournalUnusable()
        return receipt

    def _written(self, receipts: Sequence[tuple[object, bytes | None]]) -> None:
        self._loop.call_soon_threadsafe(_settle, receipts)

    def close(self) -> None:
        """Write what waits and end."""
        self.watch.stop()
        self._journal.close()


def _settle(receipts: Sequence[tuple[object, bytes | None]]) -> None:
    for waits, receipt in receipts:
        if isinstance(waits, asyncio.Future) and not waits.done():
            waits.set_result(receipt)


@dataclass
class Feed:
    """One subscription being published. ``number`` and ``after`` are read from the stream and forgotten when anything went wrong."""

    desk: Desk
    one: Subscription
    address: str
    series: str = ""
    shape: str = ""
    number: int = 0
    after: Cursor | None = None
    said_at: float = 0.0
    looked: int = 0
    _streams: Any = None

    async def run(self) -> None:
        """Publish on and on; whoever started this task ends it."""
        from nats.errors import Error

        while True:
            try:
                async with _connected(self.address, self.one.name, self.desk.shared) as self._streams:
                    self.after = None
                    while True:
                        await self._look()
                        await asyncio.sleep(LOOK_EVERY)
            except (Error, OSError, TimeoutError, YiwangError):  # server away, snapshot missing, journal full: again, from what is there
                await asyncio.sleep(LOOK_EVERY)

    async def _look(self) -> None:
        """Publish what is new, piece by piece; the grant is looked at before each."""
        while (grant := self.desk.granted(self.one)) is not None:
            snapshot = self.desk.shelf.get(self.one.resource)
            if self.after is None or self.shape != self.one.shape(grant):
                await self._find_place(self.one.shape(grant))
            if snapshot.number == self.looked and time.time() - self.said_at < _IDLE:
                return
            if not await self._piece(snapshot, grant):
                self.looked = snapshot.number
                return

    async def _find_place(self, shape: str) -> None:
        """Where the stream ends; a stream that shows what is no longer granted like this goes, a missing one is made."""
        from nats.js.api import StreamConfig
        from nats.js.errors import NotFoundError

        self.shape, self.looked = shape, 0
        with contextlib.suppress(NotFoundError):
            found = await self._streams.stream_info(STREAM)
            self.series, _, held = (found.config.description or "").partition(" ")
            if held == shape:
                if not found.state.last_seq:
                    self.number, self.after, self.said_at = 0, Cursor(-1, -1), 0.0
                    return
                last = await self._streams.get_msg(STREAM, seq=found.state.last_seq)
                self.number, self.said_at = found.state.last_seq, last.time.timestamp()
                self.after = Cursor.parse(str(orjson.loads(last.data)["data"]["next"]))
                return
        with contextlib.suppress(NotFoundError):
            await self._streams.delete_stream(STREAM)
        self.series = secrets.token_hex(8)
        config = StreamConfig(name=STREAM, subjects=[STREAM], description=f"{self.series} {shape}", max_age=_KEPT_DAYS * 86_400)
        config.max_bytes = _KEPT_BYTES
        await self._streams.add_stream(config)
        self.number, self.after, self.said_at = 0, Cursor(-1, -1), 0.0

    async def _piece(self, snapshot: Snapshot, grant: Grant) -> bool:
        """Publish the next piece; False when there is nothing to say."""
        assert self.after is not None
        begun = time.perf_counter_ns()
        data, told, keys, following = self._next(snapshot, grant, self.after)
        quiet = time.time() - self.said_at < _IDLE and following.number - self.after.number < _FAR
        if not told["found"] and quiet and self.number:
            return False
        number, policy = self.number + 1, self.desk.policy
        key = policy.keys[self.one.key]
        entry: dict[str, object] = {
            "at": time.time_ns() // 1_000_000, "client": "stream", "gateway": self.desk.place.name, "policy": policy.number,
            "operation": "subscribe", "resource": self.one.resource, "key": key.code, "department": key.department,
            "case": self.one.case, "fields": list(self.one.fields), "purpose": self.one.purpose, "asked": 0, "grant": grant.code,
            "as_of": snapshot.as_of, "outcome": "answered", "stream": self.one.name, "series": self.series, "piece": number,
            "took": begun,
        }  # fmt: skip
        receipt = await self.desk.log(entry | told, keys)
        if self.desk.granted(self.one) != grant:
            return True  # withdrawn or changed while it was written down: looked at anew
        head = b'{"series":"%s","number":%d,"data":' % (self.series.encode(), number)
        await self._put(head + data + b',"receipt":' + receipt + b"}", number)
        self.number, self.after, self.said_at = number, following, time.time()
        return True

    def _next(self, snapshot: Snapshot, grant: Grant, after: Cursor) -> tuple[bytes, dict[str, object], Sequence[str], Cursor]:
        """What is said next: where it begins, a piece, or that the changes are gone and everything must be downloaded anew."""
        limit, names = ROWS, self.one.fields
        here = Cursor(snapshot.number, -1)
        if after.number < 0:
            return *_said(snapshot, after=here, begin=True), (), here
        try:
            while True:
                data, told, piece = pieces.told(snapshot, grant, names, after=after, limit=limit, shared=self.desk.shared)
                if len(data) <= _LARGEST or limit == 1:
                    return data, told, piece.keys, piece.next
                limit //= 2
        except ChangesGone:
            return *_said(snapshot, after=after, again=True), (), here

    async def _put(self, body: bytes, number: int) -> None:
        """Into the stream, once: the server takes a number only behind the one before."""
        from nats.errors import Error

        headers = {"Nats-Msg-Id": f"{self.series}-{number}", "Nats-Expected-Last-Sequence": str(number - 1)}
        try:
            await self._streams.publish(STREAM, body, timeout=5, headers=headers)
        except (Error, TimeoutError):  # perhaps it lies there, perhaps not: the stream says
            self.after = None
            raise


def _said(snapshot: Snapshot, *, after: Cursor, **word: bool) -> tuple[bytes, dict[str, object]]:
    """A message without rows, and what the journal keeps of it."""
    here = Cursor(snapshot.number, -1)
    data = orjson.dumps({"as_of": snapshot.as_of, "rows": [], "after": str(after), "next": str(here), "last": True, **word})
    return data, {"after": str(after), "next": str(here), "found": 0, "answer": hashlib.new("sm3", data).hexdigest()}


def _password(shared: bytes) -> str:
    return hmac.digest(shared, b"subscription publisher", "sm3").hex()


@contextlib.asynccontextmanager
async def _connected(address: str, name: str, shared: bytes) -> Any:
    """JetStream of one account, as its owner."""
    import nats

    link = await nats.connect(
        address, user=f"gateway-{name}", password=_password(shared), allow_reconnect=False, connect_timeout=5, error_cb=_silent
    )
    try:
        yield link.jetstream(timeout=10)
    finally:
        await link.close()


async def _silent(error: Exception) -> None:
    """Who asked hears of it."""


def access(open_ones: Sequence[Subscription], ending: Sequence[Subscription], shared: bytes) -> str:
    """The accounts: each subscriber reads the messages of his own stream and may do nothing else; an ending one has no subscriber."""
    lines = [f'GATEWAY {{ users: [ {{ user: "gateway", password: "{_password(shared)}" }} ] }}']  # so that nobody comes in without a name
    for one in (*open_ones, *ending):
        users = [f'{{ user: "gateway-{one.name}", password: "{_password(shared)}" }}']
        if one not in ending:
            may = f'publish: {{ allow: ["$JS.API.STREAM.MSG.GET.{STREAM}"] }}, subscribe: {{ allow: ["{STREAM}", "_INBOX.>"] }}'
            users.append(f'{{ user: "{one.name}", password: "{one.password(shared)}", permissions: {{ {may} }} }}')
        lines.append(f"{one.name} {{ jetstream: {{ max_streams: 1 }}, users: [ {', '.join(users)} ] }}")
    return "accounts {\n  " + "\n  ".join(lines) + "\n}"


@dataclass
class Publisher:
    """Keeps the message server, who may enter it, and a feed for every subscription."""

    desk: Desk
    host: str
    port: int
    _feeds: dict[Subscription, asyncio.Task[None]] = field(default_factory=dict)
    _endings: dict[Subscription, asyncio.Task[None]] = field(default_factory=dict)
    _access: str = ""
    _server: subprocess.Popen[bytes] | None = None
    _lock: int = -1

    async def run(self) -> None:
        """Until it is cancelled."""
        self._lock = self._locked()
        try:
            while True:
                self.look()
                await asyncio.sleep(LOOK_EVERY)
        finally:
            for task in (*self._feeds.values(), *self._endings.values()):
                task.cancel()
            if self._server is not None:
                self._server.terminate()
                self._server.wait()

    def look(self) -> None:
        """Let in who is granted, cut off who no longer is, five times a second."""
        with contextlib.suppress(Exception):  # the old snapshots go on being published
            self.desk.shelf.look()
        known = subscribing.kept(self._folder)
        granted = [one for one in known if self.desk.granted(one)]
        ending = [one for one in known if one not in granted]
        self._admit(access(granted, ending, self.desk.shared))
        self._settle(self._feeds, {one: Feed(self.desk, one, self._address).run for one in granted})
        if self.desk.policy.number:  # without any policy nobody is let in, but nothing is thrown away
            self._settle(self._endings, {one: self._end_of(one) for one in ending})

    @staticmethod
    def _settle(running: dict[Subscription, asyncio.Task[None]], wanted: Mapping[Subscription, Any]) -> None:
        for one in [one for one, task in running.items() if one not in wanted or task.done()]:
            running.pop(one).cancel()
        for one, begin in wanted.items():
            if one not in running:
                running[one] = asyncio.get_running_loop().create_task(begin())

    def _admit(self, wanted: str) -> None:
        broker = Broker(self.desk.place.home / "broker", self.port, wanted, host=self.host, hold=self._lock)
        if self._server is None or self._server.poll() is not None:
            with contextlib.suppress(InstallationError):  # the port is still held: at the next look
                self._server = start_broker(broker)
                self._access = wanted
        elif wanted != self._access:
            broker.write()
            self._server.send_signal(signal.SIGHUP)
            self._access = wanted

    def _end_of(self, one: Subscription) -> Any:
        async def end() -> None:
            """Nothing that was published may stay for somebody who may no longer read it.

            A worker may have opened it under a newer policy than the one held here: so the policy is asked for once more.
            """
            from nats.errors import Error
            from nats.js.errors import NotFoundError

            if not await asyncio.to_thread(self.desk.watch.look) or self.desk.granted(one):
                return
            with contextlib.suppress(Error, OSError, TimeoutError):  # at the next look
                async with _connected(self._address, one.name, self.desk.shared) as streams:
                    with contextlib.suppress(NotFoundError):
                        await streams.delete_stream(STREAM)
                    subscribing.forget(self._folder, one)

        return end

    @property
    def _folder(self) -> Path:
        return self.desk.place.streams

    @property
    def _address(self) -> str:
        return f"nats://{self.host}:{self.port}"

    def _locked(self) -> int:
        """The store is one publisher's and its server's; a server that outlived its publisher for a moment is waited for."""
        home = self.desk.place.home / "broker"
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return descriptor


def stream(place: Place, *, host: str, port: int) -> None:
    """Publish until SIGTERM or Ctrl-C."""

    async def work() -> None:
        loop = asyncio.get_running_loop()
        desk = Desk(place, loop)
        task = loop.create_task(Publisher(desk, host, port).run())
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            pass
        finally:
            desk.close()

    place.home.mkdir(parents=True, exist_ok=True)
    asyncio.run(work())
