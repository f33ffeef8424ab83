"""The clauses by which departments answer, held against the law library."""

import shutil
from datetime import timedelta

import pytest

from yiwang.base.clock.api import today
from yiwang.business.hotline import api as hotline
from yiwang.business.hotline import tree
from yiwang.data.laws import api as laws
from yiwang.security.access.api import SYSTEM

from .conftest import SUPERVISOR


def ours():
    return [one for one in laws.our_citations() if one.where.startswith("duty ")]


def test_duties_are_among_what_the_house_cites(duties):
    assert len(ours()) == len(hotline.duties()) and all(one.quote and one.since for one in ours())
    given = {"department": "housing", "law": "照明规定(演示)", "article": "第二条", "clause": "住建负责路灯"}
    hotline.set_duty("city.light", given=given, actor=SUPERVISOR)
    assert [one.text for one in laws.our_citations(department="housing") if one.where == "duty city.light"] == ["《照明规定(演示)》第二条"]


@pytest.fixture
def library(db, shared_data, tmp_path):
    """The texts that the duties cite, of the collection at hand."""
    wanted = {row["law"] for row in tree.load("duties")}
    for path in (shared_data / "laws" / "md").rglob("*.md"):
        if path.name.split("(")[0] in wanted:
            (tmp_path / path.parent.name).mkdir(exist_ok=True)
            shutil.copy(path, tmp_path / path.parent.name / path.name)
    laws.import_laws(tmp_path, actor=SYSTEM)


def test_every_clause_says_what_the_article_says(duties, library):
    flags = laws.check_citations(ours(), on=today() + timedelta(days=1)).flags
    assert all("演示" in flag.cited.text for flag in flags), [(flag.cited.text, flag.kind, flag.detail[:80]) for flag in flags]
    assert len(flags) == sum("演示" in row["law"] for row in tree.load("duties"))
