"""A small map drawn on the server: points over outlines, no tiles, no JavaScript."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH = 640
EDGE = 16
Point = tuple[float, float, str]
Outline = tuple[str, Sequence[Sequence[float]]]


def scatter(points: Sequence[Point], *, outlines: Sequence[Outline] = (), label: str) -> SafeString:
    """Points (longitude, latitude, name) over outlines; each point tells its name when pointed at, ``label`` tells the whole."""
    places = [(x, y) for x, y, _ in points] + [(one[0], one[1]) for _, ring in outlines for one in ring]
    if not places:
        return SafeString("")
    west, east = min(x for x, _ in places), max(x for x, _ in places)
    south, north = min(y for _, y in places), max(y for _, y in places)
    shrink = cos(radians((south + north) / 2))  # a degree of longitude is shorter than one of latitude
    scale = (WIDTH - 2 * EDGE) / max((east - west) * shrink, 1e-6)
    height = min((north - south) * scale, WIDTH) + 2 * EDGE

    def at(x: float, y: float) -> tuple[str, str]:
        return f"{EDGE + (x - west) * shrink * scale:.1f}", f"{EDGE + (north - y) * scale:.1f}"

    areas = format_html_join(
        "", '<polygon points="{}"/>', ((" ".join(",".join(at(one[0], one[1])) for one in ring),) for _, ring in outlines)
    )
    names = format_html_join("", '<text x="{}" y="{}" text-anchor="middle">{}</text>', ((*at(*_middle(r)), n) for n, r in outlines))
    dot = '<circle class="f1" cx="{}" cy="{}" r="5"><title>{}</title></circle>'
    dots = format_html_join("", dot, ((*at(x, y), name) for x, y, name in points))
    return format_html(
        '<svg class="chart map" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<g style="fill:var(--sunken);stroke:var(--edge)">{}</g>{}{}</svg>',
        WIDTH,
        f"{height:.0f}",
        label,
        areas,
        dots,
        names,
    )


def _middle(ring: Sequence[Sequence[float]]) -> tuple[float, float]:
    return sum(one[0] for one in ring) / len(ring), sum(one[1] for one in ring) / len(ring)
