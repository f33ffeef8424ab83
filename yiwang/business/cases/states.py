"""The state machine of a case as a table of data (STANDARDS §2.5–2.7): read it top to bottom.

A line of ``ACTIONS`` says from where to where, who may, what must be handed in, what becomes known (event), whom we tell
(notice template) and which document is made. Nothing else decides what can be done with a case. On which clause a step rests
depends on the matter: ``clauses.json``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Stage = Literal["submitted", "accepted", "decided", "closed"]
InputKind = Literal["text", "textarea", "choice", "date", "integer", "boolean", "list", "mapping", "materials"]


@dataclass(frozen=True, slots=True)
class State:
    """``limit``: working days after which ``when_due`` happens (an action of the clock, or ``tell_late``).

    ``final``: nothing is decided any more.
    """

    key: str
    name: str
    stage: Stage
    limit: int = 0
    when_due: str = ""
    final: bool = False


@dataclass(frozen=True, slots=True)
class Input:
    """One thing an action needs; ``least`` and ``most`` bound its length or amount."""

    key: str
    kind: InputKind
    label: str
    required: bool = True
    options: tuple[tuple[str, str], ...] = ()
    least: int = 1
    most: int = 2000


@dataclass(frozen=True, slots=True)
class Action:
    """One transition. ``who``: a permission, or ``applicant``, ``applicant_or_staff``, ``clock``; ``after`` empty: the state stays."""

    name: str
    label: str
    before: tuple[str, ...]
    after: str
    who: str
    inputs: tuple[Input, ...] = ()
    event: str = ""
    notice: str = ""
    document: str = ""
    guards: tuple[str, ...] = ()


STATES: Final[dict[str, State]] = {
    one.key: one
    for one in (
        State("submitted", "已提交", "submitted", 5, "deem_accepted"),
        State("returned", "退回修改", "submitted", 15, "lapse"),
        State("received", "已收件", "submitted", 5, "deem_accepted"),
        State("awaiting_supplement", "待补正", "submitted", 15, "lapse"),
        State("accepted", "已受理", "accepted"),
        State("reviewing", "审查中", "accepted"),
        State("stopped", "特别程序(停钟)", "accepted", 0, "resume_by_clock"),
        State("decided_yes", "准予", "decided", 10, "tell_late"),
        State("decided_no", "不予", "decided", 10, "tell_late"),
        State("issued", "已制证", "decided", 10, "tell_late"),
        State("delivered", "已送达", "decided"),
        State("closed", "已办结", "closed", final=True),
        State("not_accepted", "不予受理", "closed", final=True),
        State("referred", "不属本机关", "closed", final=True),
        State("withdrawn", "已撤回", "closed", final=True),
        State("lapsed", "逾期未补正", "closed", final=True),
        State("terminated", "已终止", "closed", final=True),
        State("revoked", "已撤销", "closed", final=True),
        State("archived", "已归档", "closed", final=True),
    )
}

SPECIAL_PROCEDURES: Final = (
    ("hearing", "听证"),
    ("tender", "招标"),
    ("auction", "拍卖"),
    ("inspection", "检验"),
    ("testing", "检测"),
    ("quarantine", "检疫"),
    ("appraisal", "鉴定"),
    ("expert_review", "专家评审"),
)
NOT_ACCEPTED_GROUNDS: Final = (
    ("no_licence_needed", "依法不需要取得许可"),
    ("not_competent", "不属于本机关职权范围"),
    ("conditions_not_met", "不符合受理条件"),
    ("untrue", "隐瞒有关情况或提供虚假材料"),
)
TERMINATION_GROUNDS: Final = (
    ("applicant_died", "申请人死亡或丧失行为能力"),
    ("company_ended", "法人或其他组织依法终止"),
    ("object_gone", "申请事项的对象已不存在"),
    ("law_changed", "法律依据发生变化"),
    ("untrue", "申请人隐瞒情况或提供虚假材料"),
    ("other", "其他法定情形"),
)
DELIVERY_METHODS: Final = (
    ("electronic", "电子送达"),
    ("window", "窗口领取"),
    ("post", "邮寄送达"),
    ("direct", "直接送达"),
    ("announcement", "公告送达"),
)
CHECK_OUTCOMES: Final = (("confirmed", "承诺属实"), ("false", "承诺不实"))
CONCLUSIONS: Final = (("yes", "建议准予"), ("no", "建议不予"), ("open", "需进一步核实"))

REMEDIES: Final = (
    "申请人如不服本决定,可自收到本决定之日起60日内依法申请行政复议(《中华人民共和国行政复议法》第二十条),"
    "或者自知道之日起6个月内依法向人民法院提起行政诉讼(《中华人民共和国行政诉讼法》第四十六条)。"
)

_UNDECIDED: Final = ("submitted", "returned", "received", "awaiting_supplement", "accepted", "reviewing", "stopped")
_INTAKE: Final = ("submitted", "received")
_RUNNING: Final = ("accepted", "reviewing")
_BEFORE_ISSUE: Final = (*_UNDECIDED, "decided_yes")
_AFTER_YES: Final = ("decided_yes", "issued", "delivered", "closed", "archived")
_ENDED: Final = ("closed", "not_accepted", "referred", "withdrawn", "lapsed", "terminated", "revoked")

_OPINION: Final = Input("opinion", "textarea", "意见", required=False)
_REASON: Final = Input("reason", "textarea", "理由", least=2)

_TABLE: Final = (
    # The application, until it is accepted
    Action("submit", "提交申请", (), "submitted", "applicant", (), "case.submitted.v1", "case_submitted"),
    Action("receive", "收件", ("submitted",), "received", "case.receive", (_OPINION,),
           "case.received.v1", "case_received", "receipt"),
    Action("return_for_changes", "退回修改", ("submitted",), "returned", "case.receive", (_REASON,),
           "case.returned.v1", "case_returned", guards=("not_asked_before", "within_five_days")),
    Action("resubmit", "修改后重新提交", ("returned",), "submitted", "applicant",
           (Input("values", "mapping", "修改的内容", required=False), Input("materials", "materials", "补充的材料", required=False)),
           "case.submitted.v1", "case_submitted"),
    Action("correct", "当场更正并受理", _INTAKE, "accepted", "case.accept",
           (Input("values", "mapping", "更正的内容"), Input("confirmed", "boolean", "申请人已当场确认更正")),
           "case.accepted.v1", "case_accepted", "acceptance", ("applicant_confirmed",)),
    Action("request_supplement", "一次性告知补正", _INTAKE, "awaiting_supplement", "case.accept",
           (Input("items", "list", "需要补正的全部内容", most=50), Input("days", "integer", "补正期限(工作日)", required=False, most=60),
            _OPINION),
           "case.supplement_requested.v1", "case_supplement", "supplement_notice",
           ("not_asked_before", "within_five_days")),
    Action("supplement", "提交补正材料", ("awaiting_supplement",), "received", "applicant",
           (Input("values", "mapping", "补正的内容", required=False), Input("materials", "materials", "补正的材料", required=False)),
           "case.supplemented.v1", "case_supplemented", guards=("something_given",)),
    Action("accept", "受理", _INTAKE, "accepted", "case.accept", (_OPINION,),
           "case.accepted.v1", "case_accepted", "acceptance", ("materials_complete",)),
    Action("not_accept", "不予受理", _INTAKE, "not_accepted", "case.accept",
           (Input("ground", "choice", "不予受理的情形", options=NOT_ACCEPTED_GROUNDS), _REASON),
           "case.not_accepted.v1", "case_not_accepted", "not_accepted"),
    Action("refer", "不属本机关,告知去向", _INTAKE, "referred", "case.accept",
           (Input("to_department", "text", "有权办理的机关", most=100), _REASON),
           "case.not_accepted.v1", "case_not_accepted", "referral"),
    Action("deem_accepted", "逾期未告知,视为受理", _INTAKE, "accepted", "clock", (),
           "case.accepted.v1", "case_accepted", "acceptance"),
    Action("lapse", "逾期未补正,视为撤回", ("awaiting_supplement", "returned"), "lapsed", "clock", (),
           "case.terminated.v1", "case_terminated", "termination"),
    # Examination
    Action("take", "领取办理", _UNDECIDED, "", "case.receive", ()),
    Action("review", "审查", _RUNNING, "reviewing", "case.review",
           (Input("opinion", "textarea", "审查意见", least=2), Input("conclusion", "choice", "审查结论", options=CONCLUSIONS),
            Input("substantive", "boolean", "属于实质内容核查(须两人以上)", required=False))),
    Action("stop", "启动特别程序", _RUNNING, "stopped", "case.stop",
           (Input("procedure", "choice", "特别程序", options=SPECIAL_PROCEDURES),
            Input("days", "integer", "所需时间(工作日)", most=250), _REASON),
           "case.stopped.v1", "case_stopped", "special_procedure"),
    Action("resume", "特别程序结束", ("stopped",), "reviewing", "case.stop", (Input("result", "textarea", "特别程序的结果", least=2),),
           "case.resumed.v1", "case_resumed"),
    Action("resume_by_clock", "特别程序告知的时间届满", ("stopped",), "reviewing", "clock", (),
           "case.resumed.v1", "case_resumed"),
    Action("extend", "批准延长", (*_RUNNING, "stopped"), "", "case.extend",
           (Input("days", "integer", "延长的工作日", most=15), _REASON),
           "case.extended.v1", "case_extended", "extension",
           ("extended_once", "approver_is_not_handler", "within_extension")),
    # Commitments 告知承诺 and deferred materials 容缺
    Action("complete_deferred", "补交容缺材料", _BEFORE_ISSUE, "", "applicant_or_staff", (Input("materials", "materials", "补交的材料"),),
           "", "", "", ("something_given",)),
    Action("deferred_lapse", "容缺材料逾期未补,退件", _BEFORE_ISSUE, "terminated", "clock", (),
           "case.terminated.v1", "case_terminated", "termination"),
    Action("withdraw_commitment", "撤回承诺,改交材料", _UNDECIDED, "", "applicant", (Input("materials", "materials", "改交的材料"),),
           "", "", "", ("something_given",)),
    Action("check_commitment", "核查承诺", _AFTER_YES, "", "case.review",
           (Input("material", "text", "核查的承诺材料", most=100), Input("outcome", "choice", "核查结果", options=CHECK_OUTCOMES),
            Input("finding", "textarea", "核查情况", least=2)),
           guards=("commitment_open",)),
    Action("repair_commitment", "信用修复", ("revoked", "archived"), "", "case.decide",
           (Input("material", "text", "已纠正的承诺材料", most=100), Input("finding", "textarea", "纠正情况", least=2)),
           guards=("commitment_broken",)),
    # The decision and after
    Action("decide_yes", "准予", _RUNNING, "decided_yes", "case.decide",
           (Input("opinion", "textarea", "决定意见", least=2), Input("settled", "mapping", "人工认定的事实", required=False)),
           "case.decided.v1", "case_decided", "decision_yes",
           ("materials_complete", "two_reviewers", "reviewed_first")),
    Action("decide_no", "不予", _RUNNING, "decided_no", "case.decide",
           (_REASON, Input("clauses", "list", "依据的条款", required=False, most=20)),
           "case.decided.v1", "case_decided", "decision_no", ("two_reviewers", "reviewed_first")),
    Action("issue", "制证", ("decided_yes",), "issued", "case.issue", (), "", "", "", ("nothing_deferred",)),
    Action("deliver", "送达", ("decided_no", "issued"), "delivered", "case.deliver",
           (Input("method", "choice", "送达方式", options=DELIVERY_METHODS),
            Input("receipt", "text", "送达回证", required=False, most=200)),
           "case.delivered.v1", "case_delivered", "delivery_receipt"),
    Action("close", "办结", ("delivered",), "closed", "case.close", (), "case.closed.v1", "case_closed"),
    Action("archive", "归档", _ENDED, "archived", "case.archive", (), "case.archived.v1"),
    # Ending without a decision
    Action("withdraw", "撤回申请", _UNDECIDED, "withdrawn", "applicant", (Input("reason", "textarea", "撤回原因", required=False),),
           "case.withdrawn.v1", "case_withdrawn", "withdrawal"),
    Action("terminate", "终止办理", _UNDECIDED, "terminated", "case.decide",
           (Input("ground", "choice", "终止的情形", options=TERMINATION_GROUNDS), _REASON),
           "case.terminated.v1", "case_terminated", "termination"),
    Action("revoke", "撤销决定", _AFTER_YES, "revoked", "clock", (), "case.revoked.v1", "case_revoked",
           "revocation"),
)  # fmt: skip

ACTIONS: Final[dict[str, Action]] = {one.name: one for one in _TABLE}
UNDECIDED: Final = frozenset(_UNDECIDED)
FINAL: Final = frozenset(one.key for one in STATES.values() if one.final)


def open_actions(state: str) -> list[Action]:
    """The lines of the table that start in this state."""
    return [one for one in _TABLE if state in one.before]
