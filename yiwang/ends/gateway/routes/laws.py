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


class LawParameterValue(Schema):
    """A parameter's value from a day on; ``valid_to``: its last day, where that is known."""

    value: str
    source: str
    valid_from: date
    valid_to: date | None = None


class LawParameter(Schema):
    """A value with its span and source; a table of cohorts is a list of rows."""

    code: str
    name: str
    value: Any
    unit: str
    source: str
    kind: str
    valid_from: date
    valid_to: date | None


class LawFlag(Schema):
    """A citation that a person should look at: what became of its article."""

    kind: str
    said: str
    detail: str
    where: str
    department: str


class LawCheck(Schema):
    """How many places our rules cite, how many the library holds, and what is flagged."""

    references: int
    resolved: int
    flags: list[LawFlag]


@router.get("/citations", auth=Signed("public"), response=list[laws.Resolved])
def resolve_citation(request: HttpRequest, q: Annotated[str, Query(max_length=300)], on: date | None = None) -> Any:
    """Every place that a citation names, with the words in force on a day (today when left out), or why not."""
    return laws.resolve(q, on=on or today())


@router.get("/citations/check", auth=Signed("staff"), response=LawCheck)
def check_citations(request: HttpRequest, department: str = "") -> Any:
    """What our rules cite, of one department if it is named, with every flag."""
    checked = laws.check_citations(laws.our_citations(department=department))
    flags = [
        {"kind": one.kind, "said": one.said, "detail": one.detail, "where": one.cited.where, "department": one.cited.department}
        for one in checked.flags
    ]
    return {"references": checked.references, "resolved": checked.resolved, "flags": flags}


@router.get("/parameters", auth=Signed("public"), response=list[LawParameter])
def list_parameters(request: HttpRequest, on: date | None = None) -> Any:
    """All amounts, ages and thresholds in force on a day, with their sources."""
    held = laws.parameters_on(laws.parameter_codes(), on=on or today())
    return [_row(held[code]) for code in sorted(held)]


@router.get("/parameters/{code}", auth=Signed("public"), response=list[LawParameter])
def parameter_history(request: HttpRequest, code: str) -> Any:
    """All values of a parameter, oldest first; [] for an unknown code."""
    return [_row(one) for one in laws.parameter_history(code)]


@router.post("/parameters/{code}", auth=Signed("catalogue.edit"), response=LawParameter)
def set_parameter(request: HttpRequest, code: str, body: LawParameterValue) -> Any:
    """Set a value from a day on; decisions of that day and later use it."""
    known = laws.parameter_history(code)
    unit = known[-1].unit if known else ""
    return _row(laws.set_parameter(code, unit=unit, actor=request.actor, **body.dict()))  # type: ignore[attr-defined]


def _row(one: laws.Parameter) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("code", "name", "unit", "source", "kind", "valid_from", "valid_to")} | {
        "value": one.plain
    }


@router.get("/articles", auth=Signed("public"), response=laws.ArticleText)
def get_article(request: HttpRequest, title: str, number: ArticleNumber, on: date | None = None) -> Any:
    """An article as it was in force on a day (today when left out); ``number`` is 32, 第三十二条 or 第十二条之一."""
    return laws.article(title, number, on=on or today())
