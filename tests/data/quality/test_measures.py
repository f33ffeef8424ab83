"""Suggestions, drift and scores by themselves."""

from datetime import date

import pyarrow as pa
import pytest

from yiwang.data.quality import drifting, scoring
from yiwang.data.quality.report import Result
from yiwang.data.quality.suggesting import suggest
from yiwang.standards.identifiers import id_card

GOOD = next(number for number in (f"99010219840329{n:03d}{c}" for n in range(1, 99) for c in "0123456789X") if id_card.is_valid(number))


def best(kind, value, columns=("v",), **more):
    values = {columns[-1]: value, **more.pop("values", {})}
    found = suggest({"kind": kind, "columns": list(columns)}, values, **more)
    return (found[0].value, found[0].confidence) if found else None


@pytest.mark.parametrize(
    "spoilt",
    [
        GOOD.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}),
        f"{GOOD[:6]} {GOOD[6:14]}-{GOOD[14:]}",
        GOOD[:17].replace("0", "O") + GOOD[17],
        GOOD[:17].replace("1", "I") + GOOD[17],
    ],
)
def test_identity_numbers_are_recovered(spoilt):
    value, confidence = best("id_number", spoilt)
    assert value == GOOD and confidence >= 0.9


def test_a_number_that_could_be_anything_gets_no_suggestion():
    assert best("id_number", "123") is None and best("id_number", "9" * 18) is None
    assert best("mobile", "没有") is None and best("code", "x", codes={"1": "男"}) is None


def test_phones_codes_and_dates():
    assert best("mobile", "+86 139-0000-1111") == ("13900001111", 0.97)
    assert best("mobile", "139OOOO1111") == ("13900001111", 0.85)
    assert best("code", " 1 ", codes={"1": "男", "2": "女"}) == ("1", 0.98)
    assert best("code", "女", codes={"1": "男", "2": "女"})[0] == "2"
    assert best("code", "1", codes={"01": "汉族", "02": "蒙古族"})[0] == "01"
    assert best("code", "990112", codes={"990102": "河东区", "990203": "西"})[0] == "990102"
    assert best("birth_date", "1984-03-29", ("id", "d"), values={"id": GOOD}) is None
    assert best("birth_date", "1985-03-29", ("id", "d"), values={"id": GOOD}) == ("1984-03-29", 0.9)
    assert best("typed", "2020年3月5日")[0] == "2020-03-05"
    assert best("agrees", "林晓", ("id", "name"), other="林晓雨", values={"id": GOOD}) == ("林晓雨", 0.6)


def test_psi_is_zero_for_the_same_and_grows():
    column = pa.chunked_array([["1", "2"] * 500])
    before = drifting.profile(column, kind="text")
    assert drifting.psi(before["shares"], before["shares"]) == 0
    near, far = (drifting.profile(pa.chunked_array([["1"] * n + ["2"] * (1000 - n)]), kind="text") for n in (550, 900))
    assert 0 < drifting.psi(before["shares"], near["shares"]) < 0.1 < drifting.psi(before["shares"], far["shares"])
    numbers = drifting.profile(pa.chunked_array([list(range(1000))]), kind="integer")
    same = drifting.profile(pa.chunked_array([list(range(1000))]), kind="integer", edges=numbers["edges"])
    assert len(numbers["edges"]) == 9 and drifting.psi(numbers["shares"], same["shares"]) == 0
    empty = drifting.profile(pa.chunked_array([pa.array([], pa.date32())]), kind="date")
    assert drifting.psi(empty["shares"], empty["shares"]) == 0
    assert drifting.profile(pa.chunked_array([[date(2020, 1, 1)] * 9]), kind="date")["edges"]


def test_scores_are_means_and_weights():
    made = [Result("a", "a", "not_null", "0201", ("x",), 10, 1), Result("b", "b", "mobile", "0302", ("x", "y"), 10, 5)]
    found = scoring.scores(made, how=scoring.shipped())
    assert found.dimensions == {"02": 0.9, "03": 0.5, "06": 1.0} and found.fields == {"x": 0.7, "y": 0.5}
    assert found.overall == round((0.2 * 0.9 + 0.3 * 0.5 + 0.05) / 0.55, 6) and found.grade == "red"
    assert [scoring.grade(one, scoring.shipped()) for one in (1.0, 0.96, 0.5, None)] == ["green", "yellow", "red", "none"]
    assert scoring.department([(90, {"02": 1.0}), (10, {"02": 0.5})]) == {"02": 0.95}
