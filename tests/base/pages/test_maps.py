"""A map of outlines and marks, and limits that end at midnight."""

from datetime import datetime

from django.utils import timezone

from yiwang.base.pages.api import MapArea, MapMark, city_map
from yiwang.base.pages.templatetags.pages import until

WEST = MapArea("w", "西街", "河西", ((118.0, 30.0), (118.1, 30.0), (118.1, 30.1), (118.0, 30.1)))
EAST = MapArea("e", "<东街>", "河东", ((118.1, 30.0), (118.2, 30.0), (118.2, 30.1), (118.1, 30.1)))


def test_outlines_have_names_and_marks_lead_somewhere():
    drawn = city_map([WEST, EAST], [MapMark(118.05, 30.05, "白沙:3 件", 3, "bad", "/x?a=1&b=2")], label="本市")
    assert drawn.count("data-key=") == 2
    assert "&lt;东街&gt;" in drawn and "<东街>" not in drawn
    assert 'role="group"' in drawn
    assert '<a href="/x?a=1&amp;b=2" aria-label="白沙:3 件">' in drawn
    assert 'class="dot bad"' in drawn


def test_a_larger_weight_is_a_larger_mark_and_north_is_up():
    drawn = city_map([WEST, EAST], [MapMark(118.05, 30.09, "a", 1), MapMark(118.15, 30.01, "b", 9)], label="本市")
    big, small = (one.split('"')[0] for one in drawn.split(' r="')[1:3])
    assert float(big) > float(small)
    low, high = (float(one.split('"')[0]) for one in drawn.split(' cy="')[1:3])
    assert high < low
    assert 'role="img"' in drawn


def test_a_chosen_place_is_pinned_and_a_map_without_areas_is_nothing():
    assert 'class="chosen"' in city_map([WEST, EAST], label="x", chosen="e", pick=True)
    assert 'class="pin" hidden' in city_map([WEST], label="x", pick=True)
    assert 'class="pin" transform="translate(' in city_map([WEST], label="x", pick=True, pin=(118.05, 30.05))
    assert city_map([], label="x") == ""


def test_a_limit_at_midnight_is_over_with_the_day_before():
    zone = timezone.get_current_timezone()
    assert "12月4日" in until(datetime(2026, 12, 5, tzinfo=zone))
    assert "00:00" not in until(datetime(2026, 12, 5, tzinfo=zone))
    assert "14:30" in until(datetime(2026, 12, 5, 14, 30, tzinfo=zone))
    assert until(None) == "—"
