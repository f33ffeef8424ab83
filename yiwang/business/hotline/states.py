"""The states of a ticket and what may happen in each, as tables of data; the words follow 国办发〔2020〕53号 and GB/T 33358—2016."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

STATES: Final = {
    "filed": "待受理",
    "accepted": "已受理,待派单",
    "declined": "不予受理,已告知",
    "transferred": "已转紧急热线",
    "dispatched": "待签收",
    "returned": "退单待裁定",
    "handling": "办理中",
    "answered": "已答复,待回访",
    "closed": "已办结",
    "withdrawn": "诉求人撤回",
    "archived": "已归档",
}
OPEN: Final = ("filed", "accepted", "dispatched", "returned", "handling", "answered")
ENDED: Final = ("declined", "transferred", "closed", "withdrawn", "archived")
BEFORE_WORK: Final = ("filed", "accepted")
WORKED: Final = ("dispatched", "returned", "handling")
READABLE: Final = (*OPEN, "declined", "transferred", "closed", "archived")  # what everybody may read where reporter and centre agree
# What is done to a matter with several reporters is done on its lead, and carried to every merged ticket.
SHARED: Final = (
    "accept", "answer_now", "decline", "transfer_urgent", "dispatch", "sign", "return", "arbitrate", "approve_extension", "answer",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """From which states an act leads where ('' stays), who may do it, and what it asks for.

    ``who``: a permission; 'reporter' (whose ticket it is); 'system'. ``scope``: 'centre' (hotline staff of the region), 'desk' (the
    department in charge), 'any' (the department in charge or one that helps). ``inputs``: (key, label, kind, required).
    """

    act: str
    name: str
    origins: tuple[str, ...]
    target: str
    who: str
    scope: str
    inputs: tuple[tuple[str, str, str, bool], ...] = ()


_NOTE = ("note", "理由", "textarea", True)
_DEPARTMENT = ("department", "单位", "department", True)

STEPS: Final = (
    Step("accept", "受理", ("filed",), "accepted", "ticket.take", "centre"),
    Step(
        "correct", "更正分类", OPEN, "", "ticket.take", "centre",
        (("category", "分类", "category", True), ("kind", "类型", "kind", False), ("urgency", "紧急度", "urgency", False),
         ("place", "事发地", "text", False)),
    ),
    Step("answer_now", "当场答复办结", BEFORE_WORK, "closed", "ticket.take", "centre", (("reply", "答复", "textarea", True),)),
    Step(
        "decline", "不予受理,告知渠道", BEFORE_WORK, "declined", "ticket.take", "centre",
        (("ground", "情形", "ground", True), ("door", "正确渠道", "text", True), ("note", "说明", "textarea", False)),
    ),
    Step("transfer_urgent", "转紧急热线", (*BEFORE_WORK, "dispatched"), "transferred", "ticket.take", "centre", (("number", "转接",
        "number", True),)),
    Step(
        "dispatch", "派单", BEFORE_WORK, "dispatched", "ticket.dispatch", "centre",
        (_DEPARTMENT, ("co", "协办单位", "departments", False), ("note", "派单说明", "textarea", False)),
    ),
    Step("sign", "签收", ("dispatched",), "handling", "ticket.handle", "desk"),
    Step("return", "退单", ("dispatched",), "returned", "ticket.handle", "desk", (_NOTE, ("proposed", "建议单位", "department", False))),
    Step("arbitrate", "裁定指定", ("returned",), "dispatched", "ticket.dispatch", "centre", (_DEPARTMENT, _NOTE)),
    Step("contact", "已联系诉求人", ("handling",), "", "ticket.handle", "desk", (("note", "联系情况", "textarea", True),)),
    Step("ask_help", "请求协办", ("handling",), "", "ticket.handle", "desk", (_DEPARTMENT, _NOTE)),
    Step("contribute", "提交协办意见", ("handling",), "", "ticket.handle", "any", (("note", "协办意见", "textarea", True),)),
    Step("ask_extension", "申请延期", ("handling",), "", "ticket.handle", "desk", (_NOTE,)),
    Step("approve_extension", "批准延期", ("handling",), "", "ticket.approve", "desk"),
    Step("refuse_extension", "不同意延期", ("handling",), "", "ticket.approve", "desk", (_NOTE,)),
    Step(
        "answer", "答复", ("handling",), "answered", "ticket.handle", "desk",
        (("reply", "答复", "textarea", True), ("solved", "是否解决", "solved", True), ("insist", "坚持发送的理由", "text", False)),
    ),
    Step(
        "call_back", "回访", ("answered",), "closed", "ticket.take", "centre",
        (("contacted", "承办单位联系过", "yesno", True), ("solved", "已解决", "yesno", True), ("satisfaction", "满意度",
            "satisfaction", False),
         ("note", "回访记录", "textarea", False)),
    ),
    Step("redo", "退回重办", ("answered",), "handling", "ticket.take", "centre", (_NOTE,)),
    Step("not_solved", "没有解决", ("answered", "closed"), "handling", "reporter", "", (_NOTE,)),
    Step(
        "rate", "评价", ("answered", "closed"), "", "reporter", "",
        (("contacted", "承办单位联系过您", "yesno", True), ("solved", "已解决", "yesno", True), ("satisfaction", "满意度",
            "satisfaction", True)),
    ),
    Step("withdraw", "撤回", ("filed", "accepted", "dispatched", "returned", "handling"), "withdrawn", "reporter", ""),
    Step("supervise", "督办", ("dispatched", "returned", "handling", "answered"), "", "ticket.supervise", "centre", (("level", "级别",
        "level", True), _NOTE)),
    Step("ask_exclusion", "申请不计入考核", ("answered", "closed"), "", "ticket.handle", "desk", (_NOTE,)),
    Step("grant_exclusion", "同意不计入", ("answered", "closed"), "", "ticket.supervise", "centre", (_NOTE,)),
    Step("refuse_exclusion", "不同意剔除", ("answered", "closed"), "", "ticket.supervise", "centre", (_NOTE,)),
    Step("agree", "同意公开", READABLE, "", "reporter", ""),
    Step("disagree", "不再公开", READABLE, "", "reporter", ""),
    Step("recategorise", "选择分类", BEFORE_WORK, "", "reporter", "", (("category", "分类", "category", True),)),
    Step(
        "publish", "公开", READABLE, "", "ticket.take", "centre",
        (("title", "公开的标题", "text", False), ("words", "公开的文字", "textarea", False), ("pictures", "照片一起公开", "yesno", False)),
    ),
    Step("conceal", "不公开", READABLE, "", "ticket.take", "centre", (_NOTE,)),
    Step("archive", "归档", ("closed",), "archived", "system", ""),
)  # fmt: skip
SATISFACTION: Final = {"5": "非常满意", "4": "满意", "3": "基本满意", "2": "不满意", "1": "非常不满意"}
SOLVED: Final = {"solved": "已解决", "partly": "部分解决", "explained": "不能解决,已说明"}
PRIVACY: Final = {"open": "可告知承办单位", "confidential": "保密", "anonymous": "匿名"}
TOPICS: Final = {"watched": "关注中", "warned": "已预警", "incident": "已立事件", "closed": "已处置", "reopened": "复发"}
INCIDENTS: Final = {"open": "处置中", "closed": "已关闭"}


def step(act: str) -> Step | None:
    """The row of an act, if there is one."""
    return next((one for one in STEPS if one.act == act), None)
