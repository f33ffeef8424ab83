"""`yiwang data check`: quality rules over a file, with the failing rows and the scores by dimension."""

from __future__ import annotations

import argparse
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from yiwang.standards.errors import InvalidInput, NotFound

_SHOWN = 20


def declare(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The act of this part."""
    parser = acts.add_parser("check", help="run quality rules over a CSV or Parquet file and name the failing rows")
    parser.add_argument("file", type=Path, help="CSV (UTF-8, header) or Parquet")
    parser.add_argument(
        "--rules", type=Path, required=True, help='JSON: {"types": {column: type}, "rules": [{"code", "kind", "columns", …}]}'
    )
    parser.add_argument(
        "--reference", action="append", default=[], metavar="NAME=FILE", help="a table that reference rules name (repeatable)"
    )
    parser.add_argument("--as-of", default="", help="day of the check, 2026-03-01 (default: today)")
    parser.add_argument("--json", action="store_true", help="for machines, with all failing row numbers (from 0)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print what was found; exit 1 when a row fails."""
    from yiwang.data.checks import api as checks

    told = _read(options.rules)
    definition = checks.read(told)
    references = dict(_reference(one) for one in options.reference)
    file = _there(options.file)
    found = checks.check(file, definition, references=references, as_of=_day(options.as_of))
    rules = [
        {
            "code": one.rule.code, "title": one.rule.title, "kind": one.rule.kind, "dimension": one.rule.dimension,
            "columns": list(one.rule.columns),
            "looked": one.looked, "failed": one.failed, "score": round(one.score, 6), "rows": one.rows.tolist(),
        }
        for one in found
    ]  # fmt: skip
    dimensions: dict[str, list[float]] = {}
    for one in found:
        dimensions.setdefault(one.rule.dimension[:2], []).append(one.score)
    scores = {code: round(sum(held) / len(held), 6) for code, held in sorted(dimensions.items())}
    if options.json:
        print(json.dumps({"rows": found[0].looked if found else 0, "dimensions": scores, "rules": rules}, ensure_ascii=False))
    else:
        for rule in rules:
            rows = ", ".join(str(row) for row in rule["rows"][:_SHOWN]) + (" …" if rule["failed"] > _SHOWN else "")
            print(f"{rule['code']:<28} {rule['failed']:>10,} of {rule['looked']:,} fail  {rows}")
        print("dimensions  " + "  ".join(f"{code} {score:.4f}" for code, score in scores.items()))
    return 1 if any(rule["failed"] for rule in rules) else 0


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(_there(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise InvalidInput(f"{path} 不是 JSON:{error}。") from error
    if not isinstance(told, dict):
        raise InvalidInput(f"{path} 应为一个 JSON 对象,写明 types 和 rules。")
    return told


def _reference(told: str) -> tuple[str, Path]:
    name, mark, path = told.partition("=")
    if not (name and mark and path):
        raise InvalidInput(f"--reference 应写作 名称=文件,收到「{told}」。")
    return name, _there(Path(path))


def _there(path: Path) -> Path:
    if not path.is_file():
        raise NotFound(f"没有这个文件:{path}。请检查路径。")
    return path


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else datetime.now(ZoneInfo("Asia/Shanghai")).date()
    except ValueError as error:
        raise InvalidInput(f"--as-of 应写作 2026-03-01,收到「{text}」。") from error
