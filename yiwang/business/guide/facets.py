"""What of a thing is asked for (fee, time, place …), by everyday words, and what of the question is left without them."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

_OTHER = re.compile(r"(那|这个|那个|它|呢|请问|一下|办理|需要|要|吗|么|啊|呀|的|是|我|想|知道|问|and|it|is|the|what about|\W)+")

_CHANGED = re.compile("(?:改|变更|更换|换|迁|搬)(?:了|一下|个)?(?:地址|电话|号码|时间|材料)")


@cache
def _words() -> tuple[tuple[str, str], ...]:
    held = json.loads((Path(__file__).parent / "facets.json").read_text("utf-8"))
    found = [(word, facet) for facet, words in held.items() for word in words]
    return tuple(sorted(found, key=lambda one: -len(one[0])))


def facet_of(question: str) -> str:
    """The facet that a question asks for by its longest word ('' for none); what is to be changed (改地址) is not asked for."""
    lowered = _CHANGED.sub("", question.lower())
    return next((facet for word, facet in _words() if word in lowered), "")


def is_follow_up(question: str) -> bool:
    """Whether a question names nothing of its own: 「那要多少钱?」 speaks of what was spoken of before."""
    return len(content(question)) <= 1


def content(question: str) -> str:
    """What is left of a question without the words of its facet and without fillers."""
    left = question.lower()
    for word, _ in _words():
        left = left.replace(word, " ")
    return _OTHER.sub("", left)
