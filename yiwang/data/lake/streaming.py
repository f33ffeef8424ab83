"""Changes from a JetStream stream → batches in the lake, each exactly once.

A durable consumer hands out messages; a batch is written to the landing folder, ingested, remembered by its sequence numbers, and only
then acknowledged. Killed before the file stands: the server hands the messages out again. Killed after: the next run ingests the file
that stands, and what the server hands out again is known by its number and only acknowledged.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from yiwang.data.lake import landings
from yiwang.data.lake.errors import SourceFailed
from yiwang.data.lake.keeping import write_whole

BATCH: Final = 5_000
SEQUENCE: Final = "_sequence"


def drain(
    url: str,
    *,
    stream: str,
    consumer: str,
    folder: Path,
    take: Callable[[Path], object],
    batch: int = BATCH,
    ack_wait: float = 30.0,
    wait: float = 1.0,
) -> int:
    """Take everything that waits in a stream, batch by batch; `take` brings a landed file into the lake. Returns the messages taken.

    Raises SourceFailed when the server cannot be reached or does not know the stream.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return asyncio.run(_Drain(url, stream, consumer, folder, take, batch, ack_wait, wait).run())


class _Drain:
    def __init__(
        self, url: str, stream: str, consumer: str, folder: Path, take: Callable[[Path], object], batch: int, ack_wait: float, wait: float
    ) -> None:
        self.url, self.stream, self.consumer, self.folder, self.take = url, stream, consumer, folder, take
        self.batch, self.ack_wait, self.wait = batch, ack_wait, wait
        self.known = self._known()

    async def run(self) -> int:
        import nats
        from nats.errors import Error, NoServersError
        from nats.js.api import AckPolicy, ConsumerConfig

        taken = self._left_over()
        try:
            link = await nats.connect(self.url, connect_timeout=5, max_reconnect_attempts=3, error_cb=_silent)
        except (OSError, Error, NoServersError) as error:
            raise SourceFailed(source=self.stream, cause=f"连不上消息服务({error})") from error
        try:
            config = ConsumerConfig(ack_policy=AckPolicy.EXPLICIT, ack_wait=self.ack_wait, max_ack_pending=self.batch * 2)
            streams = link.jetstream(timeout=30)
            queue = await streams.pull_subscribe("", durable=self.consumer, stream=self.stream, config=config)
            # a fetch that came back empty may only have been slow: the server says whether anything still waits
            while (messages := await self._fetch(queue)) or (await queue.consumer_info()).num_pending:
                taken += await self._batch(messages)
                await link.flush()
                info = await queue.consumer_info()
                self._forget(info.ack_floor.stream_seq if info.ack_floor else 0)
        except Error as error:  # an answer that stays away, a stream that is not there: what was taken stays taken
            raise SourceFailed(source=self.stream, cause=str(error) or type(error).__name__) from error
        finally:
            await link.close()
        return taken

    async def _fetch(self, queue: Any) -> list[Any]:
        try:
            found: list[Any] = await queue.fetch(self.batch, timeout=self.wait)
        except TimeoutError:  # the client's own kinds derive from it
            return []
        return found

    async def _batch(self, messages: list[Any]) -> int:
        if not messages:
            return 0
        rows = {message.metadata.sequence.stream: message.data for message in messages}
        new = {number: data for number, data in sorted(rows.items()) if number not in self.known}
        if new:
            path = self._land(new)
            await asyncio.to_thread(self._settle, path)
        for message in messages:
            await message.ack()
        return len(new)

    def _land(self, rows: dict[int, bytes]) -> Path:
        """One JSON line per message, safe on disk before anybody relies on it."""
        path = self.folder / f"{min(rows):012d}-{max(rows):012d}.jsonl"
        new = path.with_suffix(".new")
        with new.open("w", encoding="utf-8") as file:
            for number, data in rows.items():
                file.write(json.dumps(_row(data) | {SEQUENCE: number}, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        new.rename(path)
        return path

    def _settle(self, path: Path) -> None:
        """Into the lake, then remembered, then kept compressed."""
        self.take(path)
        with path.open(encoding="utf-8") as file:
            self.known |= {json.loads(line)[SEQUENCE] for line in file}
        write_whole(self.folder / "known.json", sorted(self.known))
        landings.keep(path, self.folder)

    def _left_over(self) -> int:
        """Files that stood when a run was killed."""
        count = 0
        for path in sorted(self.folder.glob("*.jsonl")):
            before = len(self.known)
            self._settle(path)
            count += len(self.known) - before
        return count

    def _known(self) -> set[int]:
        try:
            return set(json.loads((self.folder / "known.json").read_text()))
        except FileNotFoundError:
            return set()

    def _forget(self, floor: int) -> None:
        """The server will not hand out what lies below its floor again."""
        self.known = {number for number in self.known if number > floor}
        write_whole(self.folder / "known.json", sorted(self.known))


def _row(data: bytes) -> dict[str, Any]:
    """The message as an object; what is none lands as it is, and the checks quarantine it."""
    try:
        said = json.loads(data)
    except ValueError:
        return {"message": data.decode("utf-8", "backslashreplace")}
    return said if isinstance(said, dict) else {"message": said}


def ensure(url: str, *, stream: str, subject: str) -> None:
    """Make a stream that takes the messages of a subject and keeps them on disk, if there is none. Raises SourceFailed."""
    asyncio.run(_ensure(url, stream, subject))


async def _ensure(url: str, stream: str, subject: str) -> None:
    import nats
    from nats.errors import Error, NoServersError
    from nats.js.errors import NotFoundError

    try:
        link = await nats.connect(url, connect_timeout=10, allow_reconnect=False, error_cb=_silent)
    except (OSError, Error, NoServersError) as error:
        raise SourceFailed(source=stream, cause=f"连不上消息服务({error})") from error
    try:
        streams = link.jetstream(timeout=30)
        try:
            await streams.stream_info(stream)
        except NotFoundError:
            await streams.add_stream(name=stream, subjects=[subject])
    except Error as error:
        raise SourceFailed(source=stream, cause=str(error) or type(error).__name__) from error
    finally:
        await link.close()


async def _silent(error: Exception) -> None:
    """The caller hears of failures by SourceFailed."""
