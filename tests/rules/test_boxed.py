"""Boxed expressions, knowledge models, services, imports, types and their constraints."""

import pytest

from tests.rules.samples import decision, definitions, literal
from yiwang.rules.api import InvalidModel, decide, load
from yiwang.rules.dmn.documents import read_documents
from yiwang.rules.dmn.drg import Evaluation, Graph
from yiwang.rules.feel.text import to_literal
from yiwang.rules.feel.values import number


def value(logic: str, *, kind: str = "", more: str = "", needs: str = "", facts: dict | None = None) -> str:
    model = load(definitions(more + decision(logic, kind=kind, needs=needs)))
    return to_literal(decide(model, "d", facts or {}).value)


def boxed(tag: str, *parts: tuple[str, str], attributes: str = "") -> str:
    return f"<{tag} {attributes}>" + "".join(f"<{name}>{literal(text)}</{name}>" for name, text in parts) + f"</{tag}>"


def entries(*parts: tuple[str, str]) -> str:
    """A boxed context; an entry without name is its result."""
    named = [f'<variable name="{name}"/>{logic}' if name else logic for name, logic in parts]
    inner = "".join(f"<contextEntry>{part}</contextEntry>" for part in named)
    return f"<context>{inner}</context>"


FUNCTION = f'<functionDefinition><formalParameter name="x" typeRef="number"/>{literal("x + 1")}</functionDefinition>'


@pytest.mark.parametrize(
    ("logic", "wanted"),
    [
        (boxed("conditional", ("if", "1 < 2"), ("then", '"a"'), ("else", '"b"')), '"a"'),
        (boxed("conditional", ("if", "null"), ("then", '"a"'), ("else", '"b"')), '"b"'),
        (boxed("conditional", ("if", "1"), ("then", '"a"'), ("else", '"b"')), "null"),
        (boxed("filter", ("in", "[1,2,3]"), ("match", "item > 1")), "[2, 3]"),
        (boxed("filter", ("in", "[{a: 1}, {a: 2}]"), ("match", "a = 2")), "[{a: 2}]"),
        (boxed("filter", ("in", "[1,2,3]"), ("match", "2")), "2"),
        (boxed("filter", ("in", "null"), ("match", "true")), "null"),
        (boxed("for", ("in", "1..3"), ("return", "i + count(partial)"), attributes='iteratorVariable="i"'), "null"),
        (boxed("for", ("in", "[1,2,3]"), ("return", "i + count(partial)"), attributes='iteratorVariable="i"'), "[1, 3, 5]"),
        (boxed("for", ("in", "[1..3]"), ("return", "i"), attributes='iteratorVariable="i"'), "[1, 2, 3]"),
        (boxed("some", ("in", "[1,2]"), ("satisfies", "i > 1"), attributes='iteratorVariable="i"'), "true"),
        (boxed("every", ("in", "[1,2]"), ("satisfies", "i > 1"), attributes='iteratorVariable="i"'), "false"),
        (f"<list>{literal('1')}{literal('2')}</list>", "[1, 2]"),
        (f'<relation><column name="a"/><row>{literal("1")}</row><row>{literal("2")}</row></relation>', "[{a: 1}, {a: 2}]"),
        (entries(("a b", literal("1")), ("", literal("a b + 1"))), "2"),
        (entries(("f", FUNCTION), ("", literal("f(x: 1)"))), "2"),
        (f'<functionDefinition kind="Java">{literal("1")}</functionDefinition>', "function external()"),
    ],
)
def test_boxed(logic: str, wanted: str) -> None:
    assert value(logic) == wanted


KNOWLEDGE = (
    '<businessKnowledgeModel id="_k" name="按月 折算"><variable name="按月 折算"/>'
    '<encapsulatedLogic {}><formalParameter name="元" typeRef="number"/>'
    + literal("元 / 12")
    + "</encapsulatedLogic></businessKnowledgeModel>"
)
NEED = '<knowledgeRequirement><requiredKnowledge href="#_k"/></knowledgeRequirement>'


def test_knowledge_models() -> None:
    assert value(literal("按月 折算(1200)"), more=KNOWLEDGE.format(""), needs=NEED) == "100"
    assert value(literal("按月 折算(元: 1200)"), more=KNOWLEDGE.format(""), needs=NEED) == "100"
    assert value(literal('按月 折算("x")'), more=KNOWLEDGE.format(""), needs=NEED) == "null"
    assert value(literal("按月 折算([1200])"), more=KNOWLEDGE.format(""), needs=NEED) == "100"
    assert value(literal("按月 折算(1200)"), more=KNOWLEDGE.format('kind="Java"'), needs=NEED) == "null"
    invoked = f'<invocation>{literal("按月 折算")}<binding><parameter name="元"/>{literal("24")}</binding></invocation>'
    assert value(invoked, more=KNOWLEDGE.format(""), needs=NEED) == "2"


TYPES = (
    '<itemDefinition name="grade"><typeRef>string</typeRef><allowedValues><text>"A","B"</text></allowedValues></itemDefinition>'
    '<itemDefinition name="grades" isCollection="true"><typeRef>grade</typeRef></itemDefinition>'
    '<itemDefinition name="short" isCollection="true"><typeRef>number</typeRef>'
    "<typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>"
    '<itemDefinition name="person"><itemComponent name="first name"><typeRef>string</typeRef></itemComponent>'
    '<itemComponent name="age"><typeRef>number</typeRef></itemComponent></itemDefinition>'
)


