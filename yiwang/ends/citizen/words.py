"""How states look and read: the tone of each state, and the names of what the rooms behind keep as codes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from yiwang.business.matters import api as matters
from yiwang.data.catalogue import api as catalogue
from yiwang.security.masking.api import mask
from yiwang.standards.errors import NotFound
from yiwang.support.forms.api import Field
from yiwang.support.identity import api as identity

TONES = {
    "submitted": "info",
    "received": "info",
    "accepted": "info",
    "reviewing": "info",
    "running": "info",
    "in_progress": "info",
    "completed": "ok",
    "partly_completed": "warn",
    "refused": "bad",
    "waiting": "plain",
    "not_started": "plain",
    "returned": "warn",
    "awaiting_supplement": "warn",
    "needs_you": "warn",
    "partly": "warn",
    "stopped": "hold",
    "decided_yes": "ok",
    "issued": "ok",
    "delivered": "ok",
    "closed": "ok",
    "done": "ok",
    "decided_no": "bad",
    "not_accepted": "bad",
    "revoked": "bad",
    "failed": "bad",
    "terminated": "bad",
}
# Names that rooms give in Chinese and an English page needs too.
NAMES = tuple(
    gettext_noop(name)
    for name in (
        *("已提交", "退回修改", "已收件", "待补正", "已受理", "审查中", "特别程序(停钟)", "准予", "不予", "已制证", "已送达", "已办结"),
        *("不予受理", "不属本机关", "已撤回", "逾期未补正", "已终止", "已撤销", "已归档", "有效", "已过期", "已撤回", "已注销"),
        *("提交申请", "收件", "受理", "审查", "准予", "不予", "制证", "送达", "办结", "归档", "撤回申请", "一次性告知补正", "提交补正材料"),
        *("办理中", "需要您补充", "全部办成", "部分办成", "未办成", "将办理", "等待前一步", "正在发起", "不能发起", "已有结果"),
        *("核实中", "已超期督办", "已更正", "经核实维持", "无需处理"),
        *("暂扣", "撤销", "吊销", "注销", "已过有效期", "已换发新版"),
    )
)


# Numbers that over a shoulder do harm: enough is shown to recognise them.
MASKED = {"id_number": "id_number", "account_no": "bank_account"}


def tone(state: str, outcome: str = "") -> str:
    """The tone of a state; an ending without a yes is told apart."""
    if state in ("delivered", "closed", "archived") and outcome == "no":
        return "bad"
    if state == "archived":
        return "ok"
    return TONES.get(state, "plain")


def named(name: str) -> str:
    """A name from a room in the reader's language, where we have it."""
    return _(name) if name else ""


def english() -> bool:
    """Whether the reader chose English."""
    return (get_language() or "").startswith("en")


def department_name(code: str) -> str:
    """A department's name for its short code, in the reader's language; the code itself (an imported name) where it is none of ours."""
    try:
        found = identity.department(code)
    except NotFound:
        return code
    return (found.name_en if english() else "") or found.name


def matter_name(short: str, name: str) -> str:
    """A matter's name in the reader's language; ``name`` is what is known already."""
    if not english():
        return name
    try:
        return matters.described(short).name_en or name
    except NotFound:
        return name


def value_words(field: Field, value: Any) -> Any:
    """A value as people say it: the label of an option or of a code, else the value itself; long numbers partly hidden."""
    if isinstance(value, list | tuple):
        return [value_words(field, one) for one in value]
    if masking := MASKED.get(field.element.rpartition(".")[2] or field.kind, MASKED.get(field.kind, "")):
        return mask(value, masking) if value else value
    options = {one.value: (one.label_en if english() else "") or one.label for one in field.options}
    if str(value) in options:
        return options[str(value)]
    if not field.element or isinstance(value, bool) or not catalogue.known(field.element):
        return value
    return catalogue.label(field.element, value) if catalogue.element(field.element).code_table else value
