"""The decision table of a ``<decisionTable>`` element."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from yiwang.rules.dmn.model import AGGREGATIONS, HIT_POLICIES, DecisionTable, InputClause, OutputClause, Rule
from yiwang.rules.dmn.xml import attribute, child, children, text_of
from yiwang.rules.errors import InvalidModel


def read_table(element: Element) -> DecisionTable:
    """Read a decision table.

    Raises:
        InvalidModel: an unknown hit policy or aggregation, or a row with a wrong number of cells.
    """
    inputs = tuple(_input(clause) for clause in children(element, "input"))
    outputs = tuple(_output(clause) for clause in children(element, "output"))
    rules = tuple(_rule(rule, number, len(inputs), len(outputs)) for number, rule in enumerate(children(element, "rule"), 1))
    policy = attribute(element, "hitPolicy") or "UNIQUE"
    aggregation = attribute(element, "aggregation")
    if policy not in HIT_POLICIES or aggregation not in AGGREGATIONS:
        raise InvalidModel(place="decisionTable", reason=f"未知的命中策略 {policy} {aggregation}".strip())
    annotations = tuple(attribute(clause, "name") for clause in children(element, "annotation"))
    return DecisionTable(inputs, outputs, rules, policy, aggregation, annotations)


def _input(clause: Element) -> InputClause:
    source = child(clause, "inputExpression")
    kind = "" if source is None else attribute(source, "typeRef")
    return InputClause(text_of(source).strip(), kind, attribute(clause, "label"), text_of(child(clause, "inputValues")).strip())


def _output(clause: Element) -> OutputClause:
    return OutputClause(
        attribute(clause, "name"),
        attribute(clause, "typeRef"),
        attribute(clause, "label"),
        text_of(child(clause, "outputValues")).strip(),
        text_of(child(clause, "defaultOutputEntry")).strip(),
    )


def _rule(rule: Element, number: int, inputs: int, outputs: int) -> Rule:
    tests = tuple(text_of(entry).strip() for entry in children(rule, "inputEntry"))
    results = tuple(text_of(entry).strip() for entry in children(rule, "outputEntry"))
    if len(tests) != inputs or len(results) != outputs:
        reason = f"第 {number} 行有 {len(tests)} 个条件、{len(results)} 个结果,应为 {inputs} 和 {outputs}"
        raise InvalidModel(place="decisionTable", reason=reason)
    annotations = tuple(text_of(entry).strip() for entry in children(rule, "annotationEntry"))
    return Rule(tests, results, annotations, text_of(rule, "description").strip())
