"""Roles and permissions, read from roles.json: what a role may and how far it reaches."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

Scope = Literal["department", "region"]


@dataclass(frozen=True, slots=True)
class Role:
    """``scope``: 'department' reaches the own department in the own region, 'region' every department of the region."""

    code: str
    name: str
    scope: Scope
    permissions: frozenset[str]


@cache
def table() -> tuple[Mapping[str, Role], Mapping[str, str]]:
    """Roles by code and Chinese names of permissions by code; refuses a role that grants an unnamed permission."""
    raw = json.loads(Path(__file__).with_name("roles.json").read_text("utf-8"))
    names: dict[str, str] = raw["names"]
    roles = {code: Role(code, row["name"], row["scope"], frozenset(row["permissions"])) for code, row in raw["roles"].items()}
    for role in roles.values():
        if unknown := role.permissions - names.keys():
            raise ValueError(f"roles.json: role {role.code} grants unnamed permissions {sorted(unknown)}")
    return roles, names


def covers(region: str, other: str) -> bool:
    """Whether a division contains another or is the same: 990100 covers 990102, which covers 990102001."""
    if not region or not other:
        return False
    return other.startswith(_significant(region))


def _significant(division: str) -> str:
    """A division code without the zeros that mean "all below": pairs up to six digits, then threes (GB/T 2260, GB/T 10114)."""
    head, tail = division[:6], division[6:]
    while tail.endswith("000"):
        tail = tail[:-3]
    while not tail and head.endswith("00"):
        head = head[:-2]
    return head + tail
