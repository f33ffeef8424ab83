"""Which kind of data a column holds: precision and recall by kind on labelled tables, beside presidio-analyzer on the same columns in the same run.

Eleven kinds and ten look-alikes (order numbers of 18 digits, time stamps of 13, bar codes, product codes …), clean and noisy (20 % empty, of
the rest 20 % spoilt, silent or misleading column names); 400 rows a column. presidio has no notion of a column: the entity of at least half
of the values is taken. Cost: about two minutes, nearly all presidio's.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow

from bench import _columns
from bench._peers import run_peer
from yiwang.data.sensing import api as sensing

Figure = dict[str, Any]
PEER = "presidio-analyzer 2.2.366"


def run() -> list[Figure]:
    """The figures; the peers are installed on first use."""
    columns = _columns.tables()
    begun = time.perf_counter()
    ours = [sensing.classify(pyarrow.table({name: column}))[0].kind for _, _, name, column in columns]
    seconds = time.perf_counter() - begun
    with tempfile.TemporaryDirectory(prefix="yiwang-classification-") as folder:
        path = Path(folder) / "columns.json"
        path.write_text(json.dumps([column.to_pylist() for *_, column in columns], ensure_ascii=False), encoding="utf-8")
        beside = run_peer("presidio_columns", str(path))
    values = sum(len(column) for *_, column in columns)
    figures = [_figure("classification.values", values / seconds, values / beside["seconds"], "values/s")]
    for which in ("clean", "noisy"):
        mine, theirs = (_columns.scored(columns, told, which) for told in (ours, beside["kinds"]))
        for kind in ("", *_columns.NAMES):
            for place, word in enumerate(("precision", "recall")):
                label = f"classification.{which}.{word}{'.' + kind if kind else ''}"
                figures.append(_figure(label, 100 * mine[kind][place], 100 * theirs[kind][place], "%"))
    return figures


def _figure(name: str, value: float, peer: float, unit: str) -> Figure:
    return {"name": name, "value": value, "unit": unit, "peer": PEER, "peer_value": peer}
