"""Which kind a column holds, with the evidence, and what follows for level, sensitivity and mask."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from yiwang.data.sensing import profiling
from yiwang.data.sensing.kinds import KINDS, Kind
from yiwang.data.sensing.values import Evidence, FieldProposal
from yiwang.security.masking.api import mask

SHAPE_SHARE = 0.85
# Words of column names that speak of sensitive personal data (PIPL article 28) whatever the values look like.
SENSITIVE = (
    "病",
    "诊断",
    "血型",
    "宗教",
    "残疾",
    "轨迹",
    "指纹",
    "人脸",
    "账户余额",
    "收入",
    "diagnosis",
    "disease",
    "religion",
    "biometric",
)
PERSONAL = ("性别", "民族", "婚姻", "学历", "出生", "籍贯", "sex", "gender", "ethnic", "marital", "birth")


def proposal(name: str, column: Any, *, key: bool) -> FieldProposal:
    """Everything about one column."""
    text = profiling.texts(column)
    looked = profiling.sample(text)
    kind, share, evidence = recognised(name, looked)
    kind = None if kind is not None and kind.name == "date" and share < kind.hinted else kind
    typed = profiling.field_type(column, looked, kind is not None and kind.name == "date")
    lower = name.casefold()
    sensitive = any(word in lower for word in SENSITIVE)
    personal = any(word in lower for word in PERSONAL)
    level = max(kind.level if kind else 1, 3 if sensitive else 2 if personal else 1)
    if sensitive or personal:
        evidence = (*evidence, Evidence("column_name", 1.0, f"列名“{name}”说的是{'敏感' if sensitive else ''}个人信息"))
    how = kind.mask if kind else ("text" if sensitive else "")
    if kind and kind.name == "date" and personal:
        how = "date"

    def show(value: str) -> str:
        return mask(value, how) if how else value

    return FieldProposal(
        name=name,
        type="string" if kind and kind.name != "date" and typed == "number" else typed,
        kind=kind.name if kind else "",
        confidence=round(share, 3),
        level=level,
        sensitive=sensitive or bool(kind and kind.sensitive),
        mask=how,
        key=key,
        evidence=evidence,
        profile=profiling.profile(text, show),
    )


def recognised(name: str, looked: Sequence[str]) -> tuple[Kind | None, float, tuple[Evidence, ...]]:
    """The best kind of the values, how sure, and why; (None, 0, ()) without."""
    best: tuple[float, Kind, tuple[Evidence, ...]] | None = None
    lower = name.casefold()
    counting = _counts_up(looked)
    for kind in KINDS:
        if not looked:
            break
        passed = sum(map(kind.test, looked)) / len(looked)
        hinted = any(word in lower for word in kind.words.split())
        evidence: tuple[Evidence, ...] = (
            Evidence(kind.sign, round(passed, 4), f"{passed:.0%} 的值通过“{kind.title}”的{_SIGNS[kind.sign]}"),
        )
        shaped = kind.shape is not None and passed >= kind.hinted and sum(map(kind.shape, looked)) / len(looked) >= SHAPE_SHARE
        wanted = kind.hinted if hinted or shaped else kind.enough
        if passed < wanted or (kind.random and counting and not hinted):
            continue
        if not hinted and kind.sign == "dictionary" and _repeats(looked):
            continue
        if hinted:
            evidence = (*evidence, Evidence("column_name", 1.0, f"列名“{name}”说的是{kind.title}"))
        score = passed + 0.1 * hinted + (0.2 if kind.sign == "checksum" else 0)
        if best is None or score > best[0]:
            best = (score, kind, evidence)
    return (best[1], min(best[0] / 1.3, 1.0), best[2]) if best else (None, 0.0, ())


_SIGNS = {"checksum": "校验", "pattern": "格式", "dictionary": "词典与语法", "column_name": "列名"}


def _counts_up(looked: Sequence[str]) -> bool:
    """Whether the values are numbers given in order: order numbers, time stamps."""
    numbers = [int(one) for one in looked if one.isascii() and one.isdigit()]
    if len(numbers) < 8 or len(numbers) < 0.8 * len(looked):
        return False
    return sum(a <= b for a, b in pairwise(numbers)) >= 0.9 * (len(numbers) - 1)


def _repeats(looked: Sequence[str]) -> bool:
    """Whether few words come again and again, as codes do and names do not."""
    return len(looked) >= 40 and len(set(looked)) <= max(8, len(looked) // 50)
