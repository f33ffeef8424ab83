"""The library: import accounted for, the article of a day, citations, search, parameters."""

from decimal import Decimal

import pytest

from yiwang.data.laws import api as laws
from yiwang.data.laws.models import ArticleRow, VersionRow
from yiwang.security.access.api import SYSTEM, Actor, PermissionDenied
from yiwang.security.audit import api as audit

from .conftest import FILES, NEW, day, write

pytestmark = pytest.mark.django_db
OFFICER = Actor("staff", "s-1", "数据专员", None, "big_data", "990100", frozenset({"data_officer"}))
CLERK = Actor("staff", "s-2", "受理员", None, "civil", "990100", frozenset({"clerk"}))


def test_every_file_is_accounted_for(library):
    outcome = {file.path: file for file in library.files}
    assert len(library.files) == len(FILES) == sum(library.to_json()["counts"].values())
    assert library.to_json()["counts"] == {"new": 4, "same": 0, "corrected": 0, "duplicate": 1, "refused": 7}
    assert (library.laws, library.versions, library.articles) == (3, 4, 12)
    for path, cause in {
        "行政法/_index.md": "目录页",
        "行政法/坏编码法(2020-01-01).md": "UTF-8",
        "行政法/重复法(2020-01-01).md": "第一条出现两次",
        "行政法/空法(2020-01-01).md": "没有正文",
        "行政法/无题法(2020-01-01).md": "第一行不是",
        "部门规章/试点通知(2020-02-30).md": "不存在",
        "经济法/试点服务法(2020-08-08).md": "",
    }.items():
        assert cause in outcome[path].reason, path
    assert sum(1 for file in library.files if "条文不同" in file.reason) == 1


def test_the_same_content_again_changes_nothing(library, folder):
    before = list(VersionRow.objects.order_by("id").values())
    again = laws.import_laws(folder, actor=SYSTEM)
    assert again.to_json()["counts"] == {"new": 0, "same": 4, "corrected": 0, "duplicate": 1, "refused": 7}
    assert list(VersionRow.objects.order_by("id").values()) == before


def test_another_text_of_the_same_file_corrects_it(library, folder):
    path = next(f.path for f in library.files if f.outcome == "new" and f.version == "2020-08-08")
    write(folder / "md", {path: NEW.replace("可以申请复议", "可以申请行政复议")})
    report = laws.import_laws(folder, actor=SYSTEM)
    assert report.count("corrected") == 1 and report.articles == 12
    assert laws.article("试点服务法", 3, on=day("2022-01-01")).text == "申请人不服的,可以申请行政复议。"
    assert audit.search(SYSTEM, act="laws.import").total == 2


def test_the_index_is_compared(db, folder):
    (folder / "index.csv").write_text(
        "path,category,name,version_date,chars,articles\n"
        "行政法/试点服务法(2010-03-01).md,行政法,试点服务法,2010-03-01,1,9\n行政法/不在(2010-01-01).md,行政法,不在,,1,1\n"
    )
    outcome = {file.path: file for file in laws.import_laws(folder, actor=SYSTEM).files}
    assert "index.csv 记有 9 条,读出 4 条。" in outcome["行政法/试点服务法(2010-03-01).md"].warnings
    assert "文件不存在" in outcome["行政法/不在(2010-01-01).md"].reason


def test_one_file_and_no_file(db, folder, tmp_path):
    report = laws.import_laws(folder / "md/行政法/试点服务法(2010-03-01).md", actor=SYSTEM)
    assert report.articles == 4 and report.files[0].path == "行政法/试点服务法(2010-03-01).md"
    assert laws.find_law("试点服务法").kind == "法律"
    (tmp_path / "empty").mkdir()
    with pytest.raises(laws.BadLawFile, match=r"没有 \.md"):
        laws.import_laws(tmp_path / "empty", actor=SYSTEM)


def test_only_data_officers_import(db, folder):
    with pytest.raises(PermissionDenied):
        laws.import_laws(folder, actor=CLERK)
    assert laws.import_laws(folder, actor=OFFICER).versions == 4


def test_the_article_of_a_day(library):
    old = laws.article("中华人民共和国试点服务法", "第二条", on=day("2015-05-04"))
    assert (old.version, old.in_force_from, old.in_force_to) == ("2010-03-01", day("2010-06-01"), day("2015-05-04"))
    new = laws.article("《试点服务法》", 2, on=day("2021-01-01"))
    assert (new.text, new.in_force_to, new.place) == ("申请试点服务的,只需提交申请书。", None, ("第一章 总 则",))
    assert laws.article("试点服务法", "2-1", on=day("2024-01-01")).label == "第二条之一"


