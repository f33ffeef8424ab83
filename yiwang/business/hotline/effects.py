"""What each act changes on a ticket, beside the state that the table of steps names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from yiwang.base.clock.api import Limit, now
from yiwang.business.hotline import learning, opening, replying, routing, states, storing, timing, tree, understanding
from yiwang.business.hotline.errors import BadTicket, OtherPersonNeeded, ReplyTooThin, WrongTicketStep
from yiwang.business.hotline.filing import dispatch
from yiwang.business.hotline.models import CorrectionRow, TicketRow
from yiwang.business.hotline.writing import category_name
from yiwang.security.access.api import Actor
from yiwang.support.identity.api import UnknownDepartment, department


@dataclass
class Doing:
    """An act under way: the locked row, who acts, what was typed; ``told`` goes into the history, ``why`` to the reporter."""

    row: TicketRow
    actor: Actor
    typed: dict[str, str]
    told: dict[str, Any] = field(default_factory=dict)
    why: str = ""

    def __post_init__(self) -> None:
        """The history keeps what was typed."""
        self.told = {key: value for key, value in self.typed.items() if value}


def _unit(code: str) -> str:
    try:
        return department(code).code
    except UnknownDepartment as error:
        raise BadTicket("没有这个单位,请从列表里选。", field="department") from error


def _yes(doing: Doing, key: str) -> bool:
    if doing.typed[key] not in ("yes", "no"):
        raise BadTicket("请选择是或否。", field=key)
    return doing.typed[key] == "yes"


def _score(doing: Doing) -> int | None:
    value = doing.typed["satisfaction"]
    if value and value not in states.SATISFACTION:
        raise BadTicket("满意度请选 1 到 5。", field="satisfaction")
    return int(value) if value else None


def accept(doing: Doing) -> None:
    """Whoever takes the first contact answers for it until it is dispatched (首接负责)."""
    doing.row.first_contact = doing.row.first_contact or doing.actor.name


def correct(doing: Doing) -> None:
    """A person's word instead of the suggestion; kept as training data."""
    row, typed = doing.row, doing.typed
    code = understanding.narrowed(typed["category"], f"{row.title}\n{row.text}")
    if code != row.category:
        _learn(doing, "category", row.category, code)
        learning.corrected(row)
    if typed["kind"]:
        if typed["kind"] not in tree.limits()["kinds"]:
            raise BadTicket("没有这个类型。", field="kind")
        row.kind = typed["kind"]
    if typed["urgency"]:
        if typed["urgency"] not in ("0", "1", "2", "3"):
            raise BadTicket("紧急度为 0 到 3。", field="urgency")
        row.urgency = int(typed["urgency"])
    if typed["place"]:
        row.place, spot = understanding.place_of("", typed["place"])
        if spot:
            row.region, row.lat, row.lon = spot.region, spot.lat, spot.lon
    row.category = code
    if row.dispatched_at:
        timing.set_due(row, row.dispatched_at)
    doing.told["category"] = category_name(code)


def _learn(doing: Doing, name: str, before: str, after: str) -> None:
    storing.add(CorrectionRow(
        ticket_id=doing.row.id, field=name, suggested=before, corrected=after, by_name=doing.actor.name, at=now()
    ))  # fmt: skip


def answer_now(doing: Doing) -> None:
    """The agent answers while the caller listens."""
    row = doing.row
    row.first_contact = row.first_contact or doing.actor.name
    row.reply, row.outcome, row.answered_at = doing.typed["reply"], "explained", now()
    _close(doing)


def _close(doing: Doing) -> None:
    doing.row.closed_at = now()


def decline(doing: Doing) -> None:
    """Not for the hotline: the ground and the right door are told."""
    grounds = tree.load("doors")["decline"]
    if doing.typed["ground"] not in grounds:
        raise BadTicket("请选择不予受理的情形。", field="ground")
    row = doing.row
    row.reply = f"{grounds[doing.typed['ground']]['name']},请找:{doing.typed['door']}。{doing.typed['note']}".strip()
    doing.why = row.reply[:200]
    _close(doing)


