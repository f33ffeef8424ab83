"""The dependency graph, laid out for a page: layers from left to right, rows in the order of the definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yiwang.base.clock.api import today
from yiwang.business.life_events.answering import included, settled
from yiwang.business.life_events.timing import Span, Timetable, timetable
from yiwang.business.life_events.values import NODE_STATES, Definition, Graph, GraphEdge, GraphNode, Node, NodeState
from yiwang.business.matters.api import MatterVersion, published
from yiwang.standards.errors import NotFound, YiwangError
from yiwang.support.identity.api import department


@dataclass(frozen=True, slots=True)
class Box:
    """What is drawn of one matter."""

    key: str
    matter: str
    label: str
    department: str
    depends_on: tuple[str, ...]
    limit: str
    state: NodeState = "planned"
    outcome: str = ""
    ended: date | None = None
    case_id: UUID | None = None
    case_no: str = ""


def graph_of(definition: Definition, *, answers: Mapping[str, str] | None) -> Graph:
    """The graph of a definition, whole or as far as the answers lead."""
    nodes = definition.nodes if answers is None else included(definition, settled(definition, answers, {}))
    boxes = []
    for node in nodes:
        version = described(node)
        boxes.append(
            Box(
                node.key,
                node.matter,
                node.name or (version.name if version else node.matter),
                version.department if version else node.department,
                node.depends_on,
                version.promised_limit if version else "",
            )
        )
    return drawn(boxes, start=today())[0]


def described(node: Node) -> MatterVersion | None:
    """The published matter of a node; None where it is not described here or not open."""
    if node.external or not node.matter:
        return None
    try:
        return published(node.matter)
    except YiwangError:  # not in use today, or unknown: the picture still shows the definition's own words
        return None


def department_name(code: str) -> str:
    """The name of a department, or its code where the installation has none of that code."""
    try:
        return department(code).name
    except NotFound:
        return code


def drawn(boxes: Sequence[Box], *, start: date) -> tuple[Graph, Timetable]:
    """Lay the boxes out and mark the critical path."""
    times = timetable([Span(one.key, one.limit, one.depends_on, one.ended) for one in boxes], start=start)
    layers = _layers(boxes)
    rows: dict[int, int] = {}
    nodes = []
    for one in boxes:
        layer = layers[one.key]
        rows[layer] = rows.get(layer, -1) + 1
        nodes.append(
            GraphNode(
                key=one.key,
                matter=one.matter,
                label=one.label,
                department=one.department,
                department_name=department_name(one.department),
                layer=layer,
                row=rows[layer],
                state=one.state,
                state_name=NODE_STATES[one.state],
                outcome=one.outcome,
                limit=one.limit,
                due_on=times.due.get(one.key),
                critical=one.key in times.critical,
                case_id=one.case_id,
                case_no=one.case_no,
            )
        )
    edges = tuple(
        GraphEdge(before, one.key, before in times.critical and one.key in times.critical)
        for one in boxes
        for before in one.depends_on
        if before in layers
    )
    graph = Graph(tuple(nodes), edges, max(layers.values(), default=-1) + 1, max(rows.values(), default=-1) + 1)
    return graph, times


def _layers(boxes: Sequence[Box]) -> dict[str, int]:
    by_key = {one.key: one for one in boxes}
    layers: dict[str, int] = {}

    def layer(key: str) -> int:
        if key not in layers:
            layers[key] = 0  # a cycle, which validation reports, must not hang the picture
            layers[key] = max((layer(one) + 1 for one in by_key[key].depends_on if one in by_key), default=0)
        return layers[key]

    for one in boxes:
        layer(one.key)
    return layers
