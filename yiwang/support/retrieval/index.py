"""The index: documents, their passages, and the postings over both; it grows, shrinks, and is kept on disk with its digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from yiwang.support.retrieval import text as words
from yiwang.support.retrieval.errors import BadIndex
from yiwang.support.retrieval.postings import Postings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from numpy.typing import NDArray

PASSAGE = 250  # characters of a passage; the next one begins half-way
LONGEST_PASSAGE = 600
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Document:
    """What is searched. ``kind`` and the days it is in force (ISO, empty: open) are for filters; ``link`` is where it can be read."""

    id: str
    text: str
    title: str = ""
    kind: str = ""
    in_force_from: str = ""
    in_force_to: str = ""
    link: str = ""

    def allowed(self, kinds: frozenset[str], on: str) -> bool:
        """Whether it is of one of ``kinds`` (none: any) and in force on the day ``on`` (empty: any day)."""
        if kinds and self.kind not in kinds:
            return False
        return not on or (self.in_force_from <= on and (not self.in_force_to or on <= self.in_force_to))


def _tokens(text: str) -> dict[str, NDArray[np.int64]]:
    return {"pairs": words.gram_codes(text, 2), "triples": words.gram_codes(text, 3), "words": words.word_codes(text)}


def passages_of(folded: str) -> list[tuple[int, int]]:
    """Overlapping passages of about ``PASSAGE`` characters that begin and end with a sentence."""
    parts, out, first = words.sentences(folded), [], 0
    while first < len(parts):
        start, last = parts[first][0], first + 1
        while last < len(parts) and parts[last - 1][1] - start < PASSAGE:
            last += 1
        out.append((start, min(parts[last - 1][1], start + LONGEST_PASSAGE)))
        if last >= len(parts):
            break
        first += max(1, sum(1 for at in range(first, last) if parts[at][1] - start < PASSAGE / 2))
    return out


@dataclass
class Index:
    """Documents and their postings. Build with ``Index.build``; ``add`` and ``remove`` change it in place."""

    documents: list[Document] = field(default_factory=list)
    folded: list[str] = field(default_factory=list)
    owners: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    whole: dict[str, Postings] = field(default_factory=lambda: {name: Postings() for name in ("pairs", "triples", "words")})
    parts: dict[str, Postings] = field(default_factory=lambda: {name: Postings(b=0.6) for name in ("pairs", "triples", "words")})

    @classmethod
    def build(cls, documents: Iterable[Document]) -> Index:
        """A new index of ``documents``; of two with one id the later counts."""
        made = cls()
        made.add(documents)
        return made

    def add(self, documents: Iterable[Document]) -> None:
        """Add documents; one whose id is held already takes the place of the old one."""
        fresh = {document.id: document for document in documents}
        self.remove(fresh)
        whole: dict[str, list[NDArray[np.int64]]] = {name: [] for name in self.whole}
        parts: dict[str, list[NDArray[np.int64]]] = {name: [] for name in self.parts}
        owners: list[int] = []
        for document in fresh.values():
            folded = words.fold(f"{document.title}\n{document.text}" if document.title else document.text)
            for name, codes in _tokens(folded).items():
                whole[name].append(codes)
            for start, end in passages_of(folded):
                owners.append(len(self.documents))
                for name, codes in _tokens(folded[start:end]).items():
                    parts[name].append(codes)
            self.documents.append(document)
            self.folded.append(folded)
        self.owners = np.concatenate([self.owners, np.array(owners, dtype=np.int32)])
        for name in self.whole:
            self.whole[name].add(whole[name])
            self.parts[name].add(parts[name])
        self._changed()

    def remove(self, ids: Iterable[str]) -> None:
        """Take documents out; ids not held are passed over."""
        gone = set(ids)
        kept = np.array([document.id not in gone for document in self.documents], dtype=bool)
        if kept.all():
            return
        parts_kept = kept[self.owners]
        number = np.cumsum(kept) - 1
        self.owners = number[self.owners[parts_kept]].astype(np.int32)
        self.folded = [text for text, keep in zip(self.folded, kept, strict=True) if keep]
        self.documents = [document for document in self.documents if document.id not in gone]
        for name in self.whole:
            self.whole[name].keep(kept)
            self.parts[name].keep(parts_kept)
        self._changed()

    def _changed(self) -> None:
        for name in ("digest", "shapes", "outlines"):
            self.__dict__.pop(name, None)

    def best_part(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scores of passages → the best of each document."""
        out = np.zeros(len(self.documents))
        np.maximum.at(out, self.owners, scores)
        return out

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything held, in order."""
        made = hashlib.sha256()
        for document in self.documents:
            made.update(json.dumps(asdict(document), ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass"))
        return made.hexdigest()

    @cached_property
    def shapes(self) -> dict[int, object]:
        """What was worked out about the documents read last (see ``shape.shape_of``)."""
        return {}

    @cached_property
    def outlines(self) -> dict[int, object]:
        """What ranking worked out about the documents looked at last (see ``ranking.outline_of``)."""
        return {}

    def filter(self, *, kinds: Iterable[str] = (), on: str = "") -> Callable[[int], bool]:
        """Whether the document at a position is of these kinds and in force on that day."""
        wanted = frozenset(kinds)
        return lambda position: self.documents[position].allowed(wanted, on)

    def save(self, folder: Path) -> None:
        """Write to ``folder``: documents, counts, and last the digest that ``load`` checks."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "digest.json").unlink(missing_ok=True)
        with (folder / "documents.jsonl").open("w", encoding="utf-8", errors="surrogatepass") as out:
            out.writelines(json.dumps(asdict(document), ensure_ascii=False) + "\n" for document in self.documents)
        np.save(folder / "owners.npy", self.owners)
        for name in self.whole:
            self.whole[name].save(folder / f"whole_{name}.npz")
            self.parts[name].save(folder / f"parts_{name}.npz")
        (folder / "digest.json").write_text(json.dumps({"format": FORMAT, "digest": self.digest}), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Index:
        """Read what ``save`` wrote.

        Raises:
            BadIndex: it is missing, of another format, half-written or changed; build it again.
        """
        try:
            held = json.loads((folder / "digest.json").read_text("utf-8"))
            with (folder / "documents.jsonl").open(encoding="utf-8", errors="surrogatepass") as lines:
                documents = [Document(**json.loads(line)) for line in lines]
            made = cls(documents, owners=np.load(folder / "owners.npy", allow_pickle=False))
            made.folded = [words.fold(f"{d.title}\n{d.text}" if d.title else d.text) for d in documents]
            for name in made.whole:
                made.whole[name] = Postings.load(folder / f"whole_{name}.npz")
                made.parts[name] = Postings.load(folder / f"parts_{name}.npz")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadIndex(place=str(folder), cause=str(error)) from error
        if held != {"format": FORMAT, "digest": made.digest}:
            raise BadIndex(place=str(folder), cause="摘要不符")
        return made
