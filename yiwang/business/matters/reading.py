"""Reads matters from JSON and writes them back; a library file says only what differs from ``defaults.json``.

``expand`` turns the short form of a library file into the full record (all elements of STANDARDS §2.1);
``from_record`` makes the frozen value, ``to_record`` the record again: ``to_record(from_record(r)) == r``.
"""

from __future__ import annotations

import dataclasses
import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

from yiwang.business.matters.values import Faq, Fee, LegalBasis, Material, MatterVersion, Option, Question, Remedy, Result, Step
from yiwang.standards import canonical
from yiwang.standards.errors import InvalidInput
from yiwang.standards.identifiers import matter_code

HERE = Path(__file__).parent
LIBRARY = HERE / "library"
DECISIONS = HERE / "decisions"
_NAMESPACE = uuid.UUID("6f0c7a52-8f0e-5d0b-9a43-8f3f2c1d7b11")
_SERVER_TYPES = {"person": ["1"], "company": ["2", "3", "4"], "both": ["1", "2", "3", "4"]}
_ROWS: Mapping[str, type] = {
    "legal_bases": LegalBasis,
    "materials": Material,
    "flow": Step,
    "fees": Fee,
    "faqs": Faq,
}
_FIELD_DEFAULTS: Mapping[str, Any] = {
    "key": "",
    "label": "",
    "label_en": "",
    "kind": "text",
    "element": "",
    "subject": "applicant",
    "required": True,
    "options": [],
    "help": "",
    "max_length": 200,
    "pattern": "",
    "group": "",
    "sensitive": False,
}
_HINTS = get_type_hints(MatterVersion)
_OWN = ("id", "version", "state")  # what a row of the table knows, not the record


class UnreadableMatter(InvalidInput):
    """事项数据无法读取,请对照事项要素说明逐项核对。"""

    code = "unreadable_matter"
    template = "事项数据中“{field}”无法读取:{cause}。请对照事项要素说明修改后重试。"


@cache
def defaults() -> dict[str, Any]:
    """What the platform assumes where a library file says nothing."""
    return dict(json.loads((HERE / "defaults.json").read_text(encoding="utf-8")))


