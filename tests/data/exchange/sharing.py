"""People and a request for the tests of data sharing."""

from dataclasses import replace
from datetime import timedelta

from yiwang.base.clock.api import today
from yiwang.data.catalogue import api as catalogue
from yiwang.data.exchange import api as exchange
from yiwang.security.access.api import Actor

PURPOSE, BASIS = "newborn.household_registration", "《户口登记条例》第七条"
OFFICER, HEAD, RULER = ("data_officer",), ("sharing_head",), ("data_officer", "sharing_authority")


def official(department, roles=OFFICER, *, who="a", region="990100"):
    return Actor("staff", f"{department}-{who}", f"{department}{who}", None, department, region, frozenset(roles))


ASKER, ASKER_HEAD = official("health"), official("health", HEAD, who="head")
GIVER, GIVER_HEAD = official("police"), official("police", HEAD, who="head")
AUTHORITY = official("data", RULER)


def given(**changes):
    told = {
        "resource": "person", "fields": ("name", "birth_date", "phone", "residence_address"), "purpose": PURPOSE, "purpose_kind": "matter",
        "purpose_title": "出生一件事核对父母身份", "legal_basis": BASIS, "scene": "医院窗口办理出生医学证明时核对父母身份",
        "operations": ("rows",), "calls": 50, "until": today() + timedelta(days=300),
    }  # fmt: skip
    return exchange.RequestGiven(**(told | changes))


CATALOGUER = official("police", ("data_officer",), who="catalogue")
REVIEWER = official("data", ("catalogue_reviewer",), who="review")


def republished(code, **levels):
    """The catalogue's resource in force with other levels of fields: written, submitted, reviewed and published."""
    held = catalogue.draft(code, actor=CATALOGUER)
    fields = tuple(replace(one, **levels[one.name]) if one.name in levels else one for one in held.resource.fields)
    saved = catalogue.save(replace(held.resource, fields=fields), actor=CATALOGUER, lock=held.lock)
    sent = catalogue.submit(code, actor=CATALOGUER, lock=saved.lock)
    return catalogue.publish(code, actor=REVIEWER, lock=sent.lock)


def step(view, name, actor, **told):
    return exchange.step_request(view.id, step=name, actor=actor, lock=view.lock, given=exchange.StepGiven(**told))


def asked(**changes):
    """A request that waits for the provider, as the provider sees it."""
    view = exchange.draft_request(given(**changes), actor=ASKER)
    view = step(view, "submit", ASKER)
    return exchange.request(step(view, "approve", ASKER_HEAD).id, actor=GIVER)


def agreed(**changes):
    """An agreed request, as the asking department sees it."""
    view = step(asked(**changes), "agree", GIVER, note="同意")
    if view.state == "countersigning":
        view = step(exchange.request(view.id, actor=GIVER_HEAD), "countersign", GIVER_HEAD)
    return exchange.request(view.id, actor=ASKER)


def opened(**changes):
    """An opened request with its first key."""
    view = agreed(**changes)
    issued = exchange.issue_key(view.id, algorithm="hmac-sm3", actor=ASKER, lock=view.lock)
    return exchange.request(view.id, actor=ASKER), issued
