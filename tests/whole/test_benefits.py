"""免申即享 as the demonstration promises it: every check of the journey holds in a small city, over HTTP."""

from yiwang.ends.cli.demo_benefits import BENEFITS, benefits, table


def test_the_journey_holds(site):
    lines = []
    figures = benefits(site.address, site.password, lines.append)
    for code, _department in BENEFITS:
        assert figures[f"{code}_scanned"] > 0 and figures[f"{code}_told"] >= 0
    assert figures["high_age_told"] >= 3 and figures["unemployment_told"] >= 1
    assert (figures["paid"], figures["paid_fen"]) == (2, 199_000)
    assert figures["recovered_fen"] > 0 and figures["waived_fen"] > 0
    assert figures["gains"] > figures["loses"] > 0 and figures["missed_by_wrong_registers"] >= 1
    assert len(lines) >= 10 and "high_age" in table(figures)
