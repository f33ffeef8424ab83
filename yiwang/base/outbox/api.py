"""The outbox: an event is written in the transaction of the act that caused it and delivered at least once afterwards."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import connection, transaction

from yiwang.base.clock.api import now
from yiwang.base.statements.api import run

__all__ = ["DeadEvent", "Envelope", "Handler", "ManyHandler", "dead", "emit", "emit_many", "pending", "relay", "revive"]

MAX_ATTEMPTS = 12
BATCH = 200
_log = logging.getLogger("yiwang.outbox")


class Envelope(Protocol):
    """What can be emitted: a frozen event of ``standards.events``."""

    def to_json(self) -> dict[str, object]:
        """The event as plain JSON with its ``name``."""
        ...


Handler = Callable[[Mapping[str, object]], None]
ManyHandler = Callable[[Sequence[Mapping[str, object]]], None]


@dataclass(frozen=True)
class DeadEvent:
    """An event that a handler refused ``MAX_ATTEMPTS`` times; an operator looks at the error and revives it."""

    id: int
    name: str
    attempts: int
    error: str
    written_at: datetime


def emit(event: Envelope) -> None:
    """Write one event in the caller's transaction."""
    emit_many([event])


def emit_many(events: Sequence[Envelope]) -> None:
    """Write events in the caller's transaction with one INSERT.

    Cost: one statement whatever the number of events.
    """
    if not events:
        return
    messages = json.dumps([event.to_json() for event in events], ensure_ascii=False)
    run(
        "INSERT INTO outbox_event (name, payload, written_at, due_at, attempts, served, last_error, dead)"
        " SELECT e->>'name', e::jsonb, now(), now(), 0, '[]'::jsonb, '', false FROM json_array_elements(%s::json) AS e",
        [messages],
    )


@dataclass(frozen=True, slots=True)
class _Taken:
    """An event taken for delivery; ``done`` names the handlers that have had it."""

    id: int
    name: str
    event: Mapping[str, object]
    attempts: int
    done: set[str]


def relay(handlers: Mapping[str, Sequence[Handler]], *, together: Mapping[Handler, ManyHandler] | None = None, limit: int = BATCH) -> int:
    """Deliver due events; return how many were taken. Safe to run in several processes at once.

    Events are taken under row locks, ``BATCH`` at a time, and each handler runs in a savepoint of its own, so one that
    fails is tried again later (1 s, 2 s, 4 s … up to an hour) without repeating those that succeeded.

    Args:
        handlers: event name → the functions that want it, from ``config.wiring``.
        together: handler → its form for many events at once; when that fails, the events go to the handler one by one.
        limit: most events taken in this call.
    """
    taken = 0
    while taken < limit and (batch := _deliver(handlers, together or {}, min(BATCH, limit - taken))):
        taken += batch
    return taken


def pending() -> int:
    """How many events still wait to be delivered (dead ones not counted)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM outbox_event WHERE NOT dead")
        return int(cursor.fetchone()[0])


def dead(*, limit: int = 100) -> list[DeadEvent]:
    """Events that no longer get tried, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name, attempts, last_error, written_at FROM outbox_event WHERE dead ORDER BY id LIMIT %s", [limit])
        return [DeadEvent(*row) for row in cursor.fetchall()]


def revive(event_ids: Iterable[int]) -> int:
    """Let dead events be tried again; returns how many were revived."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox_event SET dead = false, attempts = 0, due_at = now() WHERE dead AND id = ANY(%s)", [list(event_ids)])
        return int(cursor.rowcount)


def _deliver(handlers: Mapping[str, Sequence[Handler]], together: Mapping[Handler, ManyHandler], most: int) -> int:
    """Take up to ``most`` due events in one transaction; the delivered ones are deleted with one statement."""
    with transaction.atomic():
        taken = _take(most)
        for handler, many in together.items():
            name = _name(handler)
            waiting = [one for one in taken if name not in one.done and handler in handlers.get(one.name, ())]
            if len(waiting) > 1 and _serve_many(many, [one.event for one in waiting]):
                for one in waiting:
                    one.done.add(name)
        delivered = []
        for one in taken:
            if error := _serve(handlers.get(one.name, ()), one.event, one.done):
                _postpone(one.id, one.attempts + 1, one.done, error)
            else:
                delivered.append(one.id)
        if delivered:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM outbox_event WHERE id = ANY(%s)", [delivered])
    return len(taken)


def _take(most: int) -> list[_Taken]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name, payload, attempts, served FROM outbox_event WHERE NOT dead AND due_at <= now()"
            " ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED",
            [most],
        )
        return [_Taken(row[0], row[1], _json(row[2]), row[3], set(_json(row[4]))) for row in cursor.fetchall()]


def _serve_many(many: ManyHandler, events: Sequence[Mapping[str, object]]) -> bool:
    """Whether the handler took all of them at once; False leaves nothing behind, and they are served one by one."""
    try:
        with transaction.atomic():
            many(events)
    except Exception:  # one event that cannot be served must not stop the others: the single path finds and keeps it
        _log.warning("%d events could not be served together by %s", len(events), _name(many), exc_info=True)
        return False
    return True


def _name(handler: Callable[..., None]) -> str:
    return f"{handler.__module__}.{handler.__qualname__}"


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _postpone(event_id: int, attempts: int, done: set[str], error: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE outbox_event SET attempts = %s, due_at = %s, served = %s::jsonb, last_error = %s, dead = %s WHERE id = %s",
            [
                attempts,
                now() + timedelta(seconds=min(3600, 2 ** (attempts - 1))),
                json.dumps(sorted(done)),
                error[:2000],
                attempts >= MAX_ATTEMPTS,
                event_id,
            ],
        )


def _serve(handlers: Sequence[Handler], event: Mapping[str, object], done: set[str]) -> str:
    """Run the handlers that have not had the event yet; the names of those that succeed join ``done``."""
    error = ""
    for handler in handlers:
        name = _name(handler)
        if name in done:
            continue
        try:
            with transaction.atomic():
                handler(event)
        except Exception as problem:  # one handler's fault must not stop the others; it is kept, shown and retried
            error = f"{name}: {problem!r}"
            _log.exception("event %s was refused by %s", event.get("name"), name)
        else:
            done.add(name)
    return error
