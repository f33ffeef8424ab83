"""A decision over an Arrow table of people: one SQL query where the decision compiles, else each distinct set of facts once.

Both ways give the same columns and the same values; the metadata of the result say which way was taken and why. DuckDB, pyarrow and
numpy are imported only when a population is run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from yiwang.rules.deciding import decide
from yiwang.rules.dmn.drg import Node
from yiwang.rules.errors import EngineMissing, NotRepresentable
from yiwang.rules.facts import to_json
from yiwang.rules.feel.types import plain
from yiwang.rules.feel.values import Date, Value
from yiwang.rules.loading import Model
from yiwang.rules.outcome import Outcome
from yiwang.rules.spark import LOCAL
from yiwang.rules.sql import Query, obstacles, sql

if TYPE_CHECKING:
    import pyarrow as pa

Engine = Literal["duckdb", "spark", "rows"]
_BATCH: Final = 20_000
_DIGITS, _SCALE = 38, 12
_ROW: Final = "yw·row"
_SQL_TYPES: Final = {"number": f"DECIMAL({_DIGITS},{_SCALE})", "string": "STRING", "boolean": "BOOLEAN", "date": "DATE"}
_ONE_ROW: Final = frozenset({"UNIQUE", "ANY", "FIRST", "PRIORITY"})


class _Unfit(Exception):
    """A column that the query cannot take; the message says which."""


class _Answers(NamedTuple):
    """One list per result column, and for every row the rule that fired, whether facts are missing, and which."""

    values: list[list[Any]]
    rules: list[int | None]
    undetermined: list[bool]
    missing: list[tuple[str, ...]]


def run_population(model: Model, decision: str, people: pa.Table, *, engine: Engine = "duckdb", master: str = LOCAL) -> pa.Table:
    """Decide everybody in an Arrow table.

    Args:
        model: a loaded model.
        decision: the name of one of its decisions.
        people: one row per person; a column per input, by its name. An input without a column is unknown for everybody.
        engine: where a compiled decision runs. One that cannot be compiled, or whose columns do not fit, runs row by row instead,
            in batches, each distinct set of facts once.
        master: address of Spark.

    Returns:
        The columns given, then the results, ``rule`` (the number of the row that fired, of tables where one row answers),
        ``undetermined`` (the answer depends on unknown facts; such people are decided one by one, whichever engine ran) and
        ``missing`` (the smallest set of facts that would settle it). Numbers are DECIMAL(38, 12), rounded half even; lists, contexts,
        times and durations are JSON texts. A result whose name is taken is called ``decision.name``. The schema's metadata:
        ``yiwang.engine`` (duckdb, spark, rows), ``yiwang.reason`` and ``yiwang.model``, its digest.

    Raises:
        UnknownDecision: the model has no such decision.
        EngineMissing: Spark is asked for and not installed.
        NotRepresentable: a result does not fit its column.
    """
    kinds = _result_kinds(model, decision)
    reasons = obstacles(model, decision)
    ran: pa.Table | None = None
    if not reasons and engine != "rows":
        try:
            ran = _by_query(sql(model, decision, dialect=engine), people, engine, master)
        except _Unfit as unfit:
            reasons = [str(unfit)]
    if ran is not None:
        results, used = _settled(model, decision, people, ran, kinds), str(engine)
    else:
        results, used = _columns(_by_rows(model, decision, people, kinds), kinds), "rows"
        reasons = reasons or ["按要求逐条运行"]
    return _joined(decision, people, results, {"yiwang.engine": used, "yiwang.reason": ";".join(reasons), "yiwang.model": model.digest})


def _joined(decision: str, people: pa.Table, results: pa.Table, notes: Mapping[str, str]) -> pa.Table:
    for name, column in zip(results.column_names, results.columns, strict=True):
        people = people.append_column(f"{decision}.{name}" if name in people.column_names else name, column)
    return people.replace_schema_metadata({**(people.schema.metadata or {}), **notes})


def _result_kinds(model: Model, decision: str) -> dict[str, str]:
    """The result columns and their kinds, known before anything runs: as compiled, else as declared."""
    node = model.node(decision)
    if not obstacles(model, decision):
        return dict(zip(_result_names(node), sql(model, decision).outputs.values(), strict=True))
    names, table = _result_names(node), node.table
    if table is not None and len(names) > 1 and table.source.hit_policy in _ONE_ROW:
        return {name: _kind(column.kind) for name, column in zip(names, table.outputs, strict=True)}
    if table is not None and len(names) == 1 and node.type is None and table.source.hit_policy in _ONE_ROW:
        return {names[0]: _kind(table.outputs[0].kind)}
    return {names[0] if len(names) == 1 else node.name: _kind(node.type)}


def _result_names(node: Node) -> list[str]:
    return [column.name or node.name for column in node.table.outputs] if node.table is not None else [node.name]


def _kind(declared: Any) -> str:
    name = plain(declared).name if declared is not None else ""
    return name if name in _SQL_TYPES else "json"


# --- by one query


def _by_query(query: Query, people: pa.Table, engine: Engine, master: str) -> pa.Table:
    """The results, rule and undetermined, in the order of the people."""
    import numpy
    import pyarrow as pa

    columns = [_fitting(people, name, kind) for name, kind in query.inputs.items()]
    facts = pa.table([*columns, pa.array(numpy.arange(people.num_rows))], names=[*query.inputs, _ROW])
    quoted = query.dialect.quoted
    rule, flag = map(quoted, query.flags)
    shown = [f"CAST({quoted(name)} AS {_SQL_TYPES[kind]}) AS {quoted(name)}" for name, kind in query.outputs.items()]
    shown += [f"CAST({rule} AS INTEGER) AS {rule}", flag, quoted(_ROW)]
    text = f"SELECT {', '.join(shown)} FROM ({query.over('{people}')}) AS decided"  # noqa: S608
    found = _on_duckdb(text, facts) if engine == "duckdb" else _on_spark(text, facts, master)
    order = found.column(_ROW).to_numpy()
    return (found if (order[1:] > order[:-1]).all() else found.sort_by(_ROW)).drop_columns([_ROW])


def _on_duckdb(text: str, facts: pa.Table) -> pa.Table:
    import duckdb

    with duckdb.connect() as connection:
        connection.register("people", facts)
        try:
            return connection.sql(text.replace("{people}", "people")).to_arrow_table()
        except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
            raise _Unfit(f"SQL 无法表示其中的数值:{str(error).splitlines()[0]}") from error


def _on_spark(text: str, facts: pa.Table, master: str) -> pa.Table:
    from yiwang.rules import spark

    if reason := spark.missing():
        raise EngineMissing(engine="Spark", reason=reason)
    from pyspark.errors import ArithmeticException

    try:
        return spark.run(text, facts, master=master)
    except ArithmeticException as error:
        raise _Unfit(f"SQL 无法表示其中的数值:{str(error).splitlines()[0]}") from error


def _fitting(people: pa.Table, name: str, kind: str) -> Any:
    """The column of an input as the query needs it.

    Raises:
        _Unfit: its values have no exact equal of this kind.
    """
    import pyarrow as pa
    import pyarrow.types as of

    wanted = pa.list_(pa.string()) if kind == "texts" else pa.decimal128(15, 6) if kind == "number" else _arrow(kind)
    if people.column_names.count(name) > 1:
        raise _Unfit(f"列 {name} 重复")
    if name not in people.column_names:
        return pa.nulls(people.num_rows, wanted)
    column = people.column(name)
    if of.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    given = column.type
    try:
        if kind == "number" and (of.is_integer(given) or of.is_decimal128(given)):
            return column
        if kind == "number" and of.is_floating(given):
            # fifteen digits survive the way to a floating number and back, so the decimal is the number that was meant
            exact = column.cast(pa.float64()).cast(wanted)
            if exact.cast(pa.float64()).equals(column.cast(pa.float64())):
                return exact
        elif of.is_null(given) or _fits(kind, given):
            return column.cast(wanted)
    except pa.ArrowInvalid as error:
        raise _Unfit(f"列 {name} 不能作为 {kind}:{error}") from error
    raise _Unfit(f"列 {name} 是 {given},不能准确作为 {kind}")


def _fits(kind: str, given: Any) -> bool:
    """Whether every value of an Arrow type can be one of this kind, or says that it cannot."""
    import pyarrow.types as of

    text = of.is_string(given) or of.is_large_string(given)
    match kind:
        case "string":
            return bool(text)
        case "date":
            return bool(text or of.is_date(given))
        case "boolean":
            return bool(of.is_boolean(given))
        case _:
            return bool(of.is_list(given) or of.is_large_list(given)) and _fits("string", given.value_type)


# --- row by row


def _by_rows(model: Model, decision: str, people: pa.Table, kinds: Mapping[str, str]) -> _Answers:
    """Everybody through ``decide``; the same facts of one batch once."""
    names = [name for name in model.inputs(decision) if name in people.column_names]
    node = model.node(decision)
    answers = _Answers([[] for _ in kinds], [], [], [])
    facts = people.select(names)
    for start in range(0, people.num_rows, _BATCH):
        batch = facts.slice(start, _BATCH)
        known: dict[str, Outcome] = {}
        rows = (
            zip(*(column.to_pylist() for column in batch.columns), strict=True)
            if names
            else iter([()] * min(_BATCH, people.num_rows - start))
        )
        for place, row in enumerate(rows, start + 1):
            key = repr(row)
            outcome = known.get(key)
            if outcome is None:
                outcome = known[key] = decide(model, decision, dict(zip(names, row, strict=True)), explain=False)
            _add(answers, node, outcome, kinds, place)
    return answers


def _add(answers: _Answers, node: Node, outcome: Outcome, kinds: Mapping[str, str], place: int) -> None:
    several = len(kinds) > 1 and isinstance(outcome.value, dict)
    for column, (name, kind) in zip(answers.values, kinds.items(), strict=True):
        value = outcome.value.get(name) if several else outcome.value
        column.append(None if value is None else _cell(value, kind, place))
    open_ = outcome.value is None and outcome.result == "undetermined"
    answers.rules.append(_rule(node, outcome))
    answers.undetermined.append(open_)
    answers.missing.append(outcome.missing if open_ else ())


def _rule(node: Node, outcome: Outcome) -> int | None:
    """The row that answered; None where rows contradicted each other."""
    if node.table is None or (policy := node.table.source.hit_policy) not in _ONE_ROW:
        return None
    fired = [row for row in outcome.rows if row.decision == node.name]
    answers = len(fired) if policy == "UNIQUE" else len({repr(row.outputs) for row in fired}) if policy == "ANY" else 1
    return fired[0].index if fired and answers == 1 else None


def _cell(value: Value, kind: str, place: int) -> object:
    """A FEEL value as a cell of its column.

    Raises:
        NotRepresentable: it does not fit.
    """
    try:
        match kind, value:
            case "number", Decimal():
                with localcontext(prec=_DIGITS):
                    return value.quantize(Decimal(1).scaleb(-_SCALE))
            case "date", Date():
                return date(*value)
            case "string" | "boolean", str() | bool():
                return value
            case "json", _:
                return json.dumps(to_json(value), ensure_ascii=False)
    except (ArithmeticError, ValueError) as error:
        raise NotRepresentable(row=str(place), value=str(value), kind=kind) from error
    raise NotRepresentable(row=str(place), value=str(value), kind=kind)


# --- columns


def _arrow(kind: str) -> Any:
    import pyarrow as pa

    return {"number": pa.decimal128(_DIGITS, _SCALE), "boolean": pa.bool_(), "date": pa.date32()}.get(kind, pa.string())


def _columns(answers: _Answers, kinds: Mapping[str, str]) -> pa.Table:
    import pyarrow as pa

    values = [pa.array(column, _arrow(kind)) for column, kind in zip(answers.values, kinds.values(), strict=True)]
    flags = [pa.array(answers.rules, pa.int32()), pa.array(answers.undetermined, pa.bool_())]
    missing = pa.array([list(names) for names in answers.missing], pa.list_(pa.string()))
    return pa.table([*values, *flags, missing], names=[*kinds, "rule", "undetermined", "missing"])


def _settled(model: Model, decision: str, people: pa.Table, ran: pa.Table, kinds: Mapping[str, str]) -> pa.Table:
    """What the query left undetermined is decided one by one; the columns are those of ``_columns``."""
    import numpy
    import pyarrow as pa
    import pyarrow.compute as pc

    types = [*(_arrow(kind) for kind in kinds.values()), pa.int32(), pa.bool_()]
    columns = [column.combine_chunks().cast(wanted) for column, wanted in zip(ran.columns, types, strict=True)]
    open_ = columns[-1]
    counts = numpy.zeros(len(open_), dtype=numpy.int32)
    names = pa.array([], pa.string())
    if pc.any(open_).as_py():
        answers = _by_rows(model, decision, people.filter(open_), kinds)
        again = _columns(answers, kinds)
        columns = [pc.replace_with_mask(column, open_, again.column(place).combine_chunks()) for place, column in enumerate(columns)]
        counts[open_.to_numpy(zero_copy_only=False)] = [len(row) for row in answers.missing]
        names = pa.array([name for row in answers.missing for name in row], pa.string())
    offsets = pa.array(numpy.concatenate(([0], counts.cumsum())), pa.int32())
    return pa.table([*columns, pa.ListArray.from_arrays(offsets, names)], names=[*kinds, "rule", "undetermined", "missing"])
