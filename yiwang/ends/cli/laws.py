"""`yiwang laws …`: import the law library, read an article as of a day, see what changed, check what our rules cite."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from yiwang.ends.cli import install
from yiwang.standards.errors import NotFound

if TYPE_CHECKING:
    from yiwang.data.laws.api import Checked

_SEVERITY = ("repealed", "missing_article", "changed", "not_in_force", "quote_differs", "not_held", "unknown_law", "document", "unreadable")


def declare(parser: argparse.ArgumentParser, name: str) -> None:
    """The options of the group."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    load = acts.add_parser("import", help="import a folder of dated law texts; every file is reported; exit 1 when one is refused")
    load.add_argument("path", type=Path)
    load.add_argument("--json", action="store_true", help="the whole report for machines")
    load.add_argument("--verbose", action="store_true", help="also the warnings of accepted files")
    load.set_defaults(run=run_import)
    show = acts.add_parser("show", help="an article (or the contents of a law) as in force on a day")
    show.add_argument("title")
    show.add_argument("number", nargs="?", default="")
    show.add_argument("--on", type=_day, help="the day (default today)")
    show.set_defaults(run=run_show)
    changes = acts.add_parser("changes", help="how an article changed from version to version")
    changes.add_argument("title")
    changes.add_argument("number")
    changes.set_defaults(run=run_changes)
    search = acts.add_parser("search", help="articles in force that hold all the words")
    search.add_argument("words")
    search.add_argument("--title", default="", help="only laws whose title holds these words")
    search.add_argument("--on", type=_day, help="the day (default today)")
    search.add_argument("--limit", type=int, default=10)
    search.set_defaults(run=run_search)
    check = acts.add_parser("check", help="all citations of the published matters and their decision tables against the library")
    check.add_argument("--on", type=_day, help="the day (default today)")
    check.add_argument("--json", action="store_true", help="for machines")
    check.set_defaults(run=run_check)
    value = acts.add_parser("parameter", help="a dated amount, age or threshold; without a code the list")
    value.add_argument("code", nargs="?", default="")
    value.add_argument("--on", type=_day, help="the day (default today)")
    value.set_defaults(run=run_parameter)
    setting = acts.add_parser("set-parameter", help="a new value of a parameter from a day on; decisions follow it from that day")
    setting.add_argument("code")
    setting.add_argument("value")
    setting.add_argument("--from", type=_day, required=True, dest="valid_from", help="the first day")
    setting.add_argument("--to", type=_day, dest="valid_to", help="the last day (default: until the next value)")
    setting.add_argument("--source", required=True, help="the document that says so, with its number")
    setting.set_defaults(run=run_set_parameter)
    parser.epilog = "example: yiwang laws show 行政许可法 32 --on 2020-01-01"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"「{text}」不是日期。请按 2026-02-10 的形式填写。") from error


def run_import(options: argparse.Namespace) -> int:
    """Import; exit 1 when a file was refused."""
    if not options.path.exists():
        raise NotFound(f"没有这个文件或文件夹:{options.path}。请检查路径。")
    with install.ready_database():
        install.setup_django(owner=True)
        from yiwang.data.laws import api as laws
        from yiwang.security.access.api import SYSTEM

        report = laws.import_laws(options.path, actor=SYSTEM)
    if options.json:
        print(json.dumps(report.to_json(), ensure_ascii=False))
        return 1 if report.count("refused") else 0
    for file in report.files:
        if file.reason or (options.verbose and file.warnings):
            print(f"{file.outcome}: {file.path}: {file.reason or ' '.join(file.warnings)}", file=sys.stderr)
    outcomes = ", ".join(f"{report.count(name)} {name}" for name in ("new", "same", "corrected", "duplicate", "refused"))
    warned = sum(1 for file in report.files if file.warnings)
    print(f"{len(report.files)} files read: {outcomes}; {warned} with warnings")
    print(f"articles read: {sum(file.articles for file in report.files):,}")
    print(f"held: {report.laws:,} laws, {report.versions:,} versions, {report.articles:,} articles")
    return 1 if report.count("refused") else 0


