"""The generator without a database: the same city for the same seed, and one that could exist."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yiwang.data.registers.city import scene
from yiwang.data.registers.city.chunks import chunks
from yiwang.data.registers.city.columns import COLUMNS
from yiwang.data.registers.city.companies import identity
from yiwang.data.registers.city.people import RESERVED_FROM, Minter
from yiwang.data.registers.city.retirement import statutory_date
from yiwang.standards.identifiers import credit_code, id_card

DAY = date(2026, 11, 22)


def rows_of(people, seed, as_of=DAY, size=400):
    tables = {name: [] for name in COLUMNS}
    count = 0
    for chunk, _ in chunks(people=people, seed=seed, as_of=as_of, size=size):
        count += chunk.people
        for name, rows in chunk.rows.items():
            for row in rows:
                values = row.split("\t")
                assert len(values) == len(COLUMNS[name]), (name, row)
                tables[name].append({c: None if v == "\\N" else v for c, v in zip(COLUMNS[name], values, strict=True)})
    return count, tables


@pytest.fixture(scope="module")
def town():
    return rows_of(4000, 11)[1]


def test_the_same_seed_gives_the_same_city():
    def whole(seed):
        return [chunk.rows for chunk, _ in chunks(people=900, seed=seed, as_of=DAY, size=100)]

    assert whole(5) == whole(5)
    assert whole(5) != whole(6)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(min_value=-(2**40), max_value=2**40), days=st.integers(min_value=0, max_value=1500))
def test_any_seed_and_day_gives_right_numbers_and_older_parents(seed, days):
    as_of = DAY + timedelta(days=days)
    count, tables = rows_of(250, seed, as_of)
    assert count >= 250
    numbers = [row["id_number"] for row in tables["person"]]
    assert len(numbers) == len(set(numbers))
    for row in tables["person"]:
        card = id_card.parse(row["id_number"], today=as_of)
        assert card.birth.isoformat() == row["birth_date"]
        assert (card.sex is id_card.Sex.MALE) == (row["sex"] == "1")
        assert row["id_number"].startswith("9901") or row["nationality"] != "CHN"
        assert row["household_no"] == "" or row["household_no"].startswith("9901")
        assert int(row["id_number"][14:17]) < RESERVED_FROM
    for row in tables["birth"]:
        born = date.fromisoformat(row["born_on"])
        for parent in ("mother_id_number", "father_id_number"):
            if row[parent]:
                assert (born - id_card.parse(row[parent]).birth).days >= 18 * 365, row
    for row in tables["company"]:
        assert credit_code.is_valid(row["credit_code"]) and row["credit_code"][2:6] == "9901"


def test_names_across_registers_belong_to_the_same_person(town):
    people = {row["id_number"]: row for row in town["person"]}
    for register, number, name in (
        ("household", "head_id_number", "head_name"),
        ("marriage", "husband_id_number", "husband_name"),
        ("marriage", "wife_id_number", "wife_name"),
        ("birth", "mother_id_number", "mother_name"),
        ("birth", "father_id_number", "father_name"),
        ("birth", "child_id_number", "child_name"),
        ("property", "owner_id_number", "owner_name"),
        ("company", "legal_representative_id_number", "legal_representative"),
        ("death", "id_number", "name"),
        ("social_insurance", "id_number", "name"),
    ):
        rows = [row for row in town[register] if row[number]]
        assert rows
        for row in rows:
            assert people[row[number]]["name"] == row[name], (register, row)


def test_marriages_are_lawful(town):
    people = {row["id_number"]: row for row in town["person"]}
    for row in town["marriage"]:
        on = date.fromisoformat(row["registered_on"])
        husband, wife = people[row["husband_id_number"]], people[row["wife_id_number"]]
        assert husband["sex"] == "1" and wife["sex"] == "2"
        assert id_card.parse(husband["id_number"]).age(on) >= 22
        assert id_card.parse(wife["id_number"]).age(on) >= 20
        assert on <= DAY
    married = {row["id_number"] for row in town["person"] if row["marital_status"] == "20" and row["status"] == "1"}
    in_force = [row for row in town["marriage"] if row["status"] == "1"]
    assert {row[side] for row in in_force for side in ("husband_id_number", "wife_id_number")} == married


def test_households_count_their_members(town):
    members = Counter(row["household_no"] for row in town["person"] if row["status"] == "1" and row["household_no"])
    for row in town["household"]:
        assert members[row["household_no"]] == int(row["member_count"])
    assert set(members) <= {row["household_no"] for row in town["household"]}


def test_the_pyramid_is_plausible(town):
    ages = [id_card.parse(row["id_number"]).age(DAY) for row in town["person"] if row["status"] == "1"]
    share = {
        "children": sum(age < 15 for age in ages) / len(ages),
        "elderly": sum(age >= 60 for age in ages) / len(ages),
        "men": sum(row["sex"] == "1" for row in town["person"]) / len(town["person"]),
    }
    assert 0.10 < share["children"] < 0.24
    assert 0.15 < share["elderly"] < 0.34
    assert 0.46 < share["men"] < 0.54
    assert max(ages) < 112


def test_school_children_are_of_the_right_age(town):
    for row in town["education"]:
        age = id_card.parse(row["id_number"]).age(DAY)
        assert 5 <= age - int(row["grade"]) <= 6
        assert row["stage"] == ("1" if int(row["grade"]) <= 6 else "2" if int(row["grade"]) <= 9 else "3")


def test_one_number_for_each_document(town):
    for register, column in (("property", "certificate_no"), ("bank_account", "account_no"), ("birth", "record_no"), ("company", "name")):
        values = [row[column] for row in town[register]]
        assert len(values) == len(set(values)), register
    phones = [row["phone"] for row in town["person"] if row["phone"]]
    assert len(phones) == len(set(phones)) and all(phone.startswith("154") and len(phone) == 11 for phone in phones)


def test_company_identities_are_unique_and_stay_so_for_large_cities():
    some = [identity(index) for index in (*range(3000), *range(400_000, 401_000), *range(1_000_000, 1_001_000))]
    assert len({one.name for one in some}) == len(some) == len({one.credit_code for one in some})


def test_a_full_day_mints_no_reserved_number():
    minter = Minter()
    given_ = [minter.mint("990102", date(1990, 1, 1), "1") for _ in range(450)]
    assert len(set(given_)) == 450
    with pytest.raises(IndexError):
        minter.mint("990102", date(1990, 1, 1), "1")


@pytest.mark.parametrize(
    ("birth", "kind", "expected"),
    [
        # the comparison tables published with the decision
        (date(1964, 12, 5), "male", date(2024, 12, 5)),
        (date(1965, 1, 5), "male", date(2025, 2, 5)),
        (date(1965, 5, 5), "male", date(2025, 7, 5)),
        (date(1976, 9, 5), "male", date(2039, 9, 5)),
        (date(1970, 1, 5), "female_cadre", date(2025, 2, 5)),
        (date(1981, 12, 5), "female_cadre", date(2039, 12, 5)),
        (date(1975, 1, 5), "female_worker", date(2025, 2, 5)),
        (date(1975, 3, 5), "female_worker", date(2025, 5, 5)),
        (date(1984, 12, 31), "female_worker", date(2039, 12, 31)),
    ],
)
def test_statutory_retirement_follows_the_published_tables(birth, kind, expected):
    assert statutory_date(birth, kind) == expected


@pytest.mark.parametrize("days", [0, 1, 40, 100, 165, 283, 284, 285, 330, 463, 1200])
def test_personas_hold_their_stories_on_any_day(days):
    as_of = date(2026, 11, 22) + timedelta(days=days)
    stage = scene.stage(as_of)
    by_key = {one.key: one for one in stage.personas}
    people = {values["id_number"]: values for register, values in stage.rows if register == "person"}
    assert len(people) == sum(register == "person" for register, _ in stage.rows)
    for persona in stage.personas:
        if persona.id_number:
            assert id_card.is_valid(persona.id_number, today=as_of) and persona.id_number in people
    child = id_card.parse(by_key["school_parent"].keys["child"], today=as_of)
    assert child.age(as_of) == 6
    enrols = date(as_of.year + (as_of.month >= 9), 8, 31)
    assert child.birth <= enrols.replace(year=enrols.year - 6)
    retiree = next(v for register, v in stage.rows if register == "employment" and v["id_number"] == by_key["retiree"].id_number)
    assert as_of <= date.fromisoformat(retiree["retire_age_date"]) <= as_of + timedelta(days=31)


def test_personas_are_the_same_for_every_seed_and_cover_the_stories():
    keys = {one.key for one in scene.stage(DAY).personas}
    assert keys == {
        "newborn_mother", "newborn_father", "newborn", "retiree", "restaurant_owner", "company_changer", "school_parent",
        "single_parent_mother", "twins_mother", "foreigner", "dead_pensioner", "disagreeing", "stale", "missing",
        "elder", "elder_content", "elder_disputing", "paid_twice", "two_birth_dates", "without_work",
    }  # fmt: skip
