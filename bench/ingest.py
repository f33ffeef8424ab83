"""Ingestion: a dirty CSV of invented companies → checked Parquet theme table, rows a second and peak memory, each run in a process of its own.

Peers in the same run, reading the same file: DuckDB's COPY of plain text to Parquet without any check (the limit of this machine's
disk and reader; it reads a clean copy, because a quote that never closes makes it lose most rows of the dirty one), and pandas with the
same checks as a person would write them (bench/peers/pandas_companies.py; on the clean copy too, for the same reason). Rows: `--rows`
(default 1,000,000; 10,000,000 is the figure of the README). Spark, where it is installed, works out the history of the same file, of at
most YIWANG_BENCH_SPARK_ROWS rows (default 1,000,000). Beside rates stand the processor's seconds, which say more on a busy machine.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench._peers import run_peer
from yiwang.standards.identifiers import credit_code, organisation_code

TITLES = "企业名称,统一社会信用代码,注册日期,企业类型,法人代表,注册资金,经营范围,所在省份,地区,注册地址"
_CAPITALS = ('"50(万元人民币)"', '"3,000(万)"', '"N/A"', '"680.5(万美元)"', '"100(万元)"', "20万人民币")
_TRADES = ("木器", "五金", "食品", "纺织", "软件", "建筑", "水产", "运输", "药材", "印刷")
_CITIES = ("杭州", "宁波", "温州", "绍兴", "嘉兴", "湖州")


def write(path, clean, rows):
    """The file, and its clean copy; three rows in a thousand are bad: a wrong check character, a quote that never closes, a cell too many."""
    scopes = [f'"{a}的生产、加工和销售;{b}批发零售。(依法须经批准的项目,经批准后方可开展经营活动)"' for a in _TRADES for b in _TRADES]
    with path.open("w", encoding="utf-8") as file, clean.open("w", encoding="utf-8") as copy:
        file.write(TITLES + "\n")
        copy.write(TITLES + "\n")
        for number in range(rows):
            body = f"{number:08d}"
            body = f"91330{number % 7 + 1}00{body}{organisation_code.check_character(body)}"
            check = credit_code.check_character(body)
            kind = number % 1000
            trade, place = _TRADES[number % 10], _TRADES[number // 10 % 10]
            date = f"{2000 + number % 20}-{1 + number % 12:02d}-{1 + number % 28:02d}"
            name, said = f"云汀市{trade}{number}号{place}有限公司", ("N/A", "个体工商户", "个人独资企业")[number % 3]
            rest = (
                f",{date},{said},"
                f"苏云{'一二三四五六七'[number % 7]},{_CAPITALS[number % 6]},{scopes[number % 100]},浙江,{_CITIES[number % 6]},"
                f'"云汀市西渡路{number % 999}号{number % 37}幢"'
            )
            copy.write(f"{name},{body}{check}{rest}\n")
            if kind == 17:
                check = "B" if check == "A" else "A"
            before, after = '"' if kind == 30 else "", ",多" if kind == 60 else ""
            file.write(f"{before}{name},{body}{check}{rest}{after}\n")


OURS = """
from pathlib import Path
from yiwang.data.lake import api
report = api.ingest(Path(SOURCE), dataset="companies", out=Path(TARGET))
answer = {"good": report["rows_good"], "bad": report["rows_quarantined"]}
"""
ON_SPARK = OURS.replace("out=Path(TARGET)", "out=Path(TARGET), spark='local[2]'")
COPY = """
import duckdb
columns = {f"c{place}": "VARCHAR" for place in range(10)}
link = duckdb.connect(config={"memory_limit": "2GB", "preserve_insertion_order": "false"})
link.execute(f"COPY (SELECT * FROM read_csv('{SOURCE}', columns={columns}, header=true, ignore_errors=true, quote='\\"', auto_detect=false, "
             f"parallel=true)) TO '{TARGET}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)")
answer = {"good": link.execute(f"SELECT count(*) FROM '{TARGET}'").fetchone()[0], "bad": 0}
"""
_AROUND = """
import json, os, resource, sys, time
from pathlib import Path
SOURCE, TARGET = sys.argv[1:3]
begin = time.perf_counter()
{body}
answer["seconds"] = time.perf_counter() - begin
answer["cpu"] = time.process_time()
answer["mebibytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
for child in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():  # Spark's Java
    held = Path(f"/proc/{child}/status").read_text()
    answer["mebibytes"] += int(held.partition("VmHWM:")[2].split()[0]) / 1024
print(json.dumps(answer))
"""


def _measured(body, source, target):
    """Run a program in a process of its own; its answer, or None where what it needs is not installed."""
    program = _AROUND.replace("{body}", body)
    done = subprocess.run([sys.executable, "-c", program, str(source), str(target)], capture_output=True, text=True, check=False)
    if done.returncode:
        if "No module named" in done.stderr or "没有" in done.stderr:
            return None
        raise RuntimeError(done.stderr[-800:])
    return json.loads(done.stdout.splitlines()[-1])


def run():
    """Rows a second and peak memory, ours and the peers'."""
    rows = int(os.environ.get("YIWANG_BENCH_ROWS", "1000000"))
    with tempfile.TemporaryDirectory(prefix="yiwang-bench-") as folder:
        source = Path(folder) / "companies.csv"
        clean = Path(folder) / "clean.csv"  # a quote that never closes makes COPY lose most rows of the dirty file: it gets one without
        write(source, clean, rows)
        ours = _measured(OURS, source, Path(folder) / "lake")
        if ours["good"] + ours["bad"] != rows:
            raise RuntimeError(f"rows are not accounted for: {ours}")
        plain = _measured(COPY, clean, Path(folder) / "plain.parquet")
        lost = rows - _measured(COPY, source, Path(folder) / "lost.parquet")["good"]
        same = run_peer("pandas_companies", str(clean), str(Path(folder) / "pandas.parquet")) if rows <= 2_000_000 else None
        for_spark = rows <= int(os.environ.get("YIWANG_BENCH_SPARK_ROWS", "1000000"))
        on_spark = _measured(ON_SPARK, source, Path(folder) / "spark") if for_spark else None
    label = f"ingest {rows:,} companies"
    figures = [_rate(f"{label}, checked, with history", rows, ours, "duckdb COPY, no checks", plain)]
    if same:
        figures.append(_rate(f"{label}, checked, with history", rows, ours, "pandas, the same checks", same))
    figures[0]["peer_loses_of_the_dirty_file"] = lost
    figures += [
        _against(f"{label}: processor seconds", "s", ours["cpu"], plain["cpu"]),
        _against(f"{label}: peak memory", "MiB", ours["mebibytes"], plain["mebibytes"]),
    ]
    if on_spark:
        figures.append(_rate(f"{label}, history on Spark local[2]", rows, on_spark, "", None))
        figures.append({"name": f"{label}, Spark: peak memory", "value": round(on_spark["mebibytes"]), "unit": "MiB"})
    return figures


def _against(name, unit, ours, theirs):
    """What is the better the smaller it is."""
    return {
        "name": name,
        "value": round(ours),
        "unit": unit,
        "peer": "duckdb COPY, no checks",
        "peer_value": round(theirs),
        "ratio": round(theirs / ours, 2),
    }


def _rate(name, rows, ours, peer, theirs):
    figure = {"name": name, "value": round(rows / ours["seconds"]), "unit": "rows/s", "quarantined": ours["bad"]}
    if theirs is None:
        return figure
    rate = rows / theirs["seconds"]
    return figure | {"peer": peer, "peer_value": round(rate), "ratio": round(rows / ours["seconds"] / rate, 2), "peer_rows": theirs["good"]}
