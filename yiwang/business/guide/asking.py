"""One turn: what is asked, what it means, the shortest passage that tells it, or whom to ask."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import rjieba
from django.conf import settings

from yiwang.base.clock.api import now
from yiwang.base.ids.api import new_id
from yiwang.business.guide import answerer, choosing, learning, phrasing, turning
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
STRONG: Final = 0.6  # what scores so much is no accident: a complaint that names it, or a second question
NEAR: Final = 0.85  # of the threshold: whose department is named to who gets no answer
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
    if entry is None and chosen.startswith(f"{turning.KIND}:") and (concern := turning.concern(question or before, complains=True)):
        entry = concern[0]
    if entry is not None:
        asked = question or before
        return _answered(known, asked, Candidate(entry, 1.0, ""), (), before=before, phrase=phrase)
    spoken_of = known.entries.get(about)
    if chosen == NONE:
        return _unknown(question or before, (), before=before if question else "", about=spoken_of)
    if spoken_of is not None and is_follow_up(question):
        return _answered(known, question, Candidate(spoken_of, 1.0, ""), (), before=before, phrase=phrase)
    law = turning.cited(question)
    if law is not None:
        return _cited(question, law)
    if turning.names_law(question) or (is_follow_up(question) and not before):
        return _unknown(question, ())  # a law the library does not hold, or nothing that is asked about
    found = _with_before(known, question, before)
    return _chosen(known, question, found, before=before, about=spoken_of, phrase=phrase)


def _with_before(known: Known, question: str, before: str) -> list[Candidate]:
    """The entries of a question; of one that means nothing by itself those of it and the one before together."""
    found = _ranked(question)
    if before and (not found or found[0].score < known.threshold):
        own = {one.entry.id for one in found if one.score >= HALF * known.threshold}
        both = _ranked(f"{before} {question}")
        found = [one for one in both if one.entry.id in own or _speaks_of(one.entry, question)] or found
    return found


def _chosen(known: Known, question: str, found: list[Candidate], *, before: str, about: Entry | None, phrase: bool) -> GuideAnswer:
    """An answer, a choice, the hotline, or a person."""
    part, found, also = _parted(known, question, found)
    best = [one for one in found if one.score >= known.threshold]
    where = turning.elsewhere(question)
    if turning.complains(question) and (not best or best[0].score < STRONG) and (concern := turning.concern(question, complains=True)):
        return _answered(known, question, Candidate(*concern, ""), best[:3], before=before, phrase=False)
    if not best:
        return replace(_nothing(known, question, found, before=before, about=about), elsewhere=where)
    close = _apart([one for one in best if one.score >= CLOSE * best[0].score])[:MOST_CHOICES]
    if best[0].score < STRONG and turning.tells(question) and (concern := turning.concern(question)) is not None:
        close = [*close[: MOST_CHOICES - 1], Candidate(*concern, "")]
    if len(close) > 1 and not also:
        return replace(_narrowing(question, close), elsewhere=where)
    answer = _answered(known, part, best[0], best[1:4], before=before, phrase=phrase)
    return replace(answer, also=mask_text(also), elsewhere=where)


def _parted(known: Known, question: str, found: list[Candidate]) -> tuple[str, list[Candidate], str]:
    """A question that asks two things: the part that is understood best, its entries, and the other part ('' for none)."""
    parts = [(one, _ranked(one)) for one in turning.parts(question)]
    strong = [(one, ranked) for one, ranked in parts if ranked and ranked[0].score >= known.threshold]
    if not strong:
        return question, found, ""
    first, ranked = strong[0]
    also = next((one for one, other in strong[1:] if other[0].entry.id != ranked[0].entry.id and other[0].score >= STRONG), "")
    if also or not found or ranked[0].score > found[0].score:
        return first if also else question, ranked, also
    return question, found, ""


def _apart(close: list[Candidate]) -> list[Candidate]:
    """Without a benefit that is the same thing as a matter beside it (高龄津贴, 高龄津贴申领): nobody can tell them apart."""
    titles = [one.entry.title for one in close if one.entry.kind == "matter"]
    return [one for one in close if one.entry.kind != "benefit" or not any(one.entry.title in title for title in titles)] or close[:1]


def _nothing(known: Known, question: str, found: Sequence[Candidate], *, before: str, about: Entry | None) -> GuideAnswer:
    """No entry: a law, the hotline, or a person."""
    told = _law(question)
    if told is None and (concern := turning.concern(question)) is not None:
        told = _answered(known, question, Candidate(*concern, ""), (), before=before, phrase=False)
    return told or _unknown(question, found, before=before, about=about)


def _cited(question: str, law: turning.Cited) -> GuideAnswer:
    """The article itself, as it stands today."""
    turn = _noted(question, "answer", law.entry.id, 1.0)
    shown = source(Candidate(law.entry, 1.0, ""))
    return GuideAnswer(turn, "answer", mask_text(question), law.text, "law", shown, (), "", (), None, None, "", mask_text(question), 1.0)


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
    facet = "" if turning.amount(question, entry) else facet_of(question)
    asked = _pairs(question)
    for common, answer in entry.pairs:
        own = _pairs(common)
        if own and len(asked & own) >= _PAIR * len(own):
            return Told(answer, "faq")
    if facet and (text := entry.facets.get(facet)):
        return Told(text, facet)
    whole = entry.facets.get("whole") or next(iter(entry.text.split("\n")[1:]), "")
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
    department = nearest.entry.department if nearest and nearest.score >= choosing.held.current().threshold * NEAR else ""
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
    answerer.chosen(entry, score)
    return row.id


def warm() -> None:
    """Build the indexes and ask once, so that nobody's first question has to wait."""
    choosing.rank("办证")
