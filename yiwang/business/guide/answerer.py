"""What reads the passage that answers: the weights of the live version in the register, else those that come with the platform."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from yiwang.support.models import api as models
from yiwang.support.retrieval import api as retrieval

KEY: Final = "guide.answer"
CHOOSING: Final = "guide.choosing"
SHIPPED: Final = Path(__file__).parent / "shipped" / "guide.answer.json"  # made by `python -m tools.evaluations guide.answer`
CHOSEN: Final = SHIPPED.with_name("guide.choosing.json")  # made by `python -m tools.evaluations guide.choosing`
READ: Final = ("article", "ticket", "law")  # the kinds of entries whose passage is read, not written


def read(index: retrieval.Index, question: str, *, allowed: Callable[[int], bool] | None = None) -> retrieval.Answer:
    """Ask an index with the weights in use; what a registered version says is counted."""
    live = models.live(KEY)
    found = retrieval.ask(index, question, allowed=allowed, weights=live.model if live else None)
    if live:
        models.predicted(KEY, number=live.number, label="refused" if found.refused else "answered", probability=found.confidence)
    return found


def chosen(entry: str, score: float) -> None:
    """Count what the choosing said of a question, '' for nothing; a law is not found by it."""
    live = models.live(CHOOSING)
    kind = entry.partition(":")[0] or "unknown"
    if live and kind != "law":
        models.predicted(CHOOSING, number=live.number, label=kind, probability=score)


def unhelpful(entry: str) -> None:
    """A reader said that an answer did not help: a correction of whatever version read its passage, or chose the entry."""
    key = KEY if entry.partition(":")[0] in READ else CHOOSING
    live = models.live(key)
    if live:
        models.corrected(key, number=live.number)


def shipped_file() -> bytes:
    """The weights that come with the platform, as the file of a version."""
    return json.dumps(retrieval.committed().to_json(), separators=(",", ":")).encode()


def ship() -> models.Shipped:
    """The weights that come with the platform, measured on invented notices with questions they were not fitted on."""
    weights, data = retrieval.committed(), shipped_file()
    held = json.loads((Path(__file__).parent / "start.json").read_text("utf-8"))
    table = _csv(("row_id", "question", "docid", "answer", "group"), held["questions"])
    corpus = _csv(("docid", "text"), list(held["documents"].items()))
    judged = models.stored(SHIPPED, of=data) or models.judge_file("answers", data, name="随平台提供的自编公告", table=table, corpus=corpus)
    day = weights.provenance.get("day", "")
    return models.Shipped(data, f"随平台提供的权重({day}),来源见模型卡;评测用自编公告 {len(held['documents'])} 篇", (judged,))


def _csv(heading: tuple[str, ...], rows: list[list[str]] | list[tuple[str, str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([heading, *rows])
    return out.getvalue().encode()


def owner() -> models.Owner:
    """What the register is told of this model."""
    return models.Owner(data=shipped_file, ship=ship)


def ship_choosing() -> models.Shipped:
    """The choosing that runs now, with the evaluation that came with it, if it is of just these rules and vectors."""
    data = models.running(CHOOSING)
    judged = models.stored(CHOSEN, of=data)
    source = "随软件安装的规则;句向量为第三方预训练模型,许可、来源和文件摘要见模型卡"
    return models.Shipped(data, source, (judged,) if judged else ())
