"""Every route and every operation of the API, asked by people who have no business there."""

import json
import re
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from yiwang.ends.cli.stranger import ApiRefused, Client
from yiwang.ends.gateway.calls import api
from yiwang.security.access import api as access

NOT_FOR_YOU = {302, 401, 403, 404, 405}
PUBLIC = {
    "citizen:home", "citizen:search", "citizen:guide_ask", "citizen:guide_judge", "citizen:guide_hear", "citizen:knowledge_article", "citizen:matters", "citizen:guide", "citizen:life_events", "citizen:life_event", "citizen:laws", "citizen:law_cited", "citizen:law", "citizen:policies", "citizen:policy", "citizen:verify", "citizen:hotline", "citizen:hotline_track", "citizen:hotline_kinds", "citizen:hotline_opened",
    "open311:discovery", "open311:services", "open311:service", "open311:requests", "open311:request", "open311:token",
    "citizen:verify_token", "citizen:open_sets", "citizen:open_set", "citizen:open_cart", "citizen:open_cart_change", "citizen:open_requests",
    "citizen:open_gallery", "citizen:open_social", "citizen:open_social_set", "citizen:open_social_file", "citizen:open_licences", "citizen:open_feed",
    "citizen:open_feed_json", "citizen:open_feed_hvd", "citizen:open_feed_hvd_json", "citizen:open_feedback", "citizen:open_file", "ckan:action", "ckan:short_action", "citizen:login", "citizen:password", "citizen:logout", "citizen:preferences", "citizen:help", "citizen:accessibility", "citizen:privacy",
}  # fmt: skip
# Pages of the citizen's own space: each signed-in citizen has one, nobody sees another's.
OWN = {
    "citizen:apply", "citizen:matter_form", "citizen:matter_review", "citizen:event_questions", "citizen:event_form", "citizen:event_review",
    "citizen:mine", "citizen:licences", "citizen:messages", "citizen:notice_preferences", "citizen:me", "citizen:act_for", "citizen:company",
    "citizen:delegations", "citizen:diary", "citizen:corrections", "citizen:dispute", "citizen:benefits", "citizen:company_policies", "citizen:policy_wishes", "citizen:open_keys",
}  # fmt: skip


def _routes(patterns, namespace="", prefix=""):
    for item in patterns:
        if isinstance(item, URLResolver):
            yield from _routes(item.url_patterns, item.namespace or namespace, prefix + str(item.pattern))
        elif isinstance(item, URLPattern) and namespace != "gateway":
            yield f"{namespace}:{item.name}", "/" + prefix + str(item.pattern), getattr(item.callback, "policy", "")


_ALL = list(_routes(get_resolver().url_patterns))
ROUTES = {name: path for name, path, _ in _ALL}
WORDS = {name: word for name, _, word in _ALL}


@pytest.fixture(scope="module")
def things(journey):
    """What stands in an address: always something of the mother's."""
    receipt = journey["mother"].get("/messages")
    return {
        "short": "newborn.household_registration",
        "code": "newborn",
        "case_id": journey["cases"][0],
        "document_id": journey["mother"].get(f"/cases/{journey['cases'][0]}")["documents"][0]["id"],
        "life_event_id": journey["event"]["id"],
        "licence_id": journey["licence"]["id"],
        "notice_id": receipt["rows"][0]["id"],
        "token": "x" * 32,
        "action": "decide_no",
        "form": "json",
    }


def _address(route, things):
    def fill(match):
        name = match.group(1).rpartition(":")[2]
        return str(things.get(name, "01980000-0000-7000-8000-000000000000"))

    return re.sub(r"<([^>]+)>", fill, route)


def test_the_owner_does_get_in(people, things):
    for name in ("citizen:case", "citizen:my_life_event", "citizen:licence", "citizen:document", "citizen:message"):
        status, text, _ = people["owner"].get(_address(ROUTES[name], things))
        assert status == 200, (name, status, text[:200])


@pytest.mark.parametrize("name", sorted(set(ROUTES) - PUBLIC))
def test_a_stranger_gets_no_page(name, people, things):
    status, _, headers = people["stranger"].get(_address(ROUTES[name], things))
    assert status in NOT_FOR_YOU, name
    if status == 302:
        assert headers["Location"].startswith("/login")


@pytest.mark.parametrize("who", ["other citizen", "other department", "other region", "wrong role"])
@pytest.mark.parametrize("name", sorted(name for name in ROUTES if name.startswith("citizen:") and name not in PUBLIC | OWN))
def test_nobody_else_sees_what_is_the_mothers(name, who, people, things):
    status, text, _ = people[who].get(_address(ROUTES[name], things))
    assert status in NOT_FOR_YOU, (name, who, status)
    assert "林晓雨" not in text


@pytest.mark.parametrize("who", ["stranger", "owner", "other citizen"])
@pytest.mark.parametrize("name", sorted(name for name in ROUTES if name.startswith("official:")))
def test_the_desk_is_closed_to_citizens(name, who, people, things):
    assert people[who].get(_address(ROUTES[name], things))[0] in NOT_FOR_YOU, (name, who)
    assert people[who].post(_address(ROUTES[name], things), {"version": "1"})[0] in NOT_FOR_YOU, (name, who)


