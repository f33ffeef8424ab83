"""One turn: what is asked, what it means, the shortest passage that tells it, or whom to ask."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import rjieba
from django.conf import settings

from yiwang.base.clock.api import now
from yiwang.base.ids.api import new_id
from yiwang.business.guide import answerer, choosing, learning, phrasing
from yiwang.business.guide.choosing import CLOSE, Candidate, Known
from yiwang.business.guide.errors import NoQuestion
from yiwang.business.guide.facets import content, facet_of, is_follow_up
from yiwang.business.guide.models import Turn
from yiwang.business.guide.values import KINDS, Entry, GuideAnswer, GuideChoice, GuideHint, GuidePerson, GuideSource
from yiwang.data.laws import api as laws
from yiwang.security.masking.api import mask_text
from yiwang.support.identity import api as identity
from yiwang.support.retrieval import api as retrieval

LONGEST: Final = 200
MOST_CHOICES: Final = 4
SHORT: Final = 160  # an article up to here is its own shortest passage
NONE: Final = "none"  # the choice 「都不是」
HALF: Final = 0.5  # what a question scores of the threshold by itself to mean a thing together with the question before
_PAIR: Final = 0.6  # a common question is meant when it holds so much of what was asked
_LEGAL: Final = re.compile(r"法律|法规|条例|合法|违法|犯法|规定|权利|赔偿|罚款|处罚")
_EMPTY_WORDS: Final = frozenset(
    "什么 怎么 怎样 可以 是否 能否 请问 多少 哪些 如何 为什么 我们 他们 规定 法律 应该 需要 有没有 最长 最短 最多 最少".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of an entry: the words, the facet they tell ('' the whole)."""

    text: str
    facet: str


def clean(text: str, *, longest: int = LONGEST) -> str:
    """One line of at most ``longest`` characters without control characters."""
    folded = unicodedata.normalize("NFC", text[: longest * 4])
    shown = "".join(" " if unicodedata.category(one)[0] == "C" else one for one in folded)
    return " ".join(shown.split())[:longest]


def ask(question: str, *, about: str, before: str, chosen: str, phrase: bool) -> GuideAnswer:
    """See the door."""
    question, before = clean(question), mask_text(clean(before))
    if not question and not chosen:
        raise NoQuestion(field="question")
    known = choosing.held.current()
    entry = known.entries.get(chosen)
    if entry is not None:
        asked = question or before
        return _answered(known, asked, Candidate(entry, 1.0, ""), (), before=before, phrase=phrase)
    spoken_of = known.entries.get(about)
    if chosen == NONE:
        return _unknown(question or before, (), before=before if question else "", about=spoken_of)
    if spoken_of is not None and is_follow_up(question):
        return _answered(known, question, Candidate(spoken_of, 1.0, ""), (), before=before, phrase=phrase)
    found = _ranked(question)
    if before and (not found or found[0].score < known.threshold):
        own = {one.entry.id for one in found if one.score >= HALF * known.threshold}
        both = _ranked(f"{before} {question}")
        found = [one for one in both if one.entry.id in own or _speaks_of(one.entry, question)] or found
    best = [one for one in found if one.score >= known.threshold]
    if not best:
        return _law(question) or _unknown(question, found, before=before, about=spoken_of)
    close = [one for one in best if one.score >= CLOSE * best[0].score]
    if len(close) > 1:
        return _narrowing(question, close[:MOST_CHOICES])
    return _answered(known, question, best[0], best[1:4], before=before, phrase=phrase)


def _ranked(question: str) -> list[Candidate]:
    return choosing.rank(question, feedback=learning.moves(question))


def _speaks_of(entry: Entry, question: str) -> bool:
    """Whether an entry has words of a question, beside those of its facet: 「外地户口呢?」 goes on about it, 「月球有多远?」 does not."""
    own = content(question)
    words = " ".join((entry.text, *(text for text, _ in entry.phrases), *entry.facets.values()))
    return not own or bool(_pairs(own) & _pairs(words))


def told(known: Known, question: str, entry: Entry) -> Told:
    """The shortest passage of an entry that answers."""
    if entry.kind in ("article", "ticket"):
        if len(entry.text) <= SHORT:
            return Told(entry.text, "")
        read = answerer.read(known.articles, question, allowed=lambda at: known.articles.documents[at].id == entry.id)
        return Told(read.passage.removeprefix(entry.title).strip() or entry.text[:SHORT], "")
    facet = facet_of(question)
    asked = _pairs(question)
    for common, answer in entry.pairs:
        own = _pairs(common)
        if own and len(asked & own) >= _PAIR * len(own):
            return Told(answer, "faq")
    if facet and (text := entry.facets.get(facet)):
        return Told(text, facet)
    whole = entry.facets.get("whole") or entry.text.split("\n")[1]
    if entry.kind == "matter":
        whole = f"{whole}{entry.facets.get('time', '')}"
    return Told(whole.strip(), "")


def _pairs(text: str) -> set[str]:
    letters = "".join(one for one in text if one.isalnum()).lower()
    return {letters[at : at + 2] for at in range(len(letters) - 1)}


