"""Policies as data: enough of them, every table clean, every condition in words, every file checked when it is read."""

import copy
import json

import pytest

from yiwang.business.policies import definitions
from yiwang.data.catalogue import api as catalogue
from yiwang.rules import api as rules
from yiwang.standards.errors import InvalidInput
from yiwang.support.licences import api as licences

ALL = definitions.load()
FILES = sorted((definitions.ROOM / "definitions").glob("*.json"))


def test_there_are_thirty_and_more():
    assert len(ALL) >= 30 and len(ALL) == len(FILES)
    assert {path.stem for path in FILES} == set(ALL) == {path.stem for path in (definitions.ROOM / "decisions").glob("*.dmn")}
    assert {one.topic for one in ALL.values()} == set(definitions.topics())
    assert len({one.department for one in ALL.values()}) >= 6
    assert (
        any(one.second_look for one in ALL.values()) and any(one.closes for one in ALL.values()) and any(one.group for one in ALL.values())
    )


@pytest.mark.parametrize("code", sorted(ALL))
def test_a_policy_is_whole(code):
    one = ALL[code]
    assert rules.check(one.file) == []
    (decision,) = one.file.as_tables().decisions
    assert all(decision.table.clause(row) == one.legal_basis for row in range(len(decision.table.rules)))
    assert decision.table.rules[0].outputs[0] == '"yes"' and all(row.outputs[0] == '"no"' for row in decision.table.rules[1:])
    wanted = set(one.file.inputs("decision")) - {"today"}
    assert wanted == {each.name for each in one.inputs} | set(one.parameters)
    for each in one.evidence:
        assert bool(each.element) != bool(each.licence)
        if each.licence:
            assert licences.kind(each.licence).holder in ("company", "any") and each.matter
    assert {each.element for each in one.evidence if each.element} == {each.element for each in one.inputs}
    for each in one.inputs:
        assert catalogue.element(each.element).department
    for other in one.exclusive:
        assert code in ALL[other].exclusive, "what excludes is excluded"
    assert all(value.source for values in one.parameters.values() for value in values)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("topic", "nothing"),
        ("department", "nobody"),
        ("group", "nothing"),
        ("budget_yuan", 0),
        ("window", {"from": "2026-05-01", "until": "2026-04-01"}),
        ("window", {"from": "soon", "until": None}),
        ("conditions", []),
        ("evidence", [{"element": "company.nothing"}]),
        ("inputs", [{"nonsense": 1}]),
    ],
)
def test_a_wrong_file_is_refused_with_its_name(member, value):
    data = copy.deepcopy(json.loads(FILES[0].read_text("utf-8")))
    data[member] = value
    with pytest.raises(InvalidInput):
        definitions.read(data, origin="draft.json")
    del data[member]
    with pytest.raises(InvalidInput, match=r"draft\.json"):
        definitions.read(data, origin="draft.json")
