"""Everyday words find the right matter first."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from yiwang.business.matters import api as matters
from yiwang.business.matters import queries, searching

PHRASINGS = list(csv.DictReader((Path(__file__).parent / "phrasings.csv").open(encoding="utf-8")))
INDEX = searching.Index(queries.builtin())


def first(text: str) -> str:
    found = INDEX.search(text, limit=1, subject_kind=None)
    return INDEX.matters[found[0][1]].short if found else ""


def test_the_fixture_is_two_hundred_different_phrasings_of_matters_we_have() -> None:
    assert len(PHRASINGS) == len({row["text"] for row in PHRASINGS}) == 200
    assert {row["short"] for row in PHRASINGS} <= {version.short for version in queries.builtin()}


@pytest.mark.parametrize("part", ["dev", "held_out"])
def test_nine_of_ten_phrasings_find_the_right_matter_first(part: str) -> None:
    rows = [row for row in PHRASINGS if row["part"] == part]
    wrong = [f"{row['text']} → {first(row['text']) or 'nothing'}, not {row['short']}" for row in rows if first(row["text"]) != row["short"]]
    assert len(rows) >= 60 and len(wrong) <= 0.1 * len(rows), wrong


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("上户口", "newborn.household_registration"),
        ("  上户口!?  ", "newborn.household_registration"),
        ("ＰＡＳＳＰＯＲＴ", "police.passport"),
        ("公租房", "housing.public_rental"),
        ("gongzufang", "housing.public_rental"),
        ("gzf", "housing.public_rental"),
        ("taiwan 护照", "police.passport"),
        ("最低生活保障", "civil.minimum_living"),
        ("居民身份证换领", "police.id_card_renewal"),
        ("出身证明", "newborn.birth_certificate"),
        ("我妈80岁了有什么补贴", "civil.high_age_allowance"),
        ("满 16 周岁办身份证", "police.id_card_first"),
        ("居主证申领", "police.residence_permit"),
        ("失业金领取", "hrss.unemployment_benefit"),
        ("申领失业金", "hrss.unemployment_benefit"),
    ],
)
def test_slips_letters_and_parts(text: str, short: str) -> None:
    assert first(text) == short


@pytest.mark.parametrize("text", ["", "   ", "!!!", "\x00", "%_'\"\\", "qqxxzzkk", "🀄🀄", "a" * 10_000, "怎么办理" * 500])
def test_nonsense_finds_nothing_or_little_and_breaks_nothing(text: str) -> None:
    assert isinstance(INDEX.search(text, limit=5, subject_kind=None), list)
    if not text.strip("! \x00%_'\"\\🀄qxzk"):
        assert INDEX.search(text, limit=5, subject_kind=None) == []


def test_best_first_and_limited_and_by_kind_of_applicant() -> None:
    found = INDEX.search("营业执照", limit=5, subject_kind=None)
    assert len(found) == 5 and [one[0] for one in found] == sorted((one[0] for one in found), reverse=True)
    for _, place, _ in INDEX.search("营业执照", limit=20, subject_kind="person"):
        assert INDEX.matters[place].subject_kind in ("person", "both")


def test_the_door_follows_what_is_published(loaded: object) -> None:
    hit = matters.search("给娃上户口")[0]
    assert (hit.short, hit.name) == ("newborn.household_registration", "出生登记(随父/母落户)") and hit.code and hit.reason


@pytest.mark.django_db
def test_a_warmed_index_is_the_one_that_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_held", searching._Held())
    matters.warm_search()
    built = searching._held.index
    matters.search("护照")
    assert built is not None and searching._held.index is built
