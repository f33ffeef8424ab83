"""The door of the registers.

Outside ``data`` only ``build_city``, ``personas``, ``city`` and the values are for use: facts are fetched through
``yiwang.data.exchange.api``, which knows purpose, agreement and access record. The other acts serve that room and ``quality``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from yiwang.data.registers import build, census, definitions, queries, writes
from yiwang.data.registers.city import scene
from yiwang.data.registers.values import (
    AlreadyRegistered,
    Answer,
    Ask,
    CityReport,
    Key,
    Lookup,
    NoSuchRegister,
    NoSuchRow,
    NumbersExhausted,
    Origin,
    Persona,
    Register,
    RegisterState,
    RegistersUnavailable,
    Related,
    Row,
    Value,
    Version,
    Written,
)
from yiwang.standards.subjects import Subject

__all__ = [
    "AlreadyRegistered",
    "Answer",
    "Ask",
    "CityReport",
    "Key",
    "Lookup",
    "NoSuchRegister",
    "NoSuchRow",
    "NumbersExhausted",
    "Origin",
    "Persona",
    "Register",
    "RegisterState",
    "RegistersUnavailable",
    "Related",
    "Row",
    "Value",
    "Version",
    "Written",
    "assign_id_number",
    "build_city",
    "changed",
    "city",
    "history",
    "personas",
    "read",
    "register",
    "registers",
    "related",
    "set_available",
    "size",
    "sweep",
    "write",
]


def build_city(*, people: int, seed: int, as_of: date | None = None, progress: Callable[[str, int, int], None] | None = None) -> CityReport:
    """Empty the registers and fill them with the demonstration city 云汀市; the same arguments give the same rows.

    Args:
        people: living inhabitants wanted, at least 200; a few more come out because the last household is completed.
        seed: any integer.
        as_of: the city's day (ages, newborns, insurance); today in Shanghai by default.
        progress: called with (what, done, of) after each chunk.

    Raises:
        InvalidInput: fewer than 200 people.
        RegistersUnavailable: the database cannot be reached.
    """
    return build.build(people=people, seed=seed, as_of=as_of, progress=progress)


def city() -> CityReport | None:
    """The report of the city that stands, or None before the first build."""
    return census.standing()


def personas() -> list[Persona]:
    """The fixed persons, the same in every city; birth dates that a story needs move with the city's day."""
    standing = census.standing()
    return list(scene.stage(standing.as_of if standing else census.today()).personas)


def registers() -> list[Register]:
    """All registers."""
    return list(definitions.load().values())


def register(name: str) -> Register:
    """One register; NoSuchRegister for a wrong name."""
    return definitions.get(name)


def read(asks: Sequence[Ask]) -> Answer:
    """Rows for several registers in one round trip; a register switched off gives no rows and says so in its state.

    Raises:
        RegistersUnavailable: the database of the registers does not answer.
    """
    return queries.read(asks)


def size(name: str) -> int:
    """How many rows a register has (one count; nobody's row is read).

    Raises:
        NoSuchRegister, RegistersUnavailable.
    """
    return queries.size(name)


def sweep(
    name: str, *, columns: Sequence[str], after: str = "", limit: int = 2000, keys: Sequence[str] | None = None, by: str = "person"
) -> list[tuple[str, str, int, tuple[Value, ...], tuple[str, ...]]]:
    """Rows of one register for ``exchange.scan``: (primary key, key found by, version, values in the order of ``columns``, whose it is).

    Without ``keys`` the next ``limit`` rows after the primary key ``after``; with them every row found ``by`` that kind of key.

    Raises:
        NoSuchRegister, NoSuchRow: a wrong register or way in.
        RegistersUnavailable: the register is switched off or its database does not answer.
    """
    return queries.sweep(name, columns=columns, after=after, limit=limit, keys=keys, by=by)


def changed(name: str, *, since: datetime, by: str, limit: int = 5000) -> tuple[list[str], datetime]:
    """Keys (of the kind ``by``) of the rows that were written after ``since``, oldest first, and when the whole register was last loaded.

    Raises:
        NoSuchRegister, NoSuchRow: a wrong register or way in.
        RegistersUnavailable: the register is switched off or its database does not answer.
    """
    return queries.changed(name, since=since, by=by, limit=limit)


def related(subjects: Sequence[Subject], *, kinds: Sequence[str] = ()) -> list[Related]:
    """Records that belong to the subjects: births (mother, father), children, spouse, household, properties, companies."""
    return queries.related(subjects, kinds)


def history(name: str, key: str) -> list[Version]:
    """Every version of a row by its primary key, newest first; [] for an unknown row."""
    return queries.history(name, key)


def write(name: str, key: Subject | Key, *, values: Mapping[str, Value], source: str, origin: Origin = "reported") -> Written:
    """Write a result into a register, in the transaction of the caller (default alias); the old version stays in the history.

    A row that exists gets the values and version + 1; otherwise it is made. ``person`` by ``Key('birth', …)`` registers a
    newborn: a fresh identity number of the division in ``values`` (or of the household), the birth row and the household
    are joined to it; other registers of persons by a birth key write for the child that was registered. The same source
    writing the same again changes nothing.

    Raises:
        NoSuchRegister, NoSuchRow: wrong register, or a birth or household that is not there.
        InvalidInput: a column the register does not have, or a value that does not fit it.
        AlreadyRegistered: another case has registered this birth.
        NumbersExhausted: no sequence number left.
    """
    return writes.write(name, key, values=values, source=source, origin=origin)


def assign_id_number(division: str, *, birth_date: date, sex: str) -> str:
    """A fresh identity number (six-digit division; sex '1' male, '2' female), never given twice, also under concurrency.

    It is taken in the transaction of the caller (default alias); after a rollback the number may be given again.
    """
    return writes.assign_id_number(division, birth_date=birth_date, sex=sex)


def set_available(name: str, available: bool, *, reason: str = "") -> None:
    """Switch a register off or on, to rehearse an outage; its facts are then 'unavailable'."""
    queries.set_available(name, available, reason)