def transfer_urgent(doing: Doing) -> None:
    """Life or property is at stake: to 110, 119, 120 or 122 at once."""
    numbers = tree.load("doors")["urgent"]
    if doing.typed["number"] not in numbers:
        raise BadTicket("请选择 110、119、120 或 122。", field="number")
    doing.row.reply = f"已转接 {doing.typed['number']} {numbers[doing.typed['number']]}。"
    doing.why = f"{doing.typed['number']} {numbers[doing.typed['number']]}"
    _close(doing)


def send(doing: Doing) -> None:
    """A person dispatches; another department than suggested is a correction."""
    row, code = doing.row, _unit(doing.typed["department"])
    suggested = row.suggested.get("department", "")
    if suggested and suggested != code:
        _learn(doing, "department", suggested, code)
    duty = routing.duty_of(row.category, region=row.region)
    row.suggested = {**row.suggested, "duty_id": str(duty.id) if duty and duty.department == code else ""}
    basis = f"《{duty.law}》{duty.article}:{duty.clause}" if duty and duty.department == code else f"人工派单({doing.actor.name})"
    row.first_contact = row.first_contact or doing.actor.name
    row.co = [_unit(one) for one in doing.typed["co"].split(",") if one and one != code]
    dispatch(row, code, duty=basis)
    doing.why = department(code).name


def sign(doing: Doing) -> None:
    """From here on the department answers for it to the end."""
    doing.row.signed_at = now()
    routing.kept(doing.row.suggested.get("duty_id", ""))


def give_back(doing: Doing) -> None:
    """Once, with a reason, never after an assignment; the route is trusted less."""
    row, limits = doing.row, tree.limits()
    if row.assigned or row.returns >= limits["returns_most"]:
        raise WrongTicketStep("这张工单已退过一次或已裁定指定,不能再退。可以请求协办或申请延期。")
    if doing.typed["proposed"]:
        _unit(doing.typed["proposed"])
    row.returns += 1
    routing.failed(row.suggested.get("duty_id", ""))
    row.suggested = {**row.suggested, "duty_id": ""}
    learning.corrected(row)


def arbitrate(doing: Doing) -> None:
    """The centre decides who works it; it cannot be returned again. The limit goes on from the first dispatch."""
    row, code = doing.row, _unit(doing.typed["department"])
    if code != row.department:
        _learn(doing, "department", row.department, code)
    first = row.dispatched_at or now()
    row.assigned, row.department = True, code
    row.duty = f"裁定指定({doing.actor.name}):{doing.typed['note']}"
    timing.set_due(row, first)
    row.sign_due = timing.after(now(), tree.limits()["urgencies"][row.urgency]["sign"])
    doing.why = department(code).name


def contact(doing: Doing) -> None:
    """The department has spoken with the reporter: counts for the rate of response."""
    doing.row.contacted_at = doing.row.contacted_at or now()


def ask_help(doing: Doing) -> None:
    """Another department helps; the first one stays in charge."""
    code = _unit(doing.typed["department"])
    if code == doing.row.department or code in doing.row.co:
        raise BadTicket("这个单位已经在办理这张工单。", field="department")
    doing.row.co = [*doing.row.co, code]


def contribute(doing: Doing) -> None:
    """What a helping department says is kept in the history."""
    if doing.actor.kind == "staff" and doing.actor.department not in doing.row.co:
        raise WrongTicketStep("只有协办单位提交协办意见;主办单位请直接答复。")


def ask_extension(doing: Doing) -> None:
    """More time is asked for before the limit has run out; another person approves."""
    row, limits = doing.row, tree.limits()
    if any(one.get("approved") is None for one in row.extensions):
        raise WrongTicketStep("已有一份延期申请在等待批准。")
    if len([one for one in row.extensions if one.get("approved")]) >= limits["extensions_most"]:
        raise WrongTicketStep(f"最多延期 {limits['extensions_most']} 次。")
    if row.due and now() > row.due:
        raise WrongTicketStep("已经超期,不能再申请延期;请尽快办理并说明原因。")
    asked = {
        "by": doing.actor.account_id,
        "by_name": doing.actor.name,
        "reason": doing.typed["note"],
        "approved": None,
        "at": now().isoformat(),
    }
    row.extensions = [*row.extensions, asked]


