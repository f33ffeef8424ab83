"""The description of the API: every class of an answer or a body has a name of its own, so that none stands in for another.

A value of a room is named after its room (``matters.Option``, ``life_events.Option``); a class of the routes keeps its own name,
which is unique among them (a law test). A new class therefore never renames another's.
"""

from __future__ import annotations

from typing import Any

from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.schema import NinjaGenerateJsonSchema
from pydantic.json_schema import CoreModeRef, DefsRef, JsonSchemaMode


class Named(NinjaGenerateJsonSchema):
    """Schema of one model, with the values of rooms named after their room."""

    def get_defs_ref(self, core_mode_ref: CoreModeRef) -> DefsRef:
        """The framework's choices of a name, the first ones led by the room."""
        ref = super().get_defs_ref(core_mode_ref)
        parts = core_mode_ref[0].partition("[")[0].split(".")
        if parts[0] == "yiwang" and parts[1] != "ends" and len(parts) > 3:
            choices = self._prioritized_defsref_choices[ref]
            choices[:2] = [DefsRef(f"{parts[2]}.{name}") for name in choices[:2]]
        return ref


class TwoShapes(Exception):
    """Two classes of the description share one name: rename one of them."""


class Description(OpenAPISchema):
    """The whole description; refuses two shapes under one name."""

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        """Keep definitions by name; the same name must mean the same."""
        for name, shape in definitions.items():
            if self.schemas.setdefault(name, shape) != shape:
                raise TwoShapes(name)

    def _create_schema_from_model(
        self, model: Any, by_alias: bool = True, remove_level: bool = True, mode: JsonSchemaMode = "validation"
    ) -> tuple[dict[str, Any], bool]:
        if hasattr(model, "__ninja_flatten_map__"):
            return super()._create_schema_from_model(model, by_alias, remove_level, mode)
        schema = dict(model.model_json_schema(ref_template=REF_TEMPLATE, by_alias=by_alias, schema_generator=Named, mode=mode))
        self.add_schema_definitions(schema.pop("$defs", {}))
        if remove_level and len(schema["properties"]) == 1:
            name, details = next(iter(schema["properties"].items()))
            return details, name in schema.get("required", ())
        return schema, True
