"""`yiwang matters …`: search, import and export the matters."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from yiwang.ends.cli import install
from yiwang.standards.errors import NotFound


def declare(parser: argparse.ArgumentParser, name: str) -> None:
    """The options of the group."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    search = acts.add_parser("search", help="the right matter for everyday words, best first")
    search.add_argument("text")
    search.add_argument("--limit", type=int, default=10, help="at most so many (default 10)")
    search.add_argument("--json", action="store_true", help="for machines")
    search.set_defaults(run=run_search)
    load = acts.add_parser("import", help="import matters (JSON, CSV or xlsx); a report per row")
    load.add_argument("file", type=Path)
    load.add_argument("--format", choices=["json", "csv", "xlsx"], help="default: by the file's ending")
    load.add_argument("--json", action="store_true", help="the whole report for machines")
    load.set_defaults(run=run_import)
    save = acts.add_parser("export", help="export all matters")
    save.add_argument("file", type=Path)
    save.add_argument("--format", choices=["json", "csv", "xlsx"], help="default: by the file's ending")
    save.set_defaults(run=run_export)
    parser.epilog = "example: yiwang matters search 生娃上户口 --limit 3 --json"


def run_search(options: argparse.Namespace) -> int:
    """Print the hits."""
    with install.ready_database():
        install.setup_django()
        from yiwang.business.matters import api as matters

        hits = matters.search(options.text, limit=options.limit)
    if options.json:
        print(
            json.dumps(
                [{"name": hit.name, "code": hit.code, "short": hit.short, "score": round(hit.score, 3)} for hit in hits], ensure_ascii=False
            )
        )
    else:
        for hit in hits:
            print(f"{hit.code}  {hit.name}  ({hit.reason})")
        if not hits:
            print("没有找到合适的事项。请换个说法,或少写几个字。", file=sys.stderr)
    return 0 if hits else 1


def run_import(options: argparse.Namespace) -> int:
    """Import; exit 1 when a row was refused."""
    if not options.file.is_file():
        raise NotFound(f"没有这个文件:{options.file}。请检查路径。")
    with install.ready_database():
        install.setup_django(owner=True)
        from yiwang.business.matters import api as matters
        from yiwang.security.access.api import SYSTEM

        report = matters.import_file(options.file, format=options.format or options.file.suffix.lstrip(".").lower(), actor=SYSTEM)
    if options.json:
        print(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        for row in report.rows:
            if row.findings:
                print(
                    f"row {row.number}: {row.outcome} {row.name}: " + "; ".join(str(finding) for finding in row.findings), file=sys.stderr
                )
        print(f"{report.rows_read} rows read, {report.loaded} loaded, {report.rows_read - report.loaded} refused")
    return 0 if report.loaded == report.rows_read else 1


def run_export(options: argparse.Namespace) -> int:
    """Write the file."""
    with install.ready_database():
        install.setup_django()
        from yiwang.business.matters import api as matters

        data = matters.export(options.format or options.file.suffix.lstrip(".").lower())
    options.file.write_bytes(data)
    print(f"{options.file}: {len(data):,} bytes")
    return 0
