"""Components say in words what they show, and keep what was typed."""

from dataclasses import dataclass
from datetime import date

import pytest
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory

from yiwang.base.pages.api import FieldView, Pager, bars, dial, donut, field_view, icon, line, pager, share, typed_into
from yiwang.base.pages.charts import parts
from yiwang.base.pages.icons import PATHS


def drawn(source: str, **context: object) -> str:
    return Template("{% load pages %}" + source).render(Context(context))


@dataclass
class Asked:
    key: str = "phone"
    label: str = "手机号"
    label_en: str = "Phone"
    kind: str = "phone"
    required: bool = True
    help: str = "11 位"
    options: tuple = ()
    max_length: int = 20


def test_field_has_label_help_error_and_keeps_the_value() -> None:
    html = drawn("{% field f %}", f=field_view(Asked(), value='12"<3', error="号码不对"))
    assert '<label for="f-phone">手机号' in html
    assert "12&quot;&lt;3" in html
    assert 'aria-describedby="f-phone-help f-phone-error"' in html and 'aria-invalid="true"' in html
    assert 'type="tel"' in html and "号码不对" in html


@pytest.mark.parametrize(
    ("kind", "many", "control"), [("choice", False, "radio"), ("choice", True, "<select"), ("multichoice", False, "checkbox")]
)
def test_choices(kind: str, many: bool, control: str) -> None:
    options = [(str(n), f"第{n}") for n in range(9 if many else 3)]
    html = drawn("{% field f %}", f=field_view(Asked(kind=kind, options=options), value=["1"] if kind == "multichoice" else "1"))
    assert control in html
    assert html.count("checked") + html.count("selected") == 1


def test_error_summary_links_to_the_field() -> None:
    html = drawn("{% error_summary fields %}", fields=[field_view(Asked(), error="太短"), field_view(Asked(key="b"))])
    assert '<a href="#f-phone">手机号:太短</a>' in html and 'role="alert"' in html
    assert drawn("{% error_summary fields %}", fields=[field_view(Asked())]).strip() == ""


def test_typed_into_keeps_several_choices_as_a_list() -> None:
    data = QueryDict("a=1&a=2&phone=139&yes=true")
    fields = [
        Asked(key="a", kind="multichoice"),
        Asked(),
        Asked(key="yes", kind="boolean"),
        Asked(key="no", kind="boolean"),
        Asked(key="absent"),
    ]
    assert typed_into(fields, data) == {"a": ["1", "2"], "phone": "139", "yes": "true", "no": ""}


def test_pill_never_speaks_by_colour_alone() -> None:
    html = drawn("{% pill 'bad' '不予' %}")
    assert "不予" in html and "<svg" in html


def test_charts_have_a_text_alternative() -> None:
    rows = [("公安", 12.0), ("民政", 3.5)]
    for chart in (bars(rows, title="办件", unit="件"), line(rows, title="办件", unit="件"), donut(rows, title="办件", unit="件")):
        assert 'role="img"' in chart and "公安 12件;民政 3.5件" in chart
    assert 'aria-label="还剩 3 天"' in dial(2, 5, label="还剩 3 天", middle="3")
    assert 'width="40.00"' in share(2, 5, label="x")
    assert line([], title="无") == ""
    assert "<script" not in bars([("<script>", 1)], title="x").replace("&lt;script", "")
    assert "一个很长很长很长很长的部门名称" in bars([("一个很长很长很长很长的部门名称", 1)], title="x"), "words are not cut"


def test_words_of_a_chart_are_as_large_on_a_phone_as_on_a_wall() -> None:
    rows = [("公安", 12.0), ("民政", 3.5)]
    halves = parts([("公安", 3, 1)], title="x", first="甲", second="乙")
    for chart in (bars(rows, title="x"), line(rows, title="x", limit=20.0), halves):
        outer = chart[: chart.index(">")]
        assert 'width="100%"' in outer and "viewBox" not in outer, "a view box would shrink the words with the page"
    assert 'width="75.00%"' in halves and 'x="75.00%"' in halves


@pytest.mark.parametrize("name", sorted(PATHS))
def test_icons_are_drawn(name: str) -> None:
    assert 'aria-hidden="true"' in icon(name)
    assert 'aria-label="说明"' in icon(name, "说明")


def test_pager_shows_neighbours_and_gaps() -> None:
    assert Pager(5, 12, 230, "?").around == [1, 0, 4, 5, 6, 0, 12]
    request = RequestFactory().get("/x?q=a&page=2")
    made = pager(request, total=55)
    assert (made.number, made.pages, made.base) == (2, 3, "?q=a&")
    assert 'href="?q=a&amp;page=3"' in drawn("{% page_links p %}", p=made)
    assert drawn("{% page_links p %}", p=pager(request, total=5)).strip() == ""


def test_shown_reads_like_a_person_writes() -> None:
    html = drawn(
        "{{ a|shown }}|{{ b|shown }}|{{ c|shown }}|{{ d|shown }}|{{ e|shown }}", a=True, b=None, c=["甲", "乙"], d=date(2026, 11, 1), e=""
    )
    assert html.startswith("是|—|甲、乙|") and "2026年11月1日" in html and html.endswith("|—")


def test_described_by_is_empty_without_help_and_error() -> None:
    assert FieldView("a", "甲", "text").described_by == ""
