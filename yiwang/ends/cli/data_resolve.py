"""`yiwang data resolve …`: which rows of two sources are the same person or company; measured on invented sources with known truth."""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

from yiwang.ends.cli import install
from yiwang.standards.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    import pyarrow


def declare(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The acts of this part."""
    group = acts.add_parser("resolve", help="entity resolution of persons and companies: run, evaluate")
    kinds = group.add_subparsers(dest="deed", metavar="DEED", required=True)
    measure = kinds.add_parser("evaluate", help="precision, recall, F1 on invented sources with known truth, beside plain splink")
    measure.add_argument("--people", type=int, default=20000, help="persons or companies to invent (default 20000)")
    measure.add_argument("--kind", choices=("person", "company"), default="person")
    measure.add_argument("--seed", type=int, default=7)
    measure.add_argument("--json", action="store_true", help="for machines")
    measure.set_defaults(run=run_evaluate)
    run = kinds.add_parser("run", help="link two files; doubtful pairs wait for a person on the desk, nothing is merged")
    run.add_argument(
        "left", type=Path, help="CSV or Parquet: unique_id,name,sex,birth_date,phone,address (companies: name,person,phone,address)"
    )
    run.add_argument("right", type=Path)
    run.add_argument("--kind", choices=("person", "company"), default="person")
    run.add_argument("--output", type=Path, required=True, help="CSV of the pairs that are sure: left,right,probability")
    run.add_argument("--department", required=True, help="whose data officers decide the doubtful pairs (short code)")
    run.add_argument("--region", required=True, help="division code of these data")
    run.add_argument("--purpose", required=True, help="what the rows are compared for; kept in the audit record")
    run.set_defaults(run=run_run)


def run_evaluate(options: argparse.Namespace) -> int:
    """Print the scores; exit 1 when ours is not better than plain splink."""
    if not 100 <= options.people <= 2_000_000:
        raise InvalidInput("--people 须在 100 到 2000000 之间。")
    install.setup_django()
    from yiwang.data.resolution import api as resolution
    from yiwang.security.access.api import SYSTEM

    found = resolution.measure(options.people, kind=options.kind, seed=options.seed, actor=SYSTEM)
    if options.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        print(f"{found['left']:,} and {found['right']:,} rows, {found['same']:,} the same")
        for name in ("ours", "sure", "plain_splink"):
            one = found[name]
            took = f"  {one['seconds']} s" if "seconds" in one else ""
            print(f"{name:<14} precision {one['precision']:.4f}  recall {one['recall']:.4f}  f1 {one['f1']:.4f}{took}")
        print(f"for a person   {found['for_a_person']:,} pairs")
    return 0 if found["ours"]["f1"] >= found["plain_splink"]["f1"] else 1


def run_run(options: argparse.Namespace) -> int:
    """Link two files, write the sure pairs, keep the doubtful ones for a person."""
    left, right = _table(options.left), _table(options.right)
    with install.ready_database():
        install.setup_django()
        from yiwang.data.resolution import api as resolution
        from yiwang.security.access.api import SYSTEM

        done = resolution.resolve(
            left, right, kind=options.kind, sources=(options.left.name, options.right.name), purpose=options.purpose,
            department=options.department, region=options.region, actor=SYSTEM,
        )  # fmt: skip
    with options.output.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("left", "right", "probability", "basis"))
        writer.writerows((one.left, one.right, f"{one.probability:.6f}", one.basis) for one in done.links)
    print(f"{len(done.links):,} pairs are the same: {options.output}; {done.run.doubtful:,} wait for a person; {done.run.seconds} s")
    return 0


def _table(path: Path) -> pyarrow.Table:
    if not path.is_file():
        raise NotFound(f"没有这个文件:{path}。请检查路径。")
    import pyarrow as pa
    import pyarrow.parquet as parquet

    try:
        if path.suffix == ".parquet":
            return parquet.read_table(path)
        with path.open(encoding="utf-8-sig", newline="") as file:
            return pa.Table.from_pylist(list(csv.DictReader(file)))
    except (UnicodeDecodeError, pa.ArrowInvalid, csv.Error) as error:
        raise InvalidInput(f"{path} 不能读取:{error}。请提供 UTF-8 的 CSV 或 Parquet 文件。") from error
