"""The description of the API as a page for people: drawn on the server, no script, every operation and every shape with an anchor."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

from yiwang.base.pages.api import render


class Page(DocsBase):
    """``/api/v1/docs``."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        """The page; the description is read once per process."""
        groups, shapes = _read(api)
        return render(request, "gateway/docs.html", {"groups": groups, "shapes": shapes, "about": api.description})


@cache
def _read(api: NinjaAPI) -> tuple[dict[str, list[dict[str, Any]]], list[dict[str, Any]]]:
    """Operations by tag, and shapes by name."""
    told = api.get_openapi_schema()
    words = _words(api)
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in told["paths"].items():
        for method, one in methods.items():
            groups.setdefault(one.get("tags", ["other"])[0], []).append(
                {
                    "id": one["operationId"],
                    "method": method.upper(),
                    "path": path,
                    "said": one.get("description", ""),
                    "policy": words.get((one["operationId"]), ""),
                    "given": [(each["name"], each["in"], _type(each["schema"]), each["required"]) for each in one.get("parameters", ())],
                    "body": _content(one.get("requestBody", {})),
                    "answers": [(status, _content(answer)) for status, answer in one["responses"].items()],
                }
            )
    shapes = [
        {"name": name, "said": shape.get("description", ""), "fields": _fields(shape)}
        for name, shape in sorted(told["components"]["schemas"].items())
    ]
    return dict(sorted(groups.items())), shapes


def _words(api: NinjaAPI) -> dict[str, str]:
    """The word of each operation's policy by the operation's id."""
    found = {}
    for _prefix, router in api._routers:
        for view in router.path_operations.values():
            for operation in view.operations:
                word = getattr(next(iter(operation.auth_callbacks), None), "word", "")
                found[operation.operation_id or api.get_openapi_operation_id(operation)] = word
    return found


def _content(told: dict[str, Any]) -> list[tuple[str, str]]:
    """What a body or an answer holds: (type, shape it links to)."""
    return [_type(one["schema"]) for one in told.get("content", {}).values()]


def _fields(shape: dict[str, Any]) -> list[tuple[str, tuple[str, str], bool, str]]:
    needed = set(shape.get("required", ()))
    return [(name, _type(one), name in needed, one.get("description", "")) for name, one in shape.get("properties", {}).items()]


def _type(schema: dict[str, Any]) -> tuple[str, str]:
    """A type in words, and the shape it names ('' where it names none)."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return name, name
    for key in ("anyOf", "allOf", "oneOf"):
        if key in schema:
            parts = [_type(one) for one in schema[key]]
            return " or ".join(words for words, _ in parts), next((name for _, name in parts if name), "")
    if schema.get("type") == "array":
        words, name = _type(schema.get("items", {}))
        return f"list of {words}", name
    if isinstance(schema.get("additionalProperties"), dict):
        words, name = _type(schema["additionalProperties"])
        return f"object of {words}", name
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"])), ""
    return " ".join(str(schema[key]) for key in ("type", "format") if key in schema) or "any", ""
