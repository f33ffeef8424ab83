"""What an evaluation keeps: scores, the same by region and group, the rows that failed (by id), and the reference for drift."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from yiwang.support.models.keys import Model
from yiwang.support.models.values import Judged

SHOWN: Final = 200  # ids of failing rows that are kept
FAILED: Final = 0.5  # a row whose mark is below has failed
BANDS: Final = 10
PIECES: Final = (0, 1, 12, 25, 50, 100, 200)  # from so many known pieces on


def band_of(probability: float) -> int:
    """The band of a probability: 0 to 9."""
    return min(max(int(probability * BANDS), 0), BANDS - 1)


def pieces_of(count: int) -> int:
    """The band of a number of known pieces; -1 where it is not known."""
    return -1 if count < 0 else sum(count >= edge for edge in PIECES) - 1


def reference(rows: Sequence[Judged]) -> dict[str, Any]:
    """The counts that later days are compared with."""
    known = [one for one in rows if one.pieces >= 0]
    return {
        "labels": dict(Counter(one.label for one in rows)),
        "bands": dict(Counter(str(band_of(one.probability)) for one in rows)),
        "pieces": dict(Counter(str(pieces_of(one.pieces)) for one in known)),
        "mistakes": round(sum(one.mark < FAILED for one in rows) / max(len(rows), 1), 4),
    }


def parts(rows: Sequence[Judged], by: Callable[[Judged], str], *, few: int) -> list[dict[str, Any]]:
    """Rows, mean mark and difference to the whole of every part that the test set names; the worst first, small ones at the end."""
    named = [one for one in rows if by(one)]
    whole = sum(one.mark for one in rows) / max(len(rows), 1)
    held: dict[str, list[float]] = {}
    for one in named:
        held.setdefault(by(one)[:60], []).append(one.mark)
    found = [
        {
            "name": name,
            "rows": len(marks),
            "score": round(sum(marks) / len(marks), 4),
            "difference": round(sum(marks) / len(marks) - whole, 4),
            "few": len(marks) < few,
        }
        for name, marks in held.items()
    ]
    return sorted(found, key=lambda one: (one["few"], one["difference"], one["name"]))


def failing(rows: Sequence[Judged]) -> tuple[list[str], int]:
    """The ids of the first rows that failed, and how many did."""
    bad = [one.row_id[:60] for one in rows if one.mark < FAILED]
    return bad[:SHOWN], len(bad)


def against(model: Model, scores: Mapping[str, float], parts_of: Sequence[Mapping[str, Any]]) -> list[str]:
    """What of an evaluation stands against approving: floors not reached, a region or group far behind the whole."""
    reasons = []
    for name, (side, floor) in model.floors.items():
        value = scores.get(name)
        if value is None:
            if name != "gain":  # without a baseline there is nothing to be better than
                reasons.append(f"没有测{MEASURES.get(name, name)}")
        elif (value < floor) if side == "least" else (value > floor):
            reasons.append(f"{MEASURES.get(name, name)} {value:.3f},要求{'不低于' if side == 'least' else '不高于'} {floor:.3f}")
    behind = [one for one in parts_of if not one["few"] and one["difference"] < -model.widest_gap]
    reasons += [f"「{one['name']}」比整体低 {-one['difference']:.3f},最多可低 {model.widest_gap:.3f}" for one in behind]
    return reasons


MEASURES: Final[Mapping[str, str]] = {
    "accuracy": "准确率",
    "macro_f1": "宏平均 F1",
    "top2": "前二命中",
    "calibration_error": "校准误差",
    "automatic_precision": "自动派单精度",
    "coverage": "自动率",
    "gain": "比不用模型高",
    "right_first": "首个文档命中",
    "in_three": "前三命中",
    "in_ten": "前十命中",
    "held": "段落含答案",
    "rouge_l": "答案 ROUGE-L",
    "auroc": "拒答 AUROC",
    "refused_foreign": "无答案时拒答",
    "refused_own": "有答案却拒答",
    "mend_auroc": "退回识别 AUROC",
    "relevance_rho": "相关与人评的秩相关",
    "completeness_rho": "完整与人评的秩相关",
    "answers_rho": "答其所问与人评的秩相关",
    "pair_precision": "成对精确率",
    "pair_recall": "成对召回率",
    "pair_f1": "成对 F1",
    "b_cubed": "B³ F1",
}
