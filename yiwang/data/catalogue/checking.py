"""What is wrong with a resource before anybody publishes it: value ranges, levels against sharing, bindings, one source per element."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from yiwang.data.catalogue.elements import code_tables, load
from yiwang.data.catalogue.values import Duty, Field, Finding, Resource, metadata
from yiwang.security.masking.api import KINDS
from yiwang.standards.identifiers import credit_code

_CODE = re.compile(r"[a-z0-9_-]+\.[a-z0-9_.-]+")
_NAME = re.compile(r"[^\s\x00-\x1f]{1,100}")


def examined(resource: Resource, *, known: Mapping[str, Resource], duties: Mapping[str, Duty]) -> list[Finding]:
    """All findings of a resource, errors first."""
    found = [*_core(resource), *_provider(resource), *_sharing(resource), *_bindings(resource, known, duties), *_fields(resource)]
    return sorted(found, key=lambda one: one.level != "error")


def _error(field: str, cause: str) -> Finding:
    return Finding("error", field, cause)


def _core(one: Resource) -> Iterator[Finding]:
    words = metadata()
    if len(one.code) > 64 or not _CODE.fullmatch(one.code) or not one.code.startswith(f"{one.department}."):
        yield _error("code", f"代码应为“{one.department}.名称”,只用小写字母、数字和 _ - .,不超过 64 个字符")
    if not one.title.strip() or len(one.title) > 100:
        yield _error("title", "请填写资源名称,不超过 100 个字")
    if not one.summary.strip():
        yield Finding("warning", "summary", "没有摘要:请用一两句话说明资源的内容和来历")
    if one.category not in words["categories"]:
        yield _error("category", "资源分类应为基础、主题或部门")
    elif one.item not in words["items"][one.category]:
        yield _error("item", f"“{words['categories'][one.category]}”分类下没有项“{one.item}”")
    if not re.fullmatch(r"\d{3}", one.group):
        yield _error("group", "目应为三位数字,例如 001")


def _provider(one: Resource) -> Iterator[Finding]:
    words = metadata()
    if one.cycle not in words["cycles"]:
        yield _error("cycle", "请选择更新周期")
    if not one.formats or any(kind not in words["formats"] for kind, _ in one.formats):
        yield _error("formats", "请选择至少一种数据格式")
    if not one.provider_name.strip():
        yield _error("provider_name", "请填写资源提供方")
    if one.provider_code and not credit_code.is_valid(one.provider_code):
        yield _error("provider_code", "提供方代码不是有效的统一社会信用代码")


def _sharing(one: Resource) -> Iterator[Finding]:
    words = metadata()
    if one.share not in words["shares"]:
        yield _error("share", "请选择共享类型")
    if one.share == "conditional" and not one.share_terms.strip():
        yield _error("share_terms", "有条件共享须列明共享范围和用途")
    if one.share == "none" and not one.share_ground.strip():
        yield _error("share_ground", "不予共享须列明理由和法律、行政法规或国务院决定依据")
    if one.share == "unconditional" and (one.sensitive or one.level >= int(words["rules"]["approve_level"])):
        yield _error("share", f"含有 {one.level} 级信息项,不能无条件共享:请改为有条件共享或核对级别")
    if one.share != "none" and (not one.share_modes or any(mode not in words["share_modes"] for mode in one.share_modes)):
        yield _error("share_modes", "请选择共享方式")
    if one.open and (one.sensitive or one.level > int(words["rules"]["open_level"])):
        yield _error("open", f"含有 {one.level} 级信息项,不能整体开放:请去掉这些信息项或另编开放资源")


def _bindings(one: Resource, known: Mapping[str, Resource], duties: Mapping[str, Duty]) -> Iterator[Finding]:
    if not one.duties:
        yield Finding("warning", "duties", "没有对应的职责:请选择产生这项数据的职责")
    for code in one.duties:
        if code not in duties:
            yield _error("duties", f"没有职责“{code}”")
        elif duties[code].department != one.department:
            yield _error("duties", f"职责“{duties[code].title}”属于其他部门")
    for code in one.related:
        if code not in known:
            yield Finding("warning", "related", f"关联的资源“{code}”不在目录中")
    elsewhere = {field.element: other for other in known.values() if other.code != one.code for field in other.fields if field.element}
    for field in one.fields:
        if field.element and field.element in elsewhere and not field.key:
            other = elsewhere[field.element]
            yield Finding("warning", f"fields.{field.name}", f"“{field.title}”已由《{other.title}》提供(一数一源):能共享的不重复采集")


def _fields(one: Resource) -> Iterator[Finding]:
    if not one.fields:
        yield _error("fields", "至少要有一个信息项")
    for name, times in Counter(field.name for field in one.fields).items():
        if times > 1:
            yield _error(f"fields.{name}", f"信息项“{name}”出现了 {times} 次")
    if one.fields and not any(field.key for field in one.fields):
        yield Finding("warning", "fields", "没有主键:请标明哪些信息项能唯一确定一行")
    for field in one.fields:
        for cause in _field(field):
            yield _error(f"fields.{field.name}", f"“{field.title or field.name}”{cause}")


def _field(field: Field) -> Iterator[str]:
    words = metadata()
    if not _NAME.fullmatch(field.name) or not field.title.strip():
        yield "的名称或中文名没有填写"
    if field.type not in words["types"]:
        yield "的数据类型不对"
    if field.level not in (1, 2, 3, 4):
        yield "的级别应为 1 至 4"
    if field.sensitive and field.level < int(words["rules"]["sensitive_level"]):
        yield f"是敏感个人信息,级别不低于 {words['rules']['sensitive_level']}"
    if field.mask and field.mask not in KINDS:
        yield f"的脱敏方式“{field.mask}”不存在"
    if field.code_table and field.code_table not in code_tables():
        yield f"的代码表“{field.code_table}”不存在"
    if field.length < 0:
        yield "的长度不对"
    element = load().get(field.element) if field.element else None
    if field.element and element is None:
        yield f"绑定的数据元“{field.element}”不存在"
    elif element is not None and (field.level < element.level or (element.sensitive and not field.sensitive)):
        yield f"的级别低于数据元“{element.name}”({element.level} 级),就高从严"
