"""The result of a yes: licences made and signed, the owner's register told; and their end when a decision is undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from yiwang.base.clock.api import today
from yiwang.business.cases import sources
from yiwang.business.cases.acting import Act, Effect
from yiwang.business.cases.intake import ABOUT
from yiwang.business.cases.sources import Known
from yiwang.data.catalogue import api as catalogue
from yiwang.data.exchange.api import Key, report_back
from yiwang.security.access.api import SYSTEM
from yiwang.standards.events import LicenceIssued
from yiwang.standards.subjects import Subject
from yiwang.support.licences.api import Licence, NewLicence, issue_many, revoke


def issue(act: Act) -> Effect:
    """Make the licence of the result, if it has one, and write the result into its owner's register.

    Both happen in the caller's transaction: a register that refuses leaves no licence behind.
    """
    effect = Effect(step_due_on=act.file.case["step_due_on"])
    early = [report for report in act.version.report_back if not _names_licence(report)]
    written = {report["register"]: key for report in early if (key := _report(act, report, act.known))}
    known = replace(act.known, written=written)  # a number assigned by the register is printed on the licence
    made = _licences(act, known, effect)
    if made:
        effect.events += [_issued(act, one) for one in made]
        act.file.put(licences=[{"id": str(one.id), "number": one.number, "kind": one.kind, "name": one.name} for one in made])
        known = replace(known, licence={"number": made[0].number, "valid_to": made[0].valid_to and made[0].valid_to.isoformat()})
    for report in act.version.report_back:
        if report not in early:
            _report(act, report, known)
    effect.opinion = "、".join(one.number for one in made)
    return effect


def revoke_all(act: Act, reason: str) -> None:
    """Revoke every licence that the case has made."""
    for licence in act.file.case["licences"]:
        revoke(UUID(licence["id"]), reason=reason, actor=SYSTEM)


def _issued(act: Act, licence: Licence) -> LicenceIssued:
    return LicenceIssued(
        at=act.at,
        licence_id=str(licence.id),
        case_id=act.file.case["id"],
        kind=licence.kind,
        identifier=licence.number,
        holder=str(licence.holder),
        department=licence.department,
        title=licence.name,
        valid_to=licence.valid_to,
    )


def _licences(act: Act, known: Known, effect: Effect) -> list[Licence]:
    result = act.version.result
    if result.kind != "licence" or not result.licence_kind:
        return []
    data = {
        name: _printed(text, value, act)
        for name, text in result.licence_data.items()
        if (value := sources.value(text, known)) not in (None, "")
    }
    holder, name = _holder(act, data)
    about = act.subjects.get(result.holder)
    if isinstance(about, Key):
        data[ABOUT] = str(about)
    start = today()
    licence = NewLicence(
        kind=result.licence_kind,
        holder=holder,
        holder_name=name,
        data=data,
        department=act.version.department,
        valid_from=start,
        valid_to=_years_on(start, result.valid_years),
    )
    return list(issue_many(act.file.id, licences=[licence], actor=act.actor, collect=effect.records))


def _holder(act: Act, data: Mapping[str, Any]) -> tuple[Subject, str]:
    """Whose the licence is; about a record (a newborn without a number) it lies with the applicant."""
    key = act.subjects.get(act.version.result.holder)
    applicant = Subject.read(act.file.case["applicant"])
    if isinstance(key, Subject) and key != applicant:
        return key, str(data.get("姓名") or data.get("名称") or act.file.case["applicant_name"])
    return applicant, act.file.case["applicant_name"]


def _printed(text: str, value: Any, act: Act) -> Any:
    """A value as the licence prints it: codes and options by their words, everything else as it is."""
    kind, _, key = text.partition(":")
    if kind == "answer" and "=>" not in text:
        options = next((one.options for one in act.version.questions if one.key == key), ())
        return next((one.label for one in options if one.value == value), value)
    if kind == "field":
        options = next((one.get("options", ()) for one in act.version.fields if one["key"] == key), ())
        return next((one["label"] for one in options if isinstance(one, Mapping) and one.get("value") == value), value)
    element = text.partition("@")[0]
    coded = "@" in text and "|" not in text and catalogue.known(element) and isinstance(value, str | bool)
    return catalogue.label(element, value) if coded else value


def _names_licence(report: Mapping[str, Any]) -> bool:
    return any(str(text).startswith("licence:") for text in report["values"].values())


def _report(act: Act, report: Mapping[str, Any], known: Known) -> str:
    """Write one result; returns the key of the row, nothing when there was nothing to write."""
    key = act.subjects.get(report["key"])
    values = {column: value for column, text in report["values"].items() if (value := sources.value(str(text), known)) is not None}
    if key is None or not values:
        return ""
    return report_back(
        act.file.id, register=report["register"], key=key, values=values, department=act.version.department, actor=act.actor
    ).key


def _years_on(start: date, years: int | None) -> date | None:
    """The last day of a validity of so many years; 29 February ends on the 28th."""
    if not years:
        return None
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28)
