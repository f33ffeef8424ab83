"""A row of a foreign file as a record of ours, with a finding for everything that does not fit; nothing is lost.

Columns are known by our own names, by their Chinese names and by those of the state platform and of provincial portals; an
unknown column is kept under ``extra``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from yiwang.business.matters import comparing, queries, reading, tabular
from yiwang.business.matters.errors import UnreadableFile
from yiwang.business.matters.values import Finding
from yiwang.standards.errors import YiwangError
from yiwang.standards.identifiers import credit_code, matter_code, organisation_code

ALIASES: Mapping[str, str] = {
    **{label: name for name, label in comparing.LABELS.items()},
    "task_name": "name",
    "事项": "name",
    "item_name": "name",
    "itemName": "name",
    "task_code": "code",
    "catalog_code": "basic_code",
    "local_task_code": "local_code",
    "local_catalog_code": "local_basic_code",
    "itemCode": "item_code",
    "task_type": "kind",
    "taskType": "kind",
    "dept_name": "department_name",
    "实施机构": "department_name",
    "dept_code": "department_credit_code",
    "deptCode": "department_credit_code",
    "areaCode": "region",
    "link": "online_url",
    "use_level": "level",
    "power_source": "power_source",
    "accept_condition": "conditions",
    "transact_addr": "place",
    "transact_time": "open_hours",
    "link_way": "contact",
    "supervise_way": "complaint",
    "result_name": "result_name",
    "main_item": "main_item",
    "主项名称": "main_item",
}
OWN = frozenset(comparing.LABELS) | {"department"}
_STRUCTURED = frozenset(
    {
        "legal_bases",
        "conditions",
        "materials",
        "fields",
        "flow",
        "fees",
        "questions",
        "result",
        "decision_inputs",
        "report_back",
        "subjects",
        "server_types",
        "themes",
        "synonyms",
        "faqs",
        "joint_departments",
        "special_procedures",
        "handle_forms",
        "reconsideration",
        "litigation",
        "rights",
        "duties",
        "extra",
    }
)
_BOOLEANS = frozenset(
    {"in_hall", "bookable", "self_service", "delivery", "online", "computer_sign_on", "mobile_sign_on", "pays_online", "commitment_allowed"}
)
_TRUE, _FALSE = {"true", "1", "是", "yes", "y"}, {"false", "0", "否", "no", "n", ""}
_EMBEDDED = re.compile(r"(?<![0-9A-Z])([0-9A-HJ-NPQRTUWXY]{18})(?![0-9A-Z])")


@dataclass
class Mapped:
    """A row on its way: the record so far and what is wrong with it; ``refusal`` says why it cannot be loaded at all."""

    record: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    refusal: str = ""

    def tell(self, rule: str, where: str, message: str) -> None:
        """Add a finding."""
        self.findings.append(Finding(rule, where, message))


def require_columns(rows: list[tuple[int, tabular.Row]]) -> None:
    """Refuse a file without any column that could be the name of a matter."""
    columns = {str(name) for _, row in rows[:50] for name in row}
    if not any(ALIASES.get(name, name) == "name" for name in columns):
        shown = "、".join(sorted(columns - {tabular.EXCESS})[:12]) or "(无)"
        raise UnreadableFile(cause=f"没有“事项名称”(name、task_name)列,现有的列是:{shown}。请对照导出文件的表头修改")


def map_row(row: tabular.Row) -> Mapped:
    """The record of one row."""
    mapped = Mapped()
    foreign = _sort(row, mapped)
    name = str(mapped.record.get("name", "")).strip()
    if not name:
        mapped.refusal = "没有事项名称,无法登记;请补上名称后重新导入。"
        return mapped
    mapped.record["name"] = re.sub(r"\s+", " ", name)
    if len(name) > 300:
        mapped.refusal = f"事项名称有 {len(name)} 字,超过 300 字的上限。"
        return mapped
    _kind(mapped)
    _item_code(mapped, str(foreign.get("item_code", "")).strip())
    _department(mapped, str(foreign.get("item_code", "")))
    if foreign.get("main_item") and foreign["main_item"] != "未分类":
        mapped.record.setdefault("extra", {})["main_item"] = foreign["main_item"]
    if foreign.get("result_name"):
        mapped.record["result"] = {"kind": "other", "name": str(foreign["result_name"])}
    _readable(mapped)
    return mapped


def _sort(row: tabular.Row, mapped: Mapped) -> dict[str, Any]:
    """Put every cell where it belongs; gives those that still need reading."""
    foreign: dict[str, Any] = {}
    for column, cell in row.items():
        name = ALIASES.get(column, column)
        if name in ("item_code", "main_item", "result_name"):
            foreign[name] = cell
        elif column == tabular.EXCESS:
            mapped.tell("columns", "extra", f"这一行比表头多出内容:{'、'.join(map(str, cell))[:100]};已存入扩展字段,请核对是否错列。")
            mapped.record.setdefault("extra", {})["excess"] = [str(one) for one in cell]
        elif name in OWN and name != "extra":
            _set(mapped, name, cell)
        elif name == "extra":
            mapped.record.setdefault("extra", {}).update(_loads(cell) if isinstance(_loads(cell), dict) else {"extra": cell})
        elif name not in ("version", "state", "id"):
            mapped.record.setdefault("extra", {})[column] = cell
    return foreign


def _loads(cell: Any) -> Any:
    if not isinstance(cell, str) or cell[:1] not in "[{":
        return cell
    try:
        return json.loads(cell)
    except (json.JSONDecodeError, RecursionError):
        return cell


def _set(mapped: Mapped, name: str, cell: Any) -> None:
    value = _loads(cell) if name in _STRUCTURED else cell
    if name in _STRUCTURED and isinstance(value, str):
        if name in ("conditions", "themes", "synonyms", "server_types", "handle_forms", "rights", "duties", "special_procedures"):
            value = [part.strip() for part in re.split(r"[\n;;]" if name == "conditions" else r"[\n;;、,,]", value) if part.strip()]
        else:
            mapped.tell("readable", name, f"“{comparing.LABELS.get(name, name)}”应为 JSON,无法读取;原文已存入扩展字段。")
            mapped.record.setdefault("extra", {})[name] = cell
            return
    elif name in _BOOLEANS and not isinstance(value, bool):
        text = str(value).strip().lower()
        if text not in _TRUE | _FALSE:
            mapped.tell("readable", name, f"“{comparing.LABELS[name]}”应填是或否,现为“{value}”,按否登记。")
        value = text in _TRUE
    elif name in ("level", "visits") and not isinstance(value, int):
        if not str(value).strip().isdigit():
            mapped.tell("readable", name, f"“{comparing.LABELS[name]}”应为整数,现为“{value}”;原文已存入扩展字段。")
            mapped.record.setdefault("extra", {})[name] = cell
            return
        value = int(str(value))
    elif isinstance(value, str):
        value = value.removeprefix("'") if value[:2] in ("'=", "'+", "'-", "'@") else value
    elif not isinstance(value, list | dict | bool | int) and value is not None:
        value = str(value)
    mapped.record[name] = value


def _kind(mapped: Mapped) -> None:
    raw = str(mapped.record.get("kind", "")).strip()
    if raw.isdigit() and len(raw) <= 2:
        mapped.record["kind"] = raw.zfill(2)
    elif raw:
        mapped.record["kind"] = ""
        mapped.record.setdefault("extra", {})["kind"] = raw
        mapped.tell("codes", "kind", f"事项类型“{raw}”不是两位数字代码,已存入扩展字段,请选择类型。")


def _item_code(mapped: Mapped, text: str) -> None:
    """A code of unknown kind: an implementing code where it is one, else the place's own."""
    if not text:
        return
    if matter_code.is_valid(text) and len(text) == 31:
        mapped.record.update(code=text, basic_code=text[19:])
        return
    if len(text) > 100:
        mapped.tell("codes", "local_code", f"事项编码有 {len(text)} 位,超过 100 位,已存入扩展字段。")
        mapped.record.setdefault("extra", {})["itemCode"] = text
        return
    mapped.record["local_code"] = text
    mapped.tell("codes", "code", f"编码“{text}”({len(text)} 位)不是 31 位实施编码,已存为地方实施编码;发布前须编制基本编码和实施编码。")