def _extension(doing: Doing, approved: bool) -> None:
    row = doing.row
    waiting = [one for one in row.extensions if one.get("approved") is None]
    if not waiting:
        raise WrongTicketStep("没有等待批准的延期申请。")
    if waiting[0]["by"] == doing.actor.account_id:
        raise OtherPersonNeeded()
    decided = {**waiting[0], "approved": approved, "approver": doing.actor.name}
    row.extensions = [decided if one is waiting[0] else one for one in row.extensions]
    if approved:
        timing.set_due(row, row.dispatched_at or now())
        doing.why = f"延长 {Limit.parse(tree.limits()['extension']).zh},原因:{waiting[0]['reason']}"


def answer(doing: Doing) -> None:
    """The answer, judged before it goes; a thin one is refused unless the official insists with a reason."""
    row, typed = doing.row, doing.typed
    if typed["solved"] not in states.SOLVED:
        raise BadTicket("请选择是否解决。", field="solved")
    overall, missing = replying.judge(row, typed["reply"])
    if replying.asks(overall) and not typed["insist"]:
        raise ReplyTooThin("答复还不能发:" + "".join(missing[:4]) + "补充后再发,或写明坚持发送的理由。", field="reply")
    replying.count(overall, insisted=bool(typed["insist"]))
    row.reply, row.outcome, row.quality, row.answered_at = typed["reply"], typed["solved"], overall, now()
    doing.told = {"solved": states.SOLVED[typed["solved"]], **({"insist": typed["insist"]} if typed["insist"] else {})}


def _heard(doing: Doing) -> None:
    """What the reporter says: that nobody was in touch counts more than the department's own note that it was."""
    row = doing.row
    row.contacted, row.solved, row.satisfaction = _yes(doing, "contacted"), _yes(doing, "solved"), _score(doing)
    if not row.contacted:
        row.contacted_at = None


def call_back(doing: Doing) -> None:
    """What the reporter says on the telephone decides the rates; unsolved goes back as long as it may."""
    row = doing.row
    _heard(doing)
    row.facts = {**row.facts, "called_back": now().isoformat()}
    if not row.solved and row.outcome != "explained" and row.redos < tree.limits()["redo_most"]:
        _again(doing)
        return
    if not row.solved:
        row.level = max(row.level, 2)
    _close(doing)


def _again(doing: Doing) -> None:
    """Work it again: a new count, one redo more; a merged one now stands by itself."""
    row = doing.row
    row.redos += 1
    row.state, row.closed_at, row.lead_id = "handling", None, None
    timing.set_due(row, now())
    row.overdue_noted = False
    row.facts = {key: value for key, value in row.facts.items() if key != "nearing"}


def redo(doing: Doing) -> None:
    """The centre sends an answer back."""
    if doing.row.redos >= tree.limits()["redo_most"]:
        raise WrongTicketStep("重办次数已满,请升级督办。")
    _again(doing)


def not_solved(doing: Doing) -> None:
    """The reporter says that it is not solved; as often as the limit allows, within days of closing."""
    row, limits = doing.row, tree.limits()
    if not row.department:
        raise WrongTicketStep("这张工单没有派给承办单位,请重新提交诉求。")
    if row.redos >= limits["redo_most"]:
        raise WrongTicketStep("已重办多次,热线中心会直接督办;如有新情况请重新提交诉求。")
    if row.closed_at and now() > row.closed_at + timedelta(days=limits["reopen_days"]):
        raise WrongTicketStep(f"办结已超过 {limits['reopen_days']} 天,请重新提交诉求。")
    row.solved = False
    _again(doing)