def expand(short_form: Mapping[str, Any], departments: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The full record of a library file; ``departments`` by short code as in the identity room."""
    base, told = defaults(), dict(short_form)
    try:
        department = departments[told["department"]]
    except KeyError:
        raise UnreadableMatter(field="department", cause=f"没有代码为“{told.get('department', '')}”的部门") from None
    instant = told.get("decision_mode") == "instant"
    level = base["levels"][department["level"]]
    basic = told.pop("basic_code", "") or matter_code.make_basic(
        base["source"], told["kind"], base["departments"][told["department"]], int(told.pop("item"))
    )
    phone = f"电话 {department['phone']}({department['name']});网上咨询"
    full: dict[str, Any] = {
        "basic_code": basic,
        "code": matter_code.make_implementing(department["credit_code"], level, basic),
        "department_name": department["name"],
        "department_credit_code": department["credit_code"],
        "region": department["region"],
        "level": level,
        "case_kind": "instant" if told.get("promised_limit") == "即办" else "promised",
        "flow": base["instant_flow" if instant else "review_flow"],
        "server_types": _SERVER_TYPES[told.get("subject_kind", "person")],
        "place": base["places"][department["level"]],
        "contact": phone,
        **{key: base[key] for key in ("open_hours", "complaint", "reconsideration", "litigation", "rights", "duties", "effective_from")},
    }
    return to_record(from_record({**full, **told}))


def _tuples(value: Any) -> Any:
    """Lists of plain values become tuples, so that a frozen value stays frozen."""
    return tuple(value) if isinstance(value, list) and not any(isinstance(one, dict | list) for one in value) else value


def _row(kind: type, raw: Any, where: str) -> Any:
    """One row of a list element, with its place in the message when it cannot be read."""
    if not isinstance(raw, Mapping):
        raise UnreadableMatter(field=where, cause="应为一组键值")
    try:
        return kind(**{key: _tuples(value) for key, value in raw.items()})
    except TypeError as error:
        raise UnreadableMatter(field=where, cause=str(error).split("__init__() ")[-1]) from None


def _rows(kind: type, raws: Iterable[Any], where: str) -> tuple[Any, ...]:
    return tuple(_row(kind, raw, f"{where}[{index}]") for index, raw in enumerate(raws, 1))


def _questions(raws: Iterable[Any]) -> tuple[Question, ...]:
    return tuple(
        _row(Question, {**raw, "options": _rows(Option, raw.get("options", ()), f"questions[{index}].options")}, f"questions[{index}]")
        for index, raw in enumerate(raws, 1)
    )


_EMPTY: Mapping[Any, Any] = {str: "", int: 0, bool: False, tuple: (), Mapping: {}}
_DEFAULTS: Mapping[str, Any] = {
    "subject_kind": "person",
    "case_kind": "promised",
    "decision_mode": "review",
    "level": 3,
    "power_source": "1",
    "department_kind": "1",
    "handle_forms": ("1", "2", "3"),
    "handle_area": "3",
    "in_hall": True,
    "bookable": True,
    "delivery": True,
    "online": True,
    "online_depth": "4",
    "computer_sign_on": True,
    "mobile_sign_on": True,
    "quantity_limit": "无数量限制",
    "intermediary": "无",
    "effective_from": None,
    "effective_to": None,
    "region": "990100",
}


def _empty(name: str) -> Any:
    """What an element is when a record does not tell it."""
    if name in _DEFAULTS:
        return _DEFAULTS[name]
    hint = str(_HINTS[name])
    if "tuple" in hint:
        return ()
    if "Mapping" in hint:
        return {}
    return {"int": 0, "bool": False}.get(getattr(_HINTS[name], "__name__", ""), "")


def from_record(record: Mapping[str, Any], *, id: uuid.UUID | None = None, version: int = 1, state: str = "draft") -> MatterVersion:
    """The frozen matter of a full (or partly filled) record; UnreadableMatter names the element that cannot be read.

    Unknown elements are kept in ``extra`` and lose nothing. ``id`` defaults to a stable one made from the content.
    """
    names = [field.name for field in dataclasses.fields(MatterVersion)]
    told: dict[str, Any] = {name: record.get(name, _empty(name)) for name in names if name not in _OWN}
    told["extra"] = {**dict(record.get("extra") or {}), **{key: value for key, value in record.items() if key not in names}}
    for name, kind in _ROWS.items():
        told[name] = _rows(kind, told[name], name)
    told["questions"] = _questions(told["questions"])
    told["fields"] = tuple({**_FIELD_DEFAULTS, **one} for one in told["fields"])
    told["result"] = _row(Result, told["result"] or {"kind": "none"}, "result")
    for name in ("reconsideration", "litigation"):
        told[name] = _row(Remedy, told[name] or {"department": ""}, name)
    for name in ("effective_from", "effective_to"):
        told[name] = _date(told[name], name)
    told = {name: _tuples(value) for name, value in told.items()}
    return MatterVersion(id=id or stable_id(record, version), version=version, state=state, **told)  # type: ignore[arg-type]


def _date(value: Any, name: str) -> date | None:
    if value in (None, ""):
        return None
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise UnreadableMatter(field=name, cause=f"“{value}”不是 2026-01-31 这样的日期") from None


def stable_id(record: Mapping[str, Any], version: int) -> uuid.UUID:
    """The id that the same content always gets, so that loading the built-in library twice changes nothing."""
    return uuid.uuid5(_NAMESPACE, f"{record.get('short', '')}/{version}/" + canonical.dumps(_plain(dict(record))).decode())


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def to_record(version: MatterVersion) -> dict[str, Any]:
    """The JSON-able record of a matter, every element present, without the row's own id, version and state."""
    return {key: value for key, value in _plain(version).items() if key not in _OWN}


def library_files() -> list[Path]:
    """The files of the built-in library, by name."""
    return sorted(LIBRARY.glob("*.json"))


def library(departments: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The full records of the built-in library."""
    return [expand(json.loads(path.read_text(encoding="utf-8")), departments) for path in library_files()]
