"""Policies for companies by machine: search, evaluate and explain, claim, and what departments and the platform do."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from yiwang.business.policies import api as policies
from yiwang.ends.gateway.signing import Signed

router = Router(tags=["policies"])


class PolicyWishes(Schema):
    """What the company wants to be told of."""

    off: bool = False
    muted_topics: list[str] = []


class PolicyVersion(Schema):
    """The version that was seen; 0 does not ask."""

    version: int = 0


class PolicyReview(Schema):
    """``approve`` or ``refuse`` with the reason and what helps."""

    act: str
    note: str = ""
    remedy: str = ""
    version: int = 0


class PolicyListDecision(Schema):
    """``approve`` or ``refuse`` with the reason."""

    act: str
    note: str = ""


class PolicyDepartment(Schema):
    """Short code of a department."""

    department: str


class PolicyDraft(Schema):
    """Draft parameters, name → text."""

    parameters: dict[str, str] = {}


class PolicyReceipts(Schema):
    """The bank's receipts as CSV text: 流水号,结果,原因."""

    text: str


class PolicyCompanies(Schema):
    """Credit codes; none means all companies."""

    keys: list[str] = []


@router.get("/policies", auth=Signed("public"), response=list[policies.PolicyView])
def list_policies(request: HttpRequest, q: str = "", topic: str = "", department: str = "") -> Any:
    """Policies with these words; those open now first."""
    return policies.policies(q, topic=topic, department=department)


@router.get("/policies/{code}", auth=Signed("public"), response=policies.PolicyView)
def get_policy(request: HttpRequest, code: str) -> Any:
    """One policy: what it gives, conditions, evidence, window, what is left of the budget."""
    return policies.policy(code)


