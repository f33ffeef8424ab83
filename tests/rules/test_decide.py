"""One case: value, rows, conditions, clauses; unknown facts; JSON and replay; speed is measured by bench, not here."""

import json
from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.samples import allowance, decision, definitions, literal, loaded
from yiwang.rules.api import UNKNOWN, UnknownDecision, decide, load, replay

FACTS = {"年龄": 81, "户籍": "本市", "领取其他补贴": False}


def test_value_rows_conditions_and_clauses() -> None:
    outcome = decide(allowance(), "d", FACTS)
    assert outcome.value == {"result": "yes", "amount": 162}
    assert outcome.result == "yes"
    assert outcome.clauses == ("《高龄津贴办法》第三条",)
    assert [row.index for row in outcome.rows] == [1]
    assert outcome.rows[0].annotations == {"条款": "《高龄津贴办法》第三条"}
    first = [condition for condition in outcome.conditions if condition.row == 1]
    assert [(c.input, c.test, c.value, c.result) for c in first] == [
        ("年龄", ">= 80", 81, True),
        ("户籍", '"本市"', "本市", True),
        ("领取其他补贴", "false", False, True),
    ]
    assert [c.result for c in outcome.conditions if c.row == 4] == [False]


def test_without_explanation_the_rows_stay() -> None:
    outcome = decide(allowance(), "d", FACTS, explain=False)
    assert outcome.conditions == ()
    assert outcome.rows
    assert outcome.clauses


@pytest.mark.parametrize(
    ("facts", "result", "missing"),
    [
        ({"年龄": 79}, "no", ()),
        ({"年龄": 81, "户籍": "外地"}, "no", ()),
        ({"年龄": 81, "户籍": "本市"}, "undetermined", ("领取其他补贴",)),
        ({"年龄": 81, "户籍": "本市", "领取其他补贴": None}, "undetermined", ("领取其他补贴",)),
        ({"年龄": 81, "户籍": "本市", "领取其他补贴": UNKNOWN}, "undetermined", ("领取其他补贴",)),
        ({"户籍": "外地"}, "no", ()),
        ({"领取其他补贴": True}, "no", ()),
        ({"领取其他补贴": False}, "undetermined", ("年龄", "户籍")),
        ({}, "undetermined", ("年龄", "户籍", "领取其他补贴")),
    ],
)
def test_unknown_facts(facts: dict, result: str, missing: tuple) -> None:
    outcome = decide(loaded(*_plain_allowance()), "d", facts)
    assert (outcome.result, outcome.missing) == (result, missing)
    assert (outcome.value is None) == (result == "undetermined")
    if result == "undetermined":
        assert outcome.clauses == ()


def _plain_allowance() -> tuple:
    rows = [
        (">= 80", '"本市"', "false", '"yes"'),
        (">= 80", '"本市"', "true", '"no"'),
        (">= 80", 'not("本市")', "-", '"no"'),
        ("< 80", "-", "-", '"no"'),
    ]
    return {"年龄": "number", "户籍": "string", "领取其他补贴": "boolean"}, rows


def test_null_is_an_answer_only_where_the_model_speaks_of_it() -> None:
    plain = loaded({"x": "number"}, [("> 1", '"yes"'), ("<= 1", '"no"')])
    assert decide(plain, "d", {"x": None}).missing == ("x",)
    speaking = loaded({"x": "number"}, [("null", '"none"'), ("not(null)", '"some"')])
    assert decide(speaking, "d", {"x": None}).value == "none"
    assert decide(speaking, "d", {}).missing == ("x",)


def test_unknown_facts_pass_through_other_decisions() -> None:
    need = '<informationRequirement><required{} href="#_{}"/></informationRequirement>'
    body = (
        '<inputData id="_a" name="a"><variable name="a" typeRef="boolean"/></inputData>'
        '<inputData id="_b" name="b"><variable name="b" typeRef="boolean"/></inputData>'
        + decision(literal("a and b"), name="both", needs=need.format("Input", "a") + need.format("Input", "b"))
        + decision(literal('if both then "yes" else "no"'), needs=need.format("Decision", "both"))
    )
    model = load(definitions(body))
    assert decide(model, "d", {"a": False}).result == "no"
    assert decide(model, "d", {"a": True}).missing == ("b",)
    assert decide(model, "d", {}).missing == ("a", "b")
    assert model.inputs("d") == {"a": "boolean", "b": "boolean"}


def test_python_facts_become_feel_values() -> None:
    model = loaded({"born": "date", "n": "number"}, [('<= @"2000-01-01"', "> 1.5", '"yes"')])
    assert decide(model, "d", {"born": date(1999, 1, 1), "n": 2}).result == "yes"
    assert decide(model, "d", {"born": "1999-01-01", "n": 1.75}).result == "yes"
    assert decide(model, "d", {"born": "1999-01-01", "n": Decimal("1.75")}).result == "yes"
    assert decide(model, "d", {"born": "not a date", "n": 2}).missing == ("born",)
    assert decide(model, "d", {"born": "1999-01-01", "n": "2"}).missing == ("n",)
    for nothing in (float("nan"), float("inf"), Decimal("NaN")):
        assert decide(model, "d", {"born": "1999-01-01", "n": nothing}).missing == ("n",)


