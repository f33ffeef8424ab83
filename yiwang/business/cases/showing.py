"""From rows to what a page or the API shows; personal values masked where the reader's step does not need them. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from yiwang.base.clock.api import today
from yiwang.business.cases.clockwork import light, moment
from yiwang.business.cases.states import ACTIONS, STATES
from yiwang.business.cases.values import CaseView, DocumentView, FactView, FieldView, LedgerRow, MaterialView, Source, StepView
from yiwang.business.cases.writing import File, Row
from yiwang.security.masking.api import KINDS, mask, mask_text
from yiwang.standards.subjects import Subject

_BY_ENDING: Final = {
    "name": "name",
    "id_number": "id_number",
    "phone": "phone",
    "address": "address",
    "account_no": "bank_account",
    "credit_code": "credit_code",
    "legal_representative": "name",
    "birth_date": "date",
    "born_on": "date",
    "no": "text",
}

_PUBLIC: Final = frozenset({"company.name", "company.credit_code", "company.address"})  # anybody may look them up


def case_view(file: File, *, masked: bool) -> CaseView:
    """The whole case."""
    case = file.case
    state = STATES[case["state"]]
    person = case["applicant_name"] if case["applicant"].startswith("person:") else ""
    return CaseView(
        id=UUID(case["id"]),
        no=case["no"],
        version=case["version"],
        state=state.key,
        state_name=state.name,
        final=state.final,
        matter=case["matter"],
        matter_code=case["matter_code"],
        matter_name=case["matter_name"],
        matter_version=UUID(case["matter_version"]),
        department=case["department"],
        region=case["region"],
        kind=case["kind"],
        applicant=Subject.read(case["applicant"]),
        applicant_name=_masked(case["applicant_name"], "name", masked and case["applicant"].startswith("person:")),
        agent=Subject.read(case["agent"]) if case["agent"] else None,
        channel=case["channel"],
        life_event_id=UUID(case["life_event_id"]) if case["life_event_id"] else None,
        handler=case["handler_name"],
        waiting_for=mask_text(case["waiting_for"]) if masked else case["waiting_for"],
        outcome=case["outcome"],
        automatic=case["automatic"],
        light=light(case, today()),
        submitted_at=moment(case["submitted_at"]),
        accepted_at=case["accepted_at"] and moment(case["accepted_at"]),
        decided_at=case["decided_at"] and moment(case["decided_at"]),
        closed_at=case["closed_at"] and moment(case["closed_at"]),
        due_on=_day(case["due_on"]),
        step_due_on=_day(case["step_due_on"]),
        fields=tuple(_field(row, masked) for row in case["fields"]),
        materials=tuple(_material(row) for row in file.materials),
        facts=tuple(_fact(row, masked) for row in case["facts"]),
        documents=tuple(_document(row, masked, person) for row in file.documents),
        licences=tuple(one["number"] for one in case["licences"]),
        supplement_items=tuple(case["supplement_items"]),
        masked=masked,
    )


def steps(file: File, *, masked: bool, names: bool) -> list[StepView]:
    """The history; an applicant sees the department of who acted, not the name."""
    return [
        StepView(
            at=moment(row["at"]),
            action=row["action"],
            label=ACTIONS[row["action"]].label,
            before=STATES[row["before"]].name if row["before"] else "",
            after=STATES[row["after"]].name,
            actor_name=_masked(row["actor_name"], "name", masked and row["actor_name"] == file.case["applicant_name"])
            if names or not row["department"]
            else "",
            department=row["department"],
            opinion=mask_text(row["opinion"]) if masked else row["opinion"],
            clause=row["clause"],
        )
        for row in file.steps
        if names or row["action"] not in ("take", "review")
    ]


def ledger(file: File) -> list[LedgerRow]:
    """How every field and every material was obtained."""
    rows = [
        LedgerRow("field", row["key"], row["label"], row["origin"] == "applicant", row["origin"], _source(row.get("source")), row["why"])
        for row in file.case["fields"]
    ]
    rows += [
        LedgerRow(
            "material",
            row["key"],
            row["label"],
            row["origin"] in ("applicant", "missing"),
            row["origin"],
            _source(row["source"]),
            row["why"],
        )
        for row in file.materials
    ]
    return rows


def element_mask(element: str) -> str:
    """The kind of masking of an element, by what it ends in; '' where it may be read (a sex, a status, a number of months)."""
    if element in _PUBLIC:
        return ""
    return _BY_ENDING.get(element.rpartition(".")[2]) or next(
        (kind for ending, kind in _BY_ENDING.items() if element.endswith(f"_{ending}")), ""
    )


def _field(row: Row, masked: bool) -> FieldView:
    kind = row["kind"] if row["kind"] in KINDS and row["kind"] != "text" else element_mask(row["element"])
    if not kind and not row["element"] and row["kind"] in ("text", "textarea"):
        kind = "text"
    return FieldView(
        row["key"], row["label"], _masked(row["value"], kind, masked), row["origin"], _source(row.get("source")), bool(row.get("typed"))
    )


def _fact(row: Row, masked: bool) -> FactView:
    source = Source(
        row["source_department"], row["source_register"], str(row["source_version"]), row["observed_at"], row["status"], row["note"]
    )
    return FactView(row["element"], row["name"], row["subject"], _masked(row["value"], element_mask(row["element"]), masked), source)


def _material(row: Row) -> MaterialView:
    return MaterialView(
        row["key"],
        row["label"],
        row["origin"],
        row["state"],
        row["given_as"],
        row["ref"],
        row["why"],
        _day(row["due_on"]),
        _source(row["source"]),
    )


def _document(row: Row, masked: bool, person: str) -> DocumentView:
    body = mask_text(row["body"]) if masked else row["body"]
    if masked and person:
        body = body.replace(person, mask(person, "name"))
    return DocumentView(UUID(row["id"]), row["kind"], row["no"], row["title"], body, row["digest"], moment(row["made_at"]))


def _source(row: Any) -> Source | None:
    return Source(**row) if row else None


def _masked(value: Any, kind: str, masked: bool) -> Any:
    if not masked or not kind or value in (None, "") or isinstance(value, bool):
        return value
    return [mask(one, kind) for one in value] if isinstance(value, list) else mask(value, kind)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
