"""Taking a catalogue file in: JSON, xlsx or DCAT JSON-LD; every resource becomes a draft or is refused with its reason."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from yiwang.data.catalogue import editing, in_force, queries
from yiwang.data.catalogue.errors import BadResource, UnreadableCatalogue
from yiwang.data.catalogue.exporting import CYCLES, DATATYPES, LISTS
from yiwang.data.catalogue.values import Field, ImportReport, ImportRow, from_json, to_json
from yiwang.security.access.api import Actor
from yiwang.standards.errors import YiwangError

MOST_BYTES, MOST_RESOURCES, MOST_ROWS = 20 * 1024 * 1024, 2000, 50_000


def take_in(content: bytes, *, actor: Actor) -> ImportReport:
    """See the door."""
    if len(content) > MOST_BYTES:
        raise UnreadableCatalogue(reason=f"文件超过 {MOST_BYTES // 1024 // 1024} MB")
    rows = _read_xlsx(content) if content[:2] == b"PK" else _read_json(content)
    if len(rows) > MOST_RESOURCES:
        raise UnreadableCatalogue(reason=f"一次最多导入 {MOST_RESOURCES} 个资源")
    seen: set[str] = set()
    return ImportReport(tuple(_taken(place, row, seen, actor) for place, row in rows))


def _taken(place: str, row: object, seen: set[str], actor: Actor) -> ImportRow:
    code = str(row.get("code", ""))[:64] if isinstance(row, dict) else ""
    try:
        resource = from_json(row)
        if code in seen:
            raise BadResource(why="文件里同一个代码出现了两次", field="code")
        seen.add(code)
        standing, open_row = in_force.memory.all().get(code), queries.open_row(code)
        compared = from_json(open_row.body) if open_row else standing
        if compared is not None and _bare(to_json(compared)) == _bare(to_json(resource)):
            return ImportRow(place, code, "same")
        editing.save(resource, actor=actor, lock=open_row.lock if open_row else 0, note="由目录文件导入", changed_on=None)
    except YiwangError as refused:
        return ImportRow(place, code, "refused", refused.message)
    return ImportRow(place, code, "changed" if compared else "new")


def _bare(plain: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in plain.items() if name != "catalogue_code"}


def _read_json(content: bytes) -> list[tuple[str, object]]:
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableCatalogue(reason="不是 xlsx,也不是 UTF-8 编码的 JSON") from error
    if isinstance(data, dict) and "dcat:dataset" in data:
        sets = data["dcat:dataset"]
        rows = [_from_dcat(one) for one in (sets if isinstance(sets, list) else [sets])]
    else:
        rows = data.get("resources", []) if isinstance(data, dict) else data
    if not isinstance(rows, list):
        raise UnreadableCatalogue(reason="没有找到资源的列表(resources)")
    return [(f"第 {number} 个", one) for number, one in enumerate(rows, 1)]


def _from_dcat(one: object) -> object:
    """What DCAT can say of a resource; what it cannot (levels, sharing) is left to the draft's author."""
    if not isinstance(one, dict):
        return one
    identifiers = _list(one.get("dct:identifier"))
    code = next((str(text) for text in identifiers if "." in str(text)), "")
    types = {value: name for name, value in DATATYPES.items()}
    cycles = {value: name for name, value in CYCLES.items()}
    frequency = one.get("dct:accrualPeriodicity")
    schema = one.get("csvw:tableSchema")
    columns = _list(schema.get("csvw:column")) if isinstance(schema, dict) else []
    fields = [
        {
            "name": str(c.get("csvw:name", "")),
            "title": str(c.get("csvw:title", "")),
            "type": types.get(str(c.get("csvw:datatype")), "string"),
            "key": bool(c.get("csvw:required")),
        }
        for c in columns
        if isinstance(c, dict)
    ]
    publisher = one.get("dct:publisher")
    return {
        "code": code,
        "title": _text(one.get("dct:title")),
        "department": code.partition(".")[0],
        "region": (standing.region if (standing := in_force.memory.all().get(code)) else ""),
        "summary": _text(one.get("dct:description")),
        "provider_name": _text(publisher.get("foaf:name")) if isinstance(publisher, dict) else "",
        "cycle": cycles.get(str(frequency.get("@id", "")).rpartition("/")[2], "other") if isinstance(frequency, dict) else "other",
        "fields": fields,
    }


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: object) -> str:
    """The first text of a language-tagged value."""
    first = next(iter(_list(value)), "")
    return str(first.get("@value", "")) if isinstance(first, dict) else str(first)


def _read_xlsx(content: bytes) -> list[tuple[str, object]]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = [list(book[name].iter_rows(values_only=True, max_row=MOST_ROWS)) for name in ("资源", "信息项")]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise UnreadableCatalogue(reason="不是完整的 xlsx 工作簿,或缺少“资源”“信息项”工作表") from error
    fields: dict[str, list[dict[str, Any]]] = {}
    for row in _records(sheets[1]):
        code = str(row.pop("resource", ""))
        made = {name: _typed(name, value) for name, value in row.items() if name in Field.__dataclass_fields__}
        fields.setdefault(code, []).append(made)
    read: list[tuple[str, object]] = []
    for number, row in enumerate(_records(sheets[0]), 2):
        made = {name: _typed(name, value) for name, value in row.items() if name}
        read.append((f"资源表第 {number} 行", {**made, "fields": fields.get(str(row.get("code")), [])}))
    return read


def _records(rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    if not rows:
        return []
    heads = [str(one or "").strip() for one in rows[0]]
    return [dict(zip(heads, row, strict=False)) for row in rows[1:] if any(one not in (None, "") for one in row)]


def _typed(name: str, value: object) -> object:
    text = "" if value is None else str(value).strip().removeprefix("'")
    if name in ("open", "sensitive", "key"):
        return text in ("是", "true", "True", "1", "TRUE")
    if name in ("level", "length"):
        return int(float(text)) if text.replace(".", "", 1).isdigit() else 0
    if name in LISTS:
        return [one for one in text.replace(",", "、").split("、") if one]
    if name == "formats":
        return [one.split("/", 1) for one in text.split("、") if "/" in one]
    return text
