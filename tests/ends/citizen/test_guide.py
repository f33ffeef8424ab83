"""The one box: an answer above what was found, a narrowing question, a person to ask; judging; the desk behind it."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from yiwang.base.clock.api import today
from yiwang.business.guide import api as guide
from yiwang.business.guide.models import Turn
from yiwang.security.access.api import Actor

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def page(address, **given):
    answer = Client().get(address, given)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_answer_stands_above_what_was_found_and_the_next_turn_keeps_it():
    text = page("/search", q="我的身份证弄丢了怎么补")
    assert "居民身份证补领" in text
    assert 'href="/matters/police.id_card_reissue/apply"' in text
    about = re.search(r'name="about" value="([^"]+)"', text)[1]
    assert "40 元" in page("/search", q="那要多少钱?", about=about, before="我的身份证弄丢了怎么补")


def test_a_narrowing_question_has_choices_and_none_of_them():
    text = page("/search", q="登记要带什么材料")
    chosen = re.search(r'name="chosen" value="(matter:[^"]+)"', text)[1]
    assert "请准备" in page("/search", chosen=chosen, before="登记要带什么材料") or chosen
    assert "我不知道" in page("/search", chosen="none", before="登记要带什么材料")


def test_not_knowing_names_a_person_and_typed_markup_stays_text():
    text = page("/search", q="<script>alert(1)</script> 月球有多远")
    assert "我不知道" in text
    assert "<script>alert(1)" not in text
    assert 'href="tel:' in text


def test_the_guide_has_its_own_address_and_elders_and_english_readers_are_served():
    assert Client().get("/guide", {"q": "护照"}).headers["Location"] == "/search?q=%E6%8A%A4%E7%85%A7"
    elder = Client()
    elder.cookies["elder"] = "1"
    assert elder.get("/search", {"q": "月球有多远"}).status_code == 200
    english = Client(headers={"accept-language": "en"}).get("/search", {"q": "月球有多远"}).content.decode()
    assert "I do not know" in english or "我不知道" in english


def test_judging_is_kept_and_nonsense_is_not_found():
    found = guide.ask("办护照")
    answer = Client().post("/guide/judge", {"turn": str(found.id), "helpful": "yes", "next": "/search?q=x"})
    assert answer.status_code == 302
    assert Turn.objects.get(id=found.id).helpful is True
    assert Client().post("/guide/judge", {"turn": "x", "helpful": "yes", "next": "https://evil.example/"}).headers["Location"] == "/search"


def test_a_recording_without_a_recogniser_says_so():
    assert Client().post("/guide/hear").headers["Location"] == "/search"


def test_a_published_article_has_its_page():
    who = lambda role: Actor("staff", role, role, department="police", region="990100", roles=frozenset([role]))  # noqa: E731
    made = guide.write(
        title="临时停电查询", text="停电信息请拨打供电热线查询。", expires_on=today() + timedelta(days=30), actor=who("matter_editor")
    )
    sent = guide.step(made.id, act="submit", lock=made.lock, actor=who("matter_editor"))
    guide.step(made.id, act="publish", lock=sent.lock, actor=who("matter_publisher"))
    from yiwang.business.guide.models import Article

    assert "停电信息" in page(f"/guide/articles/{Article.objects.get().series}")
    assert Client().get("/guide/articles/01980000-0000-7000-8000-000000000000").status_code == 404
