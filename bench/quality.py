"""Ten quality rules over invented people, with the failing row numbers, beside soda-core, pandera and great_expectations.

The rules are ``bench._people.DEFINITION``: check character and birth day of an identity number, mobile number, empty, repeated, range, reference,
order of dates, freshness, code table, two columns agreeing. 1 M and 10 M rows, from Parquet and from CSV; every side from the file to its answer, the best of
its turns, starting Python not timed. Ours runs in a process of its own, so that its peak memory is its own; its failing rows must be the planted ones.
soda-core counts failing rows and names none. great_expectations has no expectation for a check character nor for a day inside a number: it is given
the cheaper shape for the first and leaves out the second, and runs on 1 M rows only (frames in memory). Cost: about three minutes, 1 GB of scratch files.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet

from bench import _people
from bench._peers import run_peer
from yiwang.data.checks import api as checks

Figure = dict[str, Any]
TODAY = date.fromisoformat(str(_people.TODAY))
SIZES = (1_000_000, 10_000_000)


def run() -> list[Figure]:
    """All figures; the peers are installed on first use."""
    figures = []
    with tempfile.TemporaryDirectory(prefix="yiwang-quality-") as name:
        folder = Path(name)
        known, contract = folder / "communities.parquet", folder / "contract.yml"
        pyarrow.parquet.write_table(_people.communities(), known)
        contract.write_text(_contract(), encoding="utf-8")
        rates: dict[tuple[str, int], float] = {}
        for rows in SIZES:
            files = {form: folder / f"people.{form}" for form in ("parquet", "csv")}
            planted = {code: found.tolist() for code, found in _people.write(files["parquet"], files["csv"], rows).items()}
            (folder / "planted.json").write_text(json.dumps(planted), encoding="utf-8")
            for form, file in files.items():
                told, beside = _side_by_side(file, folder, rows)
                rates[form, rows] = rows / told["seconds"]
                figures += _figures(f"quality.{form}_{rows // 1_000_000}m", rows, told, beside)
    return figures + [_figure(f"quality.{form}_growth (rate, 10 M : 1 M)", rates[form, SIZES[1]] / rates[form, SIZES[0]], "times")
                      for form in ("parquet", "csv")]  # fmt: skip


def _side_by_side(file: Path, folder: Path, rows: int) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Ours before and after the peers, the better of both; every peer says how many rows fail which rule."""
    known = str(folder / "communities.parquet")
    ours = [_ours(file, folder)]
    beside = {
        "pandera[polars] 0.35.0": run_peer("pandera_polars", str(file), known, str(TODAY)),
        "soda-core 4.28.0 (DuckDB, counts only)": run_peer("soda", str(file), known, str(folder / "contract.yml")),
    }
    if rows == SIZES[0]:
        beside["great_expectations 1.24.1 (pandas)"] = run_peer("gx", str(file), known, str(TODAY))
    ours.append(_ours(file, folder))
    told = min(ours, key=lambda one: float(one["seconds"]))
    planted = {code: len(found) for code, found in json.loads((folder / "planted.json").read_text("utf-8")).items()}
    soda = beside["soda-core 4.28.0 (DuckDB, counts only)"]["failed"]
    wrong = {code: (soda.get(code), count) for code, count in planted.items() if code != "unique" and soda.get(code) != count}
    assert not wrong, f"soda-core finds other rows: {wrong}"
    return told, beside


def _ours(file: Path, folder: Path) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", "bench.quality", str(file), str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-800:])
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def child(file: Path, folder: Path) -> None:
    """One process: the best of three turns, its peak memory, its rows compared with the planted ones."""
    definition, known = checks.read(_people.DEFINITION), folder / "communities.parquet"
    took = []
    for _ in range(3):
        begin = time.perf_counter()
        found = checks.check(file, definition, references={"communities": known}, as_of=TODAY)
        took.append(time.perf_counter() - begin)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    planted = json.loads((folder / "planted.json").read_text("utf-8"))
    for one in found:
        expected = set(planted[one.rule.code])
        if one.rule.code == "birth_date":  # a changed check character does not touch the day
            expected = set(planted["birth_date"])
        assert set(one.rows.tolist()) == expected, f"{one.rule.code}: {one.failed} rows fail, {len(expected)} were planted"
    print(json.dumps({"seconds": min(took), "peak_mib": peak, "failed": {one.rule.code: one.failed for one in found}}))


def _contract() -> str:
    """The rules as a contract of soda: its own checks where it has them, our SQL for DuckDB where it has none."""
    definition = checks.read(_people.DEFINITION)
    rules = {rule.code: rule for rule in definition.rules}

    def fails(code: str) -> str:
        told = checks.statement(rules[code], "people", types=definition.types, as_of=TODAY)
        return json.dumps(told.split(" WHERE ", 1)[1].removesuffix(" ORDER BY 1"))

    column = "  - name: {0}\n    checks:\n".format
    free = "threshold: {must_be: 0}"
    texts = [
        "dataset: local/main/people\ncolumns:\n",
        column("mobile"),
        f'      - invalid: {{name: mobile, valid_format: {{name: mobile, regex: "^1[3-9][0-9]{{9}}$"}}, {free}}}\n',
        column("name") + f"      - missing: {{name: not_null, {free}}}\n",
        column("id_number") + f"      - duplicate: {{name: unique, {free}}}\n",
        column("income") + f"      - invalid: {{name: range, valid_min: 0, valid_max: 10000000, {free}}}\n",
        column("community"),
        f"      - invalid: {{name: reference, valid_reference_data: {{dataset: local/main/communities, column: community}}, {free}}}\n",
        column("sex") + f'      - invalid: {{name: code, valid_values: ["1", "2"], {free}}}\n',
        "checks:\n",
        *(
            f"  - failed_rows: {{name: {code}, qualifier: {code}, expression: {fails(code)}, {free}}}\n"
            for code in ("id_number", "order", "fresh", "birth_date")
        ),
    ]
    return "".join(texts)


def _figures(name: str, rows: int, told: dict[str, Any], beside: dict[str, dict[str, Any]]) -> list[Figure]:
    rates = [_figure(name, rows / told["seconds"], "rows/s", peer, rows / one["seconds"]) for peer, one in beside.items()]
    memory = [_figure(f"{name}_peak", told["peak_mib"], "MiB", peer, one["peak_mib"]) for peer, one in beside.items()]
    return [*rates, *memory]


def _figure(name: str, value: float, unit: str, peer: str = "", peer_value: float | None = None) -> Figure:
    ratio = value / peer_value if peer_value else None
    return {"name": name, "value": value, "unit": unit, "peer": peer, "peer_value": peer_value, "ratio": ratio}


if __name__ == "__main__":
    child(Path(sys.argv[1]), Path(sys.argv[2]))
