"""A small committed city, and plain browsers (no JavaScript) of a few of its people."""

import pytest
from django.conf import settings
from django.test import Client

from tests import cities
from yiwang.business.life_events import api as life_events
from yiwang.business.matters import api as matters
from yiwang.data.exchange import api as exchange
from yiwang.support.identity import api as identity
from yiwang.support.identity.models import Account
from yiwang.support.licences import api as licences

PASSWORD = "Yunting-2026"
PEOPLE = ("newborn_mother", "newborn_father", "school_parent", "restaurant_owner")
NEEDED = ("newborn", "police.household_transfer")


@pytest.fixture(scope="session", autouse=True)
def static_folder():
    """The folder of collected files exists in an installation; the middleware warns where it does not."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    return cities.build(django_db_blocker, people=200)


@pytest.fixture
def town(db, city):
    """Agreements, accounts and licences of the people used here; rolled back after each test."""
    for version in matters.library():
        if version.short.startswith(NEEDED) and (elements := matters.elements_of(version)):
            basis = str(version.legal_bases[0])
            exchange.agree(version.short, elements=elements, consumer_department=version.department, legal_basis=basis)
    life_events.agree_sources()
    identity.agree_sources()
    used = [city[key] for key in PEOPLE]
    identity.build_accounts(used, password=PASSWORD)
    licences.seed_city(used[:2])
    return city


@pytest.fixture
def browser(town):
    """A browser signed in as one of the people."""

    def signed_in(who, **cookies):
        client = Client()
        client.force_login(Account.objects.get(username=who), backend=settings.AUTHENTICATION_BACKENDS[0])
        client.cookies.load({name: str(value) for name, value in cookies.items()})
        return client

    return signed_in


@pytest.fixture
def mother(browser):
    return browser("newborn_mother")


@pytest.fixture
def stranger(browser):
    return browser("school_parent")
