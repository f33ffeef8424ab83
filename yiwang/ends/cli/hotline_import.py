"""`yiwang hotline import FILE`: tickets from a table, a mail or a folder of mails; every bad row is named, the good ones are kept."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from yiwang.ends.cli import install
from yiwang.standards.errors import InvalidInput, NotFound

COLUMNS = "CSV columns: text (内容); optional title, name, phone, place, category, kind, privacy, key (编号), lat, lon, channel"


def declare(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The options."""
    load = acts.add_parser("import", help="file the tickets of a CSV, EML or MBOX; a row imported before is not doubled", epilog=COLUMNS)
    load.add_argument("path", type=Path, metavar="FILE")
    load.add_argument("--json", action="store_true", help="row, number and reason of every row, for machines")
    load.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Import; exit 1 when a row was refused."""
    try:
        data = options.path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound(f"没有这个文件:{options.path}。请检查路径。") from error
    except OSError as error:
        raise InvalidInput(f"文件「{options.path}」读不了:{error.strerror}。请检查权限。") from error
    with install.ready_database():
        install.setup_django()
        from yiwang.business.hotline import api as hotline
        from yiwang.security.access.api import SYSTEM

        report = hotline.import_file(data, name=options.path.name, actor=SYSTEM)
    bad = [one for one in report if not one.no]
    if options.json:
        print(json.dumps([asdict(one) for one in report], ensure_ascii=False))
        return 1 if bad else 0
    for one in bad:
        print(f"row {one.row}: {one.reason}", file=sys.stderr)
    again = sum(bool(one.no and one.reason) for one in report)
    print(f"{len(report)} rows: {len(report) - len(bad) - again} filed, {again} filed before, {len(bad)} refused")
    return 1 if bad else 0
