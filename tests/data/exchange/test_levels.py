"""Confirmed levels of the catalogue decide masks, who must sign, and what is shared at all; the gateway follows by itself."""

import json
from dataclasses import replace

import pytest

from tests.data.exchange.sharing import (
    ASKER,
    CATALOGUER,
    GIVER,
    GIVER_HEAD,
    REVIEWER,
    agreed,
    asked,
    given,
    opened,
    republished,
    step,
)  # fmt: skip
from yiwang.data.catalogue import api as catalogue
from yiwang.data.exchange import api as exchange
from yiwang.data.exchange import policies
from yiwang.data.gateway import api as gateway

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def policy():
    return json.loads(json.loads((policies.folder() / "policy.json").read_text())["policy"])


def current(place):
    return (place / "person" / "current").read_text()


def shown(issued):
    return {name: mask["level"] for name, mask in policy()["keys"][issued.key.code]["grants"][0]["fields"].items()}


@pytest.fixture(autouse=True)
def gateway_folder(settings, tmp_path):
    settings.YIWANG_VAR = tmp_path


def test_from_the_reviewers_desk_to_a_masked_answer(running, city, django_capture_on_commit_callbacks):
    caller, _, _ = running
    mother = city["newborn_mother"].id_number
    with django_capture_on_commit_callbacks(execute=True):
        view, issued = opened(fields=("name", "sex", "phone"), purpose="newborn.check", purpose_kind="duty")
    assert view.state == "issued" and view.unsigned == ()  # level 2: the officer's agreement was enough

    def phone():
        status, told = caller.rows(issued, [mother], purpose="newborn.check")
        return told["data"]["rows"][0]["values"]["phone"] if status == 200 else None

    def until(wanted):
        caller.until(lambda: (found := phone()) is not None and ("*" in found) is wanted)
        return phone()

    clear, place = until(False), policies.folder() / "resources"
    assert "phone" not in gateway.sealed_columns(place, "person") and "residence_address" in gateway.sealed_columns(place, "person")
    with django_capture_on_commit_callbacks(execute=True):
        republished("police.person", phone={"level": 3})
    assert exchange.publish_resources() == ["person"] and exchange.publish_resources() == []
    assert "phone" in gateway.sealed_columns(place, "person")
    assert clear.encode() not in (place / "person" / current(place) / "rows.arrow").read_bytes()
    assert until(True) != clear and shown(issued) == {"name": "full", "sex": "full", "phone": "partial"}
    with django_capture_on_commit_callbacks(execute=True):
        republished("police.person", phone={"level": 3, "sensitive": True, "mask": "text"})
    assert shown(issued)["phone"] == "hidden"
    with django_capture_on_commit_callbacks(execute=True):
        republished("police.person", phone={"level": 2, "sensitive": False, "mask": "phone"})
    assert until(False) == clear


def test_a_level_above_the_signed_one_waits_for_the_head(django_capture_on_commit_callbacks):
    exchange.agree("newborn.check", elements=["person.phone"], consumer_department="health", legal_basis="《户口登记条例》第七条")
    with django_capture_on_commit_callbacks(execute=True):
        view, issued = opened(fields=("name", "phone"), purpose="newborn.check")
    assert shown(issued)["phone"] == "full" and [one.step for one in view.steps].count("countersign") == 0
    with django_capture_on_commit_callbacks(execute=True):
        republished("police.person", phone={"level": 3})
    assert shown(issued)["phone"] == "partial"  # the agreement was signed for a lower level
    seen = exchange.request(view.id, actor=GIVER_HEAD)
    assert [one.name for one in seen.unsigned] == ["phone"] and [one.step for one in seen.actions].count("countersign") == 1
    assert view.id in [one.id for one in exchange.requests(GIVER_HEAD, box="approve")]
    with django_capture_on_commit_callbacks(execute=True):
        done = step(seen, "countersign", GIVER_HEAD)
    assert done.state == "issued" and done.unsigned == () and shown(issued)["phone"] == "full"
    with pytest.raises(exchange.WrongRequestStep):
        step(done, "countersign", GIVER_HEAD)
    assert view.id not in [one.id for one in exchange.requests(GIVER_HEAD, box="approve")]


def test_a_head_may_send_it_back_and_silence_is_escalated_all_the_same():
    view = step(asked(fields=("residence_address",)), "agree", GIVER)
    assert view.state == "countersigning" and view.due
    with pytest.raises(exchange.RequestIncomplete):
        step(view, "reconsider", GIVER_HEAD)
    view = step(view, "reconsider", GIVER_HEAD, note="请只给到区县")
    assert view.state == "answering" and step(view, "agree", GIVER).state == "countersigning"


def test_what_the_catalogue_no_longer_shares_leaves_the_policy(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        _, issued = opened(fields=("name",))
    held = catalogue.draft("police.person", actor=CATALOGUER)
    closed = replace(held.resource, share="none", share_ground="《居民身份证法》第十九条")
    saved = catalogue.save(closed, actor=CATALOGUER, lock=held.lock)
    sent = catalogue.submit("police.person", actor=CATALOGUER, lock=saved.lock)
    with django_capture_on_commit_callbacks(execute=True):
        catalogue.publish("police.person", actor=REVIEWER, lock=sent.lock)
    assert policy()["keys"][issued.key.code]["grants"] == []
    with pytest.raises(exchange.NotShared) as refused:
        exchange.draft_request(given(), actor=ASKER)
    assert "《居民身份证法》第十九条" in refused.value.message


def test_a_field_that_the_catalogue_dropped_is_neither_offered_nor_shown(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        _, issued = opened(fields=("name", "phone"))
    held = catalogue.draft("police.person", actor=CATALOGUER)
    fewer = replace(held.resource, fields=tuple(one for one in held.resource.fields if one.name != "phone"))
    saved = catalogue.save(fewer, actor=CATALOGUER, lock=held.lock)
    sent = catalogue.submit("police.person", actor=CATALOGUER, lock=saved.lock)
    with django_capture_on_commit_callbacks(execute=True):
        catalogue.publish("police.person", actor=REVIEWER, lock=sent.lock)
    assert set(shown(issued)) == {"name"}
    with pytest.raises(exchange.RequestIncomplete):
        agreed(fields=("phone",))


def test_the_terms_of_the_catalogue_are_a_condition():
    found = exchange.shared_resource("person")
    assert found.conditions[-1].code == "terms" and "不得转供" in found.conditions[-1].text
