"""The OpenAPI description: every operation said, every answer typed; the page that shows it."""

import pytest
from django.conf import settings

from yiwang.ends.gateway.calls import api

pytestmark = pytest.mark.django_db
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
FILES = {
    "/api/v1/tickets/{ticket_id}/files/{digest}",
    "/api/v1/open-tickets/{ticket_id}/files/{digest}",
    "/api/v1/catalogue/export",
    "/api/v1/cases/{case_id}/archive",
    "/api/v1/licences/{licence_id}/bundle",
    "/api/v1/matters/export/{form}",
    "/api/v1/decisions/{room}/{name}/dmn",
    "/api/v1/gateway/policy",
    "/api/v1/open-data-bundle",
    "/api/v1/open-data/{code}/files/{form}",
}


def operations():
    import yiwang.ends.gateway.urls  # noqa: F401

    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, one in methods.items():
            yield method.upper(), path, one


def test_the_description_is_valid(client):
    told = client.get("/api/v1/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    ids = [one["operationId"] for _, _, one in operations()]
    assert len(ids) == len(set(ids)) > 35
    known = set(told["components"]["schemas"])
    assert all(ref in known for ref in refs(told))


def refs(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].rpartition("/")[2]
        for one in node.values():
            yield from refs(one)
    elif isinstance(node, list):
        for one in node:
            yield from refs(one)


def test_every_operation_is_described_and_typed():
    for method, path, one in operations():
        assert one.get("description"), (method, path)
        good = [answer for status, answer in one["responses"].items() if str(status).startswith("2")]
        assert good, (method, path)
        if path not in FILES and "204" not in map(str, one["responses"]):
            assert all(answer.get("content") for answer in good), (method, path)


def test_the_page_asks_nothing_from_outside(client):
    answer = client.get("/api/v1/docs")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "https://" not in page and "http://" not in page
    assert "<script>" not in page
    for _, path, one in operations():
        assert f'id="{one["operationId"]}"' in page, path
