"""What the confidence hangs on beside rank and reading: what stands around the words read, which words asked about nothing explains."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from yiwang.support.retrieval import shape, text
from yiwang.support.retrieval.questions import KINDS, Question, pair_codes
from yiwang.support.retrieval.ranking import HEAD, outline_of

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from yiwang.support.retrieval.index import Index
    from yiwang.support.retrieval.ranking import Outline

_FAR, _NEAR, _AFTER = 80, 30, 30  # characters looked at before and after the words read
_NEIGHBOURHOOD = 150


@lru_cache(maxsize=1)
def _wanted() -> tuple[tuple[int, tuple[re.Pattern[str], ...]], ...]:
    """Kind of question (position in ``KINDS``) → what its answer has to hold one of."""
    wanted = {
        "when": (shape.DATE,),
        "how_much": (shape.AMOUNT,),
        "how_many": (shape.AMOUNT,),
        "phone": (shape.PHONE,),
        "who": (shape.BODY,),
        "where": (shape.ADDRESS, shape.BODY),
        "document": (shape.BOOK,),
        "measure": (shape.DUTY,),
    }
    names = list(KINDS)
    return tuple((names.index(kind), patterns) for kind, patterns in wanted.items())


def _greatest(values: Sequence[float], total: float) -> list[float]:
    """The greatest of some values, their share of the total, the second greatest."""
    held = sorted(values, reverse=True)
    return [held[0] if held else 0.0, sum(held) / (total or 1.0), held[1] if len(held) > 1 else 0.0]


class Surroundings:
    """One question beside what was read for it."""

    def __init__(self, index: Index, question: Question) -> None:
        self.index, self.question, self.pairs = index, question, question.pairs
        mass = index.whole["pairs"].idf(pair_codes(self.pairs)) if self.pairs else np.zeros(0)
        self.weights: list[float] = (mass / (mass.sum() or 1.0)).tolist()
        self.words = [word for word in dict.fromkeys(text.cut(" ".join(question.rest))) if word[0].isalnum()]
        codes = np.array([text.word_code(word) for word in self.words], dtype=np.int64)
        self.rarity: list[float] = index.whole["words"].idf(codes).tolist() if self.words else []
        self.places = text.places(question.folded)

    def _share(self, *parts: str) -> float:
        """The share of the question's idf mass that some stretches of a text hold."""
        return sum(weight for pair, weight in zip(self.pairs, self.weights, strict=True) if any(pair in part for part in parts))

    def _missing(self, *parts: str) -> list[float]:
        """How rare the words are that some stretches do not hold."""
        total = sum(self.rarity)
        return _greatest(
            [rare for word, rare in zip(self.words, self.rarity, strict=True) if not any(word in part for part in parts)], total
        )

    def around(self, position: int, start: int, end: int) -> list[float]:
        """What stands around the words ``start`` … ``end`` of the document at ``position``, and whether they are of the kind asked for."""
        outline = outline_of(self.index, position)
        folded, starts = outline.folded, outline.starts
        first = max(bisect_right(starts, start) - 1, 0)
        last = max(bisect_right(starts, max(end - 1, start)) - 1, 0)
        bounds = [*starts, len(folded)]
        opened, closed, after = starts[first], bounds[last + 1], bounds[min(last + 2, len(bounds) - 1)]
        head, own, wide = folded[:HEAD], folded[opened:closed], folded[starts[max(first - 1, 0)] : after]
        unexplained = [weight for pair, weight in zip(self.pairs, self.weights, strict=True) if pair not in head and pair not in wide]
        near = folded[max(0, start - _NEIGHBOURHOOD) : end + _FAR]
        return [
            self._share(own),
            self._share(wide),
            self._share(folded[starts[max(first - 3, 0)] : after]),
            self._share(folded[max(0, start - _FAR) : start]),
            self._share(folded[max(0, start - _NEAR) : start]),
            self._share(folded[end : end + _AFTER]),
            self._share(folded[start:end]),
            self._share(head, wide),
            self._share(head, own),
            max(unexplained, default=0.0) / max(self.weights, default=1.0),
            self._agreeing(folded[max(0, start - 60) : end + 40]),
            start / max(len(folded), 1),
            float(np.log(end - start + 1)),
            *self._place(outline, end),
            *self._kind(folded[start:end]),
            *self._missing(folded),
            *self._missing(near, head),
        ]

    def _agreeing(self, near: str) -> float:
        """The longest run of the question that stands in ``near``, as a share of the question."""
        asked, longest, at = self.question.folded, 0, 0
        while at + longest < len(asked):
            while at + longest < len(asked) and asked[at : at + longest + 1] in near:
                longest += 1
            at += 1
        return longest / max(len(asked), 1)

    def _place(self, outline: Outline, end: int) -> list[float]:
        """Whether the last place named up to ``end`` is the one asked about, and whether it is in another province."""
        before = [place for place in outline.named if place[0] < end]
        if not self.places or not before:
            return [0.0, 0.0]
        (_, province, city), (_, named_province, named_city) = self.places[0], before[-1]
        return [float(province == named_province and (not city or city == named_city)), float(province != named_province)]

    def _kind(self, said: str) -> list[float]:
        """For every kind that the question is of: whether what was read is of that kind."""
        kinds = self.question.kinds
        listed = kinds[list(KINDS).index("which")] * float("、" in said or "；" in said or ";" in said)
        return [kinds[at] * float(any(pattern.search(said) for pattern in patterns)) for at, patterns in _wanted()] + [listed]

    def unexplained(self, positions: Sequence[int]) -> list[float]:
        """How rare the words asked about are, those that none of the documents at ``positions`` holds, pairs that nothing holds."""
        texts = [self.index.folded[position] for position in positions]
        rarity = self.rarity or [0.0]
        strange = [pair for pair in self.pairs if not any(pair in one for one in texts)]
        return [
            max(rarity),
            sum(rarity) / len(rarity),
            float(len(self.words)),
            *self._missing(*texts),
            float(len(strange)),
            len(strange) / max(len(self.pairs), 1),
        ]


def alike(one: str, other: str) -> float:
    """How many of the character pairs of two readings are of both."""
    held, wanted = (set(text.grams([part], 2)) for part in (one, other))
    return len(held & wanted) / max(len(held | wanted), 1)


def chances_of(scores: NDArray[np.float64]) -> list[float]:
    """How the chances of the ranked documents lie: of the first three together, their disorder, the lead over the third, the best score."""
    ordered = np.sort(scores)[::-1]
    chances = np.exp(ordered - ordered[0])
    chances /= chances.sum()
    third = ordered[min(2, len(ordered) - 1)]
    return [float(chances[:3].sum()), float(-(chances @ np.log(chances + 1e-12))), float(ordered[0] - third), float(ordered[0])]
