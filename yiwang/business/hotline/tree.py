"""The data of this room, read once: category tree, places, limits, doors, thresholds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from yiwang.business.hotline.errors import BadTicket

_HERE = Path(__file__).parent
NEAR = 0.006  # degrees: about 600 m


@dataclass(frozen=True, slots=True)
class Category:
    """A node of the tree: ``code`` is its path ('home.fee.price'), ``names`` from the top; leaves have words and a usual kind."""

    code: str
    name: str
    names: tuple[str, ...]
    kind: str = ""
    words: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The whole path in words."""
        return " › ".join(self.names)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the city: its division, the office of its street ('' where it has none here) and a point in degrees (WGS 84)."""

    name: str
    region: str
    street: str
    office: str
    lat: float
    lon: float


@cache
def load(name: str) -> Any:
    """A data file of this room."""
    return json.loads((_HERE / f"{name}.json").read_text(encoding="utf-8"))


@cache
def categories() -> dict[str, Category]:
    """Every node by code, parents before their children."""
    found: dict[str, Category] = {}
    for row in load("categories"):
        above = found[row["parent"]].names if row["parent"] else ()
        found[row["code"]] = Category(row["code"], row["name"], (*above, row["name"]), row.get("kind", ""), tuple(row.get("words", ())))
    return found


@cache
def leaves() -> tuple[Category, ...]:
    """The categories a ticket can have."""
    return tuple(one for one in categories().values() if one.kind)


def leaf(code: str) -> Category:
    """A leaf by code; BadTicket otherwise."""
    found = categories().get(code)
    if found is None or not found.kind:
        raise BadTicket("没有这个分类,请从分类树的第三级里选一个。", field="category")
    return found


@cache
def spots() -> dict[str, Spot]:
    """Every known place by name, the longest names first."""
    rows = [
        Spot(name, street["region"], street["street"], street["office"], lat, lon)
        for street in load("places")["streets"]
        for name, lat, lon in street["places"]
    ]
    return {one.name: one for one in sorted(rows, key=lambda one: -len(one.name))}


def office_of(region: str) -> str:
    """The office of the street in whose division a place lies, '' where none is known."""
    return next((street["office"] for street in load("places")["streets"] if street["region"] == region), "")


@dataclass(frozen=True, slots=True)
class Area:
    """A street or town of the city with its outline: points (longitude, latitude) in degrees, not closed."""

    region: str
    street: str
    district: str
    ring: tuple[tuple[float, float], ...]

    @property
    def middle(self) -> tuple[float, float]:
        """Where its name is written."""
        return sum(lon for lon, _ in self.ring) / len(self.ring), sum(lat for _, lat in self.ring) / len(self.ring)


@cache
def areas() -> dict[str, Area]:
    """The streets of the city by division code."""
    return {
        one["region"]: Area(one["region"], one["street"], one["district"], tuple((lon, lat) for lon, lat in one["ring"]))
        for one in load("places")["streets"]
    }


def area_at(lat: float, lon: float) -> Area | None:
    """The street in which a point lies; None in the river, at sea and anywhere else outside the city."""
    return next((one for one in areas().values() if _inside(one.ring, lon, lat)), None)


def _inside(ring: tuple[tuple[float, float], ...], x: float, y: float) -> bool:
    """Whether a line from the point to the east crosses the outline an odd number of times."""
    crossed = False
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            crossed = not crossed
    return crossed


def name_at(lat: float, lon: float) -> str:
    """What people call a point: the nearest known place of its street within ``NEAR`` degrees, else the street; '' outside the city."""
    area = area_at(lat, lon)
    if area is None:
        return ""
    known = [one for one in spots().values() if one.region == area.region and one.name != area.street]
    far, name = min(((abs(one.lat - lat) + abs(one.lon - lon), one.name) for one in known), default=(1.0, ""))
    return name if far <= NEAR else area.street


def limits() -> dict[str, Any]:
    """Kinds, urgencies, channels and how long everything may take: configuration."""
    found: dict[str, Any] = load("limits")
    return found


def routing() -> dict[str, Any]:
    """Costs, thresholds and word lists: configuration."""
    found: dict[str, Any] = load("routing")
    return found
