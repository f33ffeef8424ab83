"""A day of the hotline as the demonstration promises it, and once more after one that was broken off."""

import json
import subprocess
import sys

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


def test_a_table_is_imported_from_the_command_line(site, tmp_path):
    table = tmp_path / "来件.csv"
    table.write_text("编号,内容,纬度,经度\n甲1,柳岸新城井盖缺失,,\n甲2,,,\n甲3,春和里小区路灯不亮,北,南\n甲4,柳岸街垃圾没人收,,\n")

    def run(*words):
        command = [sys.executable, "-m", "yiwang.ends.cli.main", "hotline", "import", *words]
        return subprocess.run(command, env=site.environment, capture_output=True, text=True)

    first = run(str(table))
    assert first.returncode == 1 and "4 rows: 2 filed, 0 filed before, 2 refused" in first.stdout
    assert first.stderr.count("row ") == 2 and "row 2:" in first.stderr and "row 3:" in first.stderr
    again = json.loads(run(str(table), "--json").stdout)
    assert [bool(one["no"]) for one in again] == [True, False, False, True] and again[0]["reason"]
    missing = run(str(tmp_path / "没有.csv"))
    assert missing.returncode == 2 and "没有这个文件" in missing.stderr
