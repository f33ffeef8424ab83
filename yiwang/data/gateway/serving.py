"""The process of one gateway: an RSGI application under granian that waits for the journal before it answers."""

from __future__ import annotations

import asyncio
import io
import os
import subprocess
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.ipc
import pyarrow.parquet

from yiwang.base.ciphers.api import material, sm2
from yiwang.base.runtime.api import die_with_parent
from yiwang.data.gateway import journal as journals
from yiwang.data.gateway.answering import LARGEST, Answer, Call, Counter, Download
from yiwang.data.gateway.errors import PolicyUnusable
from yiwang.data.gateway.policy import LOOK_EVERY, Watch
from yiwang.data.gateway.quota import QuotaTable
from yiwang.data.gateway.replay import NonceTable
from yiwang.data.gateway.snapshots import Shelf
from yiwang.security.masking.api import mask_column

_DRAINED = 4 << 20
_JSON = ("content-type", "application/json; charset=utf-8")
_LOST = '{"code":"journal_unusable","message":"调用日志无法写入,为保证留痕未予应答;请稍后重试并通知运维。","field":""}'.encode()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a gateway keeps and finds its things.

    ``home``: ``signing.pem``, ``signing.der`` (its key, made once), ``journal/``, ``nonces``, ``quotas``, ``policy.json`` (the kept copy).
    ``resources``: the snapshots' folder. ``policy``: file or address of the policy. ``issuer``: file with the control plane's public key
    (PEM). ``secret``: file with the 64 hex digits shared with the control plane.
    """

    name: str
    home: Path
    resources: Path
    policy: str
    issuer: Path
    secret: Path

    @classmethod
    def below(cls, folder: Path, *, name: str = "gateway", policy: str = "") -> Place:
        """The usual places below ``<var>/gateway``; ``policy`` names another file or address."""
        issuer, secret = folder / "issuer.pem", folder / "shared.key"
        return cls(name, folder / name, folder / "resources", policy or str(folder / "policy.json"), issuer, secret)

    @property
    def streams(self) -> Path:
        """The standing subscriptions."""
        return self.home / "streams"

    def shared(self) -> bytes:
        """The secret shared with the control plane; PolicyUnusable when it is not 64 hex digits."""
        try:
            secret = bytes.fromhex(self.secret.read_text("ascii").strip())
        except (OSError, ValueError) as error:
            raise PolicyUnusable(f"读不到与控制端共享的口令({error}):请从控制端复制 {self.secret.name}。") from error
        if len(secret) != 32:
            raise PolicyUnusable(f"共享口令应为 64 位十六进制数({self.secret.name}),请重新复制。")
        return secret

    def signer(self) -> sm2.Key:
        """The gateway's own SM2 key; its public part lies beside it as ``signing.pem``."""
        file = self.home / "signing.der"
        if not file.exists():
            made = material.make("sm2")
            (self.home / "signing.pem").write_text(made.public_pem)
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            os.write(descriptor, made.secret)
            os.close(descriptor)
        return sm2.load_private(file.read_bytes())


