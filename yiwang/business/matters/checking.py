"""The consistency rules of a matter, a message per rule (source: STANDARDS §2.1–2.3, §1.5).

Each rule is a small function giving nothing or (element, message); the message names the cause and the remedy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from yiwang.business.matters import reading
from yiwang.business.matters.values import Finding, MatterVersion
from yiwang.data.catalogue import api as catalogue
from yiwang.standards.errors import YiwangError
from yiwang.standards.identifiers import credit_code, matter_code

Rule = Callable[[MatterVersion], Iterator[tuple[str, str]]]
_PHONE = re.compile(r"(?:^|\D)0\d{2,3}-\d{5,8}")
_LIMIT = re.compile(r"(\d+)\s*(工作日|日|自然日|个月|月|年)")
_CATCH_ALL = re.compile(r"其他(相关|有关)?(材料|资料|文件|证明)|(有关|相关)(材料|资料|文件|证明)|需要的(其他)?材料")
_DAYS = {"工作日": 1.4, "日": 1.0, "自然日": 1.0, "月": 30.0, "个月": 30.0, "年": 365.0}  # for comparing only, never for counting
_NEEDED = {
    "name": "事项名称",
    "kind": "事项类型",
    "department": "实施主体",
    "department_credit_code": "实施主体编码",
    "department_kind": "实施主体性质",
    "power_source": "权力来源",
    "level": "行使层级",
    "legal_bases": "设定依据",
    "server_types": "服务对象",
    "legal_limit": "法定办结时限",
    "promised_limit": "承诺办结时限",
    "conditions": "受理条件",
    "flow": "办理流程",
    "place": "办理地点",
    "open_hours": "办理时间",
    "contact": "咨询方式",
    "complaint": "监督投诉方式",
    "basic_code": "基本编码",
    "code": "实施编码",
}
_POWER_KINDS = {"00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10"}


def days(limit: str) -> float | None:
    """A limit as comparable days: 0 for 即办, None when it cannot be read."""
    if limit.strip() in ("即办", "即时", "当场"):
        return 0.0
    match = _LIMIT.fullmatch(limit.strip())
    return int(match[1]) * _DAYS[match[2]] if match else None


def _mandatory(matter: MatterVersion) -> Iterator[tuple[str, str]]:
    for name, label in _NEEDED.items():
        if not getattr(matter, name):
            yield name, f"缺少必填要素“{label}”,请补充。"
    if matter.kind and not (matter.kind in _POWER_KINDS or matter.kind in ("20", "21") or "11" <= matter.kind < "20"):
        yield "kind", f"事项类型“{matter.kind}”不在类型代码表中(01 许可、05 给付、07 确认、20 公共服务等)。"


def _codes(matter: MatterVersion) -> Iterator[tuple[str, str]]:
    try:
        if matter.basic_code and matter_code.parse_basic(matter.basic_code).type != matter.kind:
            yield "basic_code", f"基本编码第 3、4 位是 {matter.basic_code[2:4]},与事项类型 {matter.kind} 不一致,请改其中之一。"
    except YiwangError as error:
        yield "basic_code", error.message
    if matter.department_credit_code and not credit_code.is_valid(matter.department_credit_code):
        yield "department_credit_code", f"实施主体编码“{matter.department_credit_code}”不是正确的统一社会信用代码,请对照登记证书填写。"
    try:
        code = matter_code.parse_implementing(matter.code, basic=matter.basic_code) if matter.code else None
    except YiwangError as error:
        yield "code", error.message
        return
    if code and (code.organisation, code.level) != (matter.department_credit_code, matter.level):
        yield "code", "实施编码应由实施主体编码、行使层级和基本编码依次组成,请重新生成。"


def _instant(matter: MatterVersion) -> Iterator[tuple[str, str]]:
    instant = matter.promised_limit.strip() == "即办"
    if instant != (matter.case_kind == "instant"):
        yield "case_kind", "承诺时限为“即办”当且仅当办件类型为即办件;请使承诺办结时限与办件类型一致。"


def _limits(matter: MatterVersion) -> Iterator[tuple[str, str]]:
    legal, promised = days(matter.legal_limit), days(matter.promised_limit)
    for name, label, value in (("legal_limit", "法定办结时限", legal), ("promised_limit", "承诺办结时限", promised)):
        if getattr(matter, name) and value is None:
            yield name, f"{label}“{getattr(matter, name)}”无法读取,请写成“20工作日”“30日”“3月”或“即办”。"
    if legal is not None and promised is not None and promised > legal:
        yield "promised_limit", f"承诺办结时限({matter.promised_limit})长于法定办结时限({matter.legal_limit}),请缩短。"


def _result(matter: MatterVersion) -> Iterator[tuple[str, str]]:
    name, kind = matter.result.name, matter.result.kind
    if re.search(r"证(\(.*\))?$", name) and kind != "licence":
        yield "result", f"结果名称“{name}”以“证”结尾,审批结果类型应为证照。"
    if name.endswith("批复") and kind != "document":
        yield "result", f"结果名称“{name}”是批复,审批结果类型应为批文。"
    if name and not matter.result.sample:
        yield "result", f"结果“{name}”没有样本,请上传结果样本。"


def _visits(matter: MatterVersion) -> Iterator[tuple[str, str]]:
    if matter.visits and not matter.visits_reason:
        yield "visits_reason", f"到办事现场次数为 {matter.visits},必须写明必须现场办理的原因。"
    if not matter.visits and not matter.online and "4" not in matter.handle_forms:
        yield "handle_forms", "到现场次数为 0 且不能网办的,办理形式须包含快递申请。"
    if matter.online and matter.online_depth == "4" and matter.visits:
        yield "visits", "网上办理深度为全程网办的,到办事现场次数应为 0。"


def _fees(matter: MatterVersion) -> Iterator[tuple[str, str]]:
    for fee in matter.fees:
        if not (fee.name and fee.standard and fee.basis):
            yield "fees", f"收费项目“{fee.name or '(未命名)'}”须同时写明名称、标准和依据。"
    if not matter.fees and matter.pays_online:
        yield "pays_online", "不收费的事项,是否支持网上支付应为否。"


def _phones(matter: MatterVersion) -> Iterator[tuple[str, str]]:
    contact, complaint = _PHONE.search(matter.contact), _PHONE.search(matter.complaint)
    for name, label, found in (("contact", "咨询电话", contact), ("complaint", "投诉电话", complaint)):
        if getattr(matter, name) and not found:
            yield name, f"{label}须带区号,例如 0990-8801000。"
    if contact and complaint and contact[0] == complaint[0]:
        yield "complaint", "监督投诉电话不能与咨询电话相同。"


def _themes(matter: MatterVersion) -> Iterator[tuple[str, str]]:
    table: Mapping[str, Any] = reading.defaults()["themes"]
    person, company = "1" in matter.server_types, bool(set(matter.server_types) - {"1"})
    for theme in matter.themes:
        if theme not in table["person"] and theme not in table["company"]:
            yield "themes", f"主题“{theme}”不在主题分类表中。"
        elif not ((person and theme in table["person"]) or (company and theme in table["company"])):
            yield "themes", f"主题“{theme}”与服务对象不一致:请检查服务对象或者换一个主题。"
    wanted = {"person": person, "company": company, "both": person and company}
    if not wanted.get(matter.subject_kind, False):
        yield "server_types", "服务对象与申请主体类型(个人/企业)不一致,请改其中之一。"


def _permit(matter: MatterVersion) -> Iterator[tuple[str, str]]:
    if matter.kind != "01":
        return
    if not matter.faqs:
        yield "faqs", "行政许可事项至少要有 1 个常见问题。"
    if len(matter.flow) < 5:
        yield "flow", f"行政许可事项的流程环节不少于 5 个(受理、审核、审批、办结、送达),现有 {len(matter.flow)} 个。"


def _materials(matter: MatterVersion) -> Iterator[tuple[str, str]]:
    keys = [material.key for material in matter.materials]
    for material in matter.materials:
        where = f"materials.{material.key}"
        if _CATCH_ALL.search(material.name):
            yield where, f"材料“{material.name}”是兜底条款,不得要求“其他材料”;请写明具体材料或删除。"
        if keys.count(material.key) > 1:
            yield where, f"材料键“{material.key}”重复。"
        if material.source == "government" and not material.issuer:
            yield where, f"材料“{material.name}”由政府部门核发,请写明出具机构。"
        if material.licence_holder not in _subjects(matter) or material.element_subject not in _subjects(matter):
            yield where, f"材料“{material.name}”所说的持有人在“主体”中没有定义。"


def _subjects(matter: MatterVersion) -> set[str]:
    return {"applicant", *matter.subjects}


def _elements(matter: MatterVersion) -> Iterator[tuple[str, str]]:
    used = [(f"fields.{one['key']}", str(one["element"])) for one in matter.fields if one["element"]]
    used += [(f"materials.{material.key}", element) for material in matter.materials for element in material.elements]
    used += [(f"decision_inputs.{name}", source["element"]) for name, source in matter.decision_inputs.items() if source.get("element")]
    known = {element.code for element in catalogue.elements()}
    for where, element in used:
        if element not in known:
            yield where, f"数据元“{element}”不在数据目录中,请从目录选择。"
    for one in matter.fields:
        if one["element"] and one["subject"] not in _subjects(matter):
            yield f"fields.{one['key']}", f"字段“{one['label']}”的主体“{one['subject']}”没有定义。"


def _questions(matter: MatterVersion) -> Iterator[tuple[str, str]]:
    known = {material.key for material in matter.materials} | {str(one["key"]) for one in matter.fields}
    for question in matter.questions:
        for option in question.options:
            for key in (*option.adds, *option.drops):
                if key not in known:
                    yield f"questions.{question.key}", f"选项“{option.label}”增减的“{key}”既不是材料也不是字段。"


def _decision(matter: MatterVersion) -> Iterator[tuple[str, str]]:
    if matter.decision_mode == "instant" and not matter.decision_table:
        yield "decision_table", "即时决定的事项须指定决策表。"
    if matter.decision_table and not (reading.DECISIONS / matter.decision_table).is_file():
        yield "decision_table", f"没有决策表文件“{matter.decision_table}”。"
    keys, questions = {str(one["key"]) for one in matter.fields}, {question.key for question in matter.questions}
    for name, source in matter.decision_inputs.items():
        if source.get("field", next(iter(keys), "")) not in keys and keys:
            yield f"decision_inputs.{name}", f"决策输入“{name}”引用的字段“{source['field']}”不存在。"
        if source.get("answer") and source["answer"] not in questions:
            yield f"decision_inputs.{name}", f"决策输入“{name}”引用的问题“{source['answer']}”不存在。"


def _entrusted(matter: MatterVersion) -> Iterator[tuple[str, str]]:
    if matter.department_kind == "3" and not matter.entrusted_by:
        yield "entrusted_by", "实施主体性质为受委托组织的,须写明委托部门。"
    if matter.commitment_allowed and not matter.commitment_basis:
        yield "commitment_basis", "适用告知承诺的事项,须写明依据。"


RULES: Mapping[str, Rule] = {
    "mandatory": _mandatory,
    "codes": _codes,
    "instant": _instant,
    "limits": _limits,
    "result": _result,
    "visits": _visits,
    "fees": _fees,
    "phones": _phones,
    "themes": _themes,
    "permit": _permit,
    "materials": _materials,
    "elements": _elements,
    "questions": _questions,
    "decision": _decision,
    "entrusted": _entrusted,
}


def check(matter: MatterVersion | Mapping[str, Any]) -> list[Finding]:
    """Every broken rule of a matter or of a record; a record that cannot even be read gives one finding 'readable'."""
    try:
        version = matter if isinstance(matter, MatterVersion) else reading.from_record(matter)
    except YiwangError as error:
        return [Finding("readable", error.field, error.message)]
    return [Finding(name, where, message) for name, rule in RULES.items() for where, message in rule(version)]