def test_errors_name_what_is_missing(library):
    with pytest.raises(laws.NoSuchLaw, match="是否指:《中华人民共和国试点服务法》"):
        laws.article("点服务", 1, on=day("2021-01-01"))
    with pytest.raises(laws.NoSuchArticle, match=r"2020-08-08 文本\)没有第九条"):
        laws.article("试点服务法", 9, on=day("2021-01-01"))
    with pytest.raises(laws.NotYetInForce, match="自 2010-06-01 起"):
        laws.article("试点服务法", 1, on=day("2010-05-31"))
    with pytest.raises(laws.Repealed, match="2021-01-01 起废止"):
        laws.article("试点收费办法", 1, on=day("2021-01-01"))
    assert laws.article("试点收费办法", 1, on=day("2020-12-31")).text == "试点服务每件收费十元。"
    # between the amendment of 2015, of which no text is held, and the next text the words are not known
    with pytest.raises(laws.TextNotHeld, match="2010-06-01 至 2015-05-04"):
        laws.article("试点服务法", 1, on=day("2018-01-01"))
    with pytest.raises(laws.BadNumber):
        laws.article("试点服务法", "甲", on=day("2021-01-01"))


def test_a_law_with_its_versions(library):
    law = laws.find_law("试点服务法")
    assert [version.label for version in law.versions] == ["2010-03-01", "2020-08-08"]
    assert laws.get_law(law.id) == law
    assert [law.status(day(on)) for on in ("2010-01-01", "2012-01-01", "2018-01-01", "2022-01-01")] == [
        "not_yet", "in_force", "not_held", "in_force",
    ]  # fmt: skip
    assert [one.label for one in laws.articles(law, version_id=law.versions[0].id)] == ["第一条", "第二条", "第三条", "第四条"]


def test_citations_resolve_or_say_why(library):
    (one,) = laws.resolve("《试点服务法》第二条第一款第二项", on=day("2012-01-01"))
    assert one.resolved and one.text == "（二）居住证明;"
    reasons = {
        "《民法典》第一条": "law_unknown",
        "国办发〔2024〕3号": "document_not_held",
        "《试点服务法》第二条第五款": "article_unknown",
        "《试点收费办法》第一条": "law_repealed",
        "无从说起": "citation_unreadable",
    }
    for text, code in reasons.items():
        (one,) = laws.resolve(text, on=day("2023-01-01"))
        assert not one.resolved and one.code == code and one.reason, text
    assert [one.resolved for one in laws.resolve("试点服务法第一条、第三条和《没有的法》", on=day("2023-01-01"))] == [True, True, False]


