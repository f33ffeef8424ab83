"""The door of policies 惠企政策直达: matched, told, explained, claimed with one click, paid by two persons, fed back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from yiwang.base.clock.api import today
from yiwang.business.policies import claiming, definitions, effect, matching, paying, pushing, queries, rehearsing
from yiwang.business.policies.definitions import groups, topics
from yiwang.business.policies.errors import (
    AlreadyClaimed,
    BadInput,
    BudgetExhausted,
    ListChanged,
    NotACompany,
    NothingToPay,
    PolicyNotFound,
    RunUnderWay,
    SamePerson,
    StackingRefused,
    WindowClosed,
    WrongStep,
)
from yiwang.business.policies.models import BudgetRow
from yiwang.business.policies.states import CLAIMS
from yiwang.business.policies.values import (
    ClaimView,
    ConditionView,
    EvidenceView,
    ExplainedView,
    FactView,
    FunnelView,
    MatchView,
    PayListView,
    PaymentLine,
    PolicyRehearsal,
    PolicyView,
    RankingView,
    ReceiptLine,
    RunView,
    ShortView,
    StageView,
    Wishes,
)
from yiwang.security.access.api import Actor, require

__all__ = [
    "CLAIMS",
    "AlreadyClaimed",
    "BadInput",
    "BudgetExhausted",
    "ClaimView",
    "ConditionView",
    "EvidenceView",
    "ExplainedView",
    "FactView",
    "FunnelView",
    "ListChanged",
    "MatchView",
    "NotACompany",
    "NothingToPay",
    "PayListView",
    "PaymentLine",
    "PolicyNotFound",
    "PolicyRehearsal",
    "PolicyView",
    "RankingView",
    "ReceiptLine",
    "RunUnderWay",
    "RunView",
    "SamePerson",
    "ShortView",
    "StackingRefused",
    "StageView",
    "WindowClosed",
    "Wishes",
    "WrongStep",
    "agree_sources",
    "bank_file",
    "claim",
    "claim_of",
    "claims",
    "decide_list",
    "effect_of_feedback",
    "explain",
    "funnel",
    "groups",
    "list_of",
    "lists",
    "match",
    "matches",
    "my_claims",
    "note_ignored",
    "on_correction",
    "policies",
    "policy",
    "prepare_list",
    "ranking",
    "rehearsals",
    "rehearse",
    "relearn",
    "review",
    "runs",
    "set_wishes",
    "settle_list",
    "topics",
    "wishes",
    "withdraw",
]


def policies(text: str = "", *, topic: str = "", department: str = "") -> list[PolicyView]:
    """Policies whose words hold every word of ``text``, filtered by topic and department; those open now first. For everybody."""
    return queries.policies(text, topic=topic, department=department)


def policy(code: str) -> PolicyView:
    """One policy; PolicyNotFound for a wrong code."""
    budget = BudgetRow.objects.filter(policy=code, year=today().year).first()
    return queries.view(definitions.get(code), budget)


def agree_sources() -> None:
    """Make the sharing agreements under which companies are matched and claims are checked; repeatable."""
    matching.agree_sources()


def match(*, actor: Actor, keys: Sequence[str] | None = None) -> RunView:
    """Match all companies with all policies, or those of the credit codes; tell whom it concerns.

    Changes of registers need no call: a job follows them every minute and matches only the companies they touch; all are matched
    each night. Cost: linear in companies × policies, measured by `yiwang policies match`.

    Raises:
        PermissionDenied: neither the system nor staff of the platform's department with ``policy.handle``.
        RunUnderWay: a second full matching. ScanRefused: no agreement. RegistersUnavailable.
    """
    require(actor, "policy.handle", department=definitions.PLATFORM)
    row = matching.match_all(actor=actor) if keys is None else matching.match(actor=actor, keys=keys, kind="changed")
    return queries.run(row)


def runs(actor: Actor) -> list[RunView]:
    """The last matchings; PermissionDenied without ``policy.view``."""
    return queries.runs(actor)


def on_correction(event: Mapping[str, Any]) -> None:
    """Handler of ``correction.closed.v1``: the company whose fact was corrected is matched again; safe for the same event twice."""
    matching.on_correction(event)


def matches(actor: Actor) -> list[MatchView]:
    """What the actor's company can have (best first), nearly can and by how much not, or might with one more fact; from the last matching.

    Raises:
        NotACompany: the actor does not act for a company.
    """
    return queries.matches(actor)


def explain(code: str, *, actor: Actor) -> ExplainedView:
    """A policy condition by condition for the actor's company, with facts verified now; each look goes into the company's diary.

    A push of this policy counts as opened from then on.

    Raises:
        PolicyNotFound: a wrong code. NotACompany.
    """
    return queries.explain(code, actor=actor)


def claim(code: str, *, actor: Actor) -> ClaimView:
    """One click: facts fetched for the policy's purpose, checked again, stacking rules enforced, money set aside.

    The claim that comes back is approved, waits for an official (where the policy says so), or is refused with reason and remedy.

    Raises:
        PolicyNotFound, NotACompany, WindowClosed, AlreadyClaimed, StackingRefused, BudgetExhausted.
    """
    return queries.claim(claiming.claim(code, actor=actor), who="company")


def withdraw(claim_id: UUID, *, actor: Actor, version: int = 0) -> ClaimView:
    """The company takes back a claim that is not on a list yet; its money is free again. PolicyNotFound, WrongStep."""
    return queries.claim(claiming.withdraw(claim_id, actor=actor, version=version), who="company")


def my_claims(actor: Actor) -> list[ClaimView]:
    """The claims of the actor's company, newest first; NotACompany."""
    return queries.claims_of(actor)


