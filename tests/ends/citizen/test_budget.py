"""First load of home, guide and form: at most 60 KB on the wire and 6 requests, nothing from outside, nothing that blocks."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
KB = 1024


def wire(response):
    """(bytes compressed, addresses asked for) of a first load."""
    html = response.content.decode()
    asked = re.findall(r'<(?:link[^>]+href|script[^>]+src|img[^>]+src)="([^"]+)"', html)
    files = [finders.find(address.removeprefix("/static/")) for address in asked]
    assert all(files), asked
    size = len(gzip.compress(response.content)) + sum(len(gzip.compress(Path(found).read_bytes())) for found in files)
    return size, asked


def test_public_pages_are_light(db):
    for address in ("/", "/matters/newborn.household_registration", "/life-events/newborn", "/login"):
        size, asked = wire(Client().get(address))
        assert size <= 60 * KB and len(asked) + 1 <= 6, address


def test_the_form_is_light(mother):
    response = mother.get("/life-events/newborn/questions", follow=True)
    size, asked = wire(response)
    assert size <= 60 * KB and len(asked) + 1 <= 6


def test_scripts_wait_and_nothing_comes_from_outside(db):
    html = Client().get("/").content.decode()
    assert all("defer" in tag for tag in re.findall(r"<script[^>]*>", html))
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', html)


def test_home_asks_little_of_the_database(db, django_assert_max_num_queries):
    client = Client()
    client.get("/")
    with django_assert_max_num_queries(3):
        client.get("/")
