"""Building the city: empty the registers, copy chunk after chunk into them, rebuild the indexes; one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db import transaction
from psycopg import Cursor, sql
from psycopg.types.json import Jsonb

from yiwang.data.registers import census, definitions
from yiwang.data.registers.city import scene
from yiwang.data.registers.city.chunks import chunks
from yiwang.data.registers.city.columns import COLUMNS
from yiwang.data.registers.queries import ALIAS, cursor
from yiwang.data.registers.values import CityReport, Value
from yiwang.standards.errors import InvalidInput

Progress = Callable[[str, int, int], None]
LEAST = 200


def build(*, people: int, seed: int, as_of: date | None, progress: Progress | None) -> CityReport:
    """Fill the registers; see the door."""
    if people < LEAST:
        raise InvalidInput(f"示范城市至少要有 {LEAST} 人,现在要求 {people} 人。", field="people")
    started = time.monotonic()
    day = as_of or census.today()
    with cursor() as cursor_, transaction.atomic(using=ALIAS):
        indexes = _empty(cursor_)
        counted = _fill(cursor_, people, seed, day, progress)
        _play(cursor_, scene.stage(day).rows, counted.rows)
        for definition in indexes:
            cursor_.execute(definition)
        cursor_.execute("UPDATE registers.register_state SET available = true, reason = '', refreshed_at = %s", [f"{day} 00:00:00+08"])
        report = CityReport(
            people=counted.people,
            seed=seed,
            as_of=day,
            households=counted.households,
            companies=counted.companies,
            rows=counted.rows,
            flaws=counted.flaws,
            seconds=round(time.monotonic() - started, 1),
        )
        cursor_.execute("INSERT INTO registers.city (report) VALUES (%s)", [Jsonb(census.to_json(report))])
    with cursor() as cursor_:
        cursor_.execute(sql.SQL("ANALYZE {}").format(sql.SQL(", ").join(sql.Identifier("registers", name) for name in COLUMNS)))
    return report


class _Count:
    """Rows, people and flaws so far."""

    def __init__(self) -> None:
        self.people = self.households = self.companies = 0
        self.rows: dict[str, int] = dict.fromkeys(COLUMNS, 0)
        self.flaws: dict[str, int] = {}


def _empty(cursor_: Cursor[Any]) -> list[str]:
    """Empty every register and drop the secondary indexes; their definitions come back."""
    names = [*definitions.load(), "history", "id_sequence", "city"]
    cursor_.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(sql.Identifier("registers", name) for name in names)))
    found = cursor_.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
        " WHERE c.relnamespace = 'registers'::regnamespace AND NOT indisprimary"
    ).fetchall()
    for name, _ in found:
        cursor_.execute(sql.SQL("DROP INDEX {}").format(sql.SQL(name)))
    return [definition for _, definition in found]


def _fill(cursor_: Cursor[Any], people: int, seed: int, day: date, progress: Progress | None) -> _Count:
    count = _Count()
    for chunk, tally in chunks(people=people, seed=seed, as_of=day):
        for name, rows in chunk.rows.items():
            if rows:
                _copy(cursor_, name, rows)
                count.rows[name] += len(rows)
        count.people += chunk.people
        count.households += chunk.households
        count.companies += chunk.companies
        count.flaws = dict(tally)
        if progress:
            progress("people", count.people, people)
    return count


def _copy(cursor_: Cursor[Any], name: str, rows: list[str]) -> None:
    columns = sql.SQL(", ").join(map(sql.Identifier, COLUMNS[name]))
    with cursor_.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier("registers", name), columns)) as copy:
        copy.write("\n".join(rows) + "\n")


def _play(cursor_: Cursor[Any], rows: Iterable[tuple[str, dict[str, Value]]], counted: dict[str, int]) -> None:
    """Put the fixed people in."""
    for name, values in rows:
        columns = sql.SQL(", ").join(map(sql.Identifier, [*values, "origin"]))
        places = sql.SQL(", ").join([sql.Placeholder()] * (len(values) + 1))
        statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier("registers", name), columns, places)
        cursor_.execute(statement, [*values.values(), "persona"])
        counted[name] += 1
