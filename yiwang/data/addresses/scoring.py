"""How good labels are: entities that agree in both ends and label, over all and by label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """Entities right, found too much and missed; the shares are 0 where there is nothing to divide by."""

    right: int
    extra: int
    missed: int

    @property
    def precision(self) -> float:
        """Right of those found."""
        return self.right / (self.right + self.extra) if self.right else 0.0

    @property
    def recall(self) -> float:
        """Right of those there are."""
        return self.right / (self.right + self.missed) if self.right else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / (2 * self.right + self.extra + self.missed) if self.right else 0.0


def entities(tags: Sequence[str]) -> set[tuple[int, int, str]]:
    """(begin, end, label) of each entity; an I without its B begins one, as conlleval and seqeval read it."""
    found: set[tuple[int, int, str]] = set()
    begin, label = 0, ""
    for at, tag in enumerate([*tags, "O"]):
        inside = tag[:2] == "I-" and tag[2:] == label
        if label and not inside:
            found.add((begin, at, label))
            label = ""
        if not inside and tag != "O":
            begin, label = at, tag[2:]
    return found


def score(pairs: Iterable[tuple[Sequence[str], Sequence[str]]]) -> tuple[Score, dict[str, Score]]:
    """Over all and by label, from pairs of (right tags, found tags)."""
    right: Counter[str] = Counter()
    extra: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for wanted, given in pairs:
        held, found = entities(wanted), entities(given)
        right.update(one[2] for one in held & found)
        extra.update(one[2] for one in found - held)
        missed.update(one[2] for one in held - found)
    labels = {label: Score(right[label], extra[label], missed[label]) for label in sorted({*right, *extra, *missed})}
    return Score(right.total(), extra.total(), missed.total()), labels
