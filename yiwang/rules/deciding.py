"""One decision about one case: evaluated, explained, and with unknown facts judged by what is certain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from yiwang.rules.dmn.drg import Evaluation, Key, Node, Traced, reachable
from yiwang.rules.errors import UnknownDecision
from yiwang.rules.facts import from_json, to_feel
from yiwang.rules.feel import nodes
from yiwang.rules.feel.diagnostics import gathered
from yiwang.rules.feel.engine import Cell, Expression
from yiwang.rules.feel.types import coerce
from yiwang.rules.feel.values import UNKNOWN, UnknownFact, Value
from yiwang.rules.loading import Model, loaded
from yiwang.rules.outcome import Condition, FiredRow, Outcome, result_of
from yiwang.rules.settling import settle

_ROWS_EXPLAINED: Final = 200


def decide(model: Model, decision: str, facts: Mapping[str, object], *, explain: bool = True) -> Outcome:
    """Decide one case.

    Args:
        model: a loaded model.
        decision: the name of one of its decisions.
        facts: Python values by input name. A fact that is absent or UNKNOWN is unknown; so is one that is None, unless
            the model itself speaks of null. Unknown facts are never guessed: the outcome is undetermined unless every
            possible value gives the same answer, and ``missing`` is then the smallest set of facts that settles it.
        explain: also list every condition of every relevant row.

    Raises:
        UnknownDecision: the model has no such decision.
    """
    node = model.node(decision)
    with gathered() as diagnostics:
        given, inputs, unknown = _inputs(model, node, decision, facts)
        evaluation = Evaluation(model.graph, inputs, absent=UNKNOWN, ready=True)
        value = evaluation.value(node.key)
    missing: tuple[str, ...] = ()
    if value is UNKNOWN:
        with gathered():
            settled = settle(model, node, inputs, unknown)
        value, missing = settled.value, settled.missing or tuple(_unknown_parts(given))
    rows = tuple(_fired(evaluation, model))
    return Outcome(
        model.name,
        model.digest,
        decision,
        None if value is UNKNOWN else value,
        result_of(value),
        given,
        rows if value is not UNKNOWN else (),
        tuple(_conditions(evaluation, model)) if explain else (),
        tuple(dict.fromkeys(row.clause for row in rows if row.clause)) if value is not UNKNOWN else (),
        missing,
        tuple(diagnostics),
    )


def _unknown_parts(facts: Mapping[str, Value], path: str = "") -> Iterator[str]:
    """The unknown parts of facts that are themselves given."""
    for name, value in facts.items():
        if value is UNKNOWN:
            yield path + name
        elif isinstance(value, dict):
            yield from _unknown_parts(value, f"{path}{name}.")


def replay(stored: Mapping[str, object], *, model: Model | None = None) -> bool:
    """Decide a stored outcome again; True when value, result, rows and missing facts are the same.

    Args:
        stored: the JSON of an outcome.
        model: the model it was made with; else the one this process loaded with the same digest.

    Raises:
        UnknownDecision: the model is not loaded here, or has another digest.
    """
    digest = str(stored["digest"])
    found = model if model is not None else loaded(digest)
    if found is None or found.digest != digest:
        raise UnknownDecision(model=str(stored["model"]), decision=str(stored["decision"]), known=f"摘要 {digest[:12]} 的规则文件未加载")
    facts = stored["facts"]
    again = decide(found, str(stored["decision"]), from_json(facts), explain=False).to_json()
    return all(again[key] == stored[key] for key in ("value", "result", "rows", "clauses", "missing"))


def _inputs(model: Model, node: Node, decision: str, facts: Mapping[str, object]) -> tuple[dict[str, Value], dict[Key, Value], list[Node]]:
    given: dict[str, Value] = {}
    inputs: dict[Key, Value] = {}
    unknown: list[Node] = []
    for need in model.input_nodes(decision):
        value = to_feel(facts.get(need.name, UNKNOWN), need.type)
        if value is not UNKNOWN:
            value = coerce(value, need.type)
        if value is UNKNOWN or (value is None and not speaks_of_null(model, node)):
            unknown.append(need)
            value = UNKNOWN
        else:
            given[need.name] = value
        inputs[need.key] = value
    return given, inputs, unknown


def speaks_of_null(model: Model, node: Node) -> bool:
    """Whether the logic of a decision mentions null, so that null is an answer and not a gap."""
    cache = model.null_mentions
    if node.key not in cache:
        texts = (found for below in reachable(model.graph, node) for found in _parsed(below))
        cache[node.key] = any(isinstance(part, nodes.Literal) and part.value is None for found in texts for part in nodes.walk(found))
    return cache[node.key]


def _parsed(node: Node) -> Iterator[nodes.Node]:
    compiled: list[Expression | Cell] = list(node.expressions)
    for table in node.tables:
        compiled += [clause.expression for clause in table.inputs]
        compiled += [test for row in table.rows for test in row.tests]
        compiled += [output for row in table.rows for output in row.outputs if output.text]
    return (found.node for found in compiled if found.node is not None)


def _fired(evaluation: Evaluation, model: Model) -> Iterator[FiredRow]:
    for key, traced in evaluation.trace.items():
        source, name = traced.table.source, model.graph.at(key).name
        for hit in traced.table.chosen(traced.hits):
            rule = source.rules[hit.rule]
            columns = [column.name or name for column in traced.table.outputs]
            yield FiredRow(
                name,
                hit.rule + 1,
                dict(zip(columns, hit.outputs, strict=True)),
                dict(zip(source.annotations, rule.annotations, strict=False)),
                source.clause(hit.rule),
            )


def _conditions(evaluation: Evaluation, model: Model) -> Iterator[Condition]:
    for key, traced in evaluation.trace.items():
        if traced.values is not None:
            yield from _of_table(model.graph.at(key).name, traced, traced.values)


def _of_table(decision: str, traced: Traced, values: Sequence[Value]) -> Iterator[Condition]:
    table, env = traced.table, traced.env
    columns = [(clause.expression.text, _operands(clause.expression.node, env)) for clause in table.inputs]
    fired = {hit.rule for hit in traced.hits}
    stop = min(fired, default=len(table.rows)) if table.source.hit_policy == "FIRST" and fired else len(table.rows)
    for row, tests in table.tests[: stop + 1]:
        if len(table.rows) > _ROWS_EXPLAINED and row.rule not in fired:
            continue
        clause = table.source.clause(row.rule)
        for place, test in tests:
            value, (text, operands) = values[place], columns[place]
            unknown = value is UNKNOWN
            result = None
            if not unknown:
                try:
                    result = test(env, value)
                except UnknownFact:
                    unknown = True
            yield Condition(decision, row.rule + 1, text, row.tests[place].text, value, operands, result, unknown, clause)


def _operands(node: nodes.Node | None, env: Mapping[str, Value]) -> tuple[tuple[str, Value], ...]:
    if isinstance(node, nodes.Name):
        return ((node.name, env.get(node.name)),)
    if node is None:
        return ()
    names = dict.fromkeys(part.name for part in nodes.walk(node) if isinstance(part, nodes.Name))
    return tuple((name, env[name]) for name in names if name in env and not callable(env[name]))