@pytest.mark.parametrize("who", ["other department", "other region", "wrong role"])
@pytest.mark.parametrize("name", ["official:case", "official:step", "official:archive", "official:replay"])
def test_the_desk_of_another_department_sees_no_case(name, who, people, things):
    assert people[who].get(_address(ROUTES[name], things))[0] in NOT_FOR_YOU, (name, who)
    assert people[who].post(_address(ROUTES[name], things), {"version": "1"})[0] in NOT_FOR_YOU, (name, who)


ROLES = json.loads((Path(access.__file__).parent / "roles.json").read_text(encoding="utf8"))["roles"]
SEATS = {  # the roles of the seats in conftest.people
    "other department": ("reviewer", "matter_editor"),
    "other region": ("clerk",),
    "handler": ("clerk",),
    "wrong role": ("data_officer", "rating_officer", "archivist"),
}
NEEDS = {name: word for name, word in WORDS.items() if word not in {"public", "login", "citizen", "staff"}}


CLOSED = [
    (name, who)
    for name, word in sorted(NEEDS.items())
    for who, roles in SEATS.items()
    if not any(word in ROLES[role]["permissions"] for role in roles)
]


@pytest.mark.parametrize(("name", "who"), CLOSED)
def test_a_page_that_needs_a_permission_is_closed_to_staff_without_it(name, who, people, things):
    assert people[who].get(_address(ROUTES[name], things))[0] in NOT_FOR_YOU, (name, who)
    assert people[who].post(_address(ROUTES[name], things), {"version": "1"})[0] in NOT_FOR_YOU, (name, who)


def test_every_route_has_a_policy():
    assert len(NEEDS) >= 5
    assert [name for name, word in WORDS.items() if not word] == []


def test_every_route_is_judged_here():
    judged = {name for name in ROUTES if name.partition(":")[0] in {"citizen", "official", "open311", "ckan"}}
    assert set(ROUTES) == judged
    assert set(ROUTES) >= PUBLIC | OWN


def _operations():
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    yield method, "/" + f"{prefix}/{path}".strip("/").replace("//", "/"), operation


OPERATIONS = sorted(
    {(method, path, operation.auth_callbacks[0].word if operation.auth_callbacks else "") for method, path, operation in _operations()}
)


def test_every_operation_of_the_api_has_a_policy():
    assert len(OPERATIONS) > 30
    assert [(method, path) for method, path, word in OPERATIONS if not word] == []


@pytest.fixture(scope="module")
def clients(site):
    sign = lambda name: Client(site.address).sign_in(name, site.password)  # noqa: E731
    return {
        "stranger": Client(site.address),
        "forged": Client(site.address, "0" * 43),
        "other citizen": sign("retiree"),
        "other department": sign("fire.reviewer"),
        "other region": sign("street2.clerk"),
        "wrong role": sign("police.data"),
    }


BODY = {
    "version": 1, "inputs": {}, "reason": "x", "outcome": "upheld", "note": "x", "level": "satisfied", "element": "person.name",
    "key": {"kind": "person", "value": "990102199001010011"}, "claimed_value": "x", "matter": "newborn.household_registration",
    "idempotency_key": "permission-test", "purpose": "newborn.household_registration", "legal_basis": "x", "claims": [],
}  # fmt: skip


@pytest.mark.parametrize(("method", "path"), [(m, p) for m, p, word in OPERATIONS if word != "public"])
@pytest.mark.parametrize("who", ["stranger", "forged"])
def test_the_api_is_closed_to_strangers(method, path, who, clients, things, site):
    with pytest.raises(ApiRefused, match=r": (401|403|404) "):
        clients[who].call(method, _api(path, things), BODY if method == "POST" else None)


@pytest.mark.parametrize(
    "path", [p for m, p, word in OPERATIONS if m == "GET" and word in {"public", "login", "citizen"} and p != "/diary"]
)
def test_the_owner_is_answered_by_every_operation_that_is_hers(path, journey, things):
    """No refusal hides a fault: what is hers comes, what is not hers is refused by name; a 5xx never comes."""
    try:
        answer = journey["mother"].get(_api(path, things))
    except ApiRefused as refusal:
        answer = str(refusal)
    assert not re.search(r": 5\d\d ", answer if isinstance(answer, str) else "")


OBJECTS = ("case_id", "life_event_id", "licence_id", "notice_id")


@pytest.mark.parametrize(("method", "path"), [(m, p) for m, p, _ in OPERATIONS if any(f"{{{name}}}" in p for name in OBJECTS)])
@pytest.mark.parametrize("who", ["other citizen", "other department", "other region", "wrong role"])
def test_the_api_gives_the_mothers_things_to_nobody_else(method, path, who, clients, things):
    with pytest.raises(ApiRefused, match=r": (403|404) "):
        clients[who].call(method, _api(path, things), BODY if method == "POST" else None)


def _api(path, things):
    return re.sub(
        r"\{([^}]+)\}", lambda match: str(things.get(match.group(1).rpartition(":")[2], "01980000-0000-7000-8000-000000000000")), path
    )


def test_a_forged_origin_cannot_post_with_the_browsers_session(people, site):
    import urllib.request

    visitor = people["owner"]
    request = urllib.request.Request(
        f"{site.address}/api/v1/cases",
        data=json.dumps(BODY).encode(),
        headers={"Content-Type": "application/json", "Origin": "http://evil.example"},
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        visitor.opener.open(request)
    assert refused.value.code == 403