def _department(mapped: Mapped, item_code: str) -> None:
    record = mapped.record
    given = str(record.get("department_credit_code", "")).strip().upper()
    known = {one["name"]: one for one in queries.departments().values()}
    found = queries.departments().get(str(record.get("department", ""))) or known.get(
        str(record.get("department_name") or record.get("department", ""))
    )
    if found:
        record.update(department=found["short"], department_name=found["name"])
    elif record.get("department") or record.get("department_name"):
        name = str(record.get("department_name") or record["department"])
        record.update(department="", department_name=name)
        mapped.tell("department", "department", f"实施主体“{name}”没有对应到本平台的部门,请选择。")
    if not given or credit_code.is_valid(given):
        record["department_credit_code"] = given
        return
    record["department_credit_code"] = ""
    record.setdefault("extra", {})["deptCode"] = given
    mapped.tell("codes", "department_credit_code", _why(given) + _proposal(given, item_code))


def _why(given: str) -> str:
    plain = given.replace("-", "")
    if len(plain) == 9 and organisation_code.is_valid(plain):
        return f"实施主体编码“{given}”是 9 位组织机构代码,应填 18 位统一社会信用代码;原值已存入扩展字段。"
    if len(plain) == 9:
        return f"实施主体编码“{given}”像组织机构代码但校验位不对,应填 18 位统一社会信用代码;原值已存入扩展字段。"
    try:
        credit_code.parse(given)
    except YiwangError as error:
        return f"{error.message}原值已存入扩展字段。"
    return ""


def _proposal(given: str, item_code: str) -> str:
    """The right code where the matter's own code contains one that ends as the organisation code says, or at all."""
    for found in _EMBEDDED.findall(item_code.upper()):
        if credit_code.is_valid(found):
            same = given.replace("-", "") in found
            return f"事项编码中含有正确的信用代码 {found}" + (",与该组织机构代码一致,可以采用。" if same else ",请核对后采用。")
    return ""


def _readable(mapped: Mapped) -> None:
    """The whole record, or the reason why its elements cannot be read."""
    try:
        mapped.record = reading.to_record(reading.from_record(mapped.record))
    except YiwangError as error:
        mapped.refusal = error.message
