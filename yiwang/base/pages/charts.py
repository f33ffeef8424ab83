"""Simple charts drawn on the server as SVG, each with a text that says the same to who cannot see it.

Lengths across are shares of the width and everything else is measured in the size of the text, so words stay as large on a phone as
on a wall. Colours are classes (``f1`` … ``f6`` fill, ``k1`` … ``k6`` stroke): the style sheet decides them for light, dark and print.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import pi

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

ROW = 2.7  # of a bar with its words above it, in the size of the text
Pair = tuple[str, float]


def said(value: float) -> str:
    """A number as a reader writes it: no trailing zeros."""
    return f"{value:,.1f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"


def spoken(rows: Sequence[Pair], unit: str) -> str:
    """The rows in one sentence, the text alternative of a chart."""
    return ";".join(f"{label} {said(value)}{unit}" for label, value in rows)


BAR = (
    '<text x="0" y="{}em">{}</text><text class="soft" x="100%" y="{}em" text-anchor="end">{}{}</text>'
    '<rect class="f1" x="0" y="{}em" width="{}%" height=".7em" rx="3"/>'
)


def bars(rows: Sequence[Pair], *, title: str, unit: str = "", limit: float | None = None) -> SafeString:
    """Horizontal bars under their words, longest scale ``limit`` (the largest value if not given)."""
    top = limit or max((value for _, value in rows), default=0) or 1
    drawn = []
    for index, (label, value) in enumerate(rows):
        y = index * ROW
        drawn.append((f"{y + 1.1:.2f}", label, f"{y + 1.1:.2f}", said(value), unit, f"{y + 1.45:.2f}", _percent(value / top, least=0.5)))
    return _chart(len(rows) * ROW, f"{title}:{spoken(rows, unit)}", format_html_join("", BAR, drawn))


def _percent(part: float, *, least: float = 0.0) -> str:
    return f"{max(least, min(part, 1.0) * 100):.2f}"


def _chart(height: float, label: str, body: SafeString) -> SafeString:
    """``height`` in the size of the text; across it fills its place."""
    return format_html('<svg class="chart" width="100%" height="{}em" role="img" aria-label="{}">{}</svg>', f"{height:.2f}", label, body)


PART = (
    '<text x="0" y="{}em">{}</text><text class="soft" x="100%" y="{}em" text-anchor="end">{}</text>'
    '<rect class="f1" x="0" y="{}em" width="{}%" height=".7em"/><rect class="f2" x="{}%" y="{}em" width="{}%" height=".7em"/>'
)
KEY = '<rect class="{}" x="{}" y=".35em" width=".8em" height=".8em"/><text class="soft" x="{}" dx="1.2em" y="1.1em">{}</text>'


def parts(rows: Sequence[tuple[str, float, float]], *, title: str, first: str, second: str) -> SafeString:
    """Horizontal bars of two parts, ``(label, first, second)``; both values stand above each bar and in a legend of words."""
    top = max((one + other for _, one, other in rows), default=0) or 1
    drawn = []
    for index, (label, one, other) in enumerate(rows):
        y = index * ROW + 1.8
        words, bar = f"{y + 1.1:.2f}", f"{y + 1.45:.2f}"
        wide, more = _percent(one / top, least=0.3 if one else 0), _percent(other / top, least=0.5 if other else 0)
        drawn.append((words, label, words, f"{said(one)} / {said(other)}", bar, wide, wide, bar, more))
    keys = format_html_join("", KEY, (("f1", "0", "0", first), ("f2", "50%", "50%", second)))
    told = ";".join(f"{label} {first} {said(one)} {second} {said(other)}" for label, one, other in rows)
    return _chart(len(rows) * ROW + 1.8, f"{title}:{told}", format_html("{}{}", keys, format_html_join("", PART, drawn)))


LINE = (
    '<text class="soft" x="0" y="1em">{}</text><svg x="0" y="1.5em" width="100%" height="{}em" viewBox="0 0 100 100" '
    'preserveAspectRatio="none" overflow="visible"><path class="axis" fill="none" d="M0 100H100"/>{}<polyline class="k1" points="{}"/>'
    '</svg><circle class="f1" cx="{}%" cy="{}em" r=".35em"/>{}'
)
DATE = '<text class="soft" x="{}" y="{}em" text-anchor="{}">{}</text>'
DASHES = '<path class="axis" stroke-dasharray="6 5" fill="none" d="M0 {}H100"/>'


def line(rows: Sequence[Pair], *, title: str, unit: str = "", limit: float | None = None) -> SafeString:
    """One line over equally spaced points; first, last and highest are labelled; ``limit`` is a dashed line across."""
    if not rows:
        return SafeString("")
    high, below = 9.0, 12.0
    largest = max(*(value for _, value in rows), limit or 0) or 1
    points = [(100 * at / max(len(rows) - 1, 1), 100 - 100 * value / largest) for at, (_, value) in enumerate(rows)]
    peak, top = max(rows, key=lambda one: one[1])
    begin = [("0", f"{below:.1f}", "start", rows[0][0])]
    end = [("100%", f"{below:.1f}", "end", rows[-1][0])] if len(rows) > 1 else []
    across = format_html(DASHES, f"{100 - 100 * limit / largest:.1f}") if limit else ""
    body = format_html(
        LINE, f"{said(top)}{unit} · {peak}", f"{high:.1f}", across, " ".join(f"{x:.2f},{y:.2f}" for x, y in points),
        f"{points[-1][0]:.2f}", f"{1.5 + points[-1][1] / 100 * high:.2f}", format_html_join("", DATE, (*begin, *end)),
    )  # fmt: skip
    return _chart(below + 0.6, f"{title}:{spoken(rows, unit)}", body)


def donut(rows: Sequence[Pair], *, title: str, unit: str = "", middle: str = "", under: str = "") -> SafeString:
    """Parts of a whole as a ring; ``middle`` and ``under`` are written inside."""
    total = sum(value for _, value in rows) or 1
    around = 2 * pi * 42
    arcs, offset = [], 0.0
    for i, (_, value) in enumerate(rows):
        share = value / total * around
        arcs.append((i % 6 + 1, f"{share:.2f} {around - share:.2f}", f"{-offset:.2f}"))
        offset += share
    ring = format_html_join(
        "",
        '<circle class="k{}" stroke-width="12" cx="60" cy="60" r="42" stroke-dasharray="{}" '
        'stroke-dashoffset="{}" transform="rotate(-90 60 60)"/>',
        arcs,
    )
    return ring_with_text(ring, middle, under, f"{title}:{spoken(rows, unit)}")


def dial(part: float, whole: float, *, label: str, middle: str, under: str = "") -> SafeString:
    """How much of ``whole`` is used, as a ring: the face of a clock or a share."""
    around = 2 * pi * 42
    share = max(0.0, min(part / whole if whole else 0.0, 1.0)) * around
    ring = format_html(
        '<circle class="k0" stroke-width="10" cx="60" cy="60" r="42"/>'
        '<circle class="k1" stroke-width="10" stroke-linecap="{}" cx="60" cy="60" r="42" '
        'stroke-dasharray="{} {}" transform="rotate(-90 60 60)"/>',
        *("round" if share else "butt", f"{share:.2f}", f"{around - share:.2f}"),
    )
    return ring_with_text(ring, middle, under, label)


def ring_with_text(ring: SafeString, middle: str, under: str, label: str) -> SafeString:
    """A ring with one big and one small line inside."""
    return format_html(
        '<svg class="chart" viewBox="0 0 120 120" role="img" aria-label="{}">{}'
        '<text x="60" y="{}" text-anchor="middle" font-size="24" font-weight="650">{}</text>'
        '<text class="soft" x="60" y="80" text-anchor="middle" font-size="14">{}</text></svg>',
        *(label, ring, 62 if under else 68, middle, under),
    )


def share(part: int, whole: int, *, label: str) -> SafeString:
    """One filled rail: ``part`` of ``whole``; without a label it repeats words beside it and is hidden from readers."""
    width = 100 * part / whole if whole else 0
    said_so = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="chart share" viewBox="0 0 100 3" preserveAspectRatio="none" {}>'
        '<rect class="rail" width="100" height="3"/><rect class="f1" width="{}" height="3"/></svg>',
        *(said_so, f"{width:.2f}"),
    )
