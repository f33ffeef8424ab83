"""Life events as a reader meets them: name, line, icon; which are near to what was typed; which contain a matter."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yiwang.business.life_events import api as life_events
from yiwang.business.life_events.api import Definition

ICONS = {
    "newborn": "baby",
    "retirement": "sun",
    "restaurant": "food",
    "company_change": "building",
    "school_enrolment": "school",
    "social_security_card": "card",
    "disability": "wheelchair",
    "transport_company": "truck",
    "utilities": "water",
    "credit_repair": "shield",
    "listing_check": "scale",
    "bankruptcy_check": "search",
    "company_closing": "store",
}


@dataclass(frozen=True)
class EventCard:
    """One life event on a card."""

    code: str
    name: str
    line: str
    icon: str
    complete: bool


def card(one: Definition) -> EventCard:
    """The card of a definition."""
    english = (get_language() or "").startswith("en")
    name = (one.name_en if english else "") or one.name
    line = (one.summary_en if english else "") or one.summary
    return EventCard(one.code, name, line or _("{n} 个事项一次办").format(n=len(one.nodes)), ICONS.get(one.code, "flag"), one.complete)


def name_of(code: str) -> str:
    """The name of a life event; the code itself where there is none."""
    return next((card(one).name for one in life_events.definitions() if one.code == code), code)


def complete(*, audience: str = "") -> list[EventCard]:
    """Life events that can be applied for here (of one audience if given), those of people before those of companies."""
    found = [one for one in life_events.definitions() if one.complete and audience in ("", one.audience)]
    return [card(one) for one in sorted(found, key=lambda one: one.audience != "person")]


def all_cards() -> list[EventCard]:
    """All life events, those that can be applied for first."""
    return sorted((card(one) for one in life_events.definitions()), key=lambda one: not one.complete)


def matching(text: str) -> list[EventCard]:
    """Life events whose name or everyday words are near to the text."""
    return [card(one) for one in life_events.definitions() if one.complete and any(near(text, word) for word in (one.name, *one.synonyms))][
        :2
    ]


def near(text: str, word: str) -> bool:
    """Whether one contains the other, or they share most of their pairs of characters."""
    text, word = text.lower().strip(), word.lower()
    if len(text) < 2:
        return False
    if text in word or word in text:
        return True
    pairs = {text[i : i + 2] for i in range(len(text) - 1)}
    shared = pairs & {word[i : i + 2] for i in range(len(word) - 1)}
    return len(shared) * 5 >= len(pairs) * 3


def containing(short: str) -> list[EventCard]:
    """Life events of which this matter is a part."""
    return [card(one) for one in life_events.definitions() if one.complete and any(node.matter == short for node in one.nodes)]
