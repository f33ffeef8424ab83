"""The steps of a case as forms a clerk can fill in: which fields each input becomes, and what was typed read back.

A ``mapping`` becomes the form's own fields (only what differs is sent), ``materials`` a file for each that is missing,
a ``list`` one line for each item. Nothing is decided here: the room of cases checks every input again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yiwang.base.pages.api import FieldView, field_view, option_pairs, typed_into
from yiwang.base.storage import api as storage
from yiwang.business.cases import api as cases
from yiwang.business.matters import api as matters
from yiwang.data.catalogue import api as catalogue
from yiwang.ends.official import words
from yiwang.standards.errors import InvalidInput
from yiwang.support.forms.api import Field, Option, fields_from_json

KINDS = {
    "text": "text",
    "textarea": "textarea",
    "choice": "choice",
    "date": "date",
    "integer": "number",
    "boolean": "boolean",
    "list": "textarea",
}
FILES = ".pdf,.jpg,.jpeg,.png,.zip"
TO_GIVE = {"complete_deferred": "deferred"}
WAITING = "to_check"


class Sheet:
    """The inputs of every step of one case, drawn and read back."""

    def __init__(self, view: cases.CaseView, explanation: cases.Explanation | None) -> None:
        self.view = view
        self.version = matters.version_of(view.matter_version)
        self.fields = [one for one in fields_from_json(list(self.version.fields)) if one.kind != "file"]
        self.unsettled = self._unsettled() if explanation and explanation.outcome == "undetermined" else []

    def draw(self, action: cases.ActionView, wrong: Mapping[str, Any]) -> list[FieldView]:
        """The fields of a step; ``wrong``: ``typed`` (the posted form) and ``errors`` by input or field."""
        typed, faults = wrong.get("typed", {}), wrong.get("errors", {})
        drawn: list[FieldView] = []
        for one in action.inputs:
            drawn += self._draw(action.name, one, typed, faults)
        return drawn

    def read(self, action: cases.ActionView, request: HttpRequest) -> dict[str, Any]:
        """The inputs of a step as posted; an empty one is left out.

        Raises:
            FileRefused: an uploaded file that cannot be kept.
        """
        told = {one.key: self._read(action.name, one, request) for one in action.inputs}
        return {key: value for key, value in told.items() if value not in ("", [], {}, None)}

    def _draw(self, action: str, one: cases.InputView, typed: Any, faults: Mapping[str, str]) -> list[FieldView]:
        if one.kind == "materials":
            return [
                FieldView(
                    f"file-{row.key}", row.name, "file", required=False, help=row.why, error=faults.get(row.key, faults.get(one.key, "")),
                    input_type="file", accept=FILES, scope=action,
                )
                for row in self._to_give(action)
            ]  # fmt: skip
        if one.kind == "mapping":
            held = {} if one.key == "settled" else {row.key: row.value for row in self.view.fields}
            fields = self.unsettled if one.key == "settled" else self.fields
            return [self._field(action, one, field, typed, held, faults) for field in fields]
        return [self._plain(action, one, typed, faults)]

    def _field(
        self, action: str, one: cases.InputView, field: Field, typed: Any, held: Mapping[str, Any], faults: Mapping[str, str]
    ) -> FieldView:
        key = f"{one.key}.{field.key}"
        value = typed_into([_renamed(field, key)], typed).get(key) if typed else held.get(field.key)
        return _scoped(field_view(_renamed(field, key), value=_shown(value), error=faults.get(field.key, "")), action)

    def _plain(self, action: str, one: cases.InputView, typed: Any, faults: Mapping[str, str]) -> FieldView:
        promised = one.key == "material"  # the promised materials of the case to choose from
        options = [(row.key, row.name) for row in self.view.materials if row.state == WAITING] if promised else one.options
        kind = "choice" if promised else KINDS.get(one.kind, "textarea")
        return FieldView(
            key=one.key,
            label=words.named(one.label),
            kind=kind,
            required=one.required,
            options=tuple((value, words.named(label)) for value, label in option_pairs(options)),
            value=typed.get(one.key, ""),
            error=faults.get(one.key, ""),
            max_length=4 if one.kind == "integer" else 2000,
            scope=action,
            input_type="date" if one.kind == "date" else "text",
            input_mode="numeric" if one.kind == "integer" else "",
            help=_("每行一项") if one.kind == "list" else "",
        )

    def _read(self, action: str, one: cases.InputView, request: HttpRequest) -> Any:
        if one.kind == "materials":
            return {row.key: _kept(request, f"file-{row.key}") for row in self._to_give(action) if f"file-{row.key}" in request.FILES}
        if one.kind == "mapping":
            return self._mapping(one, request)
        if one.kind == "list":
            return [line.strip() for line in request.POST.get(one.key, "").splitlines() if line.strip()]
        text = request.POST.get(one.key, "").strip()
        return text == "true" if one.kind == "boolean" else text

    def _mapping(self, one: cases.InputView, request: HttpRequest) -> dict[str, Any]:
        """What was typed and differs from what the case holds; what the official settles, in the type of its element."""
        settles = one.key == "settled"
        fields = [_renamed(field, f"{one.key}.{field.key}") for field in (self.unsettled if settles else self.fields)]
        typed = {key.partition(".")[2]: value for key, value in typed_into(fields, request.POST).items()}
        if settles:
            return {field.key: _typed(field, typed.get(field.key, "")) for field in self.unsettled if typed.get(field.key, "") != ""}
        held = {row.key: _shown(row.value) for row in self.view.fields}
        return {key: value for key, value in typed.items() if (_shown(value) or "") != (held.get(key) or "")}

    def _to_give(self, action: str) -> list[cases.MaterialView]:
        state = TO_GIVE.get(action, WAITING)
        return [row for row in self.view.materials if row.state == state]

    def _unsettled(self) -> list[Field]:
        """The inputs of the decision table that nobody knows yet, as fields."""
        known = {(fact.element, fact.about) for fact in self.view.facts if fact.source.status == "verified" and fact.value is not None}
        return [
            _question(name, source)
            for name, source in self.version.decision_inputs.items()
            if "element" in source and (source["element"], source.get("key", "applicant")) not in known
        ]


def _question(name: str, source: Mapping[str, str]) -> Field:
    element = catalogue.element(source["element"])
    about = words.named(words.SUBJECTS.get(source.get("key", "applicant"), ""))
    label = f"{element.name}({about})" if about else element.name
    options: tuple[Option, ...] = ()
    if element.kind == "boolean":
        options = (Option("true", "是", "Yes"), Option("false", "否", "No"))
    elif element.code_table:
        options = tuple(Option(code, text) for code, text in catalogue.codes(element.code_table).items())
    kind = "choice" if options else {"number": "number", "date": "date"}.get(element.kind, "text")
    return Field(name, label, kind=kind, required=False, options=options)  # type: ignore[arg-type]


def _typed(field: Field, text: Any) -> Any:
    """A settled value in the type that the decision table compares with."""
    if {one.value for one in field.options} == {"true", "false"}:
        return text == "true"
    if field.kind != "number":
        return text
    try:
        return float(text) if "." in text else int(text)
    except ValueError as error:
        raise InvalidInput(_("「%(label)s」应是数字,请重新填写。") % {"label": field.label}, field=field.key) from error


def _renamed(field: Field, key: str) -> Field:
    return replace(field, key=key, required=False)


def _scoped(view: FieldView, scope: str) -> FieldView:
    return replace(view, scope=scope)


def _shown(value: Any) -> Any:
    """A held value as a form field holds it."""
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return "" if value is None else str(value)


def _kept(request: HttpRequest, name: str) -> cases.GivenMaterial:
    """An uploaded file, checked and kept."""
    upload = request.FILES.get(name)
    assert upload is not None, "asked only for what was posted"
    told = upload.name or ""
    data = upload.read(storage.DEFAULT_MAX_BYTES + 1)
    return cases.GivenMaterial("file", storage.put(data, media_type=storage.check(data, filename=told)).digest, told[:200])
