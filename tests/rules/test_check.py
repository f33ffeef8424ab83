"""Errors of a table's author; the command; the round trip."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.samples import (
    ALLOWANCE_INPUTS,
    ALLOWANCE_OUTPUTS,
    ALLOWANCE_ROWS,
    allowance,
    decision,
    definitions,
    literal,
    loaded,
    table_model,
)
from yiwang.rules.__main__ import main
from yiwang.rules.api import (
    DecisionTable,
    Field,
    InputClause,
    OutputClause,
    Rule,
    TableDecision,
    TableModel,
    TypeDefinition,
    check,
    load,
    write,
)

CLAUSE = "第一条"


def kinds(rows: list[tuple], *, inputs: dict[str, str] | None = None, **options) -> list[str]:
    return [finding.kind for finding in check(loaded(inputs or {"x": "number"}, rows, **options))]


def test_a_sound_table_has_no_finding() -> None:
    assert check(allowance()) == []


def test_gap_with_an_example() -> None:
    findings = check(loaded({"x": "number", "b": "boolean"}, [("< 1", "-", '"a"', CLAUSE), (">= 1", "true", '"b"', CLAUSE)]))
    assert [(finding.kind, dict(finding.example)) for finding in findings] == [("gap", {"x": "1", "b": "false"})]
    assert "x = 1" in str(findings[0])


def test_no_gap_with_a_default() -> None:
    outputs = (OutputClause("r", default='"no"'),)
    assert kinds([("> 1", '"yes"', CLAUSE)], outputs=outputs) == []


def test_overlap_with_an_example() -> None:
    findings = check(loaded({"x": "number"}, [("<= 1", '"a"', CLAUSE), (">= 1", '"b"', CLAUSE)]))
    assert [(finding.kind, finding.rows, dict(finding.example)) for finding in findings] == [("overlap", (1, 2), {"x": "1"})]


def test_overlap_is_allowed_where_the_policy_allows_it() -> None:
    rows = [("<= 1", '"a"', CLAUSE), (">= 1", '"b"', CLAUSE)]
    assert kinds(rows, hit_policy="FIRST") == []
    assert kinds(rows, hit_policy="COLLECT") == []
    assert kinds(rows, hit_policy="ANY") == ["overlap"]
    assert kinds([("<= 1", '"a"', CLAUSE), (">= 1", '"a"', CLAUSE)], hit_policy="ANY") == []


def test_unreachable_rows() -> None:
    rows = [("<= 1", '"a"', CLAUSE), ("> 1", '"b"', CLAUSE), ("5", '"c"', CLAUSE)]
    findings = check(loaded({"x": "number"}, rows, hit_policy="FIRST"))
    assert [(finding.kind, finding.rows) for finding in findings] == [("unreachable", (3,))]
    assert "unreachable" in kinds([("> 2", '"a"', CLAUSE), ("[3..1]", '"b"', CLAUSE)])


def test_two_columns_on_one_expression_are_seen_together() -> None:
    inputs = (InputClause("x", "number"), InputClause("x", "number"))
    rules = (Rule(("> 1", "< 5"), ("1",), (CLAUSE,)), Rule(("<= 1", "-"), ("2",), (CLAUSE,)), Rule(("-", ">= 5"), ("3",), (CLAUSE,)))
    table = DecisionTable(inputs, (OutputClause("r"),), rules, annotations=("条款",))
    assert check(load(write(TableModel("m", (TableDecision("d", table),), (Field("x", "number"),))))) == []


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ([("foo > 1", "1", CLAUSE)], "unknown_name"),
        ([("> limit", "1", CLAUSE)], "unknown_name"),
        ([("-", "foo", CLAUSE)], "unknown_name"),
        ([("-", "[1][itm > 1]", CLAUSE)], "unknown_name"),
        ([('"a"', "1", CLAUSE)], "type_error"),
        ([('> @"2026-01-01"', "1", CLAUSE)], "type_error"),
        ([("-", 'x = "a"', CLAUSE)], "type_error"),
        ([("-", '1 + "a"', CLAUSE)], "type_error"),
        ([("1 +", "1", CLAUSE)], "syntax"),
        ([("-", "if x", CLAUSE)], "syntax"),
        ([("-", "1", "")], "missing_clause"),
        ([("-", "1")], "missing_clause"),
        ([("-", "today().year", CLAUSE)], "clock"),
        ([("> x * 2", "1", CLAUSE)], "not_checked"),
    ],
)
def test_findings(rows: list[tuple], kind: str) -> None:
    assert kind in kinds(rows)


@pytest.mark.parametrize(
    "text",
    [
        "for i in [1] return i + count(partial)",
        "[{a: 1}][a > 0 and item.a > 0]",
        "{p q: 1, r: p q}.r",
        "(function(y) y + x)(1)",
        "every i in [1], j in [i] satisfies i = j",
        'string join(list: ["a"], delimiter: ",")',
        "sum([x, 1])",
    ],
)
def test_names_made_inside_an_expression_are_known(text: str) -> None:
    assert kinds([("-", text, CLAUSE)]) == []


def test_outputs_outside_the_allowed_ones() -> None:
    assert kinds([("-", '"c"', CLAUSE)], outputs=(OutputClause("r", "string", values='"a","b"'),)) == ["type_error"]


def test_unknown_type_and_external_function() -> None:
    body = decision(literal("1"), kind="tNothing") + (
        '<businessKnowledgeModel id="_k" name="k"><encapsulatedLogic kind="Java"/></businessKnowledgeModel>'
    )
    assert [finding.kind for finding in check(load(definitions(body)))] == ["unknown_type", "external"]


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad, broken = tmp_path / "good.dmn", tmp_path / "bad.dmn", tmp_path / "broken.dmn"
    good.write_bytes(write(table_model(ALLOWANCE_INPUTS, ALLOWANCE_ROWS, outputs=ALLOWANCE_OUTPUTS)))
    bad.write_bytes(write(table_model({"x": "number"}, [("> 1", '"a"')])))
    broken.write_bytes(b"<x/>")
    assert main(["check", str(good)]) == 0
    assert main(["check", str(bad)]) == 1
    assert "gap" in capsys.readouterr().out
    assert main(["check", str(broken)]) == 2


# --- round trip

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=8)


@st.composite
def models(draw) -> TableModel:
    names = draw(st.lists(st.sampled_from(["年龄", "户籍 所在地", "a-b", "x < y", 'quo"te']), min_size=1, max_size=3, unique=True))
    inputs = tuple(InputClause(name, draw(st.sampled_from(["", "number", "等级"])), draw(st.sampled_from(["", "标签"]))) for name in names)
    outputs = tuple(OutputClause(f"o{n}", "string", "", '"a"', draw(st.sampled_from(["", '"a"']))) for n in range(draw(st.integers(1, 2))))
    rule = st.builds(
        Rule,
        st.tuples(*(st.sampled_from(["-", "> 1 ", '"<&>"']).map(str.strip) for _ in inputs)),
        st.tuples(*(st.just('"a"') for _ in outputs)),
        st.tuples(TEXT, TEXT),
        st.sampled_from(["", "说明"]),
    )
    policy = draw(st.sampled_from(["UNIQUE", "FIRST", "COLLECT", "RULE ORDER"]))
    table = DecisionTable(inputs, outputs, tuple(draw(st.lists(rule, max_size=3))), policy, "", ("条款", "备注 & <说明>"))
    types = (
        TypeDefinition("等级", "string", '"一级","二级"'),
        TypeDefinition("人", fields=(Field("姓名", "string"), Field("年龄", "number"))),
    )
    first = TableDecision("先", table, "string", question="符合吗 < & >")
    second = TableDecision("后", table, needs=("先", names[0]))
    return TableModel(
        draw(TEXT), (first, second), tuple(Field(name, "number") for name in names), types, draw(st.sampled_from(["", "urn:x"]))
    )


@settings(max_examples=60, deadline=None)
@given(models())
def test_what_is_written_reads_back_equal(model: TableModel) -> None:
    content = write(model)
    assert load(content).as_tables() == model
    assert write(load(content).as_tables()) == content
    assert b"20191111/MODEL/" in content


def test_tests_that_call_functions_are_tried_on_texts() -> None:
    rows = [("string length(?) = 0", '"a"', CLAUSE), ("string length(?) > 1", '"b"', CLAUSE)]
    findings = check(loaded({"x": "string"}, rows))
    assert [(finding.kind, dict(finding.example)) for finding in findings] == [("gap", {"x": '"x"'})]
    assert kinds([('starts with(?, "99")', "1", CLAUSE), ('not(starts with(?, "99"))', "2", CLAUSE)], inputs={"x": "string"}) == []


def test_an_input_named_today_is_not_the_clock() -> None:
    assert kinds([("-", "-", "today.year", CLAUSE)], inputs={"x": "number", "today": "date"}) == []


def test_examples_over_columns_on_one_fact_are_warnings() -> None:
    inputs = (InputClause("x > 1", "boolean"), InputClause("x > 5", "boolean"))
    rules = (
        Rule(("true", "true"), ("1",), (CLAUSE,)),
        Rule(("false", "false"), ("2",), (CLAUSE,)),
        Rule(("true", "false"), ("3",), (CLAUSE,)),
    )
    table = DecisionTable(inputs, (OutputClause("r"),), rules, annotations=("条款",))
    findings = check(load(write(TableModel("m", (TableDecision("d", table),), (Field("x", "number"),)))))
    assert [(finding.kind, finding.level) for finding in findings] == [("gap", "warning")]


def with_parameters(*rows: tuple[str, str]) -> list:
    """Findings of a FIRST table whose tests name ages that are inputs themselves."""
    inputs = (InputClause("age", "number"),)
    rules = tuple(Rule((test,), (output,), (CLAUSE,)) for test, output in rows)
    table = DecisionTable(inputs, (OutputClause("r"),), rules, "FIRST", annotations=("条款",))
    fields = tuple(Field(name, "number") for name in ("age", "top", "least"))
    return check(load(write(TableModel("m", (TableDecision("d", table),), fields))))


def test_tests_against_parameters() -> None:
    assert with_parameters((">= top", "2"), (">= least", "1"), ("< least", "0")) == []
    findings = with_parameters(("> least", "1"), ("< least", "0"))
    assert [(finding.kind, dict(finding.example), finding.level) for finding in findings] == [("gap", {"age": "least"}, "warning")]
    findings = with_parameters((">= least", "1"), ("[10..20]", "0"))
    assert [(finding.kind, finding.level) for finding in findings][:1] == [("gap", "warning")]
    assert "not_checked" in [finding.kind for finding in with_parameters((">= age * 2", "1"))]