def test_resolving_many_takes_three_statements(library, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        laws.resolve("《试点服务法》第一条、第二条、第三条、第四条;《试点收费办法》第一条", on=day("2012-01-01"))


def test_changes_and_moved_articles(library):
    changes = laws.changes("试点服务法", 3)
    assert [change.kind for change in changes] == ["first", "changed"]
    assert changes[1].went_to == "第四条"
    assert "".join(p.text for p in changes[1].diff if p.kind != "removed") == changes[1].text
    assert [change.kind for change in laws.changes("试点服务法", 1)] == ["first", "same"]
    assert [change.kind for change in laws.changes("试点服务法", "第二条之一")] == ["added"]
    assert laws.changes("试点服务法", 4)[1].came_from == "第三条"
    with pytest.raises(laws.NoSuchArticle):
        laws.changes("试点服务法", 99)


def test_a_rule_whose_law_moved_on_is_flagged(library):
    cited = [
        laws.Cited("试点服务法 第二条", day("2012-01-01"), "甲"),
        laws.Cited("试点服务法 第一条", day("2012-01-01"), "乙"),
        laws.Cited("试点收费办法 第一条", day("2012-01-01"), "丙"),
        laws.Cited("试点服务法 第二条", day("2022-01-01"), "丁", quote="只需提交申请书"),
        laws.Cited("试点服务法 第三条", day("2022-01-01"), "戊", quote="每年检查一次办理情况"),
        laws.Cited("试点服务法 第一条", day("2018-01-01"), "己"),
        laws.Cited("国办发〔2024〕3号", None, "庚"),
    ]
    checked = laws.check_citations(cited, on=day("2023-01-01"))
    assert {flag.cited.where: flag.kind for flag in checked.flags} == {
        "甲": "changed", "丙": "repealed", "戊": "quote_differs", "己": "changed", "庚": "document",
    }  # fmt: skip
    assert (checked.references, checked.resolved) == (7, 5)
    assert set(laws.FLAGS) >= {flag.kind for flag in checked.flags}
    assert laws.check_citations([]).share == 1.0


def test_search_finds_what_is_in_force(library):
    assert [(hit.label, hit.version) for hit in laws.search("检查 公布", on=day("2012-01-01"))] == [("第三条", "2010-03-01")]
    assert [(hit.label, hit.version) for hit in laws.search("检查 公布", on=day("2022-01-01"))] == [("第四条", "2020-08-08")]
    assert laws.search("收费十元", on=day("2022-01-01")) == []
    assert laws.search("申请", on=day("2022-01-01"), title="收费") == []
    assert laws.search("的") == laws.search("%_") == laws.search("") == []
    assert [title for _, title in laws.search_titles("试点")] == ["试点意见", "中华人民共和国试点服务法", "试点收费办法"]


def test_search_uses_its_index(library):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT 1 FROM laws_article WHERE grams @> ARRAY[1, 2]")
        assert "laws_article_grams" in "".join(row[0] for row in cursor.fetchall())


def test_parameters_are_dated(db):
    on = day("2026-03-01")
    assert laws.parameter("pension.minimum_contribution", on=on).value == 180
    later = laws.parameter("pension.minimum_contribution", on=day("2030-06-30"))
    assert (later.value, later.unit, later.valid_to) == (186, "月", day("2030-12-31"))
    with pytest.raises(laws.NoSuchParameter, match="最早自 2025-01-01"):
        laws.parameter("child_care.yearly_amount", on=day("2024-12-31"))
    with pytest.raises(laws.NoSuchParameter, match="不存在"):
        laws.parameter("nothing", on=on)
    for code in laws.parameter_codes():
        for one in laws.parameter_history(code):
            assert one.source and one.kind in {"law", "configuration"}
            assert one.valid_to is None or one.valid_to >= one.valid_from
    assert {p.kind for c in ("unemployment.monthly_amount", "high_age_allowance.monthly_80") for p in laws.parameter_history(c)} == {
        "configuration"
    }


# the official table of the decision of 13 September 2024: born in → retires at (years, months)
@pytest.mark.parametrize(
    ("code", "born", "years", "months"),
    [
        ("male", "1964-12", 60, 0), ("male", "1965-01", 60, 1), ("male", "1966-02", 60, 4), ("male", "1976-08", 62, 11),
        ("male", "1976-09", 63, 0), ("male", "1990-01", 63, 0), ("female_55", "1970-01", 55, 1), ("female_55", "1981-09", 58, 0),
        ("female_50", "1975-01", 50, 1), ("female_50", "1975-03", 50, 2), ("female_50", "1984-11", 55, 0),
    ],
)  # fmt: skip
def test_retirement_by_month_of_birth(db, code, born, years, months):
    row = laws.cohort(f"retirement.age.{code}", born=day(f"{born}-15"), on=day("2025-01-01"))
    assert row["months"] == years * 12 + months
    assert laws.cohort(f"retirement.age.{code}", born=day(f"{born}-15"), on=day("2024-12-31"))["months"] in {600, 660, 720}


def test_a_parameter_is_set_with_its_source(db):
    code = "unemployment.monthly_amount"
    given = {"unit": "元", "source": "省人社厅〔2026〕8号", "valid_from": day("2026-07-01"), "actor": OFFICER}
    new = laws.set_parameter(code, value=Decimal("2010.50"), **given)
    assert (new.value, new.valid_to) == (Decimal("2010.50"), None)
    assert laws.parameter(code, on=day("2026-06-30")).valid_to == day("2026-06-30")
    assert laws.set_parameter(code, value=Decimal("2010.50"), **given) == new
    with pytest.raises(laws.ParameterExists, match=r"2010\.50"):
        laws.set_parameter(code, value=Decimal("1"), **given)
    assert audit.search(SYSTEM, act="laws.parameter_set").total == 1
    with pytest.raises(PermissionDenied):
        laws.set_parameter(code, value=Decimal("1"), **{**given, "actor": CLERK})
    for fault in ({"source": " "}, {"valid_to": day("2026-01-01")}):
        with pytest.raises(laws.ParameterInvalid):
            laws.set_parameter(code, value=Decimal("1"), **{**given, "valid_from": day("2027-01-01"), **fault})
    for value in ("多", "NaN"):
        with pytest.raises(laws.ParameterInvalid, match="不是数"):
            laws.set_parameter(code, value=value, **{**given, "valid_from": day("2027-01-01")})
    with pytest.raises(laws.NoSuchParameter):
        laws.set_parameter("nothing", value="1", **given)
    with pytest.raises(laws.ParameterInvalid, match="分档"):
        laws.set_parameter("retirement.age.male", value="1", **{**given, "unit": "月"})


def test_articles_are_text_only(library):
    assert ArticleRow.objects.filter(text="").count() == 0
    assert ArticleRow.PERSONAL_DATA == {}
