"""What people typed and registers told lies encrypted; old rows are sealed once; without the key nothing is shown and nothing written."""

import json
from importlib import import_module

import pytest
from django.db import connection

from tests.business.cases.conftest import certificate
from yiwang.business.cases import api as cases
from yiwang.business.cases import sealing, writing
from yiwang.security.evidence import api as evidence
from yiwang.security.keys import store
from yiwang.security.keys.api import CannotDecrypt, KeyUnusable

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
TABLES = {"case": ("cases_case", "id"), "steps": ("cases_step", "case_id"), "decisions": ("cases_decision", "case_id")}


@pytest.fixture
def done(agreements, city, mother):
    return cases.submit(certificate(city["newborn_mother"], values={"child_name": "林小满"}), actor=mother)


def lying(case_id):
    """The sealed columns as they lie in the tables, one text."""
    texts = []
    with connection.cursor() as cursor:
        for part, (table, by) in TABLES.items():
            cursor.execute(f"SELECT {', '.join(f'{one}::text' for one in sealing.COLUMNS[part])} FROM {table} WHERE {by} = %s", [case_id])
            texts += [text for row in cursor.fetchall() for text in row]
    return texts


def unseal(case_id):
    """Lay the rows down as an earlier release did."""
    file = writing.load([case_id])[0]
    with connection.cursor() as cursor:
        for part, (table, _) in TABLES.items():
            for row in [file.case] if part == "case" else getattr(file, part):
                for name in sealing.COLUMNS[part]:
                    cursor.execute(f"UPDATE {table} SET {name} = %s WHERE id = %s", [json.dumps(row[name]), row["id"]])


def test_neither_a_typed_value_nor_a_fact_lies_readable_and_the_person_still_reads_both(done, city, mother):
    said = "".join(lying(done.id))
    assert "林小满" not in said and "林晓雨" not in said and city["newborn_mother"].subject.key not in said
    assert cases.get(done.id, actor=mother).values["child_name"] == "林小满"
    assert cases.get(done.id, actor=mother).facts and cases.explanation(done.id, actor=mother).reasons


def test_rows_of_an_earlier_release_are_read_as_they_are_and_sealed_once(done, mother, monkeypatch):
    evidence.sequence()
    shown = cases.get(done.id, actor=mother)
    unseal(done.id)
    assert "林小满" in "".join(lying(done.id)) and cases.get(done.id, actor=mother) == shown
    migration = import_module("yiwang.business.cases.migrations.0002_seal")
    monkeypatch.setattr(migration, "_BATCH", 1)
    with connection.schema_editor(atomic=False) as editor, monkeypatch.context() as killed:
        killed.setitem(migration._TABLES, "steps", "no_such_table")
        with pytest.raises(Exception, match="no_such_table"):
            migration.seal(None, editor)
    after = lying(done.id)
    assert after[0] != "[]" and "林小满" in "".join(after)
    with connection.schema_editor(atomic=False) as editor:
        migration.seal(None, editor)
        once = lying(done.id)
        migration.seal(None, editor)
    assert once[0] == after[0] and "林小满" not in "".join(once) and lying(done.id) == once
    assert cases.get(done.id, actor=mother) == shown and evidence.verify_all().problems == ()


def test_bytes_of_another_column_are_refused_and_found_by_the_check_of_the_evidence(done, mother):
    evidence.sequence()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET fields = facts WHERE id = %s", [done.id])
    with pytest.raises(CannotDecrypt):
        cases.get(done.id, actor=mother)
    assert [one.key for one in evidence.verify_all().problems] == [str(done.id)]


def test_without_the_master_key_a_case_says_so_and_none_is_written_in_the_clear(done, city, mother, settings):
    settings.YIWANG_MASTER_KEY = "c7" * 32
    store.forget()
    with pytest.raises(KeyUnusable, match="YIWANG_MASTER_KEY"):
        cases.get(done.id, actor=mother)
    with pytest.raises(KeyUnusable):
        cases.submit(certificate(city["newborn_mother"], idempotency_key="after-loss"), actor=mother)
    store.forget()
