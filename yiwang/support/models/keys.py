"""Which models there are (``keys.json``), and what the rooms that use them have told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from yiwang.security.access.api import Actor, deny, may
from yiwang.support.models.errors import NoSuchModel
from yiwang.support.models.values import Owner


@dataclass(frozen=True)
class Model:
    """A place where a model decides. ``floors``: measure → ('least' or 'most', value).

    Of rules: ``files`` below the package, ``packages`` with licence and source, ``local`` files below ``YIWANG_VAR`` where there are any.
    ``outcome``: the least answers of a region or group that are shown, and how much more often than the whole it may be corrected.
    """

    key: str
    name: str
    name_en: str
    kind: str
    department: str
    region: str
    decides: str
    decides_en: str
    floors: Mapping[str, tuple[str, float]]
    widest_gap: float
    evaluation_days: int
    few: int
    filing_days: Mapping[str, int]
    drift: Mapping[str, float]
    outcome: Mapping[str, float]
    limits: str
    limits_en: str
    files: Sequence[str]
    packages: Mapping[str, Mapping[str, Any]]
    local: Sequence[str]


_owners: dict[str, Owner] = {}


@cache
def _read() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).parent / "keys.json").read_text("utf-8"))
    return found


@cache
def models() -> Mapping[str, Model]:
    """All models by key."""
    found = {}
    for key, given in _read()["models"].items():
        told = {**_read()["defaults"], **given}
        told["drift"] = {**_read()["defaults"]["drift"], **given.get("drift", {})}
        told["floors"] = {name: next(iter(floor.items())) for name, floor in told["floors"].items()}
        found[key] = Model(key=key, **told)
    return found


def filing_kinds() -> Mapping[str, tuple[str, str]]:
    """Kinds of filing records: code → (Chinese, English)."""
    return {code: (names[0], names[1]) for code, names in _read()["filing_kinds"].items()}


def model(key: str) -> Model:
    """One model; NoSuchModel."""
    found = models().get(key)
    if found is None:
        raise NoSuchModel(key=key[:60])
    return found


def for_actor(key: str, actor: Actor, permission: str) -> Model:
    """A model its officers may see; for anybody else there is none. PermissionDenied where only the permission is lacking."""
    from yiwang.security.access.api import require

    found = model(key)
    place = {"department": found.department, "region": found.region}
    if not may(actor, "model.view", **place):
        deny(actor, "model.view", **place, ref=key)
        raise NoSuchModel(key=key)
    require(actor, permission, **place)
    return found


def declare(key: str, owner: Owner) -> None:
    """See the door."""
    model(key)
    _owners[key] = owner


def owner(key: str) -> Owner:
    """What the room of a model has told; nothing where it has not."""
    return _owners.get(key, Owner())
