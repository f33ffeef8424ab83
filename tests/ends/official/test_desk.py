"""The to-do list and the case page: everything a clerk does there."""

import re

import pytest

from tests.ends.installation import PDF, actor, born, hand_in
from yiwang.base.outbox import api as outbox
from yiwang.business.cases import api as cases
from yiwang.config.wiring import HANDLERS
from yiwang.security.audit import api as audit
from yiwang.security.evidence import api as evidence
from yiwang.support.licences import api as licences
from yiwang.support.notices import api as notices

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def text_of(response):
    return response.content.decode()


def step(client, case, action, **inputs):
    version = cases.get(case.id, actor=actor("police.clerk")).version
    return client.post(f"/office/cases/{case.id}/steps/{action}", {"version": version, **inputs})


def test_the_list_filters_pages_and_says_when_it_is_empty(sign_in, case):
    client = sign_in("police.clerk")
    page = text_of(client.get("/office/"))
    assert case.no in page and "周建国" in page
    assert case.no in text_of(client.get("/office/?state=submitted&q=" + case.no))
    for nothing in ("?state=stopped", "?light=red", "?mine=1", "?q=nobody"):
        assert "没有符合条件的办件" in text_of(client.get("/office/" + nothing)), nothing
    assert client.get("/office/?page=not-a-cursor&light=purple").status_code in (200, 422)
    assert "新的申请会出现在这里" in text_of(sign_in("fire.clerk").get("/office/"))


def test_the_list_goes_on_by_its_cursor(sign_in, people):
    mine = {hand_in("retiree").no for _ in range(21)}
    client = sign_in("police.clerk")
    first = text_of(client.get("/office/"))
    onward = re.search(r'href="(\?page=[^"]+)">下一页', first)
    second = text_of(client.get("/office/" + onward.group(1).replace("&amp;", "&")))
    seen = {no for no in mine if no in first}
    assert len(seen) == 20
    assert mine - seen == {no for no in mine if no in second}


def test_a_case_says_where_everything_comes_from(sign_in, case):
    page = text_of(sign_in("police.clerk").get(f"/office/cases/{case.id}"))
    for words in ("市公安局", "第 1 版", "已核验", "核验的事实", "免提交台账", "受理后开始计时", "打开文件", "普通护照"):
        assert words in page, words
    assert "verified" not in page and "applicant<" not in page


def test_steps_go_through_and_the_page_comes_back(sign_in, case):
    client = sign_in("police.clerk")
    done = step(client, case, "receive", opinion="收到")
    assert done.status_code == 302 and done["Location"] == f"/office/cases/{case.id}"
    assert "已完成:收件" in text_of(client.get(done["Location"]))
    assert step(client, case, "accept").status_code == 302
    page = text_of(client.get(f"/office/cases/{case.id}"))
    assert "逐日推算" in page and 'class="days"' in page
    client = sign_in("police.reviewer")
    assert step(client, case, "review", opinion="材料齐全", conclusion="yes").status_code == 302
    client = sign_in("police.approver")
    assert step(client, case, "decide_yes", opinion="同意").status_code == 302
    assert cases.get(case.id, actor=actor("police.approver")).state in ("decided_yes", "issued")


def test_a_refused_step_keeps_what_was_typed(sign_in, case):
    client = sign_in("police.clerk")
    refused = step(client, case, "request_supplement", items="", days="7", opinion="请尽快补来")
    page = text_of(refused)
    assert refused.status_code == 422
    assert "请尽快补来" in page and 'id="errors"' in page and 'href="#f-request_supplement-items"' in page
    assert 'value="7"' in page
    stale = client.post(f"/office/cases/{case.id}/steps/receive", {"version": "99", "opinion": "我写的意见"})
    assert stale.status_code == 409 and "我写的意见" in text_of(stale)
    odd = client.post(f"/office/cases/{case.id}/steps/no-such-step", {"version": "x"})
    assert odd.status_code == 422 and "没有名为" in text_of(odd)


