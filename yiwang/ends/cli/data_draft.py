"""`yiwang data draft`: look at files, a database or an API and propose resources: types, keys, relations, levels per field."""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from yiwang.standards.errors import InvalidInput

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def declare(acts: Any) -> None:
    """The act."""
    draft = acts.add_parser("draft", help="propose data resources from a file, a folder, a PostgreSQL address or an HTTP JSON API")
    draft.add_argument("source", metavar="PATH|URL")
    header = "sent to an HTTP API, repeatable; @FILE reads such lines from a file, so that a secret stands in no list of processes"
    draft.add_argument("--header", action="append", default=[], metavar="'NAME: VALUE'", help=header)
    draft.add_argument("--json", action="store_true", help="everything for machines: profile, keys, relations, evidence")
    draft.add_argument("--department", default="", help="keep the proposals for this department (short code), to be confirmed on its page")
    draft.add_argument("--region", default="990100", help="its region (default 990100)")
    draft.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print what is proposed; with --department keep it too. Exit 1 when something could not be read."""
    from yiwang.data.sensing import api as sensing

    tables, problems = sensing.read(options.source, headers=_headers(options.header))
    told = {name: sensing.classify(table) for name, table in tables.items()}
    related = sensing.relations(tables)
    if options.department:
        _keep(options, tables)
    if options.json:
        rows = [{"name": name, "rows": tables[name].num_rows, "fields": [asdict(one) for one in fields]} for name, fields in told.items()]
        print(json.dumps({"resources": rows, "relations": [asdict(one) for one in related], "problems": problems}, ensure_ascii=False))
    else:
        for name, fields in told.items():
            print(f"{name}({tables[name].num_rows} 行)")
            for one in fields:
                marks = " 主键" * one.key + " 敏感" * one.sensitive
                print(f"  {one.name}  {one.type}  {sensing.KINDS.get(one.kind, '—')}  {one.level} 级{marks}")
        for relation in related:
            print(f"{relation.table}.{relation.column} → {relation.other}.{relation.key}({relation.share:.0%})")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _headers(given: list[str]) -> dict[str, str]:
    """The headers of ``--header``; InvalidInput where one is no header."""
    lines: list[str] = []
    for one in given:
        try:
            lines += Path(one[1:]).read_text("utf-8").splitlines() if one.startswith("@") else [one]
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(f"请求头文件无法读取:{one[1:]}。", field="header") from error
    headers = {}
    for line in filter(str.strip, lines):
        name, colon, value = line.partition(":")
        if not colon or not _NAME.fullmatch(name.strip()) or not value.strip().isprintable() or not value.isascii():
            raise InvalidInput("请求头应写成「名称: 值」,只用可打印的 ASCII 字符。", field="header")
        headers[name.strip()] = value.strip()
    return headers


def _keep(options: argparse.Namespace, tables: dict[str, Any]) -> None:
    from yiwang.ends.cli import install

    with install.ready_database():
        install.setup_django(owner=True)
        from yiwang.data.catalogue import api as catalogue
        from yiwang.security.access.api import SYSTEM

        origin = options.source.rpartition("@")[2] if "://" in options.source else options.source.rstrip("/").rpartition("/")[2]
        catalogue.look_at(tables, origin=origin.partition("?")[0], department=options.department, region=options.region, actor=SYSTEM)
