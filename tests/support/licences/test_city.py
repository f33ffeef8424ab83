"""The licences that the personas of the demonstration city hold from the start."""

import pytest

from tests.data.conftest import city as city
from yiwang.security.access.api import Actor
from yiwang.standards.subjects import Subject
from yiwang.support.licences import api as licences

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def held(subject):
    return {one.kind: one for one in licences.held(Actor("citizen", "c", "x", subject))}


def test_personas_hold_what_the_registers_say(city):
    made = licences.seed_city(list(city.values()))
    assert made >= len(city)
    assert licences.seed_city(list(city.values())) == 0, "a second call makes nothing"
    mother = city["newborn_mother"]
    folder = held(mother.subject)
    assert {"id_card", "household_register", "marriage_certificate"} <= set(folder)
    card = folder["id_card"]
    assert card.data["身份证号"] == mother.id_number and card.holder_name == mother.name and card.issuer == "市公安局"
    assert folder["marriage_certificate"].data["配偶姓名"] == city["newborn_father"].name
    assert "id_card" not in held(city["foreigner"].subject)
    assert "id_card" not in held(city["dead_pensioner"].subject)
    for one in folder.values():
        assert licences.check_bundle(licences.offline_bundle(one.id)) == []
    owner = city["restaurant_owner"]
    company = next(value for key, value in owner.keys.items() if key.startswith("company"))
    licence = held(Subject("company", company))["business_licence"]
    assert licence.data["法定代表人"] == owner.name and licence.valid_to is None
    assert any("property_certificate" in held(persona.subject) for persona in city.values())
