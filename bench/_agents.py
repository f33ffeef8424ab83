"""Agents who type while the caller talks, as the page does it: a request at every pause, one at a time, and then the newest text only.

Assumed: all of them type all the time. An agent types ``PHRASE`` characters, pauses, and types on without waiting; a pause comes every
1 to 2 s (40 to 80 characters a minute by an input method). While his request is under way the newest text waits and older ones are
dropped, as ``hx-sync="queue last"`` does. Latency counts from the pause to the answer for that text or a newer one.
"""

import asyncio
import random
import time
from urllib.parse import quote, urlsplit

from bench._ticket_rows import text

PAUSE = (1.0, 2.0)  # seconds between two pauses
PHRASE = 4
WARM = 5.0  # seconds that are not counted


class Agent:
    """One agent with a connection and a session of his own."""

    def __init__(self, number, session, parts, path, found):
        self.chosen, self.parts, self.found = random.Random(number), parts, found
        self.head = (
            f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nCookie: {session}; yiwang_csrf={'a' * 32}\r\nHX-Request: true\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
        )
        self.waiting, self.come = None, asyncio.Event()

    async def work(self, until):
        """Type and ask side by side."""
        await asyncio.sleep(self.chosen.uniform(0, PAUSE[1]))
        asking = asyncio.create_task(self._ask())
        while time.monotonic() < until:
            whole = text(2_000_000 + self.chosen.randrange(1_000_000))
            for end in range(PHRASE, len(whole) + PHRASE, PHRASE):
                await asyncio.sleep(self.chosen.uniform(*PAUSE))
                if time.monotonic() >= until:
                    break
                self.found["pauses"] += 1
                self.waiting = (time.perf_counter(), whole[:end])
                self.come.set()
        self.waiting = ()
        self.come.set()
        await asking

    async def _ask(self):
        reader, writer = await asyncio.open_connection(self.parts.hostname, self.parts.port)
        while True:
            await self.come.wait()
            self.come.clear()
            if not self.waiting:
                break
            since, said = self.waiting
            body = f"text={quote(said)}&csrfmiddlewaretoken={'a' * 32}"
            writer.write(f"{self.head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
            status, answer = await self._answer(reader)
            if status not in (200, 204):
                raise RuntimeError(f"{status} {answer[:200]!r}")
            self.found["sent"].append((time.monotonic(), (time.perf_counter() - since) * 1000, len(answer)))
        writer.close()

    @staticmethod
    async def _answer(reader):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        size = next((int(line.split(":")[1]) for line in head.split("\r\n") if line.startswith("content-length:")), 0)
        return int(head.split()[1]), await reader.readexactly(size)


def type_all(address, path, *, sessions, seconds=60.0):
    """All type for a while: (latencies in ms, requests per second, share of pauses whose text was overtaken); the start is left out."""
    return asyncio.run(_all(urlsplit(address), path, sessions, seconds))


async def _all(parts, path, sessions, seconds):
    begin, found = time.monotonic(), {"pauses": 0, "sent": []}
    agents = [Agent(number, session, parts, path, found) for number, session in enumerate(sessions)]
    await asyncio.gather(*(agent.work(begin + seconds) for agent in agents))
    counted = [took for at, took, size in found["sent"] if at > begin + WARM and size]
    return counted, len(counted) / (seconds - WARM), 1 - len(found["sent"]) / found["pauses"]
