"""The JSON API as a program meets it."""

import json

import pytest

from tests.ends.installation import PASSWORD, case, city, people  # noqa: F401


class Caller:
    """One program with its token."""

    def __init__(self, client, token="", **headers):
        self.client, self.headers = client, {"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}
        self.headers |= headers

    def get(self, path, status=200):
        return self._told(self.client.get("/api/v1" + path, **self.headers), status)

    def post(self, path, body=None, status=200, method="POST"):
        data = body if isinstance(body, str | bytes) else json.dumps(body if body is not None else {})
        return self._told(self.client.generic(method, "/api/v1" + path, data, content_type="application/json", **self.headers), status)

    def put(self, path, body=None, status=200):
        return self.post(path, body, status, method="PUT")

    def _told(self, answer, status):
        assert answer.status_code == status, (answer.status_code, answer.content.decode()[:600])
        told = json.loads(answer.content) if answer.content and answer["Content-Type"].startswith("application/json") else answer
        if status >= 400:
            assert set(told) >= {"code", "message", "field", "details"} and told["message"], told
        return told


@pytest.fixture
def stranger(client):
    return Caller(client)


@pytest.fixture
def sign_in(people, client, stranger):  # noqa: F811
    """A caller with a token of that account."""

    def enter(username, **headers):
        token = stranger.post("/tokens", {"username": username, "password": PASSWORD}, 201)["token"]
        return Caller(client, token, **headers)

    return enter
