"""Weights and limits are changed by the data bureau alone, with a reason, in versions; scores follow."""

import pytest

from tests.data.conftest import city, staff  # noqa: F401
from yiwang.data.quality import api as quality
from yiwang.data.quality import scoring
from yiwang.security.access.api import PermissionDenied
from yiwang.security.audit import api as audit

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
BUREAU, POLICE = staff("data", "data_officer"), staff("police", "data_officer")
EVEN = {"01": 0.2, "02": 0.2, "03": 0.2, "04": 0.2, "05": 0.1, "06": 0.1}


def save(actor=BUREAU, **changes):
    return quality.save_scoring(
        **{"weights": EVEN, "green": 0.98, "yellow": 0.9, "note": "专班议定", "version": 0, "actor": actor, **changes}
    )


def test_a_change_is_a_version_with_its_reason(db):
    assert [one.version for one in quality.scoring_history(POLICE)] == [0]
    made = save()
    assert (made.version, made.weights["03"], made.green, made.note) == (1, 0.2, 0.98, "专班议定")
    assert [one.version for one in quality.scoring_history(BUREAU)] == [1, 0]
    (row,) = audit.search(staff("data", "auditor"), act="quality.scoring").rows
    assert row.detail["before"]["green"] == "0.99" and row.detail["after"]["weights"]["03"] == "0.2"
    with pytest.raises(quality.ScoringChanged):
        save()


@pytest.mark.parametrize(
    "wrong",
    [
        {"weights": {"01": 1.0}},
        {"weights": {**EVEN, "01": 0.3}},
        {"weights": {**EVEN, "01": -0.1, "02": 0.5}},
        {"weights": {**EVEN, "01": float("nan")}},
        {"weights": {**EVEN, "01": True}},
        {"green": 0.8},
        {"yellow": 0},
        {"green": 1.2},
        {"note": "  "},
    ],
)
def test_wrong_ones_are_refused(db, wrong):
    with pytest.raises(quality.ScoringInvalid):
        save(**wrong)
    assert scoring.in_force().version == 0


def test_nobody_else_may(db):
    for stranger in (POLICE, staff("data", "clerk")):
        with pytest.raises(PermissionDenied):
            save(stranger)
    with pytest.raises(PermissionDenied):
        quality.scoring_history(staff("police", "hotline_agent"))


def test_scores_follow(city):  # noqa: F811
    before = quality.run("person", actor=POLICE).scores
    save(weights={"01": 0, "02": 0, "03": 0, "04": 1.0, "05": 0, "06": 0}, green=0.999999, yellow=0.5)
    after = quality.run("person", actor=POLICE).scores
    assert after.dimensions == before.dimensions and after.overall == after.dimensions["04"] != before.overall
    assert after.grade == "yellow"
    assert next(one for one in quality.overview(BUREAU) if one.department == "police").overall == after.overall
