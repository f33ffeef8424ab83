"""Search in everyday words: an index in memory over the names and everyday phrases of the matters in force.

Every matter has many short phrases (its name, its everyday words, its questions). A query is compared with phrases, not with
whole pages: a phrase scores by how much of the query it explains and how much of it the query says; a matter by its best
phrase, a little by its second and by the rest of its text.
"""

from __future__ import annotations

import heapq
import math
import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from yiwang.business.matters import queries, words
from yiwang.business.matters.values import Hit, MatterVersion

_LONGEST_QUERY = 200
_POSTINGS = 8_000  # how many postings one query may read: rare features first, so the common ones fall away
_HOPELESS = 0.28  # a phrase that shares less of the query than this part of the best one cannot win
_MINIMUM = 0.05
_CONCEPT = 1.2  # what a whole everyday word counts beside its characters
_WHOLE = 0.2  # what the matter as a whole adds to its best phrase


@dataclass(frozen=True, slots=True)
class Spoken:
    """Anything else that people ask for in everyday words: its key, whom it is for, and its phrases with their weights (0…1)."""

    short: str
    subject_kind: str
    phrases: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class _Phrase:
    """One phrase of one matter; ``weight`` says how much its kind is worth."""

    matter: int
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class _Read:
    """What a phrase consists of; the same phrase is read once, so that rebuilding the index is quick."""

    features: tuple[tuple[str, float], ...]
    spellings: tuple[str, ...]
    initials: str


@lru_cache(maxsize=131_072)
def _read(text: str) -> _Read:
    normal = words.normal(text)
    full, initials = words.sounds(normal)
    spellings = (_bare(normal), normal.replace(" ", ""), full)
    return _Read(tuple(_features(normal, phrase=True).items()), spellings, initials)


def _bare(normal: str) -> str:
    """A text without asking words and spaces, everyday words made one."""
    return words.canonical(words.quiet(normal)).replace(" ", "")


@dataclass
class Index:
    """Features to phrases; built whole, then only read."""

    matters: Sequence[MatterVersion | Spoken]
    phrases: list[_Phrase] = field(default_factory=list)
    postings: dict[str, list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))
    said_by: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    rarity: dict[str, float] = field(default_factory=dict)
    sizes: list[float] = field(default_factory=list)
    initials: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    exact: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for place, matter in enumerate(self.matters):
            for text, weight in matter.phrases if isinstance(matter, Spoken) else phrases_of(matter):
                self._add(place, text, weight)
        self._weigh()

    def _add(self, place: int, text: str, weight: float) -> None:
        number = len(self.phrases)
        self.phrases.append(_Phrase(place, text, weight))
        read = _read(text)
        for feature, strength in read.features:
            self.postings[feature].append((number, strength))
            self.said_by[feature].add(place)
        for spelling in read.spellings:
            self.exact[spelling].append(number)
        self.initials[read.initials].append(number)

    def _weigh(self) -> None:
        total = len(self.phrases)
        self.sizes = [0.0] * total
        for feature, found in self.postings.items():
            rarity = self.rarity[feature] = math.log(1 + (total - len(found) + 0.5) / (len(found) + 0.5))
            if feature[0] != "y":
                for number, strength in found:
                    self.sizes[number] += strength * rarity

    def search(self, text: str, *, limit: int, subject_kind: str | None) -> list[tuple[float, int, str]]:
        """(score, place of the matter, phrase that matched), best first."""
        normal = words.normal(text[:_LONGEST_QUERY])
        if not normal:
            return []
        scores, whole = self._scores(words.letters_known(normal))
        best: dict[int, tuple[float, str]] = {}
        second: dict[int, float] = defaultdict(float)
        for number, score in scores.items():
            phrase = self.phrases[number]
            held = best.get(phrase.matter)
            if held is None or score > held[0]:
                second[phrase.matter] = held[0] if held else 0.0
                best[phrase.matter] = (score, phrase.text)
            elif score > second[phrase.matter]:
                second[phrase.matter] = score
        found = (
            (score + 0.15 * second[place] + _WHOLE * whole.get(place, 0.0), place, phrase)
            for place, (score, phrase) in best.items()
            if score >= _MINIMUM and (not subject_kind or self.matters[place].subject_kind in (subject_kind, "both"))
        )
        return heapq.nsmallest(limit, found, key=lambda one: (-one[0], self.matters[one[1]].short))

    def _scores(self, normal: str) -> tuple[dict[int, float], dict[int, float]]:
        """The score of each phrase, and how much of the query each matter explains with all its phrases together."""
        features = _features(normal)
        letters = normal.replace(" ", "")
        shared: dict[int, float] = defaultdict(float)
        whole: dict[int, float] = defaultdict(float)
        unknown = math.log(1 + len(self.phrases))
        weight = sum(strength * self.rarity.get(feature, unknown) for feature, strength in features.items() if feature[0] != "y")
        left = _POSTINGS
        for feature in sorted(features, key=lambda one: -self.rarity.get(one, 0.0)):
            found = self.postings.get(feature, ())
            left -= len(found)
            if left < 0:
                break
            worth = features[feature] * self.rarity.get(feature, 0.0)
            for number, _ in found:
                shared[number] += worth
            for place in self.said_by.get(feature, ()):
                whole[place] += worth
        if letters.isascii() and letters.isalpha():
            weight = sum(strength * self.rarity.get(feature, unknown) for feature, strength in features.items())
        least = _HOPELESS * max(shared.values(), default=0.0)
        scores = {number: self._similarity(number, worth, weight) for number, worth in shared.items() if worth >= least}
        for number in self._whole(normal, letters):
            scores[number] = max(scores.get(number, 0.0), 1.6 * self.phrases[number].weight)
        return scores, {place: min(worth / weight, 1.0) if weight else 0.0 for place, worth in whole.items()}

    def _similarity(self, number: int, shared: float, weight: float) -> float:
        """How much of the query the phrase explains, times how much of the phrase the query says (less strictly)."""
        said = min(shared / weight, 1.0) if weight else 0.0
        size = self.sizes[number]
        covered = min(shared / size, 1.0) if size else 0.0
        return float(self.phrases[number].weight * said**1.1 * (0.45 + 0.55 * covered))

    def _whole(self, normal: str, letters: str) -> Iterable[int]:
        """Phrases that are the query, by characters, by pinyin or by initials."""
        yield from self.exact.get(letters, ())
        yield from self.exact.get(_bare(normal), ())
        if letters.isascii() and len(letters) >= 3:
            yield from self.initials.get(letters, ())


