"""The visible difference between two versions, element by element, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.business.matters import reading
from yiwang.business.matters.values import Change, MatterVersion

LABELS: Mapping[str, str] = {
    "code": "实施编码",
    "basic_code": "基本编码",
    "name": "事项名称",
    "name_en": "英文名称",
    "kind": "事项类型",
    "department": "实施主体",
    "department_name": "实施主体名称",
    "department_credit_code": "实施主体编码",
    "region": "所属区划",
    "legal_bases": "设定依据",
    "conditions": "受理条件",
    "materials": "申请材料",
    "fields": "表单字段",
    "legal_limit": "法定办结时限",
    "promised_limit": "承诺办结时限",
    "case_kind": "办件类型",
    "flow": "办理流程",
    "fees": "收费",
    "questions": "情形引导",
    "result": "审批结果",
    "decision_mode": "决定方式",
    "decision_table": "决策表",
    "decision_inputs": "决策输入",
    "report_back": "结果回写",
    "subjects": "主体",
    "subject_kind": "申请主体",
    "server_types": "服务对象",
    "themes": "主题分类",
    "synonyms": "常用说法",
    "faqs": "常见问题",
    "summary": "事项简介",
    "level": "行使层级",
    "power_source": "权力来源",
    "department_kind": "实施主体性质",
    "entrusted_by": "委托部门",
    "joint_departments": "联办机构",
    "handling_code": "业务办理项编码",
    "local_basic_code": "地方基本编码",
    "local_code": "地方实施编码",
    "limit_note": "时限说明",
    "special_procedures": "特别程序",
    "handle_forms": "办理形式",
    "handle_area": "通办范围",
    "visits": "到现场次数",
    "visits_reason": "必须现场办理原因",
    "quantity_limit": "数量限制",
    "intermediary": "中介服务",
    "place": "办理地点",
    "open_hours": "办理时间",
    "in_hall": "进驻大厅",
    "bookable": "支持预约",
    "self_service": "自助终端",
    "delivery": "物流快递",
    "online": "是否网办",
    "online_depth": "网上办理深度",
    "online_url": "网办地址",
    "computer_sign_on": "计算机端单点登录",
    "mobile_sign_on": "移动端单点登录",
    "pays_online": "网上支付",
    "contact": "咨询方式",
    "complaint": "监督投诉方式",
    "reconsideration": "行政复议",
    "litigation": "行政诉讼",
    "rights": "申请人权利",
    "duties": "申请人义务",
    "commitment_allowed": "适用告知承诺",
    "commitment_basis": "告知承诺依据",
    "effective_from": "计划生效日期",
    "effective_to": "计划取消日期",
    "short": "短键",
    "extra": "扩展字段",
}
_NAME_KEYS = ("name", "label", "question", "text", "law", "key")


def _text(value: Any) -> str:
    """A value as a reader sees it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return ";".join(f"{key}:{_text(one)}" for key, one in value.items() if one not in ("", [], {}, None, False))
    if isinstance(value, list):
        return "、".join(_text(one) for one in value)
    return "" if value is None else str(value)


def _row_key(row: Any) -> str:
    if not isinstance(row, Mapping):
        return str(row)
    if "article" in row:
        return f"《{row.get('law', '')}》{row['article']}"
    return str(row.get("key") or next((row[key] for key in _NAME_KEYS if row.get(key)), ""))


def _row_title(row: Any) -> str:
    return (
        _row_key(row)
        if not isinstance(row, Mapping) or "article" in row
        else str(next((row[key] for key in _NAME_KEYS if row.get(key)), ""))
    )


def _list_changes(name: str, before: list[Any], after: list[Any]) -> list[Change]:
    old, new = {_row_key(row): row for row in before}, {_row_key(row): row for row in after}
    label, changes = LABELS.get(name, name), []
    for key in [*old, *(key for key in new if key not in old)]:
        if old.get(key) == new.get(key):
            continue
        title = _row_title(new.get(key, old.get(key)))
        where = label if not isinstance(new.get(key, old.get(key)), Mapping) else f"{label}·{title}"
        changes.append(Change(name, where, _text(old[key]) if key in old else "", _text(new[key]) if key in new else ""))
    if not changes and before != after:
        changes.append(Change(name, f"{label}(顺序)", "、".join(map(_row_title, before)), "、".join(map(_row_title, after))))
    return changes


def diff_records(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What changed between two full records, in the order of the elements; an empty ``before`` gives nothing to compare."""
    if not before:
        return []
    changes: list[Change] = []
    for name in LABELS:
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if isinstance(old, list) or isinstance(new, list):
            changes += _list_changes(name, old or [], new or [])
        else:
            changes.append(Change(name, LABELS[name], _text(old), _text(new)))
    return changes


def diff(before: MatterVersion, after: MatterVersion) -> list[Change]:
    """What changed from one version to another, ready to print: element, label, before, after ('' where it was not there)."""
    return diff_records(reading.to_record(before), reading.to_record(after))
