"""The journal of calls: entries wait a moment, are written together, flushed to the disk, sealed with one signature, then answered.

A segment is a file of lines: ``entry`` lines (canonical JSON, RFC 8785), one ``keys`` line (the asked keys of these entries, sealed with
SM4-GCM), one ``seal`` line. The entries of a batch are the leaves of a Merkle tree (RFC 6962); the seal holds its root and the digest of
the seal before.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from yiwang.base.ciphers.api import material, merkle, sm2, sm4
from yiwang.data.gateway.errors import BadReceipt, JournalUnusable
from yiwang.standards import canonical

Entry = dict[str, object]
Receipt = Mapping[str, object]
Done = Callable[[Sequence[tuple[object, bytes | None]]], None]

_SEGMENT_LIMIT = 256 << 20
_TOGETHER = 2_000  # entries in one batch at most
_WINDOW = 1_000  # entries that are read under one check of a signature, about
_SEAL, _SIGNATURE = b'{"seal":', b',"signature":"'


@dataclass(slots=True)
class _Waiting:
    token: object
    entry: Entry
    keys: Sequence[str]


class Journal:
    """Writes one segment at a time in a thread of its own; ``add`` from any thread."""

    def __init__(self, folder: Path, *, gateway: str, signer: sm2.Key, shared: bytes, done: Done) -> None:
        """Open a new segment.

        Args:
            folder: of the gateway's segments. shared: secret whose last 16 bytes seal the keys.
            done: called in the journal's thread with ``(token, receipt)`` of a whole batch; receipt None: it could not be written.
        """
        self._folder, self._gateway, self._signer, self._shared, self._done = folder, gateway, signer, shared[16:32], done
        self._waiting: list[_Waiting] = []
        self._wake = threading.Condition()
        self._closing = False
        self._open_segment()
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def add(self, token: object, entry: Entry, keys: Sequence[str]) -> None:
        """Hand an entry in; ``done`` hears of it when it lies on the disk."""
        with self._wake:
            self._waiting.append(_Waiting(token, entry, keys))
            self._wake.notify()

    def close(self) -> None:
        """Write what waits and end."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join()
        os.close(self._descriptor)

    def _open_segment(self) -> None:
        self._name = f"{self._gateway}-{time.time_ns() // 1_000_000}-{os.getpid()}"
        self._descriptor = os.open(self._folder / f"{self._name}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)  # held while we live: who can take it knows that the writer is gone
        folder = os.open(self._folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        self._number, self._seals, self._size = 0, 0, 0
        self._previous = hashlib.sha256(self._name.encode()).hexdigest()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._waiting and not self._closing:
                    self._wake.wait()
                batch, self._waiting = self._waiting[:_TOGETHER], self._waiting[_TOGETHER:]
            if not batch:
                return
            try:
                receipts: list[bytes | None] = [*self._write(batch)]
            except (OSError, JournalUnusable):
                self._forget_half()
                receipts = [None] * len(batch)
            self._done([(one.token, receipt) for one, receipt in zip(batch, receipts, strict=True)])

    def _write(self, batch: Sequence[_Waiting]) -> list[bytes]:
        lines, moment = [], time.perf_counter_ns()
        for offset, one in enumerate(batch):
            one.entry["number"] = self._number + offset
            begun = one.entry.get("took")
            if isinstance(begun, int):
                one.entry["took"] = (moment - begun) // 1_000
            lines.append(orjson.dumps(one.entry, option=orjson.OPT_SORT_KEYS))
        levels = _levels([merkle.leaf_hash(line) for line in lines])
        seal = {
            "at": time.time_ns() // 1_000_000,
            "count": len(batch),
            "first": self._number,
            "gateway": self._gateway,
            "previous": self._previous,
            "root": levels[-1][0].hex(),
            "seal": self._seals,
            "segment": self._name,
        }
        body = orjson.dumps(seal, option=orjson.OPT_SORT_KEYS)
        signature = base64.b64encode(sm2.sign(self._signer, body))
        keys = sm4.seal(self._shared, orjson.dumps([one.keys for one in batch]), context=f"{self._name} {self._number}".encode())
        sealed = b'{"keys":"' + base64.b64encode(keys) + b'"}'
        tail = _SEAL + body + _SIGNATURE + signature + b'"}'
        self._put(b"\n".join([*lines, sealed, tail, b""]))
        self._number += len(batch)
        self._seals += 1
        self._previous = hashlib.sha256(body).hexdigest()
        ends = b',"seal":' + body + b',"signature":"' + signature + b'"}'
        made = [
            b'{"entry":' + line + b',"index":' + str(at).encode() + b',"path":' + orjson.dumps(_path(levels, at)) + ends
            for at, line in enumerate(lines)
        ]
        if self._size > _SEGMENT_LIMIT:
            os.close(self._descriptor)
            self._open_segment()
        return made

    def _put(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]
        os.fdatasync(self._descriptor)
        self._size += len(data)

    def _forget_half(self) -> None:
        """After a failed write: nothing of the batch may stay, for nobody was answered."""
        try:
            os.ftruncate(self._descriptor, self._size)
            os.lseek(self._descriptor, self._size, os.SEEK_SET)
        except OSError:
            self._size = 0  # the next start cuts the segment at its last seal


def _levels(leaves: list[bytes]) -> list[list[bytes]]:
    """All levels of the tree; a node without a sibling rises, which gives the tree of RFC 6962."""
    levels = [leaves]
    while len(levels[-1]) > 1:
        below = levels[-1]
        above = [merkle.node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)]
        levels.append(above + below[len(below) - len(below) % 2 :])
    return levels


def _path(levels: list[list[bytes]], at: int) -> list[str]:
    steps = []
    for level in levels[:-1]:
        if at ^ 1 < len(level):
            steps.append(level[at ^ 1].hex())
        at >>= 1
    return steps


def check_receipt(receipt: Mapping[str, object], *, public_key: str) -> Entry:
    """The entry that a receipt proves to stand in the journal; ``public_key`` is the gateway's, as PEM.

    Raises:
        BadReceipt: entry, path or signature do not fit.
    """
    try:
        entry: Entry = dict(receipt["entry"])  # type: ignore[call-overload]
        seal: Mapping[str, int | str] = receipt["seal"]  # type: ignore[assignment]
        path = [bytes.fromhex(step) for step in receipt["path"]]  # type: ignore[attr-defined]
        signed = material.verify(public_key, canonical.dumps(seal), base64.b64decode(str(receipt["signature"])))
        index, count = int(str(receipt["index"])), int(seal["count"])
        proven = merkle.verify_inclusion(merkle.leaf_hash(canonical.dumps(entry)), index, count, path, bytes.fromhex(str(seal["root"])))
        numbered = entry["number"] == int(seal["first"]) + index
    except (KeyError, TypeError, ValueError) as error:
        raise BadReceipt(f"回执缺少内容或格式不对({error}):请提供应答中 receipt 的全部内容。") from error
    if not (signed and proven and numbered):
        raise BadReceipt()
    return entry


def mend(folder: Path) -> int:
    """Cut segments whose writer was killed behind their last whole seal; returns the bytes cut off. Nobody was answered for them."""
    cut = 0
    for file in sorted(folder.glob("*.jsonl")):
        descriptor = os.open(file, os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            whole, size = _whole(file), os.fstat(descriptor).st_size
            if whole < size:
                os.ftruncate(descriptor, whole)
                os.fsync(descriptor)
                cut += size - whole
        except BlockingIOError:
            continue  # a living worker writes here
        finally:
            os.close(descriptor)
    return cut


def _whole(file: Path) -> int:
    """Bytes up to and with the last whole seal line."""
    end = at = 0
    with file.open("rb") as lines:
        for line in lines:
            at += len(line)
            if line.startswith(_SEAL) and line.endswith(b"}\n"):
                end = at
    return end


@dataclass(frozen=True, slots=True)
class Batch:
    """A sealed batch as the control plane reads it: entries in order, the keys each asked for, the seal, the end's place in the file."""

    segment: str
    entries: Sequence[Entry]
    keys: Sequence[Sequence[str]]
    seal: Mapping[str, object]
    end: int


@dataclass(frozen=True, slots=True)
class _Sealed:
    """The lines of one batch as they stand in the file; ``body`` is the seal that was signed, ``end`` the place behind it."""

    lines: Sequence[bytes]
    keys: bytes
    body: bytes
    signature: bytes
    end: int

    def digest(self) -> str:
        """What the next seal must name."""
        return hashlib.sha256(self.body).hexdigest()


def read(file: Path, *, public_key: str, shared: bytes, start: int = 0, previous: str = "") -> Iterator[Batch]:
    """The sealed batches of a segment from a place on, each verified. Lines behind the last seal are left.

    Batches are looked at some hundred at a time: the newest seal's signature and the chain of digests that leads to it prove every
    one of them; where that does not hold, each signature is checked, so that what stands before the fault is still given.

    Args:
        start: 0, or the ``end`` of the batch read last. previous: digest of its seal (``sha256`` of its canonical JSON), '' to begin.

    Raises:
        JournalUnusable: a line, root, chain or signature does not hold: somebody changed the file.
    """
    expected = previous or hashlib.sha256(file.stem.encode()).hexdigest()
    for window in _windows(file, start):
        proven = _chained(window, expected, public_key)
        for one in window:
            if not proven and not _signed(one, public_key):
                raise _changed(file.stem, one.end)
            yield _verified(file.stem, one, expected, shared)
            expected = one.digest()


def _windows(file: Path, start: int) -> Iterator[list[_Sealed]]:
    """The whole batches of a file, as many together as hold ``_WINDOW`` entries."""
    with file.open("rb") as lines:
        lines.seek(start)
        at, count, keys = start, 0, b""
        waiting: list[bytes] = []
        window: list[_Sealed] = []
        for line in lines:
            at += len(line)
            if not line.endswith(b"\n"):
                break
            if line.startswith(b'{"keys":'):
                keys = line
            elif not line.startswith(_SEAL):
                waiting.append(line.rstrip(b"\n"))
            else:
                body, _, signature = line[len(_SEAL) :].rpartition(_SIGNATURE)
                window.append(_Sealed(waiting, keys, body, signature[:-3], at))
                count, waiting, keys = count + len(waiting), [], b""
                if count >= _WINDOW:
                    yield window
                    window, count = [], 0
    if window:
        yield window


def _chained(window: Sequence[_Sealed], expected: str, public_key: str) -> bool:
    """Whether the newest seal is signed and every seal names the one before it."""
    for one in window:
        if b'"previous":"' + expected.encode() + b'"' not in one.body:
            return False
        expected = one.digest()
    return _signed(window[-1], public_key)


def _signed(one: _Sealed, public_key: str) -> bool:
    try:
        return material.verify(public_key, one.body, base64.b64decode(one.signature, validate=True))
    except ValueError:
        return False


def _changed(segment: str, end: int) -> JournalUnusable:
    return JournalUnusable(f"调用日志「{segment}」在第 {end} 字节前与签名不符,可能被改动:请保留原件并报告安全管理员。")


def _verified(segment: str, one: _Sealed, expected: str, shared: bytes) -> Batch:
    try:
        seal = orjson.loads(one.body)
        held = (
            seal["previous"] == expected
            and seal["count"] == len(one.lines)
            and seal["root"] == _levels([merkle.leaf_hash(line) for line in one.lines])[-1][0].hex()
        )
        context = f"{segment} {seal['first']}".encode()
        keys = sm4.unseal(shared[16:32], base64.b64decode(orjson.loads(one.keys)["keys"]), context=context)
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise JournalUnusable(f"调用日志「{segment}」在第 {one.end} 字节前损坏({error}):请保留原件并报告安全管理员。") from error
    if not held or keys is None:
        raise _changed(segment, one.end)
    return Batch(segment, [orjson.loads(line) for line in one.lines], orjson.loads(keys), seal, one.end)
