"""Models made in code written as DMN 1.3 XML, with a diagram, so that a modeller opens them and we read them back equal."""

from __future__ import annotations

import hashlib
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from yiwang.rules.dmn.model import DecisionTable, Field, TableDecision, TableModel, TypeDefinition, default_namespace

MODEL: Final = "https://www.omg.org/spec/DMN/20191111/MODEL/"
DMNDI: Final = "https://www.omg.org/spec/DMN/20191111/DMNDI/"
DC: Final = "http://www.omg.org/spec/DMN/20180521/DC/"
DI: Final = "http://www.omg.org/spec/DMN/20180521/DI/"


def write(model: TableModel) -> bytes:
    """The XML of a model; the same model always gives the same bytes."""
    identifiers = _Identifiers(model)
    namespace = model.namespace or default_namespace(model.name)
    named = f"id={_quoted(identifiers.of('model', model.name))} name={_quoted(model.name)} namespace={_quoted(namespace)}"
    spaces = f'xmlns="{MODEL}" xmlns:dmndi="{DMNDI}" xmlns:dc="{DC}" xmlns:di="{DI}"'
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<definitions {spaces} {named}>"]
    for kind in model.types:
        lines += _type(kind)
    for given in model.inputs:
        lines += _input(given, identifiers)
    for decision in model.decisions:
        lines += _decision(decision, model, identifiers)
    lines += _diagram(model, identifiers)
    lines.append("</definitions>")
    return ("\n".join(lines) + "\n").encode()


class _Identifiers:
    """Stable element ids made from names."""

    def __init__(self, model: TableModel) -> None:
        self._model = model.name

    def of(self, kind: str, *names: object) -> str:
        text = "\x00".join([self._model, kind, *map(str, names)])
        return f"_{kind}_{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _quoted(text: str) -> str:
    return quoteattr(text)


def _text(tag: str, text: str) -> str:
    return f"<{tag}><text>{escape(text)}</text></{tag}>"


def _optional(name: str, value: str) -> str:
    return f" {name}={_quoted(value)}" if value else ""


def _type(kind: TypeDefinition) -> list[str]:
    lines = [f"  <itemDefinition name={_quoted(kind.name)}{_optional('isCollection', 'true' if kind.is_list else '')}>"]
    if kind.base:
        lines.append(f"    <typeRef>{escape(kind.base)}</typeRef>")
    if kind.allowed:
        lines.append("    " + _text("allowedValues", kind.allowed))
    for part in kind.fields:
        lines.append(f"    <itemComponent name={_quoted(part.name)}><typeRef>{escape(part.type)}</typeRef></itemComponent>")
    return [*lines, "  </itemDefinition>"]


def _input(given: Field, identifiers: _Identifiers) -> list[str]:
    return [
        f'  <inputData id="{identifiers.of("input", given.name)}" name={_quoted(given.name)}>',
        f"    <variable name={_quoted(given.name)}{_optional('typeRef', given.type)}/>",
        "  </inputData>",
    ]


def _needs(decision: TableDecision, model: TableModel) -> list[tuple[str, str]]:
    """What a decision needs: (requiredInput or requiredDecision, name)."""
    decisions = {other.name for other in model.decisions}
    names = decision.needs or tuple(given.name for given in model.inputs)
    return [("requiredDecision" if name in decisions else "requiredInput", name) for name in names]


def _decision(decision: TableDecision, model: TableModel, identifiers: _Identifiers) -> list[str]:
    lines = [f'  <decision id="{identifiers.of("decision", decision.name)}" name={_quoted(decision.name)}>']
    if decision.question:
        lines.append(f"    <question>{escape(decision.question)}</question>")
    lines.append(f"    <variable name={_quoted(decision.name)}{_optional('typeRef', decision.type)}/>")
    for tag, name in _needs(decision, model):
        target = identifiers.of("decision" if tag == "requiredDecision" else "input", name)
        lines.append(f'    <informationRequirement id="{identifiers.of("need", decision.name, name)}"><{tag} href="#{target}"/>')
        lines.append("    </informationRequirement>")
    return [*lines, *_table(decision, identifiers), "  </decision>"]


def _table(decision: TableDecision, identifiers: _Identifiers) -> list[str]:
    table = decision.table
    aggregation = _optional("aggregation", table.aggregation)
    identifier = identifiers.of("table", decision.name)
    lines = [f'    <decisionTable id="{identifier}" hitPolicy="{table.hit_policy}"{aggregation} preferredOrientation="Rule-as-Row">']
    for place, clause in enumerate(table.inputs):
        identifier = identifiers.of("column", decision.name, place)
        lines.append(f'      <input id="{identifier}"{_optional("label", clause.label)}>')
        lines.append(
            f"        <inputExpression{_optional('typeRef', clause.type)}><text>{escape(clause.expression)}</text></inputExpression>"
        )
        lines += [f"        {_text('inputValues', clause.values)}"] if clause.values else []
        lines.append("      </input>")
    for place, output in enumerate(table.outputs):
        identifier = identifiers.of("result", decision.name, place)
        named = _optional("name", output.name) + _optional("label", output.label) + _optional("typeRef", output.type)
        lines.append(f'      <output id="{identifier}"{named}>')
        lines += [f"        {_text('outputValues', output.values)}"] if output.values else []
        lines += [f"        {_text('defaultOutputEntry', output.default)}"] if output.default else []
        lines.append("      </output>")
    lines += [f"      <annotation name={_quoted(name)}/>" for name in table.annotations]
    return [*lines, *_rules(decision.name, table, identifiers), "    </decisionTable>"]


def _rules(decision: str, table: DecisionTable, identifiers: _Identifiers) -> list[str]:
    lines: list[str] = []
    for number, rule in enumerate(table.rules):
        lines.append(f'      <rule id="{identifiers.of("rule", decision, number)}">')
        lines += [f"        <description>{escape(rule.description)}</description>"] if rule.description else []
        lines += [f"        {_text('inputEntry', text)}" for text in rule.tests]
        lines += [f"        {_text('outputEntry', text)}" for text in rule.outputs]
        lines += [f"        {_text('annotationEntry', text)}" for text in rule.annotations]
        lines.append("      </rule>")
    return lines


def _diagram(model: TableModel, identifiers: _Identifiers) -> list[str]:
    lines = ["  <dmndi:DMNDI>", f'    <dmndi:DMNDiagram id="{identifiers.of("diagram")}">']
    shapes = [("decision", decision.name, 60) for decision in model.decisions] + [("input", given.name, 240) for given in model.inputs]
    columns: dict[int, int] = {}
    for kind, name, top in shapes:
        place = columns.get(top, 0)
        columns[top] = place + 1
        lines.append(f'      <dmndi:DMNShape id="{identifiers.of("shape", kind, name)}" dmnElementRef="{identifiers.of(kind, name)}">')
        lines.append(f'        <dc:Bounds x="{60 + 200 * place}" y="{top}" width="160" height="60"/>')
        lines.append("      </dmndi:DMNShape>")
    for decision in model.decisions:
        for _, name in _needs(decision, model):
            identifier = identifiers.of("edge", decision.name, name)
            lines.append(f'      <dmndi:DMNEdge id="{identifier}" dmnElementRef="{identifiers.of("need", decision.name, name)}">')
            lines.append('        <di:waypoint x="140" y="240"/><di:waypoint x="140" y="120"/>')
            lines.append("      </dmndi:DMNEdge>")
    return [*lines, "    </dmndi:DMNDiagram>", "  </dmndi:DMNDI>"]
