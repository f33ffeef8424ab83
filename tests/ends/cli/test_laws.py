"""`yiwang laws …` in one process with the tests' database: what it prints, and its exit codes."""

import json
from contextlib import nullcontext

import pytest

from tests.data.laws.conftest import FILES, write
from yiwang.ends.cli import install
from yiwang.ends.cli.main import main

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


@pytest.fixture
def said(monkeypatch, capsys):
    """Run a command; (exit code, what it printed)."""
    monkeypatch.setattr(install, "ready_database", nullcontext)
    monkeypatch.setattr(install, "setup_django", lambda **_: None)

    def run(*words):
        code = main(["laws", *map(str, words)])
        out, err = capsys.readouterr()
        return code, out + err

    return run


@pytest.fixture
def library(said, tmp_path):
    write(tmp_path / "md", FILES)
    return said("import", tmp_path)


def test_import_accounts_for_every_file(library, said, tmp_path):
    code, text = library
    assert code == 1 and "12 files read: 4 new, 0 same, 0 corrected, 1 duplicate, 7 refused" in text
    assert "refused: 行政法/坏编码法(2020-01-01).md: 不是 UTF-8 编码" in text
    code, text = said("import", tmp_path / "md/行政法/试点服务法(2010-03-01).md", "--json")
    assert code == 0 and json.loads(text)["counts"]["same"] == 1
    assert said("import", tmp_path / "nothing")[0] == 2


def test_show_an_article_on_a_day(library, said):
    code, text = said("show", "试点服务法", "2", "--on", "2012-01-01")
    assert code == 0 and "2010-03-01 文本,有效期 2010-06-01 至 2015-05-04" in text and "居住证明" in text
    assert said("show", "试点服务法", "2", "--on", "2009-01-01") == (
        2, "yiwang laws: 《中华人民共和国试点服务法》在 2009-01-01 尚未施行(自 2010-06-01 起)。请检查日期。\n",
    )  # fmt: skip
    code, text = said("show", "试点收费办法")
    assert code == 0 and "自 2021-01-01 起废止:《试点服务法》第五条" in text
    with pytest.raises(SystemExit, match="2"):
        said("show", "试点服务法", "--on", "gestern")


def test_changes_search_and_parameter(library, said):
    assert "原内容现为第四条" in said("changes", "试点服务法", "3")[1]
    assert "{+" in said("changes", "试点服务法", "2")[1]
    assert said("search", "申请复议")[0] == 0
    assert said("search", "天外飞仙") == (1, "")
    assert "180月" in said("parameter", "pension.minimum_contribution", "--on", "2026-01-01")[1]
    assert said("parameter")[0] == 0


def test_check_reads_every_citation_of_ours(library, said):
    code, text = said("check", "--json")
    result = json.loads(text)
    assert code == 0 and result["references"] > 200 and result["resolved"] == 0
    assert {"civil.high_age_allowance high_age_allowance.dmn", "civil.high_age_allowance"} <= {flag["where"] for flag in result["flags"]}
    assert set(result["kinds"]) <= {"unknown_law", "document", "unreadable"}
    assert "resolved (0.0%)" in said("check")[1]
