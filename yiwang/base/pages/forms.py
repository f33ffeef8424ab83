"""A form field as a page shows it, made from any field description (``support.forms.Field`` fits the protocol)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import get_language


class FieldLike(Protocol):
    """What this room needs to know of a field."""

    @property
    def key(self) -> str: ...  # noqa: D102
    @property
    def label(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def required(self) -> bool: ...  # noqa: D102
    @property
    def help(self) -> str: ...  # noqa: D102


INPUT_TYPES = {"date": "date", "phone": "tel", "number": "text", "file": "file"}
INPUT_MODES = {"number": "decimal", "phone": "tel"}
AUTOCOMPLETE = {"person.name": "name", "person.phone": "tel", "person.residence_address": "street-address", "person.birth_date": "bday"}


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field ready to be drawn. ``value`` is what was typed (a list for several choices), ``error`` why it was error_response."""

    key: str
    label: str
    kind: str
    required: bool = True
    help: str = ""
    options: tuple[tuple[str, str], ...] = ()
    value: Any = ""
    error: str = ""
    max_length: int = 200
    input_type: str = "text"
    input_mode: str = ""
    autocomplete: str = ""
    note: str = ""
    accept: str = ""
    multiple: bool = False
    scope: str = ""  # tells equal fields of several forms on one page apart

    @property
    def id(self) -> str:
        """The id of the control, also the anchor of the error summary."""
        return f"f-{self.scope + '-' if self.scope else ''}{self.key.replace('.', '-')}"

    @property
    def described_by(self) -> str:
        """Ids of the help and error texts, for ``aria-describedby``."""
        parts = [f"{self.id}-help"] * bool(self.help or self.note) + [f"{self.id}-error"] * bool(self.error)
        return " ".join(parts)

    @property
    def short(self) -> bool:
        """Whether a narrow box says better what belongs in it."""
        return self.kind in ("number", "date", "phone") or self.max_length <= 12

    @property
    def chosen(self) -> tuple[str, ...]:
        """The chosen options as texts."""
        if isinstance(self.value, str):
            return (self.value,) if self.value else ()
        return tuple(str(one) for one in self.value or ())


def option_pairs(options: Iterable[Any]) -> tuple[tuple[str, str], ...]:
    """Options however they are written (pairs, mappings, objects, plain texts) as (value, label in the reader's language)."""
    english = (get_language() or "").startswith("en")
    pairs: list[tuple[str, str]] = []
    for option in options or ():
        if isinstance(option, str):
            pairs.append((option, option))
        elif isinstance(option, Mapping):
            value = str(option.get("value", option.get("key", option.get("code", ""))))
            pairs.append((value, str(option.get("label", option.get("text", option.get("name", value))))))
        elif isinstance(option, Sequence):
            pairs.append((str(option[0]), str(option[1])))
        else:
            value = str(getattr(option, "value", getattr(option, "key", "")))
            label = str(getattr(option, "label", getattr(option, "text", value)))
            pairs.append((value, (getattr(option, "label_en", "") if english else "") or label))
    return tuple(pairs)


def field_view(field: FieldLike, *, value: Any = "", error: str = "", note: str = "") -> FieldView:
    """How ``field`` is drawn with what was typed into it so far."""
    english = getattr(field, "label_en", "") if (get_language() or "").startswith("en") else ""
    options = option_pairs(getattr(field, "options", ()))
    if field.kind == "boolean":
        options = ()
    return FieldView(
        key=field.key,
        label=english or field.label,
        kind=field.kind,
        required=field.required,
        help=field.help,
        options=options,
        value="" if value is None else value,
        error=error,
        max_length=getattr(field, "max_length", 200) or 200,
        input_type=INPUT_TYPES.get(field.kind, "text"),
        input_mode=INPUT_MODES.get(field.kind, ""),
        autocomplete=AUTOCOMPLETE.get(getattr(field, "element", "") if getattr(field, "subject", "") == "applicant" else "", ""),
        note=note,
    )


def typed_into(fields: Iterable[FieldLike], data: Any) -> dict[str, Any]:
    """What a posted form (``QueryDict``) says for these fields; several choices stay a list, nothing is changed."""
    typed: dict[str, Any] = {}
    for field in fields:
        if field.kind == "multichoice":
            typed[field.key] = data.getlist(field.key)
        elif field.key in data:
            typed[field.key] = data[field.key]
        elif field.kind == "boolean":
            typed[field.key] = ""
    return typed
