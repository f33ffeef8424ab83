"""Questions and answers: which are shown, which matters they lead to. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Final

from yiwang.business.life_events.values import Definition, Node, Question

MOST_COMBINATIONS: Final = 20_000


def holds(conditions: Mapping[str, tuple[str, ...]], answers: Mapping[str, str]) -> bool:
    """Whether all conditions are met; an open question meets none."""
    return all(answers.get(question) in values for question, values in conditions.items())


def shown(definition: Definition, answers: Mapping[str, str]) -> tuple[Question, ...]:
    """The questions that these answers lead to."""
    return tuple(one for one in definition.questions if holds(one.shown_when, answers))


def settled(definition: Definition, given: Mapping[str, object], derived: Mapping[str, str]) -> dict[str, str]:
    """The answers that count, in the order of the questions: the register's, else the given one if it is an option, else the default."""
    answers: dict[str, str] = {}
    for one in definition.questions:
        if not holds(one.shown_when, answers):
            if one.otherwise:
                answers[one.key] = one.otherwise
            continue
        options = {option.value for option in one.options}
        wish = str(given.get(one.key, "") or "")
        answer = derived.get(one.key) or (wish if wish in options else one.default)
        if answer in options:
            answers[one.key] = answer
    return answers


def included(definition: Definition, answers: Mapping[str, str]) -> tuple[Node, ...]:
    """The matters that belong to these answers, in the order of the definition."""
    return tuple(node for node in definition.nodes if holds(node.when, answers))


def ancestors(nodes: tuple[Node, ...], key: str) -> set[str]:
    """All nodes of the plan that must have ended before this one starts."""
    by_key = {node.key: node for node in nodes}
    found: set[str] = set()
    stack = [key]
    while stack:
        for before in by_key[stack.pop()].depends_on:
            if before in by_key and before not in found:
                found.add(before)
                stack.append(before)
    return found


def combinations(definition: Definition) -> Iterator[dict[str, str]]:
    """Every way to answer, at most 20,000."""
    keys = [one.key for one in definition.questions]
    choices = [[option.value for option in one.options] or [""] for one in definition.questions]
    for values in islice(product(*choices), MOST_COMBINATIONS):
        yield settled(definition, dict(zip(keys, values, strict=True)), {})
