"""Run every benchmark (or those named), print the table, append one line per figure to var/bench.jsonl."""

import argparse
import importlib
import json
import os
import pkgutil
import platform
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import bench


def machine() -> str:
    """Processor, cores and memory of this machine."""
    model = next(
        (line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), ""
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model or platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def main() -> int:
    """Returns 1 when a benchmark could not run."""
    words = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    words.add_argument("names", nargs="*", metavar="NAME", help="the benchmarks to run (default: all)")
    words.add_argument("--rows", type=int, help="rows of the benchmarks that take them from YIWANG_BENCH_ROWS")
    said = words.parse_args()
    if said.rows:
        os.environ["YIWANG_BENCH_ROWS"] = str(said.rows)
    names = said.names or [module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_")]
    out = Path(os.environ.get("YIWANG_VAR") or "var") / "bench.jsonl"
    here, failed = machine(), 0
    print(f"{here}\n{'figure':<58}{'ours':>14} {'unit':<12}{'peer':>14}  {'ratio':>7}  peer")
    for name in names:
        begin = time.monotonic()
        try:
            figures = importlib.import_module(f"bench.{name}").run()
        except Exception as problem:  # one benchmark that cannot run must not hide the others; it is named and counted
            failed += 1
            print(f"{name}: could not run: {problem!r}")
            continue
        out.parent.mkdir(parents=True, exist_ok=True)
        with out.open("a") as file:
            for one in figures:
                row = {**one, "machine": here, "date": datetime.now(UTC).isoformat(timespec="seconds")}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                peer, ratio = one.get("peer_value"), one.get("ratio")
                shown = f"{one['name']:<58}{one['value']:>14,.4g} {one['unit']:<12}"
                print(
                    shown
                    + (f"{peer:>14,.4g}" if peer is not None else " " * 14)
                    + (f"  {ratio:>6.2f}×" if ratio is not None else " " * 9)
                    + f"  {one.get('peer') or ''}"
                )
        print(f"  ({name}: {time.monotonic() - begin:.0f} s)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
