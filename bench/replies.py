"""How well the marks of replies agree with two readers, and replies judged per second; no peer judges such pairs.

The readers marked the same 200 pairs of 附件4 without seeing each other's or the tool's marks, by the guideline of docs/replies.md. The
pairs are drawn by seed, so that only the marks are kept here: ``bench/replies.csv``, one line a pair in the order of the draw. The rules
were mended while looking at the first half (marks of the first reader); the figures of the tool are of the second half.
"""

import csv
import os
import random
import time
from pathlib import Path

from openpyxl import load_workbook
from scipy.stats import spearmanr
from sklearn.metrics import cohen_kappa_score, roc_auc_score

from yiwang.support.ai import api as ai

HERE = Path(__file__).parent
SEED, PAIRS = 20261122, 200
KINDS = ("relevance", "completeness", "answers")


def _drawn():
    """The pairs (message, reply) in the order in which they were marked."""
    folder = Path(os.environ.get("YIWANG_SHARED_DATA") or HERE.parents[1] / "shared" / "data")
    sheet = load_workbook(folder / "hotline" / "附件4_全部.xlsx", read_only=True).active
    rows = [row for row in sheet.iter_rows(min_row=2, values_only=True) if row[0] is not None]
    picked = sorted(random.Random(SEED).sample(range(len(rows)), PAIRS))
    random.Random(1).shuffle(picked)
    return [(f"{rows[number][2]}。{rows[number][4]}", str(rows[number][5])) for number in picked]


def _row(name, value, unit=""):
    return {"name": name, "value": round(value, 3), "unit": unit}


def run():
    """Agreement of the readers, of the tool with the first reader on the second half, and pairs a second."""
    with (HERE / "replies.csv").open() as file:
        marks = list(csv.DictReader(file))
    pairs = _drawn()
    begun = time.perf_counter()
    judged = [ai.judge_reply(message, reply) for message, reply in pairs]
    spent = time.perf_counter() - begun
    found = [_row("replies: pairs judged", PAIRS / spent, "1/s")]
    for kind in (*KINDS, "template", "mend"):
        first, second = ([int(row[f"{reader}_{kind}"]) for row in marks] for reader in ("first", "second"))
        weights = "quadratic" if kind in KINDS else None
        found.append(_row(f"replies: readers agree on {kind}", cohen_kappa_score(first, second, weights=weights), "kappa"))
    half = slice(PAIRS // 2, None)
    for reader in ("first", "second"):
        for kind in KINDS:
            known = [int(row[f"{reader}_{kind}"]) for row in marks[half]]
            said = [one.marks[kind] for one in judged[half]]
            found.append(_row(f"replies: {kind} beside the {reader} reader", spearmanr(said, known)[0], "rho"))
        mend = [int(row[f"{reader}_mend"]) for row in marks[half]]
        whole = [-one.overall for one in judged[half]]
        found.append(_row(f"replies: handed back by the {reader} reader", roc_auc_score(mend, whole), "AUROC"))
    return found
