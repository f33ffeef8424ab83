"""The same rules as SQL: one statement a rule that gives the failing row numbers, for DuckDB and for Spark.

Only operators that mean the same on both engines are used: no back-references, no date differences, no slices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final, Literal

from yiwang.data.checks.rules import Rule

Dialect = Literal["duckdb", "spark"]
_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def statement(
    rule: Rule, table: str, *, types: Mapping[str, str], as_of: date, dialect: Dialect = "duckdb", row: str = "row_number"
) -> str:
    """A SELECT of the failing rows' numbers, ascending.

    Args:
        table: name of a relation with the declared columns and ``row``, the row's number.
        types: declared type by column. dialect: whose SQL.
    """
    quoted = f'"{row}"' if dialect == "duckdb" else f"`{row}`"
    return f"SELECT {quoted} FROM {table} WHERE {_fails(rule, table, types, as_of, dialect)} ORDER BY 1"  # noqa: S608 names are quoted, values are literals of ours


def _name(column: str, dialect: Dialect) -> str:
    return '"' + column.replace('"', '""') + '"' if dialect == "duckdb" else "`" + column.replace("`", "``") + "`"


def _text(value: str, dialect: Dialect) -> str:
    """A text literal; Spark reads backslashes in literals as escapes, DuckDB does not."""
    doubled = value.replace("\\", "\\\\") if dialect == "spark" else value
    return "'" + (doubled.replace("'", "''") if dialect == "duckdb" else doubled.replace("'", "\\'")) + "'"


def _matches(column: str, pattern: str, dialect: Dialect) -> str:
    return f"regexp_matches({column}, {_text(pattern, dialect)})" if dialect == "duckdb" else f"{column} RLIKE {_text(pattern, dialect)}"


def _fails(rule: Rule, table: str, types: Mapping[str, str], as_of: date, dialect: Dialect) -> str:
    columns = [_name(column, dialect) for column in rule.columns]
    if rule.kind == "unique":
        listed = ", ".join(columns)
        some = " AND ".join(f"{column} IS NOT NULL" for column in columns)
        tuple_ = f"({listed})" if len(columns) > 1 else columns[0]
        return f"{tuple_} IN (SELECT {listed} FROM {table} WHERE {some} GROUP BY {listed} HAVING count(*) > 1)"  # noqa: S608
    if rule.kind == "reference":
        return f"{columns[0]} IS NOT NULL AND {columns[0]} NOT IN (SELECT key FROM {rule.table} WHERE key IS NOT NULL)"  # noqa: S608
    if rule.kind == "typed":
        return "FALSE"  # a table of an engine is typed already
    return f"coalesce(NOT ({_GOOD[rule.kind](rule, columns, as_of, dialect, types)}), FALSE)"


def _not_null(rule: Rule, columns: list[str], as_of: date, dialect: Dialect, types: Mapping[str, str]) -> str:
    blank = f" AND trim({columns[0]}) <> ''" if types[rule.columns[0]] == "text" else ""
    return f"{columns[0]} IS NOT NULL{blank}"


def _id_number(rule: Rule, columns: list[str], as_of: date, dialect: Dialect, types: Mapping[str, str]) -> str:
    column = columns[0]
    digits = " + ".join(f"{weight} * CAST(substr({column}, {at}, 1) AS INT)" for at, weight in enumerate(_ID_WEIGHTS, 1))
    day = f"concat(substr({column}, 7, 4), '-', substr({column}, 11, 2), '-', substr({column}, 13, 2))"
    born = f"TRY_CAST({day} AS DATE)"
    limits = f"{born} IS NOT NULL AND {born} >= DATE '1900-01-01' AND {born} <= DATE '{as_of.isoformat()}'"
    check = f"substr('10X98765432', ({digits}) % 11 + 1, 1) = substr({column}, 18, 1)"
    shape = _matches(column, "^[0-9]{17}[0-9X]$", dialect)
    return f"CASE WHEN {column} IS NULL THEN NULL WHEN NOT {shape} THEN FALSE ELSE {check} AND {limits} END"


def _credit_code(rule: Rule, columns: list[str], as_of: date, dialect: Dialect, types: Mapping[str, str]) -> str:
    column = columns[0]
    position = "instr" if dialect == "spark" else "strpos"
    sums = " + ".join(f"{pow(3, at, 31)} * ({position}('{_ALPHABET}', substr({column}, {at + 1}, 1)) - 1)" for at in range(17))
    check = f"substr('{_ALPHABET}', (31 - ({sums}) % 31) % 31 + 1, 1) = substr({column}, 18, 1)"
    shape = _matches(column, f"^[{_ALPHABET}]{{18}}$", dialect)
    return f"CASE WHEN {column} IS NULL THEN NULL WHEN NOT {shape} THEN FALSE ELSE {check} END"


def _mobile(rule: Rule, columns: list[str], as_of: date, dialect: Dialect, types: Mapping[str, str]) -> str:
    return _matches(columns[0], "^1[3-9][0-9]{9}$", dialect)


def _pattern(rule: Rule, columns: list[str], as_of: date, dialect: Dialect, types: Mapping[str, str]) -> str:
    return _matches(columns[0], f"^(?:{rule.pattern})$", dialect)


def _range(rule: Rule, columns: list[str], as_of: date, dialect: Dialect, types: Mapping[str, str]) -> str:
    def bound(value: float | date) -> str:
        return f"DATE '{value.isoformat()}'" if isinstance(value, date) else f"CAST({value!r} AS DOUBLE)"

    parts = [f"{columns[0]} >= {bound(rule.low)}"] if rule.low is not None else []
    return " AND ".join(parts + ([f"{columns[0]} <= {bound(rule.high)}"] if rule.high is not None else []))


def _code(rule: Rule, columns: list[str], as_of: date, dialect: Dialect, types: Mapping[str, str]) -> str:
    return f"{columns[0]} IN ({', '.join(_text(value, dialect) for value in rule.values)})"


def _order(rule: Rule, columns: list[str], as_of: date, dialect: Dialect, types: Mapping[str, str]) -> str:
    return f"{columns[0]} <= {columns[1]}"


def _fresh(rule: Rule, columns: list[str], as_of: date, dialect: Dialect, types: Mapping[str, str]) -> str:
    first = as_of - timedelta(days=rule.days)
    return f"{columns[0]} BETWEEN DATE '{first.isoformat()}' AND DATE '{as_of.isoformat()}'"


def _birth_date(rule: Rule, columns: list[str], as_of: date, dialect: Dialect, types: Mapping[str, str]) -> str:
    told = f"concat(substr({columns[0]}, 7, 4), '-', substr({columns[0]}, 11, 2), '-', substr({columns[0]}, 13, 2))"
    eighteen = f"octet_length({columns[0]}) = 18" if dialect == "spark" else f"strlen({columns[0]}) = 18"
    return (
        f"CASE WHEN {columns[0]} IS NULL OR {columns[1]} IS NULL OR NOT {eighteen} THEN NULL ELSE {told} = CAST({columns[1]} AS STRING) END"
    )


_Good = Callable[[Rule, list[str], date, Dialect, Mapping[str, str]], str]
_GOOD: Final[Mapping[str, _Good]] = {
    "not_null": _not_null,
    "id_number": _id_number,
    "credit_code": _credit_code,
    "mobile": _mobile,
    "pattern": _pattern,
    "range": _range,
    "code": _code,
    "order": _order,
    "fresh": _fresh,
    "birth_date": _birth_date,
}
