"""What goes in and out of the room: frozen values with plain members, ready for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from yiwang.business.cases.api import ActionView, CaseRow, Source
from yiwang.data.exchange.api import RecordChoice
from yiwang.standards.subjects import Subject
from yiwang.support.forms.api import Field

NodeState = Literal["planned", "waiting", "to_start", "needs_input", "started", "cannot_start", "withdrawn", "ended"]
Status = Literal["in_progress", "needs_you", "completed", "partly_completed", "refused", "withdrawn"]
Origin = Literal["licence", "register", "applicant", "previous_case", "missing", "not_needed"]

NODE_STATES: Mapping[str, str] = {
    "planned": "将办理",
    "waiting": "等待前一步",
    "to_start": "正在发起",
    "needs_input": "需要您补充",
    "started": "办理中",
    "cannot_start": "不能发起",
    "withdrawn": "已撤回",
    "ended": "已有结果",
}
STATUSES: Mapping[str, str] = {
    "in_progress": "办理中",
    "needs_you": "需要您补充",
    "completed": "全部办成",
    "partly_completed": "部分办成",
    "refused": "未办成",
    "withdrawn": "已撤回",
}


@dataclass(frozen=True, slots=True)
class QuestionOption:
    """One answer to a question."""

    value: str
    label: str
    label_en: str = ""


@dataclass(frozen=True, slots=True)
class Derivation:
    """An answer that a register gives: ``present`` where it holds ``element`` of subject ``of``, else ``absent``."""

    element: str
    of: str
    present: str
    absent: str


@dataclass(frozen=True, slots=True)
class Question:
    """What decides which matters belong to this life event, and how; ``shown_when``: question → answers, all must hold;
    ``otherwise`` is the answer where it is not shown.
    """

    key: str
    text: str
    text_en: str
    options: tuple[QuestionOption, ...]
    default: str = ""
    help: str = ""
    shown_when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    otherwise: str = ""
    derive: Derivation | None = None


@dataclass(frozen=True, slots=True)
class DerivedSubject:
    """Somebody whom a fact names: the mother is ``birth.mother_id_number`` of ``birth``."""

    element: str
    of: str
    kind: str = "person"


@dataclass(frozen=True, slots=True)
class Anchor:
    """The record a life event is about: ``kind`` of record, the key it gets (``name``), how it is asked for, which relations count.

    ``once``: nobody is born twice; a completed life event bars another about the same record.
    """

    kind: str
    name: str
    label: str
    label_en: str
    relations: tuple[str, ...]
    once: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """One matter of a life event.

    ``when``: question → answers, all must hold, otherwise the matter is left out. ``depends_on``: nodes that must have ended
    with yes first. ``takes``: subjects that exist only after an earlier result. ``gives``: data elements (``element@subject``)
    that exist after this node's yes, so that nobody is asked for them. ``external``: not yet described here.
    """

    key: str
    matter: str
    name: str
    name_en: str
    when: Mapping[str, tuple[str, ...]]
    depends_on: tuple[str, ...]
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    external: bool
    department: str
    note: str


@dataclass(frozen=True, slots=True)
class Definition:
    """A life event as data.

    ``batch`` and ``number`` say where it stands in the national lists, ``subjects`` who is derived from the anchor.
    """

    code: str
    name: str
    name_en: str
    summary: str
    summary_en: str
    batch: str
    number: int
    document: str
    audience: Literal["person", "company"]
    subject_kind: Literal["person", "company"]
    anchor: Anchor | None
    subjects: Mapping[str, DerivedSubject]
    questions: tuple[Question, ...]
    nodes: tuple[Node, ...]
    overrides: Mapping[str, Mapping[str, Any]]
    texts: Mapping[str, str]
    synonyms: tuple[str, ...]
    digest: str

    @property
    def complete(self) -> bool:
        """Whether every matter is described here, so that it can be applied for as a whole."""
        return not any(node.external for node in self.nodes)

    def node(self, key: str) -> Node:
        """The node of a key; KeyError for an unknown one."""
        return next(node for node in self.nodes if node.key == key)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a definition: the rule it breaks, where, and what to do."""

    rule: str
    place: str
    message: str