class Gateway:
    """One worker: the RSGI application."""

    def __init__(self, place: Place, broker: str = "") -> None:
        """Open policy and nonces; the journal opens with the event loop."""
        self._place = place
        self._shared = place.shared()
        (place.home / "journal").mkdir(parents=True, exist_ok=True)
        self._watch = Watch(place.policy, issuer=place.issuer.read_text(), shared=self._shared, kept=place.home / "policy.json")
        self._shelf = Shelf(place.resources, self._shared)
        tables = NonceTable(place.home / "nonces"), QuotaTable(place.home / "quotas")
        self._counter = Counter(place.name, self._shared, lambda: self._watch.policy, self._shelf, *tables, place.streams, broker)
        self._stop = threading.Event()

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the threads that look for news and the journal's."""
        self._loop = loop
        journals.mend(self._place.home / "journal")
        self._watch.start()
        threading.Thread(target=self._look, name="snapshots", daemon=True).start()
        folder, signer = self._place.home / "journal", self._place.signer()
        self._journal = journals.Journal(folder, gateway=self._place.name, signer=signer, shared=self._shared, done=self._written)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Write what waits, then end."""
        self._stop.set()
        self._watch.stop()
        self._journal.close()

    def _look(self) -> None:
        while not self._stop.wait(LOOK_EVERY):
            try:
                self._shelf.look()
            except Exception:  # noqa: S112 the old snapshot goes on being served; the call itself tells what is wrong with a new one
                continue

    def _written(self, receipts: Sequence[tuple[object, bytes | None]]) -> None:
        self._loop.call_soon_threadsafe(_settle, receipts)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        if scope.proto != "http":
            protocol.close(1003)
            return
        if scope.path == "/health":
            self._health(protocol)
            return
        headers = scope.headers
        length = headers.get("content-length", "0") or "0"
        announced = int(length[:18]) if length.isascii() and length.isdigit() else _DRAINED + 1
        body = b"" if scope.method == "GET" or announced > _DRAINED else await protocol()
        if announced > LARGEST:  # refused, and logged, by its length; a little too much is read so that the caller hears of it
            body = b"\0" * (LARGEST + 1)
        call = Call(
            scope.method, scope.path, scope.query_string, lambda name: headers.get(name) or "", body, scope.client.rsplit(":", 1)[0]
        )
        answer = self._counter.answer(call)
        receipt = await self._log(answer)
        if receipt is None:
            protocol.response_bytes(503, [_JSON], _LOST)
        elif answer.download is not None:
            await _send(protocol, answer.download, receipt)
        else:
            extra = [("retry-after", str(-(-answer.wait_ms // 1000)))] if answer.wait_ms else []
            name = b'{"data":' if answer.status == 200 else b'{"refusal":'
            protocol.response_bytes(answer.status, [_JSON, *extra], name + answer.data + b',"receipt":' + receipt + b"}")

    async def _log(self, answer: Answer) -> bytes | None:
        waits: asyncio.Future[bytes | None] = self._loop.create_future()
        self._journal.add(waits, answer.entry, answer.keys)
        return await waits

    def _health(self, protocol: Any) -> None:
        number, trouble = self._watch.policy.number, self._watch.trouble
        told = f'{{"gateway":"{self._place.name}","policy":{number},"trouble":{"true" if trouble else "false"}}}'
        protocol.response_bytes(200 if number else 503, [_JSON], told.encode())


def _settle(receipts: Sequence[tuple[object, bytes | None]]) -> None:
    for waits, receipt in receipts:
        if isinstance(waits, asyncio.Future) and not waits.done():
            waits.set_result(receipt)


class _Sink(io.RawIOBase):
    """Collects what a writer writes; its position goes on counting after the bytes were taken (a Parquet footer names positions)."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._position = 0

    def writable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Bytes written so far."""
        return self._position

    def write(self, data: Any) -> int:
        """Keep the bytes."""
        part = bytes(data)
        self._parts.append(part)
        self._position += len(part)
        return len(part)

    def taken(self) -> bytes:
        """What was written since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


async def _send(protocol: Any, download: Download, receipt: bytes) -> None:
    """Stream the masked rows; one chunk is made at a time, in a thread, so that other calls are answered meanwhile."""
    kind = "application/vnd.apache.arrow.stream" if download.format == "arrow" else "application/vnd.apache.parquet"
    stream = protocol.response_stream(
        200, [("content-type", kind), ("x-receipt", receipt.decode("latin-1")), ("x-version", str(download.snapshot.number))]
    )
    chunks = _chunks(download)
    while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
        if chunk:
            await stream.send_bytes(chunk)


def _chunks(download: Download) -> Iterator[bytes]:
    sink, writer = _Sink(), None
    for batch in download.snapshot.batches(download.fields):
        ready = pyarrow.RecordBatch.from_arrays([_column(download, batch, name) for name in download.fields], names=list(download.fields))
        if writer is None:
            writer = (
                pyarrow.ipc.new_stream(sink, ready.schema)
                if download.format == "arrow"
                else pyarrow.parquet.ParquetWriter(sink, ready.schema, compression="zstd")
            )
        writer.write_batch(ready)
        yield sink.taken()
    if writer is not None:
        writer.close()
    yield sink.taken()


def _column(download: Download, batch: pyarrow.RecordBatch, name: str) -> pyarrow.Array:
    shown = download.grant.fields[name]
    column = batch.column(name)
    return (
        column
        if shown.level == "full"
        else pyarrow.array(mask_column(column.to_pylist(), shown.kind, level=shown.level), type=pyarrow.string())
    )


def serve(place: Place, *, host: str, port: int, workers: int, broker: str = "", publisher: Sequence[str] = ()) -> None:
    """Serve until SIGTERM or Ctrl-C; PolicyUnusable at once when secret or issuer cannot be read.

    Args:
        broker: address of our message server as subscribers reach it; '' for none.
        publisher: the command that publishes changes there; kept alive beside the workers.
    """
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    place.shared()
    place.home.mkdir(parents=True, exist_ok=True)
    place.signer()
    beside = _Beside(publisher) if publisher else None
    try:
        Granian(
            place.name,
            address=host,
            port=port,
            interface=Interfaces.RSGI,
            workers=workers,
            websockets=False,
            respawn_failed_workers=True,
            log_level=LogLevels.warning,
        ).serve(target_loader=partial(Gateway, place, broker), wrap_loader=False)
    finally:
        if beside is not None:
            beside.stop()


class _Beside:
    """A program that is started again whenever it ends, and that ends with us, however we end."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command, self._stop = list(command), threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        threading.Thread(target=self._run, name="publisher", daemon=True).start()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._process = subprocess.Popen(self._command, preexec_fn=die_with_parent)
            self._process.wait()
            self._stop.wait(1)

    def stop(self) -> None:
        """End it."""
        self._stop.set()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()
