"""The categories of a text by the words of the tree alone: works on the first day, explains itself, needs no model."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import ahocorasick

from yiwang.business.hotline import tree
from yiwang.business.hotline.values import CategoryChoice

READ = 4_000
STEEP, SHIFT = 1.6, 0.4  # of the curve from the lead in words to a probability


@cache
def _words() -> tuple[Any, dict[str, tuple[str, ...]]]:
    """The automaton of all words of the tree, and the leaves that each word speaks for."""
    owners: dict[str, list[str]] = {}
    for leaf in tree.leaves():
        for word in leaf.words:
            owners.setdefault(word, []).append(leaf.code)
    machine = ahocorasick.Automaton()
    for word in owners:
        machine.add_word(word, word)
    machine.make_automaton()
    return machine, {word: tuple(codes) for word, codes in owners.items()}


def by_words(text: str, *, most: int = 3) -> list[CategoryChoice]:
    """The categories whose words stand in the text, likeliest first; [] where none does."""
    machine, owners = _words()
    found = set(dict.fromkeys(word for _end, word in machine.iter(text[:READ])))
    scores: dict[str, float] = {}
    spoke: dict[str, list[str]] = {}
    for word in found:
        weight = min(len(word), 4) / 2 / len(owners[word])
        for code in owners[word]:
            scores[code] = scores.get(code, 0.0) + weight
            spoke.setdefault(code, []).append(word)
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[: most + 1]
    choices = []
    for place, (code, score) in enumerate(ranked[:most]):
        rival = (ranked[1][1] if len(ranked) > 1 else 0.0) if place == 0 else ranked[0][1]
        chance = 1 / (1 + math.exp(-(STEEP * (score - rival) + (SHIFT if score > rival else -SHIFT))))
        choices.append(CategoryChoice(code, tree.categories()[code].title, round(chance, 3), tuple(sorted(spoke[code], key=text.find))))
    return choices