@pytest.mark.parametrize(
    ("text", "kind", "wanted"),
    [
        ('"A"', "grade", '"A"'),
        ('"C"', "grade", "null"),
        ('["A"]', "grade", '"A"'),
        ('"A"', "grades", '["A"]'),
        ('["A", "C"]', "grades", "null"),
        ("[1, 2]", "short", "[1, 2]"),
        ("[1, 2, 3]", "short", "null"),
        ('{first name: "x", age: 1, more: 2}', "person", '{first name: "x", age: 1, more: 2}'),
        ('{first name: "x"}', "person", "null"),
        ('@"2026-01-01"', "dateTime", "2026-01-01T00:00:00Z"),
        ("1", "string", "null"),
    ],
)
def test_types_convert_and_constrain(text: str, kind: str, wanted: str) -> None:
    assert value(literal(text), kind=kind, more=TYPES) == wanted


def test_filters_know_the_members_of_types() -> None:
    more = TYPES + '<inputData id="_p" name="people"><variable name="people"/></inputData>'
    needs = '<informationRequirement><requiredInput href="#_p"/></informationRequirement>'
    people = [{"first name": "x", "age": 1}, {"first name": "y", "age": 2}]
    assert value(literal('people[first name = "y"].age'), more=more, needs=needs, facts={"people": people}) == "[2]"


def test_decision_services() -> None:
    body = (
        '<inputData id="_i" name="i"><variable name="i" typeRef="number"/></inputData>'
        + decision(literal("i * 2"), name="inner", needs='<informationRequirement><requiredInput href="#_i"/></informationRequirement>')
        + '<decisionService id="_s" name="double"><variable name="double"/><outputDecision href="#_inner"/>'
        + '<inputData href="#_i"/></decisionService>'
        + decision(
            literal("double(3) + double(i: 1)"), needs='<knowledgeRequirement><requiredKnowledge href="#_s"/></knowledgeRequirement>'
        )
    )
    assert decide(load(definitions(body)), "d", {}).value == 8


IMPORT = '<import name="{}" namespace="urn:other" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
OTHER = definitions(
    TYPES
    + '<inputData id="_x" name="x y"><variable name="x y" typeRef="number"/></inputData>'
    + decision(literal("x y + 1"), name="next", needs='<informationRequirement><requiredInput href="#_x"/></informationRequirement>'),
    name="other",
    namespace="urn:other",
)


@pytest.mark.parametrize(("alias", "text", "kind"), [("other model", "other model.next * 2", "number"), ("", "next * 2", "number")])
def test_imports_with_and_without_a_name(alias: str, text: str, kind: str) -> None:
    needs = '<informationRequirement><requiredDecision href="urn:other#_next"/></informationRequirement>'
    content = definitions(IMPORT.format(alias) + decision(literal(text), kind=kind, needs=needs))
    graph = Graph(read_documents(content, [OTHER]))
    node = graph.named("decision", "d")
    assert Evaluation(graph, {("urn:other", "_x"): number(4)}).value(node.key) == 10


def test_imported_types() -> None:
    content = definitions(IMPORT.format("o") + decision(literal('"C"'), kind="o.grade"))
    graph = Graph(read_documents(content, [OTHER]))
    assert Evaluation(graph, {}).value(graph.named("decision", "d").key) is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"not xml", "XML"),
        (b"<html/>", "DMN"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><definitions/>', "DOCTYPE"),
        (b'<!DOCTYPE x SYSTEM "http://example.com/x.dtd"><definitions/>', "DOCTYPE"),
        (b"<a>" * 500 + b"</a>" * 500, "嵌套"),
        (
            definitions(decision(literal("1"), needs='<informationRequirement><requiredInput href="#_no"/></informationRequirement>')),
            "#_no",
        ),
        (definitions(decision('<decisionTable hitPolicy="SOME"/>')), "SOME"),
        (
            definitions(
                decision(
                    "<decisionTable><input><inputExpression><text>1</text></inputExpression></input><output/><rule><outputEntry/></rule></decisionTable>"
                )
            ),
            "第 1 行",
        ),
    ],
)
def test_files_that_are_refused(content: bytes, reason: str) -> None:
    with pytest.raises(InvalidModel, match=reason):
        load(content)


def test_decisions_in_a_circle_are_null() -> None:
    need = '<informationRequirement><requiredDecision href="#_{}"/></informationRequirement>'
    body = decision(literal("b"), name="a", needs=need.format("b")) + decision(literal("a"), name="b", needs=need.format("a"))
    outcome = decide(load(definitions(body)), "a", {})
    assert outcome.value is None
    assert outcome.diagnostics


@pytest.mark.parametrize("space", ["20180521/MODEL/", "20191111/MODEL/", "20211108/MODEL/", "20230324/MODEL/", "20240513/MODEL/"])
def test_every_dmn_version_is_read(space: str) -> None:
    content = definitions(decision(literal("1"))).replace(b"20230324/MODEL/", space.encode())
    assert decide(load(content), "d", {}).value == 1