def rate(doing: Doing) -> None:
    """The reporter's own word counts before the call-back's."""
    row = doing.row
    _heard(doing)
    if row.satisfaction is None:
        raise BadTicket("请选择满意度。", field="satisfaction")
    if row.state == "answered" and row.solved:
        row.state = "closed"
        _close(doing)


def withdraw(doing: Doing) -> None:
    """The reporter takes it back; merged ones that followed it stand by themselves."""
    TicketRow.objects.filter(lead_id=doing.row.id).update(lead=None)
    _close(doing)


def supervise(doing: Doing) -> None:
    """Urge, supervise, list by name, call in: only upwards."""
    level = doing.typed["level"]
    if level not in ("1", "2", "3", "4") or int(level) <= doing.row.level:
        raise BadTicket("督办级别只能逐级提高(1 催办、2 督办、3 挂牌、4 约谈)。", field="level")
    doing.row.level = int(level)
    doing.told["level"] = tree.limits()["levels"][int(level)]


def ask_exclusion(doing: Doing) -> None:
    """A demand that nobody can meet shall not count; a second person at the centre decides, both are named."""
    if doing.row.exclusion:
        raise WrongTicketStep("已经申请过一次。")
    doing.row.exclusion = {"by": doing.actor.account_id, "by_name": doing.actor.name, "reason": doing.typed["note"], "granted": None}


def _exclusion(doing: Doing, granted: bool) -> None:
    held = doing.row.exclusion
    if not held or held.get("granted") is not None:
        raise WrongTicketStep("没有等待审核的申请。")
    if held["by"] == doing.actor.account_id:
        raise OtherPersonNeeded()
    doing.row.exclusion = {**held, "granted": granted, "auditor": doing.actor.name, "note": doing.typed["note"]}


def recategorise(doing: Doing) -> None:
    """The reporter says what it is about; a person looks before it is sent."""
    row, code = doing.row, tree.leaf(doing.typed["category"]).code
    if code != row.category:
        learning.corrected(row)
    row.category = code
    doing.told["category"] = category_name(code)


def agree(doing: Doing) -> None:
    """The reporter lets everybody read it; a person looks first."""
    if doing.row.privacy != "open":
        raise WrongTicketStep("保密和匿名的诉求不公开。")
    opening.agree(doing.row)


def publish(doing: Doing) -> None:
    """A person has looked: from now on everybody reads these words."""
    if not doing.row.public:
        raise WrongTicketStep("诉求人没有同意公开。")
    pictures = bool(doing.typed["pictures"]) and _yes(doing, "pictures")
    opening.show(doing.row, title=doing.typed["title"], words=doing.typed["words"], pictures=pictures, actor=doing.actor)


def conceal(doing: Doing) -> None:
    """A person has looked: this is not for everybody, and the reporter is told why."""
    opening.hide(doing.row, actor=doing.actor)
    doing.why = doing.typed["note"]


def archive(doing: Doing) -> None:
    """Nothing but the state changes."""


EFFECTS: Final[dict[str, Callable[[Doing], None]]] = {
    "accept": accept, "correct": correct, "answer_now": answer_now, "decline": decline, "transfer_urgent": transfer_urgent,
    "dispatch": send,
    "sign": sign, "return": give_back, "arbitrate": arbitrate, "contact": contact, "ask_help": ask_help, "contribute": contribute,
    "ask_extension": ask_extension, "approve_extension": lambda doing: _extension(doing, True),
    "refuse_extension": lambda doing: _extension(doing, False), "answer": answer, "call_back": call_back, "redo": redo,
    "not_solved": not_solved, "rate": rate, "withdraw": withdraw, "supervise": supervise, "ask_exclusion": ask_exclusion,
    "grant_exclusion": lambda doing: _exclusion(doing, True), "refuse_exclusion": lambda doing: _exclusion(doing, False),
    "agree": agree, "disagree": lambda doing: opening.disagree(doing.row), "recategorise": recategorise, "publish": publish,
    "conceal": conceal,
    "archive": archive,
}  # fmt: skip
