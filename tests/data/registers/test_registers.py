"""The registers in the database: built, shut to the case side, versioned, and written to only through the narrow door."""

import threading
from datetime import date
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests.data.conftest import PEOPLE, SEED, person
from yiwang.base.ids.api import new_id
from yiwang.data.registers import api as registers
from yiwang.data.registers.api import Ask, Key
from yiwang.standards.errors import InvalidInput
from yiwang.standards.identifiers import id_card

BOTH = pytest.mark.django_db(databases=["default", "registers"])


def as_case_side(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE yiwang_app")
        cursor.execute(statement)


def select(sql, arguments=()):
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return cursor.fetchall()


@BOTH
def test_the_report_tells_what_was_built_and_that_it_is_invented(city):
    report = registers.city()
    assert (report.people >= PEOPLE, report.seed) == (True, SEED)
    assert report.rows_total == sum(report.rows.values()) > PEOPLE * 5
    assert set(report.rows) == {one.name for one in registers.registers()}
    assert "虚构" in report.note
    for name, count in report.rows.items():
        assert select(f"SELECT count(*) FROM registers.{name}") == [(count,)]
    for register in registers.registers():
        assert set(select(f"SELECT DISTINCT origin FROM registers.{register.name}")) <= {("generated",), ("persona",)}


@BOTH
def test_every_flaw_that_reality_has_is_in_a_city(city):
    flaws = registers.city().flaws
    assert {"twins", "single_parent"} <= set(flaws)
    assert select("SELECT count(*) FROM registers.pension p JOIN registers.death d USING (id_number) WHERE p.status = '1'")[0][0] >= 1
    assert (
        select("SELECT count(*) FROM registers.person p JOIN registers.medical_insurance m USING (id_number) WHERE p.name <> m.name")[0][0]
        >= 1
    )
    assert select("SELECT count(*) FROM registers.person WHERE nationality <> 'CHN'")[0][0] >= 1
    assert select("SELECT count(*) FROM registers.social_insurance WHERE updated_at < now() - interval '100 days'")[0][0] >= 1


@BOTH
def test_a_city_too_small_is_refused(city):
    with pytest.raises(InvalidInput, match="200"):
        registers.build_city(people=10, seed=1)


@BOTH
@pytest.mark.parametrize("name", [one.name for one in registers.registers()])
def test_the_case_side_cannot_read_or_write_a_register(city, name):
    for statement in (
        f"SELECT * FROM registers.{name} LIMIT 1",
        f"DELETE FROM registers.{name}",
        f"SELECT count(*) FROM registers.{name}",
        "SELECT * FROM registers.history",
    ):
        with pytest.raises(DatabaseError, match="permission denied") as caught:
            as_case_side(statement)
        assert isinstance(caught.value.__cause__, psycopg.errors.InsufficientPrivilege)


@BOTH
def test_the_case_side_may_hand_results_in_without_reading(city):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE yiwang_app")
        written = registers.write("person", city["retiree"].subject, values={"phone": "15400000001"}, source=str(new_id()))
        cursor.execute("RESET ROLE")
    assert written.version == 2 and not written.created


@BOTH
def test_an_old_value_stays_readable(fresh_city):
    subject = fresh_city["retiree"].subject
    before = select("SELECT phone FROM registers.person WHERE id_number = %s", [subject.key])[0][0]
    registers.write("person", subject, values={"phone": "15400000001"}, source="case-1")
    registers.write("person", subject, values={"phone": "15400000002"}, source="case-2")
    again = registers.write("person", subject, values={"phone": "15400000002"}, source="case-2")
    assert again.version == 3
    versions = registers.history("person", subject.key)
    assert [(one.version, one.values["phone"], one.source) for one in versions] == [
        (3, "15400000002", "case-2"),
        (2, "15400000001", "case-1"),
        (1, before, ""),
    ]
    assert versions[0].replaced_at is None and versions[1].replaced_at is not None
    assert versions[2].origin == "persona" and versions[0].origin == "reported"


@BOTH
def test_even_a_bare_update_keeps_the_old_version(fresh_city):
    subject = fresh_city["retiree"].subject
    with connections["registers"].cursor() as cursor:
        cursor.execute("UPDATE person SET name = '改名', version = 77 WHERE id_number = %s", [subject.key])
    assert [one.version for one in registers.history("person", subject.key)] == [2, 1]


@BOTH
def test_a_newborn_gets_a_number_a_household_and_a_birth_row_once(city):
    mother, record = city["newborn_mother"], city["newborn_mother"].keys["birth"]
    household = mother.keys["household"]
    case = str(new_id())
    values = {"name": "陈安然", "household_no": household}
    written = registers.write("person", Key("birth", record), values=values, source=case)
    assert written.created and written.version == 1
    card = id_card.parse(written.key)
    assert card.division == "990102" and card.sex is id_card.Sex.FEMALE
    row = select(
        "SELECT name, sex, household_no, relation_to_head, domicile_division, domicile_address, origin, source FROM registers.person"
        " WHERE id_number = %s",
        [written.key],
    )[0]
    assert row == ("陈安然", "2", household, "30", "990102001", "云汀市河东区临江街道望江社区望江路18号6栋2单元1203室", "reported", case)
    assert select("SELECT member_count, version FROM registers.household WHERE household_no = %s", [household]) == [(3, 2)]
    assert select("SELECT child_id_number, child_name FROM registers.birth WHERE record_no = %s", [record]) == [(written.key, "陈安然")]
    # the same case again changes nothing, another case is refused and leaves the transaction usable
    assert registers.write("person", Key("birth", record), values=values, source=case).key == written.key
    with pytest.raises(registers.AlreadyRegistered):
        registers.write("person", Key("birth", record), values=values, source=str(new_id()))
    assert select("SELECT member_count FROM registers.household WHERE household_no = %s", [household]) == [(3,)]
    # registers of persons can now be written for the child by its birth
    insured = registers.write("medical_insurance", Key("birth", record), values={"name": "陈安然", "kind": "2"}, source=case)
    assert insured.key == written.key and insured.created
    card_ = registers.write("social_security_card", Key("birth", record), values={"status": "1"}, source=case)
    assert card_.created
    pricked = registers.write("vaccination", Key("birth", record), values={"id_number": written.key, "clinic_name": "临江"}, source=case)
    assert pricked.created and pricked.key.startswith("VA")


@BOTH
def test_refusals_of_a_write_say_why(city):
    record = city["newborn_mother"].keys["birth"]
    mother = city["newborn_mother"].subject
    with pytest.raises(registers.NoSuchRow):
        registers.write("person", Key("birth", "B000"), values={"name": "甲"}, source="c")
    with pytest.raises(registers.NoSuchRow):
        registers.write("person", Key("birth", record), values={"name": "甲", "household_no": "123"}, source="c")
    with pytest.raises(InvalidInput, match="户号"):
        registers.write("person", Key("birth", record), values={"name": "甲"}, source="c")
    with pytest.raises(registers.NoSuchRow, match="尚未登记户口"):
        registers.write("medical_insurance", Key("birth", record), values={"kind": "2"}, source="c")
    with pytest.raises(InvalidInput, match="栏目不符"):
        registers.write("person", mother, values={"no_such_column": "x"}, source="c")
    with pytest.raises(InvalidInput, match="栏目不符"):
        registers.write("person", mother, values={"birth_date": "not a date"}, source="c")
    with pytest.raises(InvalidInput, match="不能按"):
        registers.write("food_licence", mother, values={"licence_no": "x"}, source="c")
    with pytest.raises(registers.NoSuchRegister):
        registers.write("nothing", mother, values={}, source="c")
    assert select("SELECT 1") == [(1,)]


@BOTH
def test_rows_found_by_another_column_are_updated_and_new_ones_get_a_number(city):
    mother = city["newborn_mother"]
    written = registers.write("marriage", mother.subject, values={"status": "2"}, source="c1")
    assert written.key == mother.keys["marriage"] and written.version == 2
    fresh = registers.write("benefit_payment", mother.subject, values={"kind": "4", "monthly_yuan": 300}, source="c1")
    assert fresh.created
    assert select("SELECT id_number, monthly_yuan::int FROM registers.benefit_payment WHERE payment_no = %s", [fresh.key]) == [
        (mother.id_number, 300)
    ]
    given = registers.write("marriage", city["stale"].subject, values={**_wedding(city), "certificate_no": "J-new"}, source="c2")
    assert given.key == "J-new" and given.created


def _wedding(city):
    husband, wife = city["stale"], city["missing"]
    return {
        "husband_id_number": husband.id_number,
        "husband_name": husband.name,
        "wife_id_number": wife.id_number,
        "wife_name": wife.name,
        "registered_on": "2026-11-20",
    }


@BOTH
def test_numbers_are_fresh_right_and_of_the_right_sex(city):
    day = date(1990, 5, 5)
    given = [registers.assign_id_number("990102", birth_date=day, sex=sex) for sex in "12" * 10]
    assert len(set(given)) == 20
    assert [id_card.parse(number).sex == id_card.Sex.MALE for number in given] == [True, False] * 10
    taken = {number for (number,) in select("SELECT id_number FROM registers.person")}
    assert not taken & set(given)


@BOTH
def test_a_full_day_is_refused(city):
    day = date(1991, 6, 6)
    for _ in range(449):
        registers.assign_id_number("990103", birth_date=day, sex="1")
    with pytest.raises(registers.NumbersExhausted):
        registers.assign_id_number("990103", birth_date=day, sex="1")


@BOTH
def test_two_clerks_never_get_one_number(fresh_city):
    given, errors = [], []

    def clerk():
        try:
            for _ in range(15):
                with transaction.atomic():
                    given.append(registers.assign_id_number("990104", birth_date=date(2026, 11, 11), sex="2"))
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=clerk) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(given) == len(set(given)) == 90


