"""Filling in what the registers already know, each value with the fact it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from yiwang.support.forms.cleaning import clean
from yiwang.support.forms.fields import Field


class FactLike(Protocol):
    """What is read of a fact (``data.exchange.Fact`` fits)."""

    @property
    def element(self) -> str: ...  # noqa: D102
    @property
    def key(self) -> Any: ...  # noqa: D102
    @property
    def value(self) -> Any: ...  # noqa: D102
    @property
    def status(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Prefilled:
    """A value and where it comes from."""

    value: Any
    fact: Any


def prefill(form: Sequence[Field], facts: Iterable[FactLike], *, subjects: Mapping[str, Any] | None = None) -> dict[str, Prefilled]:
    """The fields that verified facts can fill.

    Args:
        form: the fields; only those with an element can be filled.
        facts: what the registers answered; anything but ``verified`` is left for the applicant.
        subjects: whose the fields are: ``{'applicant': Subject, 'child': Key, …}``. Without it an element is filled only if
            all its facts agree, so that a father's number never stands where a mother's is asked for.

    Returns:
        Field key → value and fact. A value that does not pass the field's own check is left out: better asked than wrong.
    """
    known: dict[tuple[str, str], list[FactLike]] = {}
    for fact in facts:
        if fact.status == "verified" and fact.value not in (None, ""):
            known.setdefault((fact.element, str(fact.key) if subjects is not None else ""), []).append(fact)
    filled: dict[str, Prefilled] = {}
    for one in form:
        whose = str(subjects[one.subject]) if subjects is not None and one.subject in subjects else ""
        found = known.get((one.element, whose), []) if one.element and (subjects is None or whose) else []
        if not found or any(fact.value != found[0].value for fact in found):
            continue
        cleaned = clean([_alone(one)], {one.key: found[0].value})
        if cleaned.ok and one.key in cleaned.values:
            filled[one.key] = Prefilled(cleaned.values[one.key], found[0])
    return filled


def _alone(one: Field) -> Field:
    """The field without its condition: whether it is shown is not the register's business."""
    return replace(one, shown_when=(), required=False) if one.shown_when or one.required else one
