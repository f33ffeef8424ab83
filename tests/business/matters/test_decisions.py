"""Every decision table loads, cites its clauses, has no gap, and answers yes, no and undetermined as the law says."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from yiwang.business.matters import api as matters
from yiwang.business.matters import reading
from yiwang.data import laws
from yiwang.rules import api as rules

TODAY = date(2026, 11, 21)
SHIPPED = json.loads((Path(laws.__file__).parent / "parameters.json").read_text("utf-8"))
TABLES = sorted(path.name for path in reading.DECISIONS.glob("*.dmn"))
MOTHER, FATHER, AUNT = "990102199001011234", "990102198901011231", "990102197001011236"
HERE, AWAY = "990102001", "110105003"

# values that lie on both sides of every condition of the tables, by input name
SAMPLES: dict[str, list[Any]] = {
    "today": [TODAY],
    "age": [80],
    "elder_age": [60],
    "adult_age": [18],
    "years": [3],
    "counted_days": [90],
    "infant_years": [1],
    "months_least": [180],
    "ahead_months": [1],
    "endorsement_months": [1],
    "city": ["9901"],
    "born_on": [
        TODAY,
        TODAY + timedelta(1),
        TODAY - timedelta(89),
        TODAY - timedelta(90),
        TODAY - timedelta(400),
        TODAY - timedelta(1200),
        TODAY - timedelta(3000),
    ],
    "birth_date": [date(1940, 1, 1), date(1960, 1, 1), date(2000, 1, 1)],
    "child_birth": [TODAY + timedelta(1), date(2024, 1, 1), date(2020, 1, 1), date(2000, 1, 1)],
    "retire_age_date": [TODAY - timedelta(1), TODAY + timedelta(20), TODAY + timedelta(400)],
    "established_on": [TODAY + timedelta(1), TODAY - timedelta(30), date(2020, 1, 1)],
    "valid_until": [TODAY - timedelta(5), TODAY + timedelta(10), TODAY + timedelta(200)],
    "paid_months": [0, 11, 12, 179, 180, 299, 300],
    "household_follow": ["mother", "father", "aunt"],
    "path": ["normal", "flexible_late", "special", "other"],
    "cause": ["dismissed", "resigned", "other"],
    "change": ["name", "scope", "nothing"],
    "procedure": ["commitment", "check"],
    "applicant_id": [MOTHER, FATHER, AUNT],
    "mother_id": [MOTHER, "E12345678"],
    "father_id": [FATHER],
    "owner_id": [MOTHER, AUNT],
    "child_id": [MOTHER, "E12345678"],
    "child_name": ["王小宝", "王"],
    "hospital_code": ["H001", ""],
    "company_status": ["1", "3"],
    "insurance_kind": ["1", "2"],
    "use": ["1", "2"],
    "grade": ["1", "2", "3", "4"],
    "committed": [True, False],
    "in_dwelling": [True, False],
    "fume": [True, False],
    "bank_account": ["6222", ""],
    "certificate_no": ["云1", ""],
    "permit_no": ["R1", ""],
}
for _name in ("mother_division", "father_division", "applicant_division", "child_division", "division"):
    SAMPLES[_name] = [HERE, AWAY]
for _name in ("mother_household_no", "father_household_no", "child_household", "parent_household"):
    SAMPLES[_name] = ["H1", "H2", ""] if _name.endswith("no") else ["H1", "H2"]


def decide(table: str, **facts: Any) -> rules.Outcome:
    """The outcome, with the parameters at their shipped values unless given."""
    model = rules.load(reading.DECISIONS / table)
    version = next(one for one in matters.library() if one.decision_table == table)
    codes = {name: source["parameter"] for name, source in version.decision_inputs.items() if "parameter" in source}
    held = {one["code"]: one["values"][-1]["value"] for one in SHIPPED}
    held["pension.minimum_contribution"] = 180
    return rules.decide(model, model.decisions[0], {name: held[code] for name, code in codes.items()} | facts)


def reason(outcome: rules.Outcome) -> str:
    return str(outcome.value["reason"]) if isinstance(outcome.value, dict) else ""


def test_there_are_tables_enough_and_every_one_is_used() -> None:
    used = {version.decision_table for version in matters.library() if version.decision_table}
    assert len(TABLES) >= 12 and set(TABLES) == used


def test_every_parameter_is_one_of_the_law_library() -> None:
    known = {one["code"] for one in SHIPPED}
    for version in matters.library():
        named = {source["parameter"] for source in version.decision_inputs.values() if "parameter" in source}
        assert named <= known, version.short


@pytest.mark.parametrize("table", TABLES)
def test_inputs_of_table_and_matter_are_the_same(table: str) -> None:
    model = rules.load(reading.DECISIONS / table)
    for version in matters.library():
        if version.decision_table == table:
            assert set(model.inputs(model.decisions[0])) == set(version.decision_inputs), version.short


@pytest.mark.parametrize("table", TABLES)
def test_no_gap_and_every_row_cites_a_clause_with_a_reason(table: str) -> None:
    model = rules.load(reading.DECISIONS / table)
    decision = model.decisions[0]
    names = list(model.inputs(decision))
    seen: dict[int, str] = {}
    for values in product(*(SAMPLES[name] for name in names)):
        facts = dict(zip(names, values, strict=True))
        outcome = rules.decide(model, decision, facts, explain=False)
        assert outcome.result in ("yes", "no"), facts
        assert reason(outcome), facts
        assert re.fullmatch(r"\S+ 第\S+条", outcome.clauses[0]), outcome.clauses
        seen[outcome.rows[0].index] = outcome.result
        assert rules.replay(outcome.to_json(), model=model)
    assert set(seen.values()) == {"yes", "no"}
    text = (reading.DECISIONS / table).read_text(encoding="utf-8")
    assert len(seen) == text.count("<rule "), "a row that never fires"


@pytest.mark.parametrize("table", TABLES)
def test_nothing_known_is_undetermined_and_names_what_is_missing(table: str) -> None:
    outcome = decide(table, today=TODAY)
    assert outcome.result == "undetermined" and outcome.missing


def newborn(**change: Any) -> dict[str, Any]:
    return {
        "household_follow": "mother",
        "born_on": TODAY - timedelta(5),
        "mother_division": HERE,
        "father_division": HERE,
        "mother_household_no": "H1",
        "father_household_no": "H2",
        "today": TODAY,
        **change,
    }


def test_household_registration() -> None:
    table = "household_registration.dmn"
    assert decide(table, **newborn()).result == "yes"
    assert decide(table, **newborn(mother_division=AWAY)).result == "no"
    assert decide(table, **newborn(household_follow="father")).result == "yes"
    # no father recorded: with the mother it is decided, with the father it is not, and the missing fact is named
    alone = newborn(father_division=None, father_household_no=None)
    assert decide(table, **alone).result == "yes"
    with_father = decide(table, **{**alone, "household_follow": "father"})
    assert with_father.result == "undetermined" and set(with_father.missing) <= {"father_division", "father_household_no"}
    # registers that disagree are handed over as unknown: the official settles them
    assert decide(table, **newborn(mother_division=None)).missing == ("mother_division",)


def test_newborn_benefits_by_age_and_parent() -> None:
    facts = {"applicant_id": MOTHER, "mother_id": MOTHER, "father_id": None, "applicant_division": HERE, "today": TODAY}
    assert decide("child_benefit.dmn", born_on=TODAY - timedelta(30), **facts).result == "yes"
    assert decide("child_benefit.dmn", born_on=date(2023, 11, 21), **facts).result == "no"
    assert decide("child_benefit.dmn", born_on=date(2023, 11, 22), **facts).result == "yes"
    assert decide("child_benefit.dmn", born_on=TODAY, **{**facts, "applicant_id": AUNT}).result == "undetermined"
    assert decide("newborn_medical_insurance.dmn", born_on=TODAY - timedelta(89), applicant_division=HERE, today=TODAY).result == "yes"
    assert decide("newborn_medical_insurance.dmn", born_on=TODAY - timedelta(366), applicant_division=HERE, today=TODAY).result == "no"


def test_retirement_and_others() -> None:
    base = {"path": "normal", "retire_age_date": TODAY - timedelta(3), "paid_months": 200, "today": TODAY}
    assert decide("retirement_approval.dmn", **base).result == "yes"
    assert decide("retirement_approval.dmn", **{**base, "paid_months": 179}).result == "no"
    late = decide("retirement_approval.dmn", **{**base, "retire_age_date": TODAY + timedelta(90)})
    assert late.result == "no" and "尚未到" in reason(late)
    assert decide("retirement_approval.dmn", **{**base, "paid_months": None}).missing == ("paid_months",)
    assert decide("elder_card.dmn", birth_date=date(1966, 11, 21), today=TODAY).result == "yes"
    assert decide("elder_card.dmn", birth_date=date(1966, 11, 22), today=TODAY).result == "no"
    assert decide("unemployment_benefit.dmn", paid_months=24, cause="resigned").result == "no"
    # a fact that cannot change the answer need not be known
    assert decide("unemployment_benefit.dmn", paid_months=3, cause=None).result == "no"
    assert decide("environment_registration.dmn", in_dwelling=True, fume=True, company_status=None).result == "no"
