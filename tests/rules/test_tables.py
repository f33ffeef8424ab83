"""Hit policies, aggregation, defaults, allowed values."""

import pytest

from tests.rules.samples import loaded
from yiwang.rules.api import OutputClause, decide

ROWS = [("> 0", '"a"', "1"), ("> 10", '"b"', "2"), ("> 20", '"b"', "2")]
OUTPUTS = (OutputClause("kind", "string", values='"b", "a"'), OutputClause("points", "number"))


def value(policy: str, x: int, **options) -> object:
    model = loaded({"x": "number"}, ROWS, outputs=OUTPUTS, hit_policy=policy, **options)
    return decide(model, "d", {"x": x}).value


A, B = {"kind": "a", "points": 1}, {"kind": "b", "points": 2}


@pytest.mark.parametrize(
    ("policy", "x", "wanted"),
    [
        ("UNIQUE", 5, A),
        ("UNIQUE", 15, None),
        ("UNIQUE", 0, None),
        ("FIRST", 25, A),
        ("ANY", 5, A),
        ("ANY", 15, None),
        ("PRIORITY", 15, B),
        ("PRIORITY", 5, A),
        ("COLLECT", 25, [A, B, B]),
        ("COLLECT", 0, []),
        ("RULE ORDER", 15, [A, B]),
        ("RULE ORDER", 0, None),
        ("OUTPUT ORDER", 25, [B, B, A]),
    ],
)
def test_hit_policies(policy: str, x: int, wanted: object) -> None:
    assert value(policy, x) == wanted


@pytest.mark.parametrize(("aggregation", "wanted", "empty"), [("SUM", 6, None), ("COUNT", 3, 0), ("MIN", 1, None), ("MAX", 3, None)])
def test_aggregation(aggregation: str, wanted: int, empty: int | None) -> None:
    rows = [("> 0", "1"), ("> 10", "2"), ("> 20", "3")]
    model = loaded({"x": "number"}, rows, hit_policy="COLLECT", aggregation=aggregation)
    assert decide(model, "d", {"x": 25}).value == wanted
    assert decide(model, "d", {"x": 0}).value == empty


def test_any_with_equal_results_gives_it() -> None:
    model = loaded({"x": "number"}, [("> 0", "1"), ("> 1", "1.0")], hit_policy="ANY")
    assert decide(model, "d", {"x": 2}).value == 1


def test_default_output_when_no_row_fires() -> None:
    model = loaded({"x": "number"}, [("> 0", '"yes"')], outputs=(OutputClause("result", default='"no"'),))
    outcome = decide(model, "d", {"x": 0})
    assert (outcome.value, outcome.result, outcome.rows) == ("no", "no", ())


def test_a_test_may_speak_of_other_inputs_and_of_its_input() -> None:
    model = loaded({"x": "number", "y": "number"}, [("> y", "-", '"more"'), ("? * 2 = y", "-", '"half"')])
    assert decide(model, "d", {"x": 3, "y": 2}).value == "more"
    assert decide(model, "d", {"x": 1, "y": 2}).value == "half"


def test_input_outside_its_allowed_values_decides_nothing() -> None:
    from yiwang.rules.api import DecisionTable, Field, InputClause, Rule, TableDecision, TableModel, load, write

    table = DecisionTable((InputClause("x", "string", values='"a","b"'),), (OutputClause("r"),), (Rule(("-",), ("1",)),))
    model = load(write(TableModel("m", (TableDecision("d", table),), (Field("x", "string"),))))
    assert decide(model, "d", {"x": "a"}).value == 1
    outcome = decide(model, "d", {"x": "z"})
    assert outcome.value is None
    assert outcome.diagnostics