def claim_of(claim_id: UUID, *, actor: Actor) -> ClaimView:
    """One claim, for its company or for officials of its department and region (recorded); PolicyNotFound for everybody else."""
    return queries.claim_of(claim_id, actor=actor)


def claims(actor: Actor, *, state: str = "", policy: str = "") -> list[ClaimView]:
    """Claims of the official's department and region, newest first; PermissionDenied without ``policy.view``."""
    return queries.claims(actor, state=state, policy=policy)


def review(claim_id: UUID, *, act: str, actor: Actor, note: str = "", remedy: str = "", version: int = 0) -> ClaimView:
    """The second look at a claim: 'approve', or 'refuse' with a reason (``note``) and what helps (``remedy``).

    Raises:
        BadInput, WrongStep, PolicyNotFound: another department's. PermissionDenied: without ``policy.handle`` there.
    """
    row = claiming.review(claim_id, act=act, actor=actor, note=note, remedy=remedy, version=version)
    return queries.claim(row, who="staff")


def wishes(actor: Actor) -> Wishes:
    """What the actor's company wants to be told of; channels and quiet hours are set with its messages. NotACompany."""
    return queries.wishes(actor)


def set_wishes(actor: Actor, *, chosen: Wishes) -> Wishes:
    """Keep what the actor's company wants to be told of. NotACompany; BadInput for a topic that does not exist."""
    return queries.set_wishes(actor, chosen=chosen)


def funnel(actor: Actor) -> list[FunnelView]:
    """Budget use and funnel (matched → pushed → opened → claimed → paid) of each policy of the official's department: sums only."""
    return queries.funnel(actor)


def prepare_list(department: str, *, actor: Actor) -> PayListView:
    """Make and freeze the list of the department's approved claims with an account. NothingToPay, PermissionDenied."""
    return queries.pay_list(paying.prepare(department, actor=actor), actor)


def decide_list(list_id: UUID, *, act: str, actor: Actor, note: str = "") -> PayListView:
    """'approve' a frozen list as the second person (the ledger opens), or 'refuse' it with a reason.

    Raises:
        SamePerson, ListChanged, WrongStep, BadInput, PolicyNotFound, PermissionDenied.
    """
    return queries.pay_list(paying.decide(list_id, act=act, actor=actor, note=note), actor)


def lists(actor: Actor) -> list[PayListView]:
    """Payment lists of the official's department, newest first, without lines."""
    return queries.lists(actor)


def list_of(list_id: UUID, *, actor: Actor) -> PayListView:
    """One list with its lines, accounts masked; PolicyNotFound for another department's."""
    return queries.list_of(list_id, actor=actor)


def bank_file(list_id: UUID, *, actor: Actor) -> bytes:
    """An approved list as CSV with full accounts; recorded. WrongStep before approval, ListChanged if tampered with."""
    return paying.bank_file(list_id, actor=actor)


def settle_list(list_id: UUID, *, data: bytes, actor: Actor) -> list[ReceiptLine]:
    """Import the bank's receipts (CSV 流水号,结果,原因): a report per row; the same file again changes nothing.

    Raises:
        BadInput: not such a file. WrongStep: not approved. PolicyNotFound, PermissionDenied.
    """
    return paying.settle(list_id, data=data, actor=actor)


def ranking(actor: Actor) -> RankingView:
    """The ranking in force with every weight; PermissionDenied without ``policy.view``."""
    return queries.ranking_in_force(actor)


def note_ignored(*, actor: Actor) -> int:
    """Note pushes two weeks old without a claim as ignored; returns how many. For the daily job; PermissionDenied as for ``match``."""
    require(actor, "policy.handle", department=definitions.PLATFORM)
    return pushing.note_ignored(actor=actor)


def relearn(*, actor: Actor) -> bool:
    """Learn the ranking from all answers so far; False while there are too few. For the daily job; PermissionDenied as for ``match``."""
    require(actor, "policy.handle", department=definitions.PLATFORM)
    return pushing.relearn(actor=actor) is not None


def effect_of_feedback(actor: Actor) -> dict[str, Any]:
    """Precision of pushes before and after feedback, on the matches of this installation with *simulated* behaviour; writes nothing.

    Keys: companies, learned_from, measured_on, answers, before {pushes, claimed, precision}, after (absent with too few answers),
    weights [[feature, log-odds, answers]], behaviour ('simulated'), rule, note. PermissionDenied as for ``match``.
    """
    require(actor, "policy.handle", department=definitions.PLATFORM)
    return effect.measure()


def rehearse(code: str, *, actor: Actor, parameters: Mapping[str, str] | None = None, table: bytes | None = None) -> PolicyRehearsal:
    """Replay draft parameters (name → text) or a draft table (DMN) over all companies; only the summary is kept, nobody is told.

    Raises:
        BadInput: an unknown parameter or a table that asks other facts. InvalidModel. PolicyNotFound, PermissionDenied, ScanRefused.
    """
    return queries.rehearsal(rehearsing.rehearse(code, actor=actor, parameters=parameters or {}, table=table))


def rehearsals(actor: Actor, *, code: str) -> Sequence[PolicyRehearsal]:
    """Rehearsals of one policy of the official's department, newest first."""
    return queries.rehearsals(actor, code=code)
