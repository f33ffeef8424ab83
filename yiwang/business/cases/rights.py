"""Who is who in a case, and what follows: what he may see, whether in clear, which steps he may take."""

from __future__ import annotations

from typing import Final, Literal
from uuid import UUID

from yiwang.business.cases.errors import CaseNotFound, NotYours
from yiwang.business.cases.states import FINAL, Action, open_actions
from yiwang.business.cases.writing import Row
from yiwang.security.access.api import Actor, deny, may
from yiwang.standards.subjects import Subject
from yiwang.support.identity.api import require_matter

Part = Literal["applicant", "staff", "overseer", "system"]
_APPLICANT: Final = frozenset({"applicant", "applicant_or_staff"})
_OWN_WORK: Final = ("case.receive", "case.accept", "case.review", "case.decide", "case.archive", "case.deliver")


def part(case: Row, actor: Actor) -> Part | None:
    """The actor's part in the case; None for a stranger."""
    if actor.kind == "system":
        return "system"
    if stands_for(actor, case["applicant"]) or (case["agent"] and actor.subject is not None and str(actor.subject) == case["agent"]):
        return "applicant"
    if not may(actor, "case.view", department=case["department"], region=case["region"]):
        return None
    own = actor.department == case["department"] and any(may(actor, one, department=case["department"]) for one in _OWN_WORK)
    return "staff" if own else "overseer"


def stands_for(actor: Actor, applicant: str) -> bool:
    """Whether the actor is this applicant or acts for him now."""
    return actor.represents is not None and str(actor.represents) == applicant


def visible(case: Row, actor: Actor) -> Part:
    """The actor's part; CaseNotFound for a stranger, so that he cannot tell whether the case exists."""
    found = part(case, actor)
    if found is None:
        raise CaseNotFound
    if found == "applicant" and actor.acting_for is not None:
        require_matter(actor, case["matter"])
    return found


def sees_clear(case: Row, actor: Actor, as_part: Part) -> bool:
    """Personal values in clear: the applicant's side always, staff only while a step of theirs is open."""
    if as_part in ("applicant", "system"):
        return True
    if as_part != "staff" or case["state"] in FINAL:
        return False
    return any(_granted(line, case, actor) for line in open_actions(case["state"]) if line.who.startswith("case."))


def allowed(line: Action, case: Row, actor: Actor, as_part: Part) -> bool:
    """Whether this line of the table is the actor's to take."""
    if line.who == "clock":
        return False
    if line.who in _APPLICANT and as_part == "applicant":
        return True
    if line.who == "applicant":
        return as_part == "system"
    return as_part == "system" or (as_part == "staff" and _granted(line, case, actor))


def require(line: Action, case: Row, actor: Actor, as_part: Part) -> None:
    """NotYours unless ``allowed``."""
    if not allowed(line, case, actor, as_part):
        raise NotYours(f"「{line.label}」不由您办理:需要{_WHO.get(line.who, '相应岗位的权限')}。请转交有权限的人员。", action=line.name)


def report_denial(line: Action, case_id: UUID, actor: Actor) -> None:
    """Tell the audit of a refused step; called when no transaction of ours is open any more."""
    deny(actor, f"case.{line.name}", ref=str(case_id))


def may_apply(actor: Actor, applicant: Subject, agent: Subject | None, department: str, region: str) -> bool:
    """Whether the actor may hand in for this applicant: himself, whom he acts for, or a window of the department."""
    if actor.kind == "system" or stands_for(actor, str(applicant)):
        return True
    if agent is not None and actor.kind == "citizen":
        return False  # an agent acts through a delegation, that is as ``acting_for``
    return actor.kind in ("staff", "machine") and may(actor, "case.receive", department=department, region=region)


def _granted(line: Action, case: Row, actor: Actor) -> bool:
    permission = "case.accept" if line.who == "applicant_or_staff" else line.who
    return may(actor, permission, department=case["department"], region=case["region"])


_WHO: Final = {
    "applicant": "申请人本人或其代办人",
    "applicant_or_staff": "申请人或受理人员",
    "case.receive": "受理员",
    "case.accept": "受理员",
    "case.review": "审查员",
    "case.stop": "审查员",
    "case.decide": "决定人",
    "case.extend": "决定人",
    "case.issue": "决定人",
    "case.deliver": "受理员",
    "case.close": "决定人",
    "case.archive": "档案员",
}
