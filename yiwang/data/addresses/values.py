"""What an address is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

How = Literal["model", "grammar"]

# Label of the labelled files (in small letters) → part. What has no part here (redundant, person, assist …) is left out.
PARTS: Final = {
    "country": "country", "prov": "province", "city": "city", "district": "district", "devzone": "zone", "town": "town",
    "community": "community", "road": "road", "roadno": "road_number", "subroad": "side_road", "subroadno": "side_road_number",
    "poi": "place", "subpoi": "side_place", "houseno": "building", "cellno": "unit", "floorno": "floor", "roomno": "room",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AddressParts:
    """An address taken apart and standardised; '' for what it does not have.

    ``code``: the division's code of 6 digits (9 where the street is known), '' where the names do not settle it; then ``candidates``
    holds up to five codes that fit. ``filled``: names of parts that were not in the text but follow from the table.
    ``standard``: the whole address in one writing. ``rest``: what belongs to no part (persons, remarks, repetitions).
    ``how``: by a trained model or by the rules.
    """

    text: str
    how: How
    country: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    zone: str = ""
    town: str = ""
    community: str = ""
    road: str = ""
    road_number: str = ""
    side_road: str = ""
    side_road_number: str = ""
    place: str = ""
    side_place: str = ""
    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    rest: str = ""
    code: str = ""
    candidates: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    standard: str = ""