def _features(normal: str, *, phrase: bool = False) -> dict[str, float]:
    """The features of a normal text with their strength; a feature counts once."""
    quiet = words.quiet(normal)
    plain = words.canonical(quiet)
    found: dict[str, float] = {}
    for text, factor in ((plain, 1.0), (quiet, 0.6 if plain != quiet else 0.0)):
        if factor:
            for feature, strength in (*words.han_features(text), *words.latin_features(text)):
                found[feature] = max(found.get(feature, 0.0), strength * factor)
    for concept in words.concepts(quiet):
        found["g" + concept] = _CONCEPT
    full = words.sounds(quiet)[0] if phrase else quiet.replace(" ", "")
    if phrase or (full.isascii() and full.isalpha()):
        for feature, strength in words.letter_features(full):
            found[feature] = strength
    return found


def phrases_of(matter: MatterVersion) -> Iterable[tuple[str, float]]:
    """What a matter is found by: its name and everyday words, and with less weight what surrounds them."""
    yield matter.name, 1.0
    yield from ((text, 1.0) for text in matter.synonyms)
    if matter.name_en:
        yield matter.name_en, 0.95
    if matter.result.name:
        yield matter.result.name, 0.75
    yield from ((faq.question, 0.6) for faq in matter.faqs)
    if matter.summary:
        yield matter.summary, 0.55
    yield f"{matter.department_name}{matter.name}", 0.7


class _Held:
    """The index of this process, rebuilt when the published matters change."""

    def __init__(self) -> None:
        self.stamp: object = object()
        self.index: Index | None = None
        self.lock = threading.Lock()

    def current(self) -> Index:
        """The index of the matters in force."""
        stamp = queries.stamp()
        if self.index is None or stamp != self.stamp:
            with self.lock:
                if self.index is None or stamp != self.stamp:  # whoever waited for the lock finds it built
                    self.index = Index(queries.in_force())
                    self.stamp = stamp
        return self.index


_held = _Held()


def warm() -> None:
    """Build the index and ask it once, so that nobody's first search has to wait for it."""
    _held.current().search("办证", limit=1, subject_kind=None)


def search(text: str, *, limit: int = 10, subject_kind: str | None = None) -> list[Hit]:
    """The right matters for everyday words, best first: Chinese with slips, pinyin (whole or initials), parts, English.

    ``subject_kind``: 'person' or 'company' leaves out what the other asks for. Nothing similar gives an empty list.
    """
    index = _held.current()
    found = index.search(text, limit=max(1, limit), subject_kind=subject_kind)
    hits = []
    for score, place, phrase in found:
        matter = index.matters[place]
        if isinstance(matter, Spoken):
            continue
        hits.append(Hit(matter.code, matter.short, matter.name, round(score, 4), phrase, matter.department_name, matter.summary))
    return hits
