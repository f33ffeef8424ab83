"""What people's corrections teach: a model of this house's own tickets, used only once it is measured to be better than the words."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from yiwang.business.hotline import tree, wording
from yiwang.business.hotline.models import TicketRow
from yiwang.support.ai import api as ai

LEAST = 5  # messages a category needs to be learnt


def path() -> Path:
    """Where the model of this installation lies."""
    return Path(settings.YIWANG_VAR) / "models" / "hotline.npz"


def model() -> Any:
    """The trained model, or None; read again when the file changes."""
    file = path()
    return _read(file, file.stat().st_mtime_ns) if file.is_file() else None


@cache
def _read(file: Path, stamp: int) -> Any:
    return ai.load_classifier(file)


def rows() -> tuple[list[str], list[str]]:
    """Texts and categories that a person has confirmed: corrected, dispatched by hand, or worked to the end."""
    known = TicketRow.objects.filter(state__in=("answered", "closed", "archived")).order_by("id").values_list("title", "text", "category")
    pairs = [(f"{title}\n{text}", code) for title, text, code in known if code in tree.categories()]
    counts = Counter(code for _text, code in pairs)
    kept = [(text, code) for text, code in pairs if counts[code] >= LEAST]
    return [text for text, _code in kept], [code for _text, code in kept]


def learn() -> dict[str, Any]:
    """Train on what was confirmed and keep the model if cross-validation finds it better than the words; returns both scores."""
    texts, labels = rows()
    if len(texts) < tree.routing()["model_least"] or len(set(labels)) < 2:
        return {"rows": len(texts), "kept": False, "reason": "还没有足够的已确认工单"}
    worded = [next(iter(wording.by_words(text, most=1)), None) for text in texts]
    by_words = sum(bool(one and one.code == label) for one, label in zip(worded, labels, strict=True)) / len(texts)
    scores = ai.evaluate_classifier(texts, labels=labels)
    found: dict[str, Any] = {"rows": len(texts), "words": round(by_words, 4), "model": round(scores.accuracy, 4), "kept": False}
    if scores.accuracy > by_words:
        path().parent.mkdir(parents=True, exist_ok=True)
        ai.train_classifier(texts, labels=labels).save(path())
        found["kept"] = True
    return found
