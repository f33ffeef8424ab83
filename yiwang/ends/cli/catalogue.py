"""`yiwang catalogue …`: search, export and import the data resources; elements and code tables; what is late."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from yiwang.ends.cli import install
from yiwang.standards.errors import InvalidInput, NotFound

FORMS = ["json", "xlsx", "dcat"]


def declare(parser: argparse.ArgumentParser, name: str) -> None:
    """The options of the group."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    search = acts.add_parser("search", help="resources whose title, fields or summary hold every word, best first")
    search.add_argument("text", nargs="?", default="")
    search.add_argument(
        "--facet", action="append", default=[], metavar="NAME=VALUE", help="department, category, share, open, level, cycle, format"
    )
    search.add_argument("--limit", type=int, default=20, help="at most so many (default 20, most 100)")
    search.add_argument("--json", action="store_true", help="for machines, with the facets")
    search.set_defaults(run=run_search)
    save = acts.add_parser("export", help="write the catalogue in force to a file")
    save.add_argument("file", type=Path)
    save.add_argument("--format", choices=FORMS, help="default: by the file's ending (.jsonld: dcat)")
    save.set_defaults(run=run_export)
    load = acts.add_parser("import", help="take a file in (JSON, xlsx, DCAT): every resource becomes a draft or is refused")
    load.add_argument("file", type=Path)
    load.add_argument("--json", action="store_true", help="the whole report for machines")
    load.set_defaults(run=run_import)
    elements = acts.add_parser("elements", help="data elements with their one authoritative source")
    elements.add_argument("text", nargs="?", default="")
    elements.add_argument("--json", action="store_true", help="for machines")
    elements.set_defaults(run=run_elements)
    codes = acts.add_parser("codes", help="code tables with who keeps them, or the codes of one")
    codes.add_argument("table", nargs="?", default="")
    codes.add_argument("--json", action="store_true", help="for machines")
    codes.set_defaults(run=run_codes)
    late = acts.add_parser("overdue", help="reviews and updates past their legal days; exit 1 where there are some")
    late.add_argument("--json", action="store_true", help="for machines")
    late.set_defaults(run=run_overdue)
    parser.epilog = "example: yiwang catalogue search 出生 --facet department=health --json"


def run_search(options: argparse.Namespace) -> int:
    """Print what was found; exit 1 when nothing was."""
    facets = dict(one.partition("=")[::2] for one in options.facet)
    with install.ready_database():
        install.setup_django()
        from yiwang.data.catalogue import api as catalogue

        found = catalogue.find(options.text, facets=facets, size=options.limit)
    if options.json:
        rows = [
            {"code": one.code, "title": one.title, "department": one.department, "share": one.share, "level": one.level}
            for one in found.resources
        ]
        print(json.dumps({"total": found.total, "resources": rows, "facets": found.facets}, ensure_ascii=False))
    else:
        for one in found.resources:
            print(f"{one.code:<32} {one.catalogue_code:<14} {one.title}")
        if not found.resources:
            print("没有找到数据资源。请换个词,或去掉筛选条件。", file=sys.stderr)
    return 0 if found.total else 1


def run_export(options: argparse.Namespace) -> int:
    """Write the file."""
    ending = options.file.suffix.lstrip(".").lower()
    form = options.format or {"jsonld": "dcat"}.get(ending, ending)
    if form not in FORMS:
        raise InvalidInput(f"不能导出为“{ending}”。请用 --format 选择 {'、'.join(FORMS)}。")
    with install.ready_database():
        install.setup_django()
        from yiwang.data.catalogue import api as catalogue

        resources = catalogue.resources()
        options.file.write_bytes(catalogue.export(resources, form=form))
    print(f"{len(resources)} 个数据资源 → {options.file}")
    return 0


def run_import(options: argparse.Namespace) -> int:
    """Take the file in; exit 1 when a row was refused."""
    if not options.file.is_file():
        raise NotFound(f"没有这个文件:{options.file}。请检查路径。")
    with install.ready_database():
        install.setup_django(owner=True)
        from yiwang.data.catalogue import api as catalogue
        from yiwang.security.access.api import SYSTEM

        report = catalogue.take_in(options.file.read_bytes(), actor=SYSTEM)
    if options.json:
        rows = [{"place": one.place, "code": one.code, "outcome": one.outcome, "reason": one.reason} for one in report.rows]
        print(json.dumps({"rows": rows}, ensure_ascii=False))
    else:
        for one in report.rows:
            print(f"{one.place}  {one.outcome:<8} {one.code}  {one.reason}")
    return 1 if report.count("refused") else 0


def run_elements(options: argparse.Namespace) -> int:
    """Print data elements; exit 1 when none was found."""
    install.setup_django()
    from yiwang.data.catalogue import api as catalogue

    found = catalogue.search(options.text, limit=1000) if options.text.strip() else catalogue.elements()
    if options.json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False))
    else:
        for one in found:
            print(f"{one.code:<36} {one.department:<12} {one.register}.{one.column}  {one.name}")
    return 0 if found else 1


def run_codes(options: argparse.Namespace) -> int:
    """Print the code tables, or one of them."""
    install.setup_django()
    from yiwang.data.catalogue import api as catalogue

    found = [catalogue.code_table(options.table)] if options.table else catalogue.tables()
    if options.json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False))
    elif options.table:
        for code, word in found[0].codes.items():
            print(f"{code:<12} {word}")
    else:
        for one in found:
            print(f"{one.code:<28} {one.department:<12} {one.standard or '—':<12} {len(one.codes):>4}  {one.title}")
    return 0


def run_overdue(options: argparse.Namespace) -> int:
    """Print what is late."""
    with install.ready_database():
        install.setup_django()
        from yiwang.data.catalogue import api as catalogue
        from yiwang.security.access.api import SYSTEM

        late = catalogue.overdue(SYSTEM)
    if options.json:
        print(json.dumps([asdict(one) for one in late], ensure_ascii=False, default=str))
    else:
        for one in late:
            print(f"{one.due}  {catalogue.CLOCKS[one.clock]}  {one.department:<12} {one.code}  {one.title}")
    return 1 if late else 0
