"""Matters: search, listing, guide, and the form as it looks for the caller."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from yiwang.business.cases import api as cases
from yiwang.business.matters import api as matters
from yiwang.data.exchange.api import Key
from yiwang.ends.gateway.signing import Signed
from yiwang.standards.subjects import Subject

router = Router(tags=["matters"])


class Answers(Schema):
    """Answers to the situational questions of a matter: question key → option key."""

    answers: dict[str, str] = {}


class Asked(Answers):
    """What the form is prepared for: answers and the chosen records (``kind`` person, company, birth, property …)."""

    keys: dict[str, dict[str, str]] = {}


@router.get("/matters", auth=Signed("public"), response=list[matters.Hit])
def search_matters(request: HttpRequest, q: str, limit: int = 10) -> Any:
    """The right matters for everyday words, best first."""
    return matters.search(q, limit=max(1, min(limit, 50)))


@router.get("/matters/{code}", auth=Signed("public"), response=matters.MatterVersion)
def get_matter(request: HttpRequest, code: str) -> Any:
    """A published matter with every element; ``code`` is the implementing code or the short key."""
    return matters.published(code)


@router.post("/matters/{code}/guide", auth=Signed("public"), response=matters.Guide)
def get_guide(request: HttpRequest, code: str, body: Answers) -> Any:
    """The guide of a matter, narrowed by the answers."""
    return matters.guide(matters.published(code), body.answers)


@router.post("/matters/{code}/form", auth=Signed("citizen"), response=cases.Prepared)
def prepare_form(request: HttpRequest, code: str, body: Asked) -> Any:
    """The form prefilled for the caller: what is known from which register, what is still asked, how each material is obtained."""
    actor = request.actor  # type: ignore[attr-defined]
    return cases.prepare(code, applicant=actor.acting_for or actor.subject, actor=actor, keys=read_keys(body.keys), answers=body.answers)


def read_keys(given: dict[str, dict[str, str]]) -> dict[str, Key | Subject]:
    """Chosen records as the rooms know them: persons and companies are subjects, everything else a key."""
    kinds = ("person", "company")
    return {
        name: Subject(one.get("kind"), one.get("value") or one.get("key", ""))  # type: ignore[arg-type]
        if one.get("kind") in kinds
        else Key(one.get("kind", ""), one.get("value") or one.get("key", ""))
        for name, one in given.items()
    }