@dataclass(frozen=True, slots=True)
class GraphNode:
    """One matter as a picture of the graph draws it; ``layer`` counts from the left, ``critical``: on the path that takes longest."""

    key: str
    matter: str
    label: str
    department: str
    department_name: str
    layer: int
    row: int
    state: NodeState
    state_name: str
    outcome: str
    limit: str
    due_on: date | None
    critical: bool
    case_id: UUID | None
    case_no: str


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """``after`` starts when ``before`` has ended with yes."""

    before: str
    after: str
    critical: bool


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes and edges, with the number of layers and of rows in the highest layer."""

    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
    layers: int
    rows: int


@dataclass(frozen=True, slots=True)
class PlannedMatter:
    """One matter that will be applied for."""

    node: str
    matter: str
    name: str
    department: str
    department_name: str
    result: str
    limit: str
    depends_on: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class PlanField:
    """One field of the merged form: asked once, whichever matters need it (``uses``: their names).

    ``asked`` is True when the applicant has to type it; otherwise ``value`` is known (or will be, from an earlier result).
    ``element`` and ``about`` name what a dispute would be about.
    """

    field: Field
    value: Any
    asked: bool
    origin: Origin
    source: Source | None
    why: str
    uses: tuple[str, ...]
    about: str


@dataclass(frozen=True, slots=True)
class PlanMaterial:
    """One material of the merged set; ``ways``: how it may be given when it is asked for."""

    key: str
    name: str
    needed: bool
    asked: bool
    ways: tuple[str, ...]
    origin: Origin
    source: Source | None
    why: str
    uses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shares:
    """The 免提交 ledger of a whole life event, each field and material counted once; ``rows`` as in the plan."""

    fields_total: int
    fields_prefilled: int
    materials_total: int
    materials_not_asked: int
    fields: tuple[PlanField, ...]
    materials: tuple[PlanMaterial, ...]

    @property
    def fields_share(self) -> float:
        """Share of fields not asked for, 0 to 1."""
        return self.fields_prefilled / self.fields_total if self.fields_total else 1.0

    @property
    def materials_share(self) -> float:
        """Share of materials not asked for, 0 to 1."""
        return self.materials_not_asked / self.materials_total if self.materials_total else 1.0


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed so far, kept for one person and one life event."""

    code: str
    answers: dict[str, Any]
    values: dict[str, Any]
    materials: dict[str, Any]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """What the form page needs before anything is handed in.

    ``choices``: the records the life event can be about; ``chosen`` is the text of the one taken ('' while it is open, then
    fields and materials are empty), ``role`` what the applicant is to it (mother, father, owner …). ``days`` counts the working
    days to the last result along the critical path.
    """

    definition: Definition
    applicant: Subject
    applicant_name: str
    answers: dict[str, str]
    questions: tuple[Question, ...]
    choices: tuple[RecordChoice, ...]
    chosen: str
    role: str
    matters: tuple[PlannedMatter, ...]
    fields: tuple[PlanField, ...]
    materials: tuple[PlanMaterial, ...]
    graph: Graph
    days: int
    due_on: date | None
    shares: Shares
    notes: tuple[str, ...]
    draft: Draft | None
    under_way: UUID | None

    @property
    def asked(self) -> tuple[PlanField, ...]:
        """The fields that the applicant still has to fill in."""
        return tuple(one for one in self.fields if one.asked)


@dataclass(frozen=True, slots=True)
class NodeView:
    """One matter of a submitted life event, in one line: where it stands and what is next."""

    key: str
    matter: str
    name: str
    department: str
    department_name: str
    state: NodeState
    state_name: str
    outcome: str
    case: CaseRow | None
    case_id: UUID | None
    limit: str
    reason: str
    remedy: str
    depends_on: tuple[str, ...]
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """What one department, through one matter, still wants from the applicant; answered by ``supplement(…, node=…)``."""

    node: str
    matter_name: str
    department_name: str
    case_id: UUID | None
    items: tuple[str, ...]
    due_on: date | None
    action: ActionView | None
    fields: tuple[Field, ...]
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class LifeEventView:
    """A submitted life event: one status, a line per matter, the graph, the promised day, what is asked of the applicant."""

    id: UUID
    no: str
    code: str
    name: str
    applicant: Subject
    applicant_name: str
    about: str
    status: Status
    status_name: str
    nodes: tuple[NodeView, ...]
    graph: Graph
    asks: tuple[Ask, ...]
    done: int
    total: int
    submitted_at: datetime
    due_on: date | None
    completed_at: datetime | None
    may_rate: bool
    rating_case_id: UUID | None


@dataclass(frozen=True, slots=True)
class LifeEventRow:
    """A life event in a list."""

    id: UUID
    no: str
    code: str
    name: str
    about: str
    status: Status
    status_name: str
    done: int
    total: int
    submitted_at: datetime
    due_on: date | None
