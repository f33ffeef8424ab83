"""A map of a city drawn on the server: outlines with their names, marks over them; no tiles, nothing from outside.

A reader who points with a mouse or finger may choose a place on it (``pick``, with ``pages/map.js``); everybody else chooses from a list
that stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sqrt

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH = 360
EDGE = 12
SMALLEST, LARGEST = 5.0, 14.0
Ring = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class MapArea:
    """An outline (longitude, latitude; not closed) with the ``key`` that choosing it means, and what it belongs to."""

    key: str
    name: str
    within: str
    ring: Ring


@dataclass(frozen=True, slots=True)
class MapMark:
    """A point with its words; ``weight`` makes it larger, ``tone`` is 'plain', 'warn' or 'bad', ``link`` where it leads."""

    lon: float
    lat: float
    name: str
    weight: float = 0.0
    tone: str = "plain"
    link: str = ""


class Sheet:
    """Degrees become points of the drawing."""

    def __init__(self, areas: Sequence[MapArea]) -> None:
        every = [point for one in areas for point in one.ring]
        self.west, east = min(x for x, _ in every), max(x for x, _ in every)
        south, self.north = min(y for _, y in every), max(y for _, y in every)
        self.shrink = cos(radians((south + self.north) / 2))  # a degree of longitude is shorter than one of latitude
        self.scale = (WIDTH - 2 * EDGE) / ((east - self.west) * self.shrink)
        self.height = (self.north - south) * self.scale + 2 * EDGE

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a point is drawn."""
        return round(EDGE + (lon - self.west) * self.shrink * self.scale, 1), round(EDGE + (self.north - lat) * self.scale, 1)


AREA = '<path data-key="{}" data-name="{}" class="{}" d="M{}Z"/>'
NAME = '<text x="{}" y="{}" text-anchor="middle">{}</text>'
DOT = '<circle class="dot {}" cx="{}" cy="{}" r="{}"><title>{}</title></circle>'
LINK = '<a href="{}" aria-label="{}">{}</a>'
PIN = '<g class="pin"{}><circle r="9"/><circle class="core" r="3"/></g>'


def city_map(
    areas: Sequence[MapArea], marks: Sequence[MapMark] = (), *, label: str, chosen: str = "", pick: bool = False,
    pin: tuple[float, float] | None = None,
) -> SafeString:  # fmt: skip
    """The map; '' without areas. ``pin``: a chosen point (longitude, latitude); ``chosen``: the key of a chosen area."""
    if not areas:
        return SafeString("")
    sheet = Sheet(areas)
    shapes = format_html_join(
        "", AREA, ((one.key, one.name, "chosen" if one.key == chosen else "", _path(sheet, one.ring)) for one in areas)
    )
    names = format_html_join("", NAME, ((*_middle(sheet, one.ring), one.name) for one in areas))
    most = max((one.weight for one in marks), default=0.0) or 1.0
    dots = format_html_join("", "{}", ((_dot(sheet, one, most),) for one in sorted(marks, key=lambda one: -one.weight)))
    where = format_html(' transform="translate({} {})"', *sheet.at(*pin)) if pin else SafeString(' hidden=""')
    pinned = format_html(PIN, where) if pick or pin else ""
    bearings = (f"{one:.6f}" for one in (sheet.west, sheet.north, sheet.shrink * sheet.scale, sheet.scale))
    return format_html(
        '<svg class="city{}" viewBox="0 0 {} {}" role="{}" aria-label="{}" data-edge="{}" data-west="{}" data-north="{}"'
        ' data-across="{}" data-down="{}"><g class="areas">{}</g>{}<g class="names" aria-hidden="true">{}</g>{}</svg>',
        " pick" if pick else "", WIDTH, round(sheet.height), "group" if any(one.link for one in marks) else "img", label, EDGE, *bearings,
        shapes, dots, names, pinned,
    )  # fmt: skip


def _path(sheet: Sheet, ring: Ring) -> str:
    return "L".join("{} {}".format(*sheet.at(*point)) for point in ring)


def _middle(sheet: Sheet, ring: Ring) -> tuple[float, float]:
    points = [sheet.at(*point) for point in ring]
    return round(sum(x for x, _ in points) / len(points), 1), round(sum(y for _, y in points) / len(points) + 4, 1)


def _dot(sheet: Sheet, one: MapMark, most: float) -> SafeString:
    """Its area grows with its weight."""
    size = SMALLEST + (LARGEST - SMALLEST) * sqrt(max(one.weight, 0) / most) if one.weight else SMALLEST
    drawn = format_html(DOT, one.tone, *sheet.at(one.lon, one.lat), round(size, 1), one.name)
    return format_html(LINK, one.link, one.name, drawn) if one.link else drawn