def test_stored_outcomes_replay() -> None:
    model = allowance()
    for facts in (FACTS, {"年龄": 81}, {}, {"年龄": Decimal("80.5"), "户籍": "外地"}):
        outcome = decide(model, "d", facts)
        stored = json.loads(json.dumps(outcome.to_json(), ensure_ascii=False))
        assert replay(stored)
        assert replay(stored, model=model)
        assert not replay({**stored, "result": "yes" if outcome.result != "yes" else "no"})
    with pytest.raises(UnknownDecision):
        replay({**stored, "digest": "0" * 64})


def test_unknown_decision_names_those_there_are() -> None:
    with pytest.raises(UnknownDecision, match="d"):
        decide(allowance(), "nothing", {})


def test_the_same_file_is_read_once() -> None:
    assert allowance() is allowance()
    assert len(allowance().digest) == 64


# --- soundness: a determined answer holds for every completion, a missing set settles it

CELLS = {
    "number": ["-", "> 1", "<= 1", "[0..2]", "1", "not(2)"],
    "boolean": ["-", "true", "false"],
    "string": ["-", '"a"', '"a","b"', 'not("a")'],
}
SAMPLES = {"number": [-1, 0, 1, Decimal("1.5"), 2, 3], "boolean": [True, False], "string": ["a", "b", "c"]}
KINDS = {"n": "number", "b": "boolean", "s": "string"}


@st.composite
def tables(draw) -> tuple[list[tuple], str]:
    row = st.tuples(*(st.sampled_from(CELLS[kind]) for kind in KINDS.values()), st.sampled_from(['"yes"', '"no"']))
    return draw(st.lists(row, min_size=1, max_size=5)), draw(
        st.sampled_from(["UNIQUE", "FIRST", "ANY", "PRIORITY", "COLLECT", "RULE ORDER"])
    )


@settings(max_examples=150, deadline=None)
@given(tables(), st.fixed_dictionaries({}, optional={name: st.sampled_from(SAMPLES[kind]) for name, kind in KINDS.items()}))
def test_no_unknown_fact_is_ever_guessed(made: tuple, facts: dict) -> None:
    rows, policy = made
    from yiwang.rules.api import OutputClause

    model = loaded(KINDS, rows, hit_policy=policy, outputs=(OutputClause("result", "string", values='"no","yes"'),))
    outcome = decide(model, "d", facts, explain=False)
    absent = [name for name in KINDS if name not in facts]

    def answers(fixed: dict, names: list[str]) -> set:
        values = set()
        for course in product(*(SAMPLES[KINDS[name]] for name in names)):
            values.add(json.dumps(decide(model, "d", {**fixed, **dict(zip(names, course, strict=True))}, explain=False).to_json()["value"]))
        return values

    if outcome.result == "undetermined" and outcome.value is None and outcome.missing:
        assert set(outcome.missing) <= set(absent)
        rest = [name for name in absent if name not in outcome.missing]
        for course in product(*(SAMPLES[KINDS[name]] for name in outcome.missing)):
            assert len(answers({**facts, **dict(zip(outcome.missing, course, strict=True))}, rest)) == 1
    else:
        assert answers(facts, absent) == {json.dumps(outcome.to_json()["value"])}


def test_an_unknown_part_of_a_fact_is_named() -> None:
    body = '<inputData id="_p" name="person"><variable name="person"/></inputData>' + decision(
        literal('if person.age >= 18 or person.married then "yes" else "no"'),
        needs='<informationRequirement><requiredInput href="#_p"/></informationRequirement>',
    )
    model = load(definitions(body))
    outcome = decide(model, "d", {"person": {"age": UNKNOWN, "married": False}})
    assert (outcome.result, outcome.missing) == ("undetermined", ("person.age",))
    assert decide(model, "d", {"person": {"age": UNKNOWN, "married": True}}).result == "yes"


def test_only_imported_files_count_for_the_digest(tmp_path) -> None:
    space = 'importType="https://www.omg.org/spec/DMN/20230324/MODEL/"'
    other = definitions(decision(literal("2"), name="two"), name="other", namespace="urn:other")
    need = '<informationRequirement><requiredDecision href="urn:other#_two"/></informationRequirement>'
    main = definitions(f'<import name="o" namespace="urn:other" {space}/>' + decision(literal("o.two * 2"), needs=need))
    (tmp_path / "main.dmn").write_bytes(main)
    (tmp_path / "other.dmn").write_bytes(other)
    model = load(tmp_path / "main.dmn")
    assert decide(model, "d", {}).value == 4
    (tmp_path / "unrelated.dmn").write_bytes(definitions(decision(literal("1")), namespace="urn:unrelated"))
    assert load(tmp_path / "main.dmn").digest == model.digest
    (tmp_path / "other.dmn").write_bytes(other.replace(b"<text>2", b"<text>3"))
    assert load(tmp_path / "main.dmn").digest != model.digest
    assert decide(load(tmp_path / "main.dmn"), "d", {}).value == 6
