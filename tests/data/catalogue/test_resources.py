"""The resources of the release: they describe what the registers really hold, with duties, codes and levels that hold together."""

import pytest
from django.db import connections

from yiwang.data.catalogue import api as catalogue
from yiwang.data.catalogue.values import from_json, metadata, to_json
from yiwang.data.registers import api as registers
from yiwang.security.masking.api import KINDS

SHARED = {"version", "updated_at", "origin", "source"}


@pytest.mark.django_db(databases=["default", "registers"])
def test_every_register_is_a_resource_with_its_real_columns():
    with connections["registers"].cursor() as cursor:
        cursor.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'registers'")
        real = {}
        for table, column in cursor.fetchall():
            real.setdefault(table, set()).add(column)
    for one in registers.registers():
        resource = catalogue.of_register(one.name)
        assert resource.code == f"{one.department}.{one.name}"
        assert resource.title == one.title
        assert {field.name for field in resource.fields} == real[one.name] - SHARED, one.name
        assert [field.name for field in resource.fields if field.key] == [one.key_column]


def test_shipped_resources_hold_together(db):
    codes = catalogue.resources()
    assert len({one.catalogue_code for one in codes}) == len(codes) == 30
    duties = {one.code: one for one in catalogue.duties()}
    for one in codes:
        assert one.duties, f"{one.code} has no duty"
        assert all(duties[duty].department == one.department for duty in one.duties)
        assert one.item in metadata()["items"][one.category]
        assert one.open is False or one.level == 1
        assert one.share != "unconditional" or (one.level == 1 and not one.sensitive)
        assert from_json(to_json(one)) == one
        for field in one.fields:
            assert field.mask == "" or field.mask in KINDS
            if field.element:
                element = catalogue.element(field.element)
                assert (field.level, field.sensitive) == (
                    max(element.level, 1) if one.level > 1 or element.level == 1 else 1,
                    element.sensitive,
                )
            assert field.level >= 3 or not field.sensitive


def test_unknown_codes_are_refused_in_words(db):
    with pytest.raises(catalogue.NoSuchResource, match="没有找到"):
        catalogue.resource("health.nothing")
    with pytest.raises(catalogue.NoSuchResource):
        catalogue.of_register("nothing")
    assert catalogue.resource("health.birth").field("weight_g").level >= 3