def source(one: Candidate, question: str = "") -> GuideSource:
    """A candidate for a reader, with the reason it was chosen."""
    entry = one.entry
    reasons = [f"您说的与“{one.phrase}”相近"] if one.phrase and one.phrase != entry.title else []
    if one.moved and question:
        reasons.append(learning.explained(question, entry.id))
    return GuideSource(
        entry.id,
        entry.kind,
        KINDS[entry.kind],
        entry.title,
        entry.title_en,
        entry.link,
        entry.do,
        entry.department,
        entry.since,
        ";".join(reasons),
    )


def look(question: str) -> GuideHint | None:
    """See the door."""
    question = clean(question)
    known = choosing.held.current()
    best = next(iter(_ranked(question)), None) if question else None
    if best is None or best.score < known.threshold:
        return None
    return GuideHint(told(known, question, best.entry).text, source(best, question), min(1.0, best.score))


def _answered(known: Known, question: str, best: Candidate, others: Sequence[Candidate], *, before: str, phrase: bool) -> GuideAnswer:
    said = told(known, question, best.entry)
    generated = phrasing.phrased(question, said.text, best.entry.title) if phrase else None
    turn = _noted(question, "answer", best.entry.id, best.score)
    beside = tuple(source(one) for one in others)
    return GuideAnswer(
        turn, "answer", mask_text(question), said.text, said.facet, source(best, question), beside, "", (), None,
        generated, best.entry.id, mask_text(question) or before, min(1.0, best.score),
    )  # fmt: skip


def _narrowing(question: str, close: Sequence[Candidate]) -> GuideAnswer:
    """One narrowing question with its choices."""
    turn = _noted(question, "choose", close[0].entry.id, close[0].score)
    choices = tuple(GuideChoice(one.entry.id, one.entry.title, one.entry.title_en, KINDS[one.entry.kind]) for one in close)
    return GuideAnswer(
        turn, "choose", mask_text(question), "", "", None, (), "您要问的是哪一项?", choices, None, None, "", mask_text(question),
        min(1.0, close[0].score),
    )  # fmt: skip


def _unknown(question: str, found: Sequence[Candidate], *, before: str = "", about: Entry | None = None) -> GuideAnswer:
    """「我不知道」, with a person and the context for them: the question, the one before, and what was being read."""
    nearest = found[0] if found else None
    turn = _noted(f"{before} {question}".strip(), "unknown", "", nearest.score if nearest else 0.0)
    department = nearest.entry.department if nearest and nearest.score >= choosing.held.current().threshold * 0.6 else ""
    known = {one.short: one for one in identity.departments()}
    phone = known[department].phone if department in known else ""
    hotline = str(getattr(settings, "YIWANG_HOTLINE", "12345"))
    told = [mask_text(question), f"(刚才问过:{before})" if before else "", f"(正在看:{about.title})" if about else ""]
    person = GuidePerson(department, phone or hotline, "\n".join(part for part in told if part))
    return GuideAnswer(
        turn, "unknown", mask_text(question), "我不知道。", "", None, tuple(source(one) for one in found[:2]), "", (), person, None, "",
        mask_text(question), nearest.score if nearest else 0.0,
    )  # fmt: skip


def _law(question: str) -> GuideAnswer | None:
    """An article of a law in force today that answers, for questions that speak of law; None otherwise."""
    if not _LEGAL.search(question):
        return None
    terms = [
        word for word in dict.fromkeys(rjieba.cut(question)) if len(word) > 1 and word not in _EMPTY_WORDS and not _LEGAL.fullmatch(word)
    ]
    if len(terms) < 2:
        return None
    tries = [terms, *([word for word in terms if word != left] for left in terms if len(terms) > 2)]
    hits = next((found for words in tries[:5] if (found := laws.search(" ".join(words), limit=12))), [])
    if not hits:
        return None
    documents = {f"law:{one.law_id}:{one.label}": one for one in hits}
    index = retrieval.Index.build(retrieval.Document(key, one.text, f"{one.title} {one.label}") for key, one in documents.items())
    read = answerer.read(index, question)
    if read.refused:
        return None
    hit = documents[read.source]
    link = f"/laws/{hit.law_id}#{hit.label}"
    entry = Entry(read.source, "law", f"{hit.title} {hit.label}", "", hit.text, "", link, "", "", "", "both", (), {}, (), None, None)
    turn = _noted(question, "answer", entry.id, read.confidence)
    shown = source(Candidate(entry, read.confidence, ""))
    return GuideAnswer(
        turn, "answer", mask_text(question), read.passage, "law", shown, (), "", (), None, None, "", mask_text(question), read.confidence
    )  # fmt: skip


def _noted(question: str, outcome: str, entry: str, score: float) -> UUID:
    """Keep what was asked, masked; who asked is not kept."""
    row = Turn(id=new_id(), at=now(), question=mask_text(question)[:400], outcome=outcome, entry=entry[:120], confidence=round(score, 4))
    row.save(force_insert=True)
    return row.id


def warm() -> None:
    """Build the indexes and ask once, so that nobody's first question has to wait."""
    choosing.rank("办证")
