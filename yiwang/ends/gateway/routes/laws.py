"""The law library: search, one law with its versions, an article as it read on a day. Public: statutes hold no personal data."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from yiwang.base.clock.api import today
from yiwang.data.laws import api as laws
from yiwang.ends.gateway.signing import Signed

router = Router(tags=["laws"])
ArticleNumber = Annotated[str, Query(max_length=16, pattern=r"^\d{0,6}(\D+\d{0,6})*$")]


class LawTitle(Schema):
    """A law by its title."""

    id: UUID
    title: str


class LawHit(Schema):
    """An article that holds all the words; ``at`` is the place of the first in ``text``."""

    law_id: UUID
    title: str
    label: str
    text: str
    version: str
    at: int


class LawsFound(Schema):
    """Laws whose title, and articles in force today whose text, hold the words."""

    laws: list[LawTitle]
    articles: list[LawHit]


class LawVersion(Schema):
    """One held text of a law; ``in_force_to`` is its last day, ``basis`` says where ``in_force_from`` is known from."""

    id: UUID
    version_date: date | None
    in_force_from: date | None
    in_force_to: date | None
    basis: str
    articles: int
    source: str


class LawWithVersions(Schema):
    """A law with its held versions, oldest first."""

    id: UUID
    title: str
    short_title: str
    kind: str
    organ: str
    first_date: date | None
    repealed_on: date | None
    repealed_by: str
    versions: list[LawVersion]


@router.get("/laws", auth=Signed("public"), response=LawsFound)
def search_laws(request: HttpRequest, q: str, limit: int = 20) -> Any:
    """Laws by title and articles by text; ``limit`` of each (1–50)."""
    most = max(1, min(limit, 50))
    titles = [{"id": law_id, "title": title} for law_id, title in laws.search_titles(q, limit=most)]
    return {"laws": titles, "articles": laws.search(q, limit=most)}


@router.get("/laws/{law_id}", auth=Signed("public"), response=LawWithVersions)
def get_law(request: HttpRequest, law_id: UUID) -> Any:
    """One law with its held versions and the days each was in force."""
    return laws.get_law(law_id)


@router.get("/articles", auth=Signed("public"), response=laws.ArticleText)
def get_article(request: HttpRequest, title: str, number: ArticleNumber, on: date | None = None) -> Any:
    """An article as it was in force on a day (today when left out); ``number`` is 32, 第三十二条 or 第十二条之一."""
    return laws.article(title, number, on=on or today())
