"""What data sets, fields and problems of ingestion are called on the desk."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yiwang.data.intake import api as intake

DATASETS = {
    "companies": gettext_noop("企业登记信息"),
    "people": gettext_noop("人口信息"),
    "addresses": gettext_noop("地址信息"),
    "licences": gettext_noop("证照信息"),
    "credit": gettext_noop("信用信息"),
}
FIELDS = {
    "name": gettext_noop("名称或姓名"),
    "credit_code": gettext_noop("统一社会信用代码"),
    "registered_on": gettext_noop("注册日期"),
    "company_type": gettext_noop("企业类型"),
    "legal_representative": gettext_noop("法定代表人"),
    "capital": gettext_noop("注册资本"),
    "capital_amount": gettext_noop("注册资本(原币)"),
    "capital_currency": gettext_noop("币种"),
    "capital_yuan": gettext_noop("注册资本(元)"),
    "business_scope": gettext_noop("经营范围"),
    "province": gettext_noop("省份"),
    "province_code": gettext_noop("省份代码"),
    "city": gettext_noop("城市"),
    "city_code": gettext_noop("城市代码"),
    "address": gettext_noop("地址"),
    "address_code": gettext_noop("地址编码"),
    "division": gettext_noop("行政区划代码"),
    "changed_on": gettext_noop("变更日期"),
    "id_number": gettext_noop("公民身份号码"),
    "mobile": gettext_noop("手机号"),
    "document_number": gettext_noop("决定书文号"),
    "event_kind": gettext_noop("处罚类别"),
    "fine": gettext_noop("罚款金额"),
    "decided_on": gettext_noop("决定日期"),
    "authority_code": gettext_noop("处罚机关代码"),
    "licence_name": gettext_noop("证照名称"),
    "licence_number": gettext_noop("证照编号"),
    "holder_name": gettext_noop("持证主体"),
    "issuer_code": gettext_noop("颁发机构代码"),
    "issued_on": gettext_noop("颁发日期"),
    "expires_on": gettext_noop("有效期至"),
    "source_file": gettext_noop("来源文件"),
    "source_row": gettext_noop("来源行数"),
    "source_line": gettext_noop("来源行号"),
    "version": gettext_noop("版本"),
    "valid_from": gettext_noop("起"),
    "valid_to": gettext_noop("止"),
}
# Names that the room gives in Chinese and an English page needs too.
NAMES = (
    gettext_noop("上传文件"),
    gettext_noop("数据库表"),
    gettext_noop("MySQL 数据库表"),
    gettext_noop("接口"),
    gettext_noop("消息流"),
    gettext_noop("启用"),
    gettext_noop("停用"),
    gettext_noop("等待"),
    gettext_noop("进行中"),
    gettext_noop("完成"),
    gettext_noop("失败"),
    gettext_noop("按计划"),
    gettext_noop("手动"),
    gettext_noop("上传"),
    gettext_noop("重读原始文件"),
    gettext_noop("在表头之上"),
    gettext_noop("引号不成对"),
    gettext_noop("列数不符"),
    gettext_noop("内容错列"),
    gettext_noop("整行为空"),
    gettext_noop("字节损坏,不是文字"),
    gettext_noop("表头不属于这种数据集"),
    gettext_noop("一行过长"),
    gettext_noop("含空字符"),
    gettext_noop("重复的表头"),
    gettext_noop("文字已毁坏"),
    gettext_noop("乱码,可恢复"),
    gettext_noop("含不允许的字符"),
    gettext_noop("校验位不符"),
    gettext_noop("日期在将来"),
    gettext_noop("日期不存在"),
    gettext_noop("长度不符"),
    gettext_noop("填了别的内容"),
    gettext_noop("缺失"),
    gettext_noop("为负数"),
    gettext_noop("日期过早"),
    gettext_noop("数额过大"),
    gettext_noop("没有单位"),
    gettext_noop("不在代码表中"),
    gettext_noop("不能识别"),
)


def dataset(code: str) -> str:
    """A data set's name."""
    return _(DATASETS[code]) if code in DATASETS else code


def field(name: str) -> str:
    """A field's name; the code itself where it has none."""
    return _(FIELDS[name]) if name in FIELDS else name


def cell_problem(code: str) -> str:
    """What is wrong with one cell."""
    return _(intake.PROBLEMS[code]) if code in intake.PROBLEMS else code


def problem(code: str) -> str:
    """What is wrong with a row: the field and its problem, or the reason by itself."""
    if code in intake.REASONS:
        return _(intake.REASONS[code])
    name, tail = next(
        ((code[: -len(one) - 1], one) for one in sorted(intake.PROBLEMS, key=len, reverse=True) if code.endswith(f"_{one}")), (code, "")
    )
    return f"{field(name)} {cell_problem(tail)}" if tail else code


def probed(said: dict[str, Any]) -> dict[str, Any]:
    """What a probe found, in words."""
    columns = [(one["name"], field(one["field"]) if one["field"] else "") for one in said["columns"]]
    return {"columns": columns, "missing": "、".join(field(name) for name in said["missing"]), "waiting": said["waiting"]}