@BOTH
def test_one_of_many_cases_registers_a_newborn(fresh_city):
    mother = fresh_city["newborn_mother"]
    values = {"name": "陈安然", "household_no": mother.keys["household"]}
    outcomes = []

    def case():
        try:
            with transaction.atomic():
                written = registers.write("person", Key("birth", mother.keys["birth"]), values=values, source=str(new_id()))
            outcomes.append(written.key)
        except registers.AlreadyRegistered:
            outcomes.append(None)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=case) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one is None for one in outcomes) == [False] + [True] * 5
    assert select("SELECT member_count FROM registers.household WHERE household_no = %s", [mother.keys["household"]]) == [(3,)]


@BOTH
def test_a_rolled_back_case_leaves_the_register_as_it_was(fresh_city):
    mother = fresh_city["newborn_mother"]
    values = {"name": "甲", "household_no": mother.keys["household"]}

    def case():
        with transaction.atomic():
            registers.write("person", Key("birth", mother.keys["birth"]), values=values, source="c")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        case()
    found = registers.read([Ask("birth", "birth", (mother.keys["birth"],), ("child_id_number",))])
    assert found.rows["birth", "birth", mother.keys["birth"]].values == {"child_id_number": None}


@BOTH
def test_an_account_that_may_not_create_roles_is_told_what_the_administrator_must_run():
    script = (Path(registers.__file__).parent / "migrations" / "0001_roles.sql").read_text("utf8").split("CREATE SCHEMA")[0]
    with pytest.raises(DatabaseError, match="无权创建角色") as caught:
        as_case_side(script.replace("yiwang_registers", "yiwang_no_such_role"))
    assert "CREATE ROLE yiwang_no_such_role NOLOGIN; GRANT yiwang_no_such_role TO yiwang_app;" in caught.value.__cause__.diag.message_hint