def run_show(options: argparse.Namespace) -> int:
    """Print an article, or the versions and contents of a law."""
    with install.ready_database():
        install.setup_django()
        from yiwang.base.clock.api import today
        from yiwang.data.laws import api as laws

        on = options.on or today()
        if options.number:
            found = laws.article(options.title, options.number, on=on)
            print(f"《{found.title}》{found.label}  ({' / '.join(found.place)})" if found.place else f"《{found.title}》{found.label}")
            print(f"{found.version} 文本,有效期 {found.in_force_from} 至 {found.in_force_to or '今'}\n\n{found.text}")
            return 0
        law = laws.find_law(options.title)
        print(f"《{law.title}》 {law.kind} {law.organ}")
        if law.repealed_on:
            print(f"自 {law.repealed_on} 起废止:{law.repealed_by}")
        for version in law.versions:
            span = f"{version.in_force_from or '日期不详'} 至 {version.in_force_to or '今'}"
            print(f"{version.label}  {span}  {version.articles} 条  ({version.source})")
    return 0


def run_changes(options: argparse.Namespace) -> int:
    """Print the versions of an article with their differences: [-removed-] {+added+}."""
    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    with install.ready_database():
        install.setup_django()
        from yiwang.data.laws import api as laws

        for change in laws.changes(options.title, options.number):
            moved = f",原为{change.came_from}" if change.came_from else ""
            moved += f",原内容现为{change.went_to}" if change.went_to else ""
            print(f"== {change.version}(自 {change.in_force_from} 起){change.kind}{moved}")
            print("".join(marks[part.kind].format(part.text) for part in change.diff) or change.text)
    return 0


def run_search(options: argparse.Namespace) -> int:
    """Print the hits; exit 1 when there is none."""
    with install.ready_database():
        install.setup_django()
        from yiwang.data.laws import api as laws

        hits = laws.search(options.words, on=options.on, title=options.title, limit=options.limit)
    for hit in hits:
        begin = max(0, hit.at - 20)
        print(f"《{hit.title}》{hit.label}({hit.version}):{hit.text[begin : begin + 80]}".replace("\n", " "))
    return 0 if hits else 1


def run_parameter(options: argparse.Namespace) -> int:
    """Print a parameter's value of the day, or all codes."""
    with install.ready_database():
        install.setup_django()
        from yiwang.base.clock.api import today
        from yiwang.data.laws import api as laws

        on = options.on or today()
        for code in [options.code] if options.code else laws.parameter_codes():
            held = laws.parameter(code, on=on)
            value = f"{len(held.value)} 档" if isinstance(held.value, tuple) else f"{held.value}{held.unit}"
            print(f"{held.code}  {value}  {held.name}  自 {held.valid_from} 至 {held.valid_to or '今'}  [{held.kind}] {held.source}")
    return 0


def run_set_parameter(options: argparse.Namespace) -> int:
    """Set a value and print what is in force through time."""
    with install.ready_database():
        install.setup_django()
        from yiwang.data.laws import api as laws
        from yiwang.security.access.api import SYSTEM

        known = laws.parameter_history(options.code)
        laws.set_parameter(
            options.code,
            value=options.value,
            unit=known[-1].unit if known else "",
            source=options.source,
            valid_from=options.valid_from,
            valid_to=options.valid_to,
            actor=SYSTEM,
        )
        for one in laws.parameter_history(options.code):
            print(f"{one.valid_from} 至 {one.valid_to or '今'}  {one.plain}{one.unit}  {one.source}")
    return 0


def run_check(options: argparse.Namespace) -> int:
    """Check; exit 1 when an article changed, was repealed or does not exist."""
    with install.ready_database():
        install.setup_django()
        from yiwang.base.clock.api import today
        from yiwang.data.laws import api as laws

        cited = laws.our_citations()
        checked = laws.check_citations(cited, on=options.on or today())
        names = dict(laws.FLAGS)
    kinds = Counter(flag.kind for flag in checked.flags)
    if options.json:
        print(json.dumps(_as_json(checked, kinds), ensure_ascii=False))
    else:
        for flag in sorted(checked.flags, key=lambda flag: (_SEVERITY.index(flag.kind), flag.said)):
            print(f"{names[flag.kind]}: {flag.cited.where}: {flag.detail}")
        print(f"{len(cited)} citations, {checked.references} references, {checked.resolved} resolved ({checked.share:.1%})")
        print("flags: " + (", ".join(f"{count} {kind}" for kind, count in kinds.most_common()) or "none"))
    return 1 if kinds.keys() & {"repealed", "missing_article", "changed"} else 0


def _as_json(checked: Checked, kinds: Counter[str]) -> dict[str, object]:
    flags = [{"kind": one.kind, "where": one.cited.where, "said": one.said, "detail": one.detail} for one in checked.flags]
    return {"references": checked.references, "resolved": checked.resolved, "share": checked.share, "kinds": dict(kinds), "flags": flags}
