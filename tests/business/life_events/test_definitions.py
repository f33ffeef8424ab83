"""Definitions: the thirteen of the list hold together; every kind of fault is found."""

import json
from copy import deepcopy
from datetime import date

import pytest

from yiwang.base.clock.api import Limit, derive
from yiwang.business.life_events import api as life_events
from yiwang.business.life_events.answering import combinations, included, settled
from yiwang.business.life_events.definitions import FOLDER, from_json
from yiwang.business.life_events.timing import Span, timetable

pytestmark = pytest.mark.django_db
COMPLETE = {"newborn", "retirement", "restaurant", "company_change", "school_enrolment"}


def raw(code="newborn"):
    return json.loads((FOLDER / f"{code}.json").read_text("utf8"))


def rules(data):
    return {one.rule for one in life_events.validate(from_json(data))}


def test_the_thirteen_of_the_first_national_list():
    listed = life_events.definitions()
    assert [one.number for one in listed] == list(range(1, 14)) and {one.document for one in listed} == {"国发〔2024〕3号"}
    assert sum(one.subject_kind == "company" for one in listed) == 8
    assert {one.code for one in listed if one.complete} == COMPLETE
    assert all(one.name.endswith("一件事") and one.name_en for one in listed)


@pytest.mark.parametrize("code", [one.stem for one in sorted(FOLDER.glob("*.json"))])
def test_every_definition_validates(code):
    definition = life_events.definition(code)
    assert life_events.validate(definition) == []
    graph = life_events.graph(definition)
    assert len(graph.nodes) == len(definition.nodes) and all(one.department_name for one in graph.nodes)
    for edge in graph.edges:
        layers = {one.key: one.layer for one in graph.nodes}
        assert layers[edge.before] < layers[edge.after]


def test_newborn_is_at_least_six_matters_at_six_departments():
    graph = life_events.graph(life_events.definition("newborn"), answers={"maternity_costs": "yes"})
    assert len(graph.nodes) == 8 and len({one.department for one in graph.nodes}) >= 6
    assert {one.key for one in graph.nodes if one.layer == 0} == {"birth_certificate", "birth_service_registration"}


def change(path, value):
    data = deepcopy(raw())
    *way, last = path
    here = data
    for part in way:
        here = here[part]
    if callable(value):
        here[last] = value(here[last])
    else:
        here[last] = value
    return data


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (change(["nodes", 0, "matter"], "newborn.nothing"), "unknown_matter"),
        (change(["nodes", 0, "matter"], "restaurant.sign"), "wrong_subject"),
        (change(["nodes", 0, "depends_on"], ["maternity_reimbursement"]), "cycle"),
        (change(["nodes", 0, "depends_on"], ["birth_service_registration"]), "cycle"),
        (change(["nodes", 0, "depends_on"], ["nowhere"]), "unknown_node"),
        (change(["nodes", 0, "key"], "birth_certificate"), "node_twice"),
        (change(["nodes", 0, "when"], {"married": ["perhaps"]}), "unknown_answer"),
        (change(["nodes", 0, "when"], {"colour": ["red"]}), "unknown_question"),
        (change(["nodes", 0, "when"], {"married": []}), "unreachable"),
        (change(["nodes", 0, "when"], {"household_follow": "father", "father_recorded": "no"}), "unreachable"),
        (change(["nodes", 0, "takes"], ["nobody"]), "unknown_key"),
        (change(["nodes", 0, "gives"], ["person.colour@child"]), "unknown_element"),
        (change(["questions", 3, "options"], []), "no_option"),
        (change(["questions", 3, "default"], "maybe"), "unknown_answer"),
        (change(["questions", 2, "otherwise"], "aunt"), "unknown_answer"),
        (change(["questions"], lambda old: old[1:]), "open_question"),
        (change(["questions"], lambda old: [*old, {**old[4], "key": "idle"}]), "idle_question"),
        (change(["anchor", "name"], "record"), "unknown_key"),
        (change(["subjects", "mother", "element"], "birth.grandmother"), "unknown_element"),
        (change(["subjects", "mother", "of"], "stork"), "unknown_key"),
        (raw() | {"form": {"no_such_field": {"label": "x"}}}, "unknown_field"),
        (change(["name_en"], ""), "text_missing"),
        (change(["nodes"], []), "no_matters"),
    ],
)
def test_every_fault_is_found(data, rule):
    assert rule in rules(data)


def test_a_field_asked_twice_is_found(monkeypatch):
    from dataclasses import replace

    from yiwang.business.life_events import graphs, validation

    def other_key(node):
        version = graphs.described(node)
        if node.key != "household_registration" or version is None:
            return version
        return replace(
            version, fields=tuple({**one, "key": "childs_name"} if one["key"] == "child_name" else one for one in version.fields)
        )

    monkeypatch.setattr(validation, "described", other_key)
    found = [one for one in life_events.validate(life_events.definition("newborn")) if one.rule == "asked_twice"]
    assert found and "新生儿姓名" in found[0].message


def test_an_unknown_code_is_refused():
    with pytest.raises(life_events.UnknownLifeEvent) as refused:
        life_events.definition("moon_landing")
    assert "moon_landing" in refused.value.message


def test_answers_registers_first_then_the_applicant_then_the_default():
    definition = life_events.definition("newborn")
    assert settled(definition, {}, {"father_recorded": "yes", "married": "no"})["household_follow"] == "mother"
    assert settled(definition, {"household_follow": "father"}, {"father_recorded": "yes"})["household_follow"] == "father"
    # without a father on record the question is not shown and the child joins the mother's household
    assert settled(definition, {"household_follow": "father"}, {"father_recorded": "no"})["household_follow"] == "mother"
    assert settled(definition, {"married": "no"}, {"married": "yes"})["married"] == "yes"
    assert "married" not in settled(definition, {"married": "perhaps"}, {})


def test_every_way_to_answer_leads_somewhere():
    for definition in life_events.definitions():
        for answers in combinations(definition):
            assert included(definition, answers), (definition.code, answers)


# The critical path


def test_the_critical_path_counts_working_days_through_the_holidays():
    spans = [
        Span("a", "5工作日", ()),
        Span("b", "即办", ("a",)),
        Span("c", "10工作日", ("b",)),
        Span("d", "20自然日", ()),
        Span("e", "即办", ("d", "elsewhere")),
    ]
    times = timetable(spans, start=date(2026, 2, 9))  # the Spring Festival of 2026 lies in between
    assert times.critical == {"a", "b", "c"} and times.days == 15
    assert times.due["b"] == times.due["a"] == derive(date(2026, 2, 9), limit=_limit("5工作日")).due
    assert times.last == derive(times.due["b"], limit=_limit("10工作日")).due > times.due["d"]


def _limit(text):
    return Limit.parse(text)


def test_what_has_ended_moves_the_rest_forward():
    spans = [Span("a", "20工作日", (), ended=date(2026, 3, 3)), Span("b", "5工作日", ("a",))]
    times = timetable(spans, start=date(2026, 3, 2))
    assert times.due["a"] == date(2026, 3, 3) and times.last == date(2026, 3, 10)
