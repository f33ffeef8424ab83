"""Which entries a question means: phrases, sentence vectors and feedback make one score; nothing in a question is ever obeyed."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from yiwang.business.guide import knowledge, vectors
from yiwang.business.guide.values import Entry
from yiwang.business.matters.api import PhraseIndex, Spoken
from yiwang.support.retrieval import api as retrieval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FRESH_SECONDS: Final = 1.0
LIGHTEST: Final = 0.55  # phrases of less weight have no vector
MEANING: Final = 5.0  # what a step of meaning counts beside the words; chosen on the ``dev`` half of the everyday questions
GROUND: Final = 0.84  # cosine of two short texts that have nothing to do with each other: the model's vectors lie close together
KNOWN: Final = 0.29  # below this score the guide does not know
KNOWN_BY_WORDS: Final = 0.12  # the same while there are no vectors yet
COMPLETE: Final = 0.95  # share of the phrases that must have a vector: until then the few that have one would win
CLOSE: Final = 0.9  # what scores at least this part of the best is asked about
FEEDBACK: Final = 0.04  # the most that feedback moves a score, up or down


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry and its score with its parts; ``phrase`` is what matched, ``moved`` what feedback added."""

    entry: Entry
    score: float
    phrase: str
    moved: float = 0.0


@dataclass
class Known:
    """The entries of this process with their indexes."""

    entries: dict[str, Entry] = field(default_factory=dict)
    order: list[Entry] = field(default_factory=list)
    phrases: PhraseIndex = field(default_factory=lambda: PhraseIndex([]))
    articles: retrieval.Index = field(default_factory=retrieval.Index)
    table: NDArray[np.float32] | None = None
    owners: list[tuple[int, str, float]] = field(default_factory=list)
    table_of: object = None

    def renew(self, fresh: Sequence[Entry]) -> None:
        """Take what is published now; unchanged articles keep their postings, unchanged phrases their reading."""
        before, self.entries = self.entries, {one.id: one for one in fresh}
        self.order = list(self.entries.values())
        self.phrases = PhraseIndex([Spoken(one.id, one.subject_kind, one.phrases) for one in self.order])
        written = {one.id: one for one in self.order if one.kind in ("article", "ticket")}
        old = {document.id for document in self.articles.documents}
        self.articles.remove(old - set(written))
        changed = [one for key, one in written.items() if key not in old or knowledge.plain(before[key]) != knowledge.plain(one)]
        if changed:
            self.articles.add(retrieval.Document(one.id, one.text, one.title, one.kind, link=one.link) for one in changed)
        self.table_of = None

    @property
    def threshold(self) -> float:
        """The score below which the guide does not know."""
        return KNOWN if self._read() else KNOWN_BY_WORDS

    def meaning(self, question: str) -> dict[int, tuple[float, str]]:
        """Place of an entry → its nearest phrase's cosine above the ground; {} until the worker has made vectors."""
        import numpy as np

        if not self._read() or self.table is None:
            return {}
        near = self.table @ vectors.embed(question)
        found: dict[int, tuple[float, str]] = {}
        for place in np.argsort(-near)[:40]:
            at, text, _ = self.owners[place]
            if near[place] > GROUND and at not in found:
                found[at] = (float(near[place]) - GROUND, text)
        return found

    def _read(self) -> bool:
        """Whether nearly all phrases have a vector; they are put into one table when they change."""
        import numpy as np

        held = vectors.held.current()
        if self.table_of is not held:
            rows = [(at, text, weight) for at, one in enumerate(self.order) for text, weight in one.phrases if weight >= LIGHTEST]
            self.owners = [row for row in rows if vectors.key(row[1]) in held]
            complete = self.owners and len(self.owners) >= COMPLETE * len(rows)
            self.table = np.stack([held[vectors.key(text)] for _, text, _ in self.owners]) if complete else None
            self.table_of = held
        return self.table is not None


class Held:
    """What this process knows, renewed within a second of a publication."""

    def __init__(self) -> None:
        self.stamp: object = object()
        self.asked = 0.0
        self.known = Known()
        self.lock = threading.Lock()

    def current(self) -> Known:
        """The entries in force."""
        if time.monotonic() - self.asked >= FRESH_SECONDS:
            with self.lock:
                stamp = knowledge.stamp()
                if stamp != self.stamp:
                    self.known.renew(list(knowledge.entries()))
                self.stamp, self.asked = stamp, time.monotonic()
        return self.known

    def forget(self) -> None:
        """Look at the tables at the next question."""
        self.asked = 0.0


held = Held()


def rank(question: str, *, feedback: Mapping[str, float] | None = None, limit: int = 8) -> list[Candidate]:
    """The entries that a question may mean, best first."""
    known = held.current()
    scores: dict[int, tuple[float, str]] = {
        place: (score, phrase) for score, place, phrase in known.phrases.search(question, limit=30, subject_kind=None)
    }
    for place, (above, phrase) in known.meaning(question).items():
        score, matched = scores.get(place, (0.0, phrase))
        scores[place] = (score + MEANING * above, matched)
    found = []
    for place, (score, phrase) in scores.items():
        entry = known.order[place]
        moved = max(-FEEDBACK, min(FEEDBACK, (feedback or {}).get(entry.id, 0.0)))
        found.append(Candidate(entry, score + moved, phrase, moved))
    return sorted(found, key=lambda one: (-one.score, one.entry.id))[:limit]
