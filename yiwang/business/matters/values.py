"""The matter as data: frozen values with every element of the implementation list (source: STANDARDS §2.1).

Everything here is plain and immutable; ``reading`` makes these values from JSON and JSON from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

State = Literal["draft", "in_use", "suspended", "cancelled"]
STATE_CODES: Mapping[str, str] = {"in_use": "1", "suspended": "2", "cancelled": "3"}
STATE_NAMES: Mapping[str, str] = {"draft": "草稿", "in_use": "在用", "suspended": "暂停", "cancelled": "取消"}


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """Law and article, with a short phrase of our own on what it says."""

    law: str
    article: str
    text: str = ""

    def __str__(self) -> str:
        """The citation as a page prints it."""
        return f"《{self.law}》{self.article}"


@dataclass(frozen=True, slots=True)
class Material:
    """One thing an applicant may have to give, and everything that can stand in for it.

    ``licence_kind``: kind of licence that replaces it; ``elements``: the data elements that, verified at their registers,
    make it needless; ``element_subject``: whose elements (a name of ``MatterVersion.subjects``).
    """

    key: str
    name: str
    needed: bool = True
    kinds: tuple[str, ...] = ("electronic", "paper")
    original: str = "原件"
    source: Literal["self", "government", "other"] = "self"
    issuer: str = ""
    licence_kind: str = ""
    licence_holder: str = "applicant"
    elements: tuple[str, ...] = ()
    element_subject: str = "applicant"
    commitment_allowed: bool = False
    deferrable: bool = False
    copies: int = 1
    basis: str = ""
    standard: str = ""
    blank_form: str = ""
    sample: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the handling flow with who does it and how long it takes."""

    name: str
    actor: str
    limit: str
    content: str = ""


@dataclass(frozen=True, slots=True)
class Fee:
    """One fee item."""

    name: str
    standard: str
    basis: str
    reducible: bool = False
    reduction_basis: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a situational question; it adds or drops materials and fields by their keys."""

    value: str
    label: str
    adds: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A situational question 情形引导."""

    key: str
    text: str
    options: tuple[Option, ...]
    help: str = ""


@dataclass(frozen=True, slots=True)
class Faq:
    """A common question and its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Result:
    """What the applicant gets; ``kind`` by the state platform: licence 证照, document 批文, other, none.

    ``licence_data`` maps a printed item of the licence to ``element@subject``, ``field:key`` or ``=text``.
    """

    kind: Literal["licence", "document", "other", "none"]
    name: str = ""
    licence_kind: str = ""
    holder: str = "applicant"
    valid_years: int | None = None
    licence_data: Mapping[str, str] = field(default_factory=dict)
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Remedy:
    """Where to complain, ask for review or sue."""

    department: str
    address: str = ""
    phone: str = ""
    url: str = ""
    limit: str = ""


@dataclass(frozen=True, slots=True)
class MatterVersion:
    """One version of one matter; never changed once published (a change is a new version).

    Limits are texts '20工作日', '60日', '3月', '即办'; ``kind`` is the two-digit type of power (table A.1, '01' permit);
    ``subjects`` says who the named subjects of fields are, e.g. ``mother: {kind: person, element: birth.mother_id_number, of: birth}``;
    ``decision_inputs`` says where each input of the decision table comes from: ``{element, key}``, ``{field}`` or ``{answer}``;
    ``report_back``: ``{register, key, values}`` written to the owner's register when the result is yes.
    """

    id: UUID
    version: int
    state: State
    short: str
    code: str
    basic_code: str
    name: str
    name_en: str
    kind: str
    department: str
    department_name: str
    department_credit_code: str
    region: str
    legal_bases: tuple[LegalBasis, ...]
    conditions: tuple[str, ...]
    materials: tuple[Material, ...]
    fields: tuple[Mapping[str, Any], ...]
    legal_limit: str
    promised_limit: str
    case_kind: Literal["instant", "promised"]
    flow: tuple[Step, ...]
    fees: tuple[Fee, ...]
    questions: tuple[Question, ...]
    result: Result
    decision_mode: Literal["instant", "review"]
    decision_table: str
    decision_inputs: Mapping[str, Mapping[str, str]]
    report_back: tuple[Mapping[str, Any], ...]
    subjects: Mapping[str, Mapping[str, str]]
    subject_kind: Literal["person", "company", "both"]
    server_types: tuple[str, ...]
    themes: tuple[str, ...]
    synonyms: tuple[str, ...]
    faqs: tuple[Faq, ...]
    summary: str
    level: int
    power_source: str
    department_kind: str
    entrusted_by: str
    joint_departments: tuple[str, ...]
    handling_code: str
    local_basic_code: str
    local_code: str
    limit_note: str
    special_procedures: tuple[str, ...]
    handle_forms: tuple[str, ...]
    handle_area: str
    visits: int
    visits_reason: str
    quantity_limit: str
    intermediary: str
    place: str
    open_hours: str
    in_hall: bool
    bookable: bool
    self_service: bool
    delivery: bool
    online: bool
    online_depth: str
    online_url: str
    computer_sign_on: bool
    mobile_sign_on: bool
    pays_online: bool
    contact: str
    complaint: str
    reconsideration: Remedy
    litigation: Remedy
    rights: tuple[str, ...]
    duties: tuple[str, ...]
    commitment_allowed: bool
    commitment_basis: str
    effective_from: date | None
    effective_to: date | None
    extra: Mapping[str, Any]

    @property
    def has_fee(self) -> bool:
        """Whether anything is charged."""
        return bool(self.fees)

    @property
    def state_code(self) -> str:
        """task_state of the state platform: 1 in use, 2 suspended, 3 cancelled, '' for a draft."""
        return STATE_CODES.get(self.state, "")

    def material(self, key: str) -> Material | None:
        """The material of that key."""
        return next((material for material in self.materials if material.key == key), None)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What remains of a matter once the questions are answered."""

    materials: tuple[Material, ...]
    fields: tuple[Mapping[str, Any], ...]
    open_questions: tuple[Question, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule: its name, the element it concerns, and what to do."""

    rule: str
    field: str
    message: str

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Change:
    """One element that differs between two versions; texts ready to print."""

    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result; ``reason`` is the name or everyday word that matched."""

    code: str
    short: str
    name: str
    score: float
    reason: str
    department: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list of matters."""

    code: str
    short: str
    name: str
    kind: str
    department: str
    department_name: str
    summary: str
    themes: tuple[str, ...]
    subject_kind: str
    case_kind: str
    promised_limit: str
    online: bool
    state: State
    version: int

    @classmethod
    def of(cls, version: MatterVersion) -> Listed:
        """The line of a version."""
        return cls(**{name: getattr(version, name) for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as its editor sees it; ``lock`` must be given back when saving or publishing."""

    short: str
    name: str
    number: int
    lock: int
    record: Mapping[str, Any]
    findings: tuple[Finding, ...]
    edited_by_name: str
    edited_at: datetime
    mine: bool
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One line of a matter's history."""

    id: UUID
    number: int
    state: str
    effective_from: date | None
    edited_by_name: str
    edited_at: datetime
    published_by_name: str
    published_at: datetime | None
