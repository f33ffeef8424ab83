"""Life events as officials see them: the list, and one drawn as a graph of matters with its findings."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from yiwang.business.life_events import api as life_events
from yiwang.ends.official.page import page
from yiwang.security.access.api import policy

BOX_WIDTH, BOX_HEIGHT, GAP_X, GAP_Y = 208, 60, 64, 22


@dataclass(frozen=True)
class Box:
    """A matter of the graph with its place in pixels."""

    node: life_events.GraphNode
    x: int
    y: int


@policy("staff")
def index(request: HttpRequest) -> HttpResponse:
    """All definitions with what is wrong with each."""
    rows = [(one, life_events.validate(one)) for one in life_events.definitions()]
    return page(request, "life_events", {"rows": rows}, tab="events")


@policy("staff")
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One definition: questions, graph, matters, findings."""
    definition = life_events.definition(code)
    graph = life_events.graph(definition)
    names = {node.key: node.label for node in graph.nodes}
    offices = {node.key: node.department_name for node in graph.nodes}
    boxes = {node.key: Box(node, node.layer * (BOX_WIDTH + GAP_X), node.row * (BOX_HEIGHT + GAP_Y)) for node in graph.nodes}
    arrows = [_arrow(boxes[edge.before], boxes[edge.after], critical=edge.critical) for edge in graph.edges]
    context = {
        "definition": definition,
        "nodes": [
            (one, names.get(one.key) or one.name, offices.get(one.key, ""), [names.get(before, before) for before in one.depends_on])
            for one in definition.nodes
        ],
        "boxes": boxes.values(),
        "arrows": arrows,
        "width": graph.layers * (BOX_WIDTH + GAP_X) - GAP_X + 2,
        "height": graph.rows * (BOX_HEIGHT + GAP_Y) - GAP_Y + 2,
        "box_width": BOX_WIDTH,
        "box_height": BOX_HEIGHT,
        "findings": life_events.validate(definition),
    }
    return page(request, "life_event", context, tab="events")


def _arrow(before: Box, after: Box, *, critical: bool) -> dict[str, object]:
    """A curve from the right side of one box to the left side of the next."""
    x1, y1, x2, y2 = before.x + BOX_WIDTH, before.y + BOX_HEIGHT // 2, after.x, after.y + BOX_HEIGHT // 2
    bend = (x2 - x1) // 2
    return {"path": f"M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y2} {x2 - 6} {y2}", "critical": critical}
