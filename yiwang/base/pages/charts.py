"""Simple charts drawn on the server as SVG, each with a text that says the same to who cannot see it.

Colours are classes (``f1`` … ``f6`` fill, ``k1`` … ``k6`` stroke) so that the style sheet decides them for light, dark and print.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import pi

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH = 640
LABELS = 190
Pair = tuple[str, float]


def said(value: float) -> str:
    """A number as a reader writes it: no trailing zeros."""
    return f"{value:,.1f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"


def spoken(rows: Sequence[Pair], unit: str) -> str:
    """The rows in one sentence, the text alternative of a chart."""
    return ";".join(f"{label} {said(value)}{unit}" for label, value in rows)


BAR = (
    '<text x="{}" y="{}" text-anchor="end">{}</text><rect class="f1" x="{}" y="{}" width="{}" height="16" rx="3"/>'
    '<text class="soft" x="{}" y="{}">{}{}</text>'
)


def bar_row(index: int, label: str, value: float, unit: str, width: float) -> tuple[object, ...]:
    """What ``BAR`` is filled with for one row."""
    y = index * 32
    return (LABELS - 10, y + 24, label[:13], LABELS, y + 11, f"{width:.1f}", f"{LABELS + width + 8:.1f}", y + 24, said(value), unit)


def bars(rows: Sequence[Pair], *, title: str, unit: str = "", limit: float | None = None) -> SafeString:
    """Horizontal bars, longest scale ``limit`` (the largest value if not given)."""
    top = limit or max((value for _, value in rows), default=0) or 1
    room = WIDTH - LABELS - 80
    body = format_html_join(
        "", BAR, (bar_row(i, label, value, unit, max(2.0, min(value / top, 1) * room)) for i, (label, value) in enumerate(rows))
    )
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}:{}">{}</svg>',
        WIDTH,
        len(rows) * 32 + 8,
        title,
        spoken(rows, unit),
        body,
    )


PART = (
    '<text x="{}" y="{}" text-anchor="end">{}</text><rect class="f1" x="{}" y="{}" width="{}" height="16"/>'
    '<rect class="f2" x="{}" y="{}" width="{}" height="16"/><text class="soft" x="{}" y="{}">{}</text>'
)


def parts(rows: Sequence[tuple[str, float, float]], *, title: str, first: str, second: str) -> SafeString:
    """Horizontal bars of two parts, ``(label, first, second)``; both values stand beside each bar and in a legend of words."""
    top = max((one + other for _, one, other in rows), default=0) or 1
    room = WIDTH - LABELS - 130
    drawn = []
    for index, (label, one, other) in enumerate(rows):
        y, wide = index * 32 + 36, max(one / top * room, 1.0 if one else 0)
        more = max(other / top * room, 2.0 if other else 0)
        bar = (LABELS, y, f"{wide:.1f}", f"{LABELS + wide:.1f}", y, f"{more:.1f}")
        drawn.append((LABELS - 10, y + 14, label[:16], *bar, f"{LABELS + wide + more + 8:.1f}", y + 14, f"{said(one)} / {said(other)}"))
    body = format_html_join("", PART, drawn)
    told = ";".join(f"{label} {first} {said(one)} {second} {said(other)}" for label, one, other in rows)
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}:{}"><rect class="f1" x="{}" y="6" width="12" height="12"/>'
        '<text class="soft" x="{}" y="17">{}</text><rect class="f2" x="{}" y="6" width="12" height="12"/>'
        '<text class="soft" x="{}" y="17">{}</text>{}</svg>',
        *(WIDTH, len(rows) * 32 + 44, title, told, LABELS, LABELS + 18, first, LABELS + 120, LABELS + 138, second, body),
    )


def line(rows: Sequence[Pair], *, title: str, unit: str = "", limit: float | None = None) -> SafeString:
    """One line over equally spaced points; first, last and highest are labelled; ``limit`` is a dashed line across."""
    if not rows:
        return SafeString("")
    height, left, top = 200, 44, 16
    largest = max(*(value for _, value in rows), limit or 0) or 1
    step = (WIDTH - left - 24) / max(len(rows) - 1, 1)
    points = [(left + i * step, top + (1 - value / largest) * (height - 50)) for i, (_, value) in enumerate(rows)]
    ends = {0: "start", len(rows) - 1: "end"} if len(rows) > 1 else {0: "start"}
    labels = format_html_join(
        "",
        '<text class="soft" x="{}" y="{}" text-anchor="{}">{}</text>',
        ((f"{points[i][0]:.0f}", height - 8, anchor, rows[i][0]) for i, anchor in ends.items()),
    )
    x, y = points[-1]
    across = f"{top + (1 - (limit or 0) / largest) * (height - 50):.1f}"
    dashes = '<path class="axis" stroke-dasharray="6 5" fill="none" d="M{} {}H{}"/>'
    limits = format_html(dashes, left, across, WIDTH - 24) if limit else SafeString("")
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}:{}"><path class="axis" fill="none" d="M{} {}H{}M{} {}H{}"/>'
        '<text class="soft" x="{}" y="{}" text-anchor="end">{}</text><polyline class="k1" points="{}"/>'
        '<circle class="f1" cx="{}" cy="{}" r="5"/>{}{}</svg>',
        *(WIDTH, height, title, spoken(rows, unit), left, height - 34, WIDTH - 24, left, top, WIDTH - 24, left - 8, top + 5, said(largest)),
        " ".join(f"{px:.1f},{py:.1f}" for px, py in points),
        *(f"{x:.1f}", f"{y:.1f}", labels, limits),
    )


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
        '<text class="soft" x="60" y="80" text-anchor="middle" font-size="12">{}</text></svg>',
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
