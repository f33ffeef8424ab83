"""A day of the hotline as the demonstration promises it, and once more after one that was broken off."""

from yiwang.ends.cli.demo_hotline import Day, hotline, table
from yiwang.ends.cli.demo_hotline_day import day


def test_a_day_holds_after_one_that_was_broken_off(site):
    broken = Day(site.address, site.password, print)
    concerns = day(50, seed=11)[:45]
    for numbered in enumerate(concerns):
        broken.file(numbered)
    lines = []
    figures = hotline(site.address, site.password, lines.append, 50, seed=11)
    assert figures["filed"] == 50 and figures["merged"] >= 1 and figures["left_from_before"] >= 1, "today's joined what was left open"
    assert figures["automatic"] >= 10 and figures["automatic_right"] >= 0.95 and figures["returned"] >= 1
    assert figures["recurrences"] == 0 and len(lines) == 3 and "satisfaction" in table(figures)
    again = hotline(site.address, site.password, lines.append, 50, seed=12)
    assert again["recurrences"] == 1, "the burst's cause was closed, and came back"
