"""Of the texts that one person types, the newest one counts."""

from yiwang.business.hotline import api as hotline
from yiwang.ends.official.newest import Newest


def test_an_older_turn_of_the_same_person_is_over_and_others_are_not_touched():
    newest = Newest()
    with newest.turn("agent") as first, newest.turn("other") as other:
        assert first()
        with newest.turn("agent") as second:
            assert second() and not first() and other()
        assert not first() and other()
    with newest.turn("agent") as third:
        assert third()
    assert not newest._last, "nothing is kept of those who have their answer"


def test_what_nobody_waits_for_is_not_searched(db):
    hotline.ensure_duties()
    text = "文昌苑门口的路灯不亮"
    asked = []
    assert hotline.suggest(text, wanted=lambda: asked.append(text) or False).duplicates == () and asked
