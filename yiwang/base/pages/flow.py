"""A small graph drawn on the server: nodes in columns from left to right, edges between neighbouring columns, as one SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_WIDE, _GAP, _HIGH, _ROW = 190, 44, 46, 58
_NODE = (
    '<g><rect class="rail" x="{}" y="{}" width="{}" height="{}" rx="8"/><text x="{}" y="{}">{}</text>'
    '<text class="soft" x="{}" y="{}">{}</text></g>'
)


@dataclass(frozen=True, slots=True)
class Node:
    """A node: its id in this graph, what stands on it, a smaller line under it."""

    id: str
    title: str
    under: str = ""


def flow(columns: Sequence[Sequence[Node]], edges: Sequence[tuple[str, str]], *, title: str) -> SafeString:
    """The graph; ``title`` and the ways in words are its text alternative. Edges to unknown ids are left out."""
    high = max((len(column) for column in columns), default=0) * _ROW
    placed: dict[str, tuple[int, float]] = {}
    names: dict[str, str] = {}
    for across, column in enumerate(columns):
        above = (high - len(column) * _ROW) / 2
        for down, node in enumerate(column):
            placed[node.id] = (across * (_WIDE + _GAP), above + down * _ROW + (_ROW - _HIGH) / 2)
            names[node.id] = node.title
    drawn = [(placed[left], placed[right]) for left, right in edges if left in placed and right in placed]
    lines = format_html_join("", '<path class="k1" d="{}"/>', ((_curve(left, right),) for left, right in drawn))
    nodes = format_html_join("", _NODE, (_node(node, *placed[node.id]) for column in columns for node in column))
    said = ";".join(f"{names[left]} → {names[right]}" for left, right in edges if left in names and right in names)
    width = max(len(columns) * (_WIDE + _GAP) - _GAP, 1)
    return format_html(
        '<svg class="chart flow" viewBox="0 0 {} {}" role="img" aria-label="{}:{}">{}{}</svg>',
        width,
        max(high, 1),
        title,
        said,
        lines,
        nodes,
    )


def _curve(left: tuple[int, float], right: tuple[int, float]) -> str:
    begin, end = left[0] + _WIDE, right[0]
    middle, high, low = (begin + end) / 2, left[1] + _HIGH / 2, right[1] + _HIGH / 2
    return f"M{begin} {high:g}C{middle:g} {high:g} {middle:g} {low:g} {end} {low:g}"


def _node(node: Node, x: int, y: float) -> tuple[object, ...]:
    first = y + (20 if node.under else 28)
    return (x, f"{y:g}", _WIDE, _HIGH, x + 10, f"{first:g}", _fit(node.title), x + 10, f"{y + 37:g}", _fit(node.under))


def _fit(text: str, room: int = 26) -> str:
    """As much of a text as the node holds; a Chinese character takes two places."""
    taken = 0
    for at, sign in enumerate(text):
        taken += 2 if east_asian_width(sign) in "WF" else 1
        if taken > room:
            return text[:at] + "…"
    return text
