"""Names of what the rooms keep as codes, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from yiwang.business.matters import api as matters
from yiwang.data.catalogue import api as catalogue
from yiwang.data.exchange.api import Key
from yiwang.security.masking.api import mask
from yiwang.standards.errors import NotFound
from yiwang.standards.subjects import Subject
from yiwang.support.forms.api import Field
from yiwang.support.identity import api as identity

GOOD = frozenset({"decided_yes", "issued", "delivered", "closed", "archived"})
BAD = frozenset({"decided_no", "not_accepted", "revoked", "terminated"})
# Names that rooms give in Chinese and an English page needs too.
NAMES = tuple(
    gettext_noop(name)
    for name in (
        *("已提交", "退回修改", "已收件", "待补正", "已受理", "审查中", "特别程序(停钟)", "准予", "不予", "已制证", "已送达", "已办结"),
        *("不予受理", "不属本机关", "已撤回", "逾期未补正", "已终止", "已撤销", "已归档", "等待受理"),
        *("提交申请", "收件", "当场更正并受理", "一次性告知补正", "提交补正材料", "修改后重新提交", "受理", "不属本机关,告知去向"),
        *("逾期未告知,视为受理", "逾期未补正,视为撤回", "领取办理", "审查", "启动特别程序", "特别程序结束", "特别程序告知的时间届满"),
        *("批准延长", "补交容缺材料", "容缺材料逾期未补,退件", "撤回承诺,改交材料", "核查承诺", "制证", "送达", "办结", "归档"),
        *("撤回申请", "终止办理", "撤销决定", "意见", "理由", "更正的内容", "申请人已当场确认更正", "需要补正的全部内容"),
        *("补正期限(工作日)", "不予受理的情形", "有权办理的机关", "审查意见", "审查结论", "属于实质内容核查(须两人以上)", "特别程序"),
        *("所需时间(工作日)", "特别程序的结果", "延长的工作日", "补交的材料", "核查的承诺材料", "核查结果", "核查情况", "决定意见"),
        *("人工认定的事实", "依据的条款", "送达方式", "送达回证", "终止的情形", "承诺属实", "承诺不实", "建议准予", "建议不予"),
        *("需进一步核实", "电子送达", "窗口领取", "邮寄送达", "直接送达", "公告送达", "听证", "招标", "拍卖", "检验", "检测", "检疫"),
        *("鉴定", "专家评审", "依法不需要取得许可", "不属于本机关职权范围", "不符合受理条件", "隐瞒有关情况或提供虚假材料"),
        *("申请人死亡或丧失行为能力", "法人或其他组织依法终止", "申请事项的对象已不存在", "法律依据发生变化"),
        *("申请人隐瞒情况或提供虚假材料", "其他法定情形", "核实中", "已超期督办", "已更正", "经核实维持"),
        *("非常满意", "满意", "基本满意", "不满意", "非常不满意", "系统自动办理"),
    )
)
STATUSES = {
    "verified": gettext_noop("已核验"),
    "absent": gettext_noop("登记库没有"),
    "disagrees": gettext_noop("登记不一致"),
    "denied": gettext_noop("未获授权"),
    "unavailable": gettext_noop("登记库暂不可用"),
}
SUBJECTS = {
    "applicant": gettext_noop("申请人"),
    "mother": gettext_noop("母亲"),
    "father": gettext_noop("父亲"),
    "child": gettext_noop("孩子"),
    "spouse": gettext_noop("配偶"),
    "company": gettext_noop("企业"),
    "birth": gettext_noop("出生记录"),
    "property": gettext_noop("不动产"),
    "household": gettext_noop("户"),
    "marriage": gettext_noop("婚姻登记"),
    "representative": gettext_noop("法定代表人"),
    "deceased": gettext_noop("逝者"),
    "student": gettext_noop("学生"),
}
ORIGINS = {
    "licence": gettext_noop("电子证照"),
    "register": gettext_noop("登记库"),
    "applicant": gettext_noop("申请人提供"),
    "previous_case": gettext_noop("以前的办件"),
    "missing": gettext_noop("缺少"),
    "not_needed": gettext_noop("不需要"),
}
MATERIAL_STATES = {
    "given": ("ok", gettext_noop("已有")),
    "confirmed": ("ok", gettext_noop("承诺已核实")),
    "not_needed": ("plain", gettext_noop("不需要")),
    "missing": ("bad", gettext_noop("缺少")),
    "deferred": ("warn", gettext_noop("容缺,待补交")),
    "to_check": ("warn", gettext_noop("已承诺,待核查")),
    "pending": ("warn", gettext_noop("待核验")),
    "broken": ("bad", gettext_noop("承诺不实")),
}
OUTCOMES = {
    "created": ("ok", gettext_noop("新增草稿")),
    "updated": ("info", gettext_noop("更新草稿")),
    "unchanged": ("plain", gettext_noop("没有变化")),
    "refused": ("bad", gettext_noop("没有导入")),
}


def english() -> bool:
    """Whether the reader chose English."""
    return (get_language() or "").startswith("en")


def named(name: str) -> str:
    """A name from a room in the reader's language, where we have it."""
    return _(name) if name else ""


def tone(state: str, outcome: str) -> str:
    """The tone of a case's state; an ending without a yes is told apart."""
    if state in BAD or (state in GOOD and outcome == "no"):
        return "bad"
    return "ok" if state in GOOD else "hold" if state == "stopped" else "warn" if state in ("returned", "awaiting_supplement") else "info"


def department_name(code: str) -> str:
    """A department's name; the code itself where it is none of ours."""
    try:
        found = identity.department(code)
    except NotFound:
        return code
    return (found.name_en if english() else "") or found.name


def matter_name(short: str, name: str) -> str:
    """A matter's name; ``name`` is what is known already."""
    if not english():
        return name
    try:
        return matters.described(short).name_en or name
    except NotFound:
        return name


def provenance(source: Any, seen: SafeString) -> SafeString:
    """Whose register, which version, seen when, and what is to be known about it."""
    parts = [department_name(source.department)] if source.department else []
    if source.version and source.version != "0":
        parts.append(_("第 %(version)s 版") % {"version": source.version} if source.version.isdigit() else source.version)
    said = " · ".join([*parts, *([named(STATUSES[source.status])] if source.status in STATUSES else [])])
    return format_html("{}{}{}{}{}", said, " · " if said and seen else "", seen, " · " if source.note else "", source.note)


def value_words(field: Field | None, value: Any) -> Any:
    """A form value as people say it: the label of an option or of a code."""
    if isinstance(value, list | tuple):
        return [value_words(field, one) for one in value]
    if field is None:
        return value
    options = {one.value: (one.label_en if english() else "") or one.label for one in field.options}
    return options[str(value)] if str(value) in options else coded(field.element, value)


def coded(element: str, value: Any) -> Any:
    """The label of a data element's code; any other value as it is."""
    if not element or isinstance(value, bool) or not catalogue.known(element) or not catalogue.element(element).code_table:
        return value
    return catalogue.label(element, value)


def material(one: Any) -> Mapping[str, Any]:
    """A material of a case as the page shows it."""
    tone_, state = MATERIAL_STATES.get(one.state, ("plain", one.state))
    return {"tone": tone_, "state": named(state), "origin": named(ORIGINS.get(one.origin, one.origin))}


def record_of(key: Subject | Key) -> str:
    """Whose record a correction is about, in part: enough to tell one order from another."""
    return key.masked if isinstance(key, Subject) else mask(key.value, "id_number" if len(key.value) == 18 else "text")
