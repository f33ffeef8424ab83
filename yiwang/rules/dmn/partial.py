"""A table whose facts are not all known: which rows certainly fire, which may, and whether the answer is the same anyway."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from yiwang.rules.dmn.tables import Hit, Row, Table
from yiwang.rules.feel.compiler import Env
from yiwang.rules.feel.diagnostics import fail
from yiwang.rules.feel.ops import equal
from yiwang.rules.feel.types import coerce
from yiwang.rules.feel.values import UNKNOWN, UnknownFact, Value


class Partial(NamedTuple):
    """What can be said: the column values (UNKNOWN among them), rows that fire or may, the value or UNKNOWN."""

    values: Sequence[Value] | None
    hits: Sequence[Hit]
    value: Value


class _Judged(NamedTuple):
    row: Row
    certain: bool


def partial(table: Table, env: Env) -> Partial:
    """Run a table as far as the known facts reach."""
    values = [_value(table, place, env) for place in range(len(table.inputs))]
    if any(value is _OUTSIDE for value in values):
        return Partial(None, (), None)
    judged = [_Judged(row, state) for row in table.rows if (state := _state(row, env, values)) is not None]
    if table.source.hit_policy == "FIRST":
        judged = _up_to_certain(judged)
    if table.source.hit_policy == "UNIQUE" and sum(item.certain for item in judged) > 1:
        return Partial(values, (), fail("several rules match in a UNIQUE table"))
    if all(item.certain for item in judged):
        hits = [_fire(table, item.row, env) for item in judged]
        if all(hit is not None for hit in hits):
            known = [hit for hit in hits if hit is not None]
            return Partial(values, known, table.result(env, known))
    return Partial(values, _certain_hits(table, judged, env), _common(table, judged, env))


_OUTSIDE: Final = object()


def _up_to_certain(judged: list[_Judged]) -> list[_Judged]:
    """The rows that matter to the FIRST policy."""
    for place, item in enumerate(judged):
        if item.certain:
            return judged[: place + 1]
    return judged


def _value(table: Table, place: int, env: Env) -> Value:
    clause = table.inputs[place]
    try:
        value = clause.expression.run(env)
    except UnknownFact:
        return UNKNOWN
    value = coerce(value, clause.kind)
    if clause.values is not None and value is not None and clause.values.test(env, value) is not True:
        fail(f"{clause.expression.text}: value outside the allowed ones")
        return _OUTSIDE
    return value


def _state(row: Row, env: Env, values: Sequence[Value]) -> bool | None:
    """True: certainly fires; False: may fire; None: cannot fire."""
    certain = True
    for test, value in zip(row.tests, values, strict=True):
        if test.node is not None and not test.node.tests:
            continue
        if value is UNKNOWN:
            certain = False
            continue
        try:
            if test.test(env, value) is not True:
                return None
        except UnknownFact:
            certain = False
    return certain


def _fire(table: Table, row: Row, env: Env) -> Hit | None:
    try:
        return table.fire(row, env)
    except UnknownFact:
        return None


def _certain_hits(table: Table, judged: Sequence[_Judged], env: Env) -> list[Hit]:
    return [hit for item in judged if item.certain and (hit := _fire(table, item.row, env)) is not None]


def _common(table: Table, judged: Sequence[_Judged], env: Env) -> Value:
    """The value that every possible course gives; UNKNOWN when they differ."""
    courses = _courses(table, judged, env)
    if courses is None:
        return UNKNOWN
    values = [_outcome(table, hits, env) for hits in courses]
    return values[0] if all(_same(values[0], value) for value in values) else UNKNOWN


def _courses(table: Table, judged: Sequence[_Judged], env: Env) -> list[list[Hit]] | None:
    """Every set of rows that may fire together, as far as the policy needs them; None when they are too many."""
    fired = [(item.certain, _fire(table, item.row, env)) for item in judged]
    if any(hit is None for _, hit in fired):
        return None
    rows = [(certain, hit) for certain, hit in fired if hit is not None]
    if table.source.hit_policy == "FIRST":
        return _first_courses(rows)
    certain = [hit for sure, hit in rows if sure]
    possible = [hit for sure, hit in rows if not sure]
    if len(possible) > _LIMIT:
        return None
    courses = []
    for mask in range(1 << len(possible)):
        chosen = certain + [hit for place, hit in enumerate(possible) if mask >> place & 1]
        courses.append(sorted(chosen, key=lambda hit: hit.rule))
    return courses


def _first_courses(rows: Sequence[tuple[bool, Hit]]) -> list[list[Hit]]:
    courses = []
    for sure, hit in rows:
        courses.append([hit])
        if sure:
            return courses
    return [*courses, []]


def _outcome(table: Table, hits: Sequence[Hit], env: Env) -> Value:
    try:
        return table.result(env, hits)
    except UnknownFact:
        return UNKNOWN


def _same(left: Value, right: Value) -> bool:
    return left is not UNKNOWN and right is not UNKNOWN and type(left) is type(right) and equal(left, right) is True


_LIMIT: Final = 10