@BOTH
def test_the_ways_in_of_the_database_are_those_of_the_definitions(city):
    declared = {
        (one.name, lookup.source, lookup.column)
        for one in registers.registers()
        for lookup in one.lookups
        if (lookup.source, lookup.column) != (one.name, one.key_column)
    }
    assert set(select("SELECT register, source, by_column FROM registers.way_in")) == declared
    assert set(select("SELECT register, key_column FROM registers.register_state")) == {
        (one.name, one.key_column) for one in registers.registers()
    }


@BOTH
def test_the_narrow_door_tells_nothing_for_nothing(city):
    subject = city["retiree"].subject
    for values in ({}, {"version": 1}, {"source": ""}):
        with pytest.raises(InvalidInput, match="没有要写入"):
            registers.write("bank_account", subject, values=values, source="c")
    doors = "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'registers_door'::regnamespace"
    assert set(select(doors)) == {("assign_id_number",), ("write_row",), ("register_newborn",)}
    with pytest.raises(DatabaseError, match="no way into"):
        as_case_side(
            "SELECT registers_door.write_row('person', NULL, NULL, 'person', 'name', 'x', '', '{\"phone\": \"1\"}', 's', 'o', now())"
        )


@BOTH
def test_related_records(city):
    mother, twins, owner = city["newborn_mother"], city["twins_mother"], city["restaurant_owner"]
    found = {(one.relation, str(one.key)) for one in registers.related([mother.subject])}
    assert ("mother", f"birth:{mother.keys['birth']}") in found
    assert ("spouse", f"person:{mother.keys['spouse']}") in found
    assert ("member", f"household:{mother.keys['household']}") in found
    births = registers.related([twins.subject], kinds=["birth"])
    assert {one.key.value for one in births} == {twins.keys["birth"], twins.keys["birth_2"]}
    assert {str(one.key) for one in registers.related([owner.subject], kinds=["company", "property"])} == {
        f"company:{owner.keys['company']}",
        f"property:{owner.keys['property']}",
    }
    assert registers.related([person("990102190001019999")]) == []


@BOTH
def test_unknown_register_and_unknown_way_in(city):
    with pytest.raises(registers.NoSuchRegister):
        registers.register("nothing")
    with pytest.raises(registers.NoSuchRow):
        registers.read([Ask("person", "company", ("x",), ("name",))])
    assert registers.history("person", "nobody") == []
