"""What goes in and out of the cases room: frozen values, plain members, ready for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from yiwang.data.exchange.api import Key
from yiwang.standards.subjects import Subject

GivenKind = Literal["file", "licence", "commitment", "deferred", "paper"]
Origin = Literal["licence", "register", "applicant", "previous_case"]
Outcome = Literal["", "yes", "no", "undetermined"]
Light = Literal["", "green", "yellow", "red"]


@dataclass(frozen=True, slots=True)
class GivenMaterial:
    """One material as the applicant gives it.

    ``ref``: digest of a stored file, number of a licence, number of copies for paper, nothing for a commitment;
    for ``deferred`` the ISO date by which it will be handed in (nothing: ten working days).
    """

    kind: GivenKind
    ref: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Application:
    """One application for one matter.

    ``values``: field key → what was typed (a field left out is filled from its register);
    ``materials``: material key → what is given; ``keys``: named record or subject of the matter's ``subjects``, for example
    ``{'birth': Key('birth', record_no), 'mother': Subject('person', …)}``; ``idempotency_key``: at most 64 characters, the
    same key of the same applicant always answers with the same case.
    """

    matter: str
    applicant: Subject
    applicant_name: str
    idempotency_key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    materials: Mapping[str, GivenMaterial] = field(default_factory=dict)
    keys: Mapping[str, Key | Subject] = field(default_factory=dict)
    channel: str = "web"
    agent: Subject | None = None
    life_event_id: UUID | None = None
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value came from: the register or licence that vouches for it, in which version, seen when."""

    department: str
    register: str
    version: str
    observed_at: str
    status: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One line of the 免提交 ledger: how a field or a material was obtained, and why the applicant had to give it if so.

    ``asked`` is True exactly when the applicant had to type or hand in something.
    """

    kind: Literal["field", "material"]
    key: str
    label: str
    asked: bool
    origin: Origin | Literal["missing", "not_needed"]
    source: Source | None
    why: str


@dataclass(frozen=True, slots=True)
class PreparedField:
    """A form field before the form is shown: its definition, the value found, and how it was found."""

    field: Mapping[str, Any]
    value: Any
    row: LedgerRow


@dataclass(frozen=True, slots=True)
class PreparedMaterial:
    """A material before the form is shown: whether it is still to be given and in which ways that is allowed."""

    key: str
    name: str
    needed: bool
    ways: tuple[GivenKind, ...]
    row: LedgerRow


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a form page needs: fields with prefilled values, materials with how each is obtained, questions still open."""

    matter: str
    fields: tuple[PreparedField, ...]
    materials: tuple[PreparedMaterial, ...]
    open_questions: tuple[str, ...]
    keys: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field of the form with its value (masked where the reader's step does not need it) and its origin."""

    key: str
    label: str
    value: Any
    origin: str
    source: Source | None
    disagrees: bool = False


@dataclass(frozen=True, slots=True)
class MaterialView:
    """A material of the case; ``state``: given, missing, deferred, to_check (commitment), confirmed, broken, not_needed."""

    key: str
    name: str
    origin: str
    state: str
    given_as: str
    ref: str
    why: str
    due_on: date | None
    source: Source | None


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact used by the case, with its provenance; ``value`` masked where the reader's step does not need it."""

    element: str
    name: str
    about: str
    value: Any
    source: Source


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document of the process (受理通知书 …): its number, its text, its SHA-256 digest."""

    id: UUID
    kind: str
    no: str
    title: str
    body: str
    digest: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class StepView:
    """One line of the history: who did what, when, on which ground."""

    at: datetime
    action: str
    label: str
    before: str
    after: str
    actor_name: str
    department: str
    opinion: str
    clause: str


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One condition of a decision: what was asked, what was found, whether it is met (None: undetermined), on which clause."""

    condition: str
    found: str
    met: bool | None
    clause: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision condition by condition; ``settles`` names the one fact that would settle an undetermined one."""

    case_id: UUID
    outcome: Outcome
    automatic: bool
    table: str
    table_digest: str
    reasons: tuple[ReasonView, ...]
    clauses: tuple[str, ...]
    settles: str
    text: str
    decided_by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class InputOrigin:
    """One input of the latest decision: what it is called, the value (masked for who may not see it), where it was taken from and which
    conditions looked at it. ``kind``: 'fact' (then ``element`` is named, ``source`` is department/register#version), 'field', 'answer',
    'parameter', 'clock' or 'settled' (an official has established it). ``about``: whose fact (applicant, mother …), '' otherwise.
    """

    key: str
    label: str
    kind: str
    about: str
    element: str
    source: str
    value: str
    status: str
    observed_at: str
    conditions: tuple[ReasonView, ...]


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list."""

    id: UUID
    no: str
    state: str
    state_name: str
    matter: str
    matter_name: str
    department: str
    region: str
    applicant_name: str
    channel: str
    handler: str
    waiting_for: str
    outcome: Outcome
    light: Light
    submitted_at: datetime
    due_on: date | None
    step_due_on: date | None
    closed_at: datetime | None
    life_event_id: UUID | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """A whole case as one reader may see it; ``version`` goes back with ``perform``.

    ``waiting_for`` is the one fact or thing the case waits for; ``due_on`` the promised day of the decision,
    ``step_due_on`` the day by which the present state must be left; ``masked`` tells that personal values are hidden.
    """

    id: UUID
    no: str
    version: int
    state: str
    state_name: str
    final: bool
    matter: str
    matter_code: str
    matter_name: str
    matter_version: UUID
    department: str
    region: str
    kind: Literal["instant", "promised"]
    applicant: Subject
    applicant_name: str
    agent: Subject | None
    channel: str
    life_event_id: UUID | None
    handler: str
    waiting_for: str
    outcome: Outcome
    automatic: bool
    light: Light
    submitted_at: datetime
    accepted_at: datetime | None
    decided_at: datetime | None
    closed_at: datetime | None
    due_on: date | None
    step_due_on: date | None
    fields: tuple[FieldView, ...]
    materials: tuple[MaterialView, ...]
    facts: tuple[FactView, ...]
    documents: tuple[DocumentView, ...]
    licences: tuple[str, ...]
    supplement_items: tuple[str, ...] = ()
    masked: bool = False

    @property
    def values(self) -> dict[str, Any]:
        """Field key → value."""
        return {one.key: one.value for one in self.fields}


@dataclass(frozen=True, slots=True)
class InputView:
    """One thing an action needs: its key, type, label and the codes to choose from."""

    key: str
    kind: str
    label: str
    required: bool
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ActionView:
    """A step that this actor may take now; ``hindrance`` is not empty when something must be done before."""

    name: str
    label: str
    inputs: tuple[InputView, ...]
    clause: str
    hindrance: str = ""


@dataclass(frozen=True, slots=True)
class RehearsedCase:
    """One recorded decision that a draft would turn: the results and fired rows of both, its facts masked, (label, value)."""

    before: str
    after: str
    rows_before: tuple[int, ...]
    rows_after: tuple[int, ...]
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TableRehearsal:
    """A draft table over recorded decisions: how many were read, (before, after, how many) of those that turn, how many keep their
    result but not the rest of the value, which unknown facts leave cases undetermined, and some examples.
    """

    cases: int
    moves: tuple[tuple[str, str, int], ...]
    otherwise: int
    missing: tuple[tuple[str, int], ...]
    examples: tuple[RehearsedCase, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; ``next`` is the keyset cursor of the following page, empty at the end."""

    rows: tuple[CaseRow, ...]
    next: str = ""


@dataclass(frozen=True, slots=True)
class TodoFilter:
    """What of the to-do list to show: states, matter, only one's own, only late ones, words (number or applicant's name)."""

    states: tuple[str, ...] = ()
    matter: str = ""
    mine: bool = False
    light: Light = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class PackageCheck:
    """One of the four checks of an archive package (真实性 完整性 可用性 安全性)."""

    name: str
    passed: bool
    detail: str


@dataclass(frozen=True, slots=True)
class TickReport:
    """What the clock has done in one tick: action → number of cases."""

    done: Mapping[str, int]