@router.get("/policies/{code}/explanation", auth=Signed("citizen"), response=policies.ExplainedView)
def explain_policy(request: HttpRequest, code: str) -> Any:
    """Evaluate and explain for the caller's company: every condition, the facts with their source, what is missing."""
    return policies.explain(code, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/policy-matches", auth=Signed("citizen"), response=list[policies.MatchView])
def list_matches(request: HttpRequest) -> Any:
    """What the caller's company can have, nearly can, or might with one more fact."""
    return policies.matches(request.actor)  # type: ignore[attr-defined]


@router.get("/policy-wishes", auth=Signed("citizen"), response=policies.Wishes)
def get_wishes(request: HttpRequest) -> Any:
    """What the caller's company wants to be told of."""
    return policies.wishes(request.actor)  # type: ignore[attr-defined]


@router.put("/policy-wishes", auth=Signed("citizen"), response=policies.Wishes)
def put_wishes(request: HttpRequest, body: PolicyWishes) -> Any:
    """Keep what the caller's company wants to be told of."""
    return policies.set_wishes(request.actor, chosen=policies.Wishes(body.off, tuple(body.muted_topics)))  # type: ignore[attr-defined]


@router.post("/policies/{code}/claims", auth=Signed("citizen"), response=policies.ClaimView)
def claim_policy(request: HttpRequest, code: str) -> Any:
    """Claim with one click: facts are fetched and checked; approved, waiting for an official, or refused with reason and remedy."""
    return policies.claim(code, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/policy-claims", auth=Signed("citizen"), response=list[policies.ClaimView])
def list_my_claims(request: HttpRequest) -> Any:
    """The claims of the caller's company."""
    return policies.my_claims(request.actor)  # type: ignore[attr-defined]


@router.get("/policy-claims/{claim_id}", auth=Signed("login"), response=policies.ClaimView)
def get_claim(request: HttpRequest, claim_id: UUID) -> Any:
    """One claim of the caller's company, or of the caller's department and region."""
    return policies.claim_of(claim_id, actor=request.actor)  # type: ignore[attr-defined]


@router.post("/policy-claims/{claim_id}/withdrawal", auth=Signed("citizen"), response=policies.ClaimView)
def withdraw_claim(request: HttpRequest, claim_id: UUID, body: PolicyVersion) -> Any:
    """Take a claim back that is not on a list yet."""
    return policies.withdraw(claim_id, actor=request.actor, version=body.version)  # type: ignore[attr-defined]


@router.get("/policy-desk/claims", auth=Signed("policy.view"), response=list[policies.ClaimView])
def list_department_claims(request: HttpRequest, state: str = "", policy: str = "") -> Any:
    """Claims of the caller's department and region."""
    return policies.claims(request.actor, state=state, policy=policy)  # type: ignore[attr-defined]


@router.post("/policy-claims/{claim_id}/review", auth=Signed("policy.handle"), response=policies.ClaimView)
def review_claim(request: HttpRequest, claim_id: UUID, body: PolicyReview) -> Any:
    """The second look: approve, or refuse with a reason and what helps."""
    actor = request.actor  # type: ignore[attr-defined]
    return policies.review(claim_id, act=body.act, actor=actor, note=body.note, remedy=body.remedy, version=body.version)


@router.get("/policy-desk/funnel", auth=Signed("policy.view"), response=list[policies.FunnelView])
def get_funnel(request: HttpRequest) -> Any:
    """Matched, pushed, opened, claimed, paid and budget use of the department's policies."""
    return policies.funnel(request.actor)  # type: ignore[attr-defined]


@router.get("/policy-desk/ranking", auth=Signed("policy.view"), response=policies.RankingView)
def get_ranking(request: HttpRequest) -> Any:
    """The weights by which pushes are ranked."""
    return policies.ranking(request.actor)  # type: ignore[attr-defined]


@router.get("/policy-desk/runs", auth=Signed("policy.view"), response=list[policies.RunView])
def list_runs(request: HttpRequest) -> Any:
    """The last matchings."""
    return policies.runs(request.actor)  # type: ignore[attr-defined]


@router.post("/policy-desk/runs", auth=Signed("policy.handle"), response=policies.RunView)
def match_companies(request: HttpRequest, body: PolicyCompanies) -> Any:
    """Match all companies, or these; for the department that runs the platform."""
    return policies.match(actor=request.actor, keys=body.keys or None)  # type: ignore[attr-defined]


@router.post("/policies/{code}/rehearsals", auth=Signed("policy.handle"), response=policies.PolicyRehearsal)
def rehearse_policy(request: HttpRequest, code: str, body: PolicyDraft) -> Any:
    """Replay draft parameters over all companies; only sums are kept."""
    return policies.rehearse(code, actor=request.actor, parameters=body.parameters)  # type: ignore[attr-defined]


@router.get("/policy-lists", auth=Signed("policy.view"), response=list[policies.PayListView])
def list_policy_lists(request: HttpRequest) -> Any:
    """Payment lists of the caller's department."""
    return policies.lists(request.actor)  # type: ignore[attr-defined]


@router.post("/policy-lists", auth=Signed("policy.handle"), response=policies.PayListView)
def prepare_policy_list(request: HttpRequest, body: PolicyDepartment) -> Any:
    """Make and freeze the list of a department's approved claims."""
    return policies.prepare_list(body.department, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/policy-lists/{list_id}", auth=Signed("policy.view"), response=policies.PayListView)
def get_policy_list(request: HttpRequest, list_id: UUID) -> Any:
    """One list with its lines, accounts masked."""
    return policies.list_of(list_id, actor=request.actor)  # type: ignore[attr-defined]


@router.post("/policy-lists/{list_id}/decision", auth=Signed("policy.approve"), response=policies.PayListView)
def decide_policy_list(request: HttpRequest, list_id: UUID, body: PolicyListDecision) -> Any:
    """Approve or refuse a list as the second person."""
    return policies.decide_list(list_id, act=body.act, actor=request.actor, note=body.note)  # type: ignore[attr-defined]


@router.post("/policy-lists/{list_id}/receipts", auth=Signed("policy.handle"), response=list[policies.ReceiptLine])
def import_policy_receipts(request: HttpRequest, list_id: UUID, body: PolicyReceipts) -> Any:
    """Import the bank's receipts; a report per row."""
    return policies.settle_list(list_id, data=body.text.encode(), actor=request.actor)  # type: ignore[attr-defined]
