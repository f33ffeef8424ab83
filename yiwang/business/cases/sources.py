"""Where a printed or reported value comes from: ``=text``, ``field:key``, ``answer:key``, ``clock:today``,
``licence:number`` (of the licence just made), ``element@subject``.

``answer:key=>one:SOURCE,other:SOURCE`` chooses by an answer; ``SOURCE|SOURCE`` takes the first that
is known. A matter's author writes these; they are read once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from yiwang.base.clock.api import today


@dataclass(frozen=True, slots=True)
class Known:
    """What a value can be taken from: cleaned fields, answers, values of verified facts by
    (element, subject), the licence just made, and the keys of rows just written into registers (a newborn's number)."""

    fields: Mapping[str, Any]
    answers: Mapping[str, str]
    facts: Mapping[tuple[str, str], Any]
    licence: Mapping[str, Any] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict)


Reader = Callable[[Known], Any]


@lru_cache(maxsize=4096)
def needs(text: str) -> tuple[tuple[str, str], ...]:
    """The (element, subject) pairs that a source may ask for."""
    if "|" in text:
        return tuple(need for part in text.split("|") for need in needs(part))
    if text.startswith("answer:") and "=>" in text:
        return tuple(need for _, source in _choices(text) for need in needs(source))
    if _plain(text):
        return ()
    element, _, subject = text.partition("@")
    return ((element, subject or "applicant"),)


def value(text: str, known: Known) -> Any:
    """The value of a source, None when it is not known."""
    return _reader(text)(known)


@lru_cache(maxsize=4096)
def _reader(text: str) -> Reader:
    if "|" in text:
        return _first([_reader(part) for part in text.split("|")])
    kind, _, rest = text.partition(":")
    if text.startswith("="):
        return lambda known: text[1:]
    if kind == "field":
        return lambda known: known.fields.get(rest)
    if kind == "answer":
        return _by_answer(text) if "=>" in text else lambda known: known.answers.get(rest)
    if kind == "licence":
        return lambda known: known.licence.get(rest)
    if kind == "written":
        return lambda known: known.written.get(rest)
    if kind == "clock":
        return lambda known: today().isoformat()
    if _plain(text):
        return lambda known: None
    need = needs(text)[0]
    return lambda known: known.facts.get(need)


def _first(readers: list[Reader]) -> Reader:
    return lambda known: next((found for reader in readers if (found := reader(known)) not in (None, "")), None)


def _by_answer(text: str) -> Reader:
    question = text.partition(":")[2].partition("=>")[0]
    readers = {answer: _reader(source) for answer, source in _choices(text)}
    return lambda known: reader(known) if (reader := readers.get(known.answers.get(question, ""))) else None


def _choices(text: str) -> list[tuple[str, str]]:
    pairs = (one.partition(":") for one in text.partition("=>")[2].split(","))
    return [(answer.strip(), source.strip()) for answer, _, source in pairs]


def _plain(text: str) -> bool:
    return text.startswith(("=", "field:", "answer:", "clock:", "licence:", "written:")) or "@" not in text
