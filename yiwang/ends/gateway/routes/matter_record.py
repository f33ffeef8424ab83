"""The record of a matter as a request body: the elements of ``MatterVersion``, each optional, each of its own JSON shape.

A draft may be unfinished, so nothing is required and choices are plain texts: the rules of the matters room judge the content.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model, model_validator

from yiwang.business.matters import api as matters


class _Element(BaseModel):
    """Read strictly from an object of JSON; elements of no known name are kept."""

    model_config = ConfigDict(extra="allow", from_attributes=False)

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, given: Any) -> Any:
        if isinstance(given, dict) and "\\u0000" in json.dumps(given):
            raise ValueError("the character U+0000 cannot be stored")
        return given


def _shape(hint: Any) -> Any:
    """The JSON shape of an element of that type."""
    kind, inner = get_origin(hint), get_args(hint)
    if kind is tuple:
        return list[_shape(inner[0])]  # type: ignore[misc]
    if kind is Mapping:
        return dict[str, _shape(inner[1])]  # type: ignore[misc]
    if kind is UnionType:  # a day or a number that may be missing; '' is a missing day
        return str | None if date in inner else hint
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _model(hint, f"{hint.__name__}Record")
    return hint if hint in (int, bool, Any) else str


def _model(cls: type, name: str) -> type[_Element]:
    fields: dict[str, Any] = {
        key: (_shape(hint), None) for key, hint in get_type_hints(cls).items() if key not in ("id", "version", "state")
    }
    return create_model(name, __base__=_Element, **fields)


MatterRecord = _model(matters.MatterVersion, "MatterRecord")
