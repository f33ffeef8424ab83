"""Definitions of life events: JSON files, read once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from yiwang.business.life_events.errors import UnknownLifeEvent
from yiwang.business.life_events.values import Anchor, Definition, Derivation, DerivedSubject, Node, Question, QuestionOption
from yiwang.standards import canonical

FOLDER = Path(__file__).parent / "definitions"


@cache
def _table() -> dict[str, Definition]:
    read = [from_json(json.loads(path.read_text(encoding="utf-8"))) for path in FOLDER.glob("*.json")]
    return {one.code: one for one in sorted(read, key=lambda one: (one.batch, one.number))}


def all_of_them() -> tuple[Definition, ...]:
    """Every definition, in the order of the national lists."""
    return tuple(_table().values())


def get(code: str) -> Definition:
    """One definition; UnknownLifeEvent otherwise."""
    found = _table().get(code)
    if found is None:
        raise UnknownLifeEvent(code=code)
    return found


def purpose(definition: Definition) -> str:
    """Under which purpose the life event itself looks into registers (whose child, which questions need not be asked)."""
    return f"life_event.{definition.code}"


def from_json(data: Mapping[str, Any]) -> Definition:
    """A definition from parsed JSON; what may be left out has its default."""
    listed = data.get("list", {})
    anchor = data.get("anchor")
    return Definition(
        code=data["code"],
        name=data["name"],
        name_en=data.get("name_en", ""),
        summary=data.get("summary", ""),
        summary_en=data.get("summary_en", ""),
        batch=listed.get("batch", ""),
        number=listed.get("number", 0),
        document=listed.get("document", ""),
        audience=data.get("audience", data.get("subject_kind", "person")),
        subject_kind=data.get("subject_kind", "person"),
        anchor=_anchor(anchor) if anchor else None,
        subjects={name: DerivedSubject(**one) for name, one in data.get("subjects", {}).items()},
        questions=tuple(_question(one) for one in data.get("questions", ())),
        nodes=tuple(_node(one) for one in data["nodes"]),
        overrides=data.get("form", {}),
        texts=data.get("texts", {}),
        synonyms=tuple(data.get("synonyms", ())),
        digest=sha256(canonical.dumps(data)).hexdigest(),
    )


def _anchor(data: Mapping[str, Any]) -> Anchor:
    return Anchor(
        kind=data["kind"],
        name=data["name"],
        label=data["label"],
        label_en=data.get("label_en", ""),
        relations=tuple(data.get("relations", ())),
        once=data.get("once", False),
    )


def _question(data: Mapping[str, Any]) -> Question:
    return Question(
        key=data["key"],
        text=data["text"],
        text_en=data.get("text_en", ""),
        options=tuple(QuestionOption(**one) for one in data.get("options", ())),
        default=data.get("default", ""),
        help=data.get("help", ""),
        shown_when=_conditions(data.get("shown_when", {})),
        otherwise=data.get("otherwise", ""),
        derive=Derivation(**data["derive"]) if "derive" in data else None,
    )


def _node(data: Mapping[str, Any]) -> Node:
    return Node(
        key=data["key"],
        matter=data.get("matter", ""),
        name=data.get("name", ""),
        name_en=data.get("name_en", ""),
        when=_conditions(data.get("when", {})),
        depends_on=tuple(data.get("depends_on", ())),
        takes=tuple(data.get("takes", ())),
        gives=tuple(data.get("gives", ())),
        external=data.get("external", False),
        department=data.get("department", ""),
        note=data.get("note", ""),
    )


def _conditions(data: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {key: (values,) if isinstance(values, str) else tuple(values) for key, values in data.items()}
