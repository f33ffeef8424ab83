"""One running installation with one finished journey in it, seen by different people through real HTTP."""

import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pytest

from yiwang.ends.cli import scratch
from yiwang.ends.cli.stranger import Client


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


class Visitor:
    """A browser without JavaScript: cookies, forms, no redirects followed unless asked."""

    def __init__(self, address, username="", password=""):
        self.address, self.username = address, username
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), NoRedirect)
        if username:
            status, _, _ = self.post("/login", {"username": username, "password": password})
            assert status == 302, f"{username} could not sign in"

    def get(self, path):
        return self._send(urllib.request.Request(self.address + path))

    def post(self, path, data, *, page=""):
        token = self._token(page or "/login")
        body = urllib.parse.urlencode({**data, "csrfmiddlewaretoken": token}, doseq=True).encode()
        return self._send(urllib.request.Request(self.address + path, data=body, headers={"Referer": self.address}))

    def _token(self, page):
        _, text, _ = self.get(page)
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
        if found:
            return found.group(1)
        return next((cookie.value for cookie in self.jar if cookie.name == "yiwang_csrf"), "")

    def _send(self, request):
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode(errors="replace"), answer.headers
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace"), error.headers


@pytest.fixture(scope="package")
def site():
    with scratch.installation(people=400) as running:
        yield running


@pytest.fixture(scope="package")
def journey(site):
    """新生儿出生 run through the API by `yiwang demo`; its figures, and the ids of what it left behind."""
    done = subprocess.run(
        [sys.executable, "-m", "yiwang.ends.cli.main", "demo", "newborn", "--url", site.address, "--password", site.password, "--json"],
        env=site.environment,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    mother = Client(site.address).sign_in("newborn_mother", site.password)
    event = mother.get("/life-event-submissions")[0]
    view = mother.get(f"/life-event-submissions/{event['id']}")
    cases = [node["case_id"] for node in view["nodes"]]
    return {"figures": json.loads(done.stdout), "event": view, "cases": cases, "mother": mother, "licence": _licence(mother)}


def _licence(mother):
    for _ in range(50):
        held = mother.get("/licences")
        if held:
            return held[0]
        time.sleep(0.2)
    raise AssertionError("no licence arrived")


@pytest.fixture(scope="package")
def people(site):
    """Visitors by what they are to the mother's cases."""
    password = site.password
    return {
        "stranger": Visitor(site.address),
        "owner": Visitor(site.address, "newborn_mother", password),
        "other citizen": Visitor(site.address, "retiree", password),
        "other department": Visitor(site.address, "fire.reviewer", password),
        "other region": Visitor(site.address, "street2.clerk", password),
        "wrong role": Visitor(site.address, "police.data", password),
        "handler": Visitor(site.address, "police.clerk", password),
    }
