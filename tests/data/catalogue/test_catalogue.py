"""Every element has a source that exists, an owner that is the register's, and a level that fits."""

import pytest

from yiwang.data.catalogue import api as catalogue
from yiwang.data.registers import api as registers


def test_codes_are_unique_and_well_formed():
    codes = [one.code for one in catalogue.elements()]
    assert len(codes) == len(set(codes)) >= 100
    assert all(code.count(".") == 1 and code == code.lower() for code in codes)


@pytest.mark.parametrize("one", catalogue.elements(), ids=lambda one: one.code)
def test_an_element_belongs_to_its_register(one):
    register = registers.register(one.register)
    assert one.department == register.department
    assert one.update_cycle == register.cycle
    assert register.lookup(one.subject) is not None
    assert 1 <= one.level <= 4
    assert one.level >= 3 or not one.sensitive
    assert one.level >= 2 or one.subject in ("company",)
    assert one.name and one.name_en
    assert bool(one.code_table) == (one.kind == "code")
    if one.code_table:
        assert catalogue.codes(one.code_table)


@pytest.mark.django_db
def test_every_column_exists_where_the_element_says():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " WHERE c.relnamespace = 'registers'::regnamespace AND a.attnum > 0 AND NOT attisdropped"
        )
        columns = set(cursor.fetchall())
    for one in catalogue.elements():
        for source, column in ((one.register, one.column), *((cross.register, cross.column) for cross in one.cross)):
            lookup = registers.register(source).lookup(one.subject)
            assert (lookup.source, column) in columns, (one.code, lookup.source, column)
            assert (lookup.source, lookup.column) in columns
    for register in registers.registers():
        for column in (register.key_column, *register.about):
            assert (register.name, column) in columns


def test_search_finds_by_either_language_and_by_code():
    assert catalogue.search("出生 医院")[0].code == "birth.born_at_hospital"
    assert "person.name" in {one.code for one in catalogue.search("name")}
    assert catalogue.search("marriage.cert")[0].code == "marriage.certificate_no"
    assert catalogue.search("") == []


def test_an_unknown_code_is_refused_with_its_name():
    with pytest.raises(catalogue.UnknownElement, match=r"person\.nothing"):
        catalogue.element("person.nothing")
    with pytest.raises(catalogue.UnknownCodeTable):
        catalogue.codes("nothing")
    assert not catalogue.known("person.nothing")


def test_labels():
    assert catalogue.label("person.sex", "2") == "女"
    assert catalogue.label("credit.dishonest", False) == "否"
    assert catalogue.label("person.name", "林晓雨") == "林晓雨"
    assert catalogue.label("person.name", None) == ""
    assert len(catalogue.codes("ethnicity")) == 56


def test_no_name_of_a_code_table_is_missing_for_what_the_city_holds():
    """Codes written by the generator have words."""
    from datetime import date

    from yiwang.data.registers.city.chunks import chunks
    from yiwang.data.registers.city.columns import COLUMNS

    chunk, _ = next(chunks(people=3000, seed=3, as_of=date(2026, 11, 22)))
    for one in catalogue.elements():
        columns = COLUMNS[one.register]
        if one.code_table and one.column in columns:
            place, words = columns.index(one.column), catalogue.codes(one.code_table)
            values = {row.split("\t")[place] for row in chunk.rows[one.register]} - {"", "\\N"}
            assert values <= set(words), (one.code, values - set(words))
