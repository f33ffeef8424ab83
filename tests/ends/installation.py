"""A small city with its staff and some real work on the desk, for the tests of the ends."""

import pytest
from django.conf import settings

from tests import cities
from tests.business.cases.conftest import agree, certificate
from yiwang.base.ids.api import new_id
from yiwang.base.storage import api as storage
from yiwang.business.cases import api as cases
from yiwang.support.identity import api as identity
from yiwang.support.identity.models import Account

PASSWORD = "Yunting-2026"
PASSPORT = "police.passport"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n"


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    return cities.build(django_db_blocker, people=200)


@pytest.fixture
def people(db, city):
    """Accounts of the staff and of the personas, and the agreements of two matters."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    identity.build_staff(password=PASSWORD)
    identity.build_accounts(city.values(), password=PASSWORD)
    agree((PASSPORT, "newborn.birth_certificate"))
    return city


def actor(username):
    return identity.actor_of(Account.objects.get(username=username))


@pytest.fixture
def case(people):
    """A passport case of the retiree that waits at the police, with an uploaded photo and a promised or deferred material."""
    return hand_in("retiree")


def hand_in(username, matter=PASSPORT):
    who = actor(username)
    prepared = cases.prepare(matter, applicant=who.subject, actor=who)
    values = {one.field["key"]: _value(one.field) for one in prepared.fields if one.value in (None, "") and one.field.get("required", True)}
    digest = storage.put(PDF, media_type="application/pdf").digest
    given = {
        one.key: cases.GivenMaterial("file", digest, "照片.pdf")
        for one in prepared.materials
        if one.needed and one.row.origin in ("missing", "applicant")
    }
    application = cases.Application(matter, who.subject, who.name, new_id().hex, values=values, materials=given)
    return cases.submit(application, actor=who)


def _value(field):
    options = field.get("options") or []
    if not options:
        return {"number": "12", "date": "2027-01-01", "boolean": "true", "phone": "13800138000"}.get(field["kind"], "如实填写")
    value = options[0]["value"] if isinstance(options[0], dict) else options[0][0]
    return [value] if field["kind"] == "multichoice" else value


def born(people):
    """The birth certificate of the persona's newborn: decided at once."""
    return cases.submit(certificate(people["newborn_mother"]), actor=actor("newborn_mother"))
