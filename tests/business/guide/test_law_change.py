"""An article that was right on the day it was published is flagged to its department once the law it rests on has changed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.business.guide.conftest import EDITOR, PUBLISHER, official
from tests.data.laws.conftest import FILES, write
from yiwang.base.clock.api import today
from yiwang.business.guide import api as guide
from yiwang.business.guide.models import Article
from yiwang.data.laws import api as laws
from yiwang.security.access.api import SYSTEM

pytestmark = pytest.mark.django_db(databases=["default", "registers"])


def published(title, citation, on):
    made = guide.write(
        title=title,
        text="申请试点服务要带身份证明、居住证明和申请书。",
        citations=[citation],
        expires_on=today() + timedelta(days=90),
        actor=EDITOR,
    )
    sent = guide.step(made.id, act="submit", lock=made.lock, actor=EDITOR)
    guide.step(made.id, act="publish", lock=sent.lock, actor=PUBLISHER)
    Article.objects.filter(id=made.id).update(published_at=datetime(on.year, on.month, on.day, tzinfo=UTC))
    return made.id


def test_a_changed_and_a_repealed_law_are_told_to_the_owner_and_to_nobody_else(tmp_path):
    write(tmp_path / "md", FILES)
    laws.import_laws(tmp_path, actor=SYSTEM)
    changed = published("试点服务要带什么", "《试点服务法》第二条", date(2012, 1, 1))
    repealed = published("试点服务收多少钱", "《试点收费办法》第一条", date(2012, 1, 1))
    kept = published("试点服务是为了什么", "《试点服务法》第一条", date(2012, 1, 1))
    told = {one.article: one for one in guide.conflicts(EDITOR)}
    assert (told[changed].kind, told[repealed].kind) == ("changed", "repealed")
    assert kept not in told
    assert told[changed].owner_name == EDITOR.name
    assert told[changed].detail
    assert guide.conflicts(official("matter_editor", "fire")) == []
