"""The hotline on the desk: photos by permission, places, and a closed answer that becomes knowledge."""

import re

import pytest
from django.conf import settings
from django.test import Client

from tests.business.hotline.conftest import LIGHT, REPLY, citizen
from yiwang.business.guide import api as guide
from yiwang.business.guide.models import Article
from yiwang.business.hotline import api as hotline
from yiwang.support.identity import api as identity
from yiwang.support.identity.models import Account

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
PASSWORD = "Yunting-2026"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\x00IEND\xaeB`\x82"


@pytest.fixture
def seats(db, tmp_path, monkeypatch):
    """A browser for each official, by sign-in name."""
    monkeypatch.setattr(settings, "YIWANG_VAR", tmp_path)
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    hotline.ensure_duties()
    identity.build_staff(password=PASSWORD)

    def seat(name):
        client = Client()
        assert client.post("/login", {"username": name, "password": PASSWORD}).status_code == 302
        return client

    return seat


def actor(name):
    return identity.actor_of(Account.objects.get(username=name))


def lamp(**given):
    made = hotline.file(hotline.NewTicket(LIGHT, files=(hotline.keep_file(PNG, name="灯.png"),), **given), actor=citizen())
    if made.state == "filed":
        hotline.act(made.id, name="dispatch", actor=actor("hotline.dispatcher"), inputs={"department": "urban"})
    return made


def test_a_photo_is_a_link_for_who_may_open_it(seats):
    made = lamp()
    clerk = seats("urban.clerk")
    link = re.search(r'href="(/office/hotline/[^"]+/files/[0-9a-f]{64})"', clerk.get(f"/office/hotline/{made.id}").content.decode())[1]
    answer = clerk.get(link)
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (200, PNG, "image/png")
    assert seats("water.clerk").get(link).status_code == 404
    assert Client().get(link).status_code == 302
    assert seats("urban.data").get(link).status_code in (403, 404)


def test_a_closed_answer_becomes_a_draft_that_a_second_person_publishes(seats):
    made = lamp(name="文小昌", phone="13812345678")
    for name, who, inputs in (
        ("sign", "urban.clerk", {}),
        ("answer", "urban.clerk", {"reply": REPLY, "solved": "solved"}),
        ("call_back", "hotline.agent", {"contacted": "yes", "solved": "yes", "satisfaction": "5"}),
    ):
        hotline.act(made.id, name=name, actor=actor(who), inputs=inputs)
    clerk = seats("urban.clerk")
    link = re.search(r'href="(/office/knowledge/write\?ticket=[^"]+)"', clerk.get(f"/office/hotline/{made.id}").content.decode())[1]
    form = clerk.get(link).content.decode()
    assert made.no in form
    assert "经现场查看" in form
    assert "城市市容和环境卫生管理条例" in form
    assert "13812345678" not in form
    day = re.search(r'name="expires_on"[^>]*value="([^"]+)"', form)[1]
    typed = {
        "title": "路灯不亮怎么报修",
        "text": REPLY + "13812345678",
        "phrases": "路灯坏了\n路灯不亮",
        "citations": "",
        "expires_on": day,
    }
    assert clerk.post(link, {**typed, "text": "短"}).status_code == 422
    assert clerk.post(link, typed).status_code == 302
    row = Article.objects.get()
    assert (row.origin, row.origin_ref, row.state, row.department) == ("ticket", made.no, "draft", "urban")
    assert row.phrases == ["路灯坏了", "路灯不亮"]
    assert "13812345678" not in row.text
    assert "已有草稿" in clerk.post(link, typed).content.decode()
    assert seats("water.clerk").get(link).status_code == 404
    assert seats("urban.approver").get(link).status_code == 403


def test_places_are_on_a_map_and_in_a_table_for_who_sees_the_tickets(seats):
    lamp()
    agent = seats("hotline.agent")
    text = agent.get("/office/hotline/places?days=7").content.decode()
    assert text.count("文昌苑") >= 2
    assert "文昌苑:1 件,未办结 1 件,超期 0 件" in text
    link = re.search(r'<a href="(/office/hotline\?queue=all&amp;q=[^"]+)" aria-label', text)[1].replace("&amp;", "&")
    assert LIGHT[:8] in agent.get(link).content.decode()
    assert "文昌苑" not in seats("water.clerk").get("/office/hotline/places").content.decode()
    assert "文昌苑" not in agent.get("/office/hotline?queue=all&region=990104100").content.decode()


def test_the_wall_refreshes_a_part_of_itself_and_can_be_stopped(seats):
    lamp()
    watch = seats("hotline.supervisor")
    assert 'hx-trigger="every 30s"' in watch.get("/office/hotline/wall").content.decode()
    still = watch.get("/office/hotline/wall?live=0&days=9999").content.decode()
    assert "hx-trigger" not in still and "刷新" in still
    part = watch.get("/office/hotline/wall", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and "响应率" in part and 'class="city"' in part


def test_a_title_in_a_list_covers_numbers_that_the_text_keeps(seats):
    made = hotline.file(hotline.NewTicket("我电话 13812345678,文昌苑路灯坏了"), actor=citizen())
    agent = seats("hotline.agent")
    assert "13812345678" not in agent.get("/office/hotline?queue=all").content.decode()
    assert "13812345678" in agent.get(f"/office/hotline/{made.id}").content.decode()


CALL = "我叫文小昌,昨天晚上8点起文昌苑的路灯不亮,影响30多户居民,我的电话13812345678"


def test_the_agent_takes_suggestions_over_without_javascript_and_loses_nothing(seats):
    agent = seats("hotline.agent")
    typed = {"text": CALL, "act": "look", "privacy": "open", "channel": "phone"}
    text = agent.post("/office/hotline/phone", typed).content.decode()
    for said in ("市容城管", "设施", "路灯照明", "城市市容和环境卫生管理条例", "路由信任", "昨天晚上8点", "30多户居民", "文昌苑(书院街道)"):
        assert said in text
    code = re.search(r'name="pick" value="([^"]+)"', text)[1]
    text = agent.post("/office/hotline/phone", {**typed, "act": "", "pick": code}).content.decode()
    assert 'value="市容城管 › 设施 › 路灯照明"' in text
    text = agent.post("/office/hotline/phone", {**typed, "act": "", "fill": "phone:13812345678"}).content.decode()
    assert re.search(r'name="phone"[^>]*value="13812345678"', text)
    refused = agent.post("/office/hotline/phone", {**typed, "act": "file", "category": "没有这一类", "name": "文小昌"})
    assert refused.status_code == 422
    assert 'value="没有这一类"' in refused.content.decode() and CALL in refused.content.decode()
    assert re.search(r'name="category"[^>]*aria-invalid="true"', refused.content.decode())


def test_a_call_is_answered_at_once_and_a_second_press_files_nothing(seats):
    agent = seats("hotline.agent")
    typed = {"text": CALL, "privacy": "open", "channel": "phone", "act": "answer", "key": "a1", "category": "city.light"}
    empty = agent.post("/office/hotline/phone", {**typed, "reply": " "})
    assert empty.status_code == 422 and CALL in empty.content.decode()
    typed["reply"] = "路灯由市城市管理局维修,已登记,24 小时内到场。"
    first, again = (agent.post("/office/hotline/phone", typed) for _ in range(2))
    assert first.status_code == again.status_code == 302 and first.url == again.url
    text = agent.get(first.url).content.decode()
    assert "已办结" in text and typed["reply"] in text


def test_beside_the_call_stands_what_may_be_answered_and_a_recording_becomes_words(seats, monkeypatch):
    agent, clerk = seats("hotline.agent"), seats("urban.clerk")
    hint = guide.GuideHint(
        "带上户口簿到派出所补领。", guide.GuideSource("a", "article", "知识", "补领身份证", "", "/x", "", "police", None, ""), 0.9
    )
    monkeypatch.setattr(guide, "look", lambda question: hint if "身份证" in question else None)
    assert "带上户口簿" in agent.post("/office/hotline/beside", {"text": "身份证丢了"}).content.decode()
    assert "没有现成的答复" in agent.post("/office/hotline/beside", {"text": "月亮"}).content.decode()
    assert agent.post("/office/hotline/hear").status_code == 404
    monkeypatch.setattr(guide, "hear", lambda sound, *, type, longest: "路灯坏了")
    assert agent.post("/office/hotline/hear").json() == {"text": "路灯坏了"}
    text = agent.post("/office/hotline/phone", {"text": "文昌苑", "act": "hear"}).content.decode()
    assert "文昌苑路灯坏了</textarea>" in text
    for path in ("beside", "hear", "suggest", "phone"):
        assert clerk.post(f"/office/hotline/{path}", {"text": CALL}).status_code == 403


def test_lists_are_narrowed_by_any_level_and_a_ticket_is_corrected_from_its_page(seats):
    made = hotline.file(hotline.NewTicket("文昌苑门口路灯不亮,井盖也缺失破损"), actor=citizen())
    agent = seats("hotline.agent")
    for typed, there in (("市容城管", True), ("设施", True), ("供水排水", False), ("city.light", True)):
        assert (made.no in agent.get("/office/hotline", {"queue": "all", "category": typed}).content.decode()) is there
    assert "没有“天上”这个分类" in agent.get("/office/hotline", {"queue": "all", "category": "天上"}).content.decode()
    page = f"/office/hotline/{made.id}"
    text = agent.get(page).content.decode()
    code = re.search(r'name="category" value="([^"]+)" accesskey="2"', text)[1]
    assert agent.post(f"{page}/act", {"act": "correct", "category": code}).url == page, "the same person goes on with it"
    assert "已由人更正" in agent.get(page).content.decode()
    refused = agent.post(f"{page}/act", {"act": "correct", "category": "天上", "place": "文昌苑东门"})
    assert refused.status_code == 422
    assert 'value="天上"' in refused.content.decode() and 'value="文昌苑东门"' in refused.content.decode()


def test_a_rate_of_the_wall_leads_to_its_tickets(seats):
    made = lamp()
    watch = seats("hotline.supervisor")
    link = re.search(
        r'href="(/office/hotline/rates/response\?days=30&amp;department=urban)"', watch.get("/office/hotline/wall?big=1").content.decode()
    )
    text = watch.get(link[1].replace("&amp;", "&")).content.decode()
    assert made.no in text and "未到" in text and "没有达到 1" in text
    assert made.no not in watch.get("/office/hotline/rates/solution?group=in").content.decode()
    assert "还没有回访" in watch.get("/office/hotline/rates/solution?group=out").content.decode()
    assert watch.get("/office/hotline/rates/other").status_code == 404
    assert watch.get("/office/hotline/rates/response?page=x&days=-1&group=y&department=x").status_code == 200
    assert seats("urban.clerk").get("/office/hotline/rates/response").status_code == 403


@pytest.mark.parametrize("who", ["water.clerk", "urban.data", "nobody"])
def test_no_page_of_the_desk_tells_a_ticket_to_who_has_nothing_to_do_with_it(seats, who):
    made = lamp(name="文小昌", phone="13812345678")
    digest = hotline.get(made.id, actor=actor("hotline.agent")).files[0][0]
    other = seats(who) if who != "nobody" else Client()
    for path in (str(made.id), f"{made.id}/files/{digest}"):
        assert other.get(f"/office/hotline/{path}").status_code in (302, 401, 403, 404), path
    for path, typed in (("act", {"act": "sign"}), ("check", {"reply": REPLY}), ("reporter", {"purpose": "核实"})):
        assert other.post(f"/office/hotline/{made.id}/{path}", typed).status_code in (302, 401, 403, 404), path
    for path in (
        "?queue=all",
        f"?queue=all&q={made.no}",
        "?queue=all&category=路灯照明",
        "/places?days=30",
        "/wall",
        "/rates/response?group=not",
    ):
        said = other.get(f"/office/hotline{path}").content.decode()
        assert LIGHT[:10] not in said and "文小昌" not in said and f"/office/hotline/{made.id}" not in said, path