def test_values_are_corrected_in_the_forms_own_fields(sign_in, case):
    client = sign_in("police.clerk")
    page = text_of(client.get(f"/office/cases/{case.id}"))
    key = next(one.key for one in cases.get(case.id, actor=actor("police.clerk")).fields if one.key == "phone")
    assert f'name="values.{key}"' in page and "JSON" not in page
    assert step(client, case, "correct", **{f"values.{key}": "1380013", "confirmed": "true"}).status_code == 422
    held = {f"values.{one.key}": one.value for one in cases.get(case.id, actor=actor("police.clerk")).fields if one.value is not None}
    assert step(client, case, "correct", **held | {f"values.{key}": "13900139000", "confirmed": "true"}).status_code == 302
    told = cases.get(case.id, actor=actor("police.clerk"))
    assert told.state == "accepted"
    assert {one.key: one.value for one in told.fields}[key] == "13900139000"


def test_an_uploaded_material_is_opened_and_that_is_recorded(sign_in, case):
    client = sign_in("police.clerk")
    key = next(one.key for one in case.materials if one.given_as == "file")
    opened = client.get(f"/office/cases/{case.id}/materials/{key}")
    assert opened.content == PDF and opened["Content-Type"] == "application/pdf"
    assert opened["X-Content-Type-Options"] == "nosniff"
    assert any(one.act == "case.material_opened" for one in audit.of_case(case.id))
    assert client.get(f"/office/cases/{case.id}/materials/none").status_code == 404
    assert sign_in("city.leader").get(f"/office/cases/{case.id}/materials/{key}").status_code == 403


def test_a_decided_case_is_explained_replayed_and_archived(sign_in, people):
    done = born(people)
    client = sign_in("health.data")
    page = text_of(client.get(f"/office/cases/{done.id}"))
    assert "符合条件" in page and "满足" in page and "重算一遍" in page and done.licences[0] in page
    assert "林晓雨" not in page and "个人信息已遮盖" in page
    answer = client.post(f"/office/cases/{done.id}/replay", follow=True)
    assert "重算结果与原决定一致" in text_of(answer)
    evidence.sequence()
    package = client.get(f"/office/cases/{done.id}/archive")
    assert package.status_code == 200, text_of(package)[-900:]
    assert package["Content-Type"] == "application/zip" and package.content[:2] == b"PK"


@pytest.mark.parametrize("who", ["fire.clerk", "street2.clerk", "newborn_mother"])
def test_others_see_no_case(sign_in, case, who):
    client = sign_in(who)
    for path in ("", "/archive", "/materials/photo"):
        assert client.get(f"/office/cases/{case.id}{path}").status_code in (403, 404), (who, path)
    assert step(client, case, "receive").status_code in (403, 404)
    assert client.post(f"/office/cases/{case.id}/replay").status_code in (403, 404)


def test_every_post_needs_its_token(people, case):
    from django.test import Client

    from yiwang.support.identity.models import Account

    client = Client(enforce_csrf_checks=True)
    client.force_login(Account.objects.get(username="police.clerk"))
    refused = client.post(f"/office/cases/{case.id}/steps/receive", {"version": "1"})
    assert refused.status_code == 403
    assert cases.get(case.id, actor=actor("police.clerk")).state == "submitted"


def test_a_licence_is_revoked_on_the_desk_with_its_clause_and_whoever_verifies_sees_it_at_once(sign_in, people):
    number = born(people).licences[0]
    mother = actor("newborn_mother")
    held = next(one for one in licences.held(mother) if one.number == number)
    shown = licences.present(held.id, actor=mother).url_path
    path = f"/office/licences/{held.id}"
    assert sign_in("police.approver").get(path).status_code == 404
    assert "改变证照状态" not in text_of(sign_in("health.clerk").get(path))
    client = sign_in("health.approver")
    assert number in text_of(client.get("/office/licences", {"number": number}))
    typed = {"act": "revoke", "reason": " ", "basis": "《中华人民共和国母婴保健法》第二十三条"}
    refused = client.post(path, typed)
    assert refused.status_code == 400 and "请写明理由" in text_of(refused) and typed["basis"] in text_of(refused)
    assert client.post(path, {**typed, "act": "expire", "reason": "x"}).status_code == 400
    answer = client.post(path, {**typed, "reason": "出生信息经核实有误"}, follow=True)
    assert "撤销" in text_of(answer) and "出生信息经核实有误" in text_of(answer) and "改变证照状态" not in text_of(answer)
    assert "撤销" in text_of(client.get(shown)) and not licences.check_presented(shown.rpartition("/")[2]).in_force
    outbox.relay(HANDLERS)
    told = next(one for one in notices.inbox(mother).rows if one.about == "licence" and "撤销" in one.title)
    assert "出生信息经核实有误" in told.body and typed["basis"] in told.body
