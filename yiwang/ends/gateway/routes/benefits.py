"""Benefits without applying: the citizen's answers and questions, and what a department does, by machine."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from yiwang.business.benefits import api as benefits
from yiwang.ends.gateway.signing import Signed

router = Router(tags=["benefits"])


class Answer(Schema):
    """``confirm`` or ``decline``; the version that was seen."""

    act: str
    version: int = 0
    note: str = ""


class Wrong(Schema):
    """Which fact is wrong, what it should be, and why."""

    name: str
    claimed: str
    reason: str
    version: int = 0


class Month(Schema):
    """A department (short code) and a month such as ``2026-03``."""

    department: str
    month: str


class Judged(Schema):
    """``upheld`` or ``dismissed`` with the reason; for lists ``approve`` or ``refuse``."""

    outcome: str
    note: str = ""


class RecoveryStep(Schema):
    """The version that was seen, and what the step needs: instalments, amount or note."""

    version: int
    inputs: dict[str, str] = {}


class Draft(Schema):
    """Draft parameters, name → text."""

    parameters: dict[str, str] = {}


class Receipts(Schema):
    """The bank's receipts as CSV text: 流水号,结果,原因."""

    text: str


class PaymentList(Schema):
    """A list with its lines."""

    summary: benefits.ListView
    lines: list[benefits.PaymentView]


@router.get("/benefits", auth=Signed("public"), response=list[benefits.BenefitView])
def list_benefits(request: HttpRequest) -> Any:
    """All benefits with the parameters in force today and their sources."""
    return benefits.benefits()


@router.get("/benefits/{code}/why", auth=Signed("citizen"), response=list[benefits.Explained])
def explain(request: HttpRequest, code: str) -> Any:
    """Why me, or why not me: conditions, facts with their source, what is missing."""
    return benefits.why(code, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/awards", auth=Signed("citizen"), response=list[benefits.AwardView])
def list_awards(request: HttpRequest) -> Any:
    """What was found for the caller."""
    return benefits.mine(request.actor)  # type: ignore[attr-defined]


@router.get("/awards/{award_id}", auth=Signed("citizen"), response=benefits.AwardView)
def get_award(request: HttpRequest, award_id: UUID) -> Any:
    """One award of the caller's own."""
    return benefits.get(award_id, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/awards/{award_id}/payments", auth=Signed("citizen"), response=list[benefits.PaymentView])
def list_payments(request: HttpRequest, award_id: UUID) -> Any:
    """What was paid for an award of the caller's own."""
    return benefits.payments_of(award_id, actor=request.actor)  # type: ignore[attr-defined]


@router.post("/awards/{award_id}/answer", auth=Signed("citizen"), response=benefits.AwardView)
def answer_award(request: HttpRequest, award_id: UUID, body: Answer) -> Any:
    """Confirm or decline."""
    return benefits.answer(award_id, act=body.act, actor=request.actor, version=body.version, note=body.note)  # type: ignore[attr-defined]


@router.post("/awards/{award_id}/correction", auth=Signed("citizen"), response=benefits.AwardView)
def correct_award(request: HttpRequest, award_id: UUID, body: Wrong) -> Any:
    """Say that a fact is wrong: its source checks it within ten working days, then it is decided again."""
    actor = request.actor  # type: ignore[attr-defined]
    return benefits.correct(award_id, name=body.name, claimed=body.claimed, reason=body.reason, actor=actor, version=body.version)


@router.post("/benefits/{code}/runs", auth=Signed("benefit.handle"), response=benefits.RunView)
def run_benefit(request: HttpRequest, code: str) -> Any:
    """Ask for a run over the whole population that finds and tells who is entitled; `GET /benefit-runs` shows how far it is."""
    return benefits.ask_run(code, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/benefit-runs", auth=Signed("benefit.view"), response=list[benefits.RunView])
def list_runs(request: HttpRequest) -> Any:
    """Runs and rechecks of the caller's department, newest first, with their progress."""
    return benefits.runs(request.actor)  # type: ignore[attr-defined]


@router.get("/award-counts", auth=Signed("benefit.view"), response=dict[str, int])
def count_awards(request: HttpRequest) -> Any:
    """How many awards of the caller's department are in each state."""
    return benefits.counts(request.actor)  # type: ignore[attr-defined]


@router.post("/benefits/{code}/rehearsals", auth=Signed("benefit.handle"), response=benefits.RehearsalView)
def rehearse_benefit(request: HttpRequest, code: str, body: Draft) -> Any:
    """Replay draft parameters over the population; only the summary is kept."""
    return benefits.rehearse(code, actor=request.actor, parameters=body.parameters)  # type: ignore[attr-defined]


@router.post("/payment-lists", auth=Signed("benefit.handle"), response=benefits.ListView)
def prepare_list(request: HttpRequest, body: Month) -> Any:
    """Make and freeze a department's payment list of a month."""
    return benefits.prepare_list(body.department, month=body.month, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/payment-lists/{list_id}", auth=Signed("benefit.view"), response=PaymentList)
def get_list(request: HttpRequest, list_id: UUID) -> Any:
    """A payment list with its lines, accounts masked."""
    view, lines = benefits.list_of(list_id, actor=request.actor)  # type: ignore[attr-defined]
    return {"summary": view, "lines": lines}


@router.post("/payment-lists/{list_id}/decision", auth=Signed("benefit.approve"), response=benefits.ListView)
def decide_list(request: HttpRequest, list_id: UUID, body: Judged) -> Any:
    """Approve or refuse a list as the second person."""
    act = benefits.refuse_list if body.outcome == "refuse" else benefits.approve_list
    return act(list_id, actor=request.actor, note=body.note)  # type: ignore[attr-defined]


@router.post("/payment-lists/{list_id}/receipts", auth=Signed("benefit.handle"), response=benefits.ReceiptReport)
def import_receipts(request: HttpRequest, list_id: UUID, body: Receipts) -> Any:
    """Import the bank's receipts; a report per row."""
    return benefits.settle_list(list_id, data=body.text.encode(), actor=request.actor)  # type: ignore[attr-defined]


@router.post("/benefit-rechecks/{department}", auth=Signed("benefit.handle"), response=benefits.RunView)
def recheck(request: HttpRequest, department: str) -> Any:
    """Recheck all a department pays."""
    return benefits.recheck(department, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/benefit-findings", auth=Signed("benefit.view"), response=list[benefits.FindingView])
def list_findings(request: HttpRequest, state: str = "") -> Any:
    """What the rechecks of the caller's department found."""
    return benefits.findings(request.actor, state=state)  # type: ignore[attr-defined]


@router.post("/benefit-findings/{finding_id}/judgement", auth=Signed("benefit.view"), response=benefits.FindingView)
def judge_finding(request: HttpRequest, finding_id: UUID, body: Judged) -> Any:
    """Uphold or dismiss a finding, with the reason."""
    return benefits.judge_finding(finding_id, outcome=body.outcome, note=body.note, actor=request.actor)  # type: ignore[attr-defined]


@router.post("/benefit-findings/{finding_id}/recovery", auth=Signed("benefit.handle"), response=benefits.RecoveryView)
def open_recovery(request: HttpRequest, finding_id: UUID) -> Any:
    """Explain an upheld finding to who received the money and ask for it."""
    return benefits.open_recovery(finding_id, actor=request.actor)  # type: ignore[attr-defined]


@router.post("/recoveries/{recovery_id}/actions/{action}", auth=Signed("benefit.view"), response=benefits.RecoveryView)
def perform_recovery(request: HttpRequest, recovery_id: UUID, action: str, body: RecoveryStep) -> Any:
    """agree_instalments, repay or waive."""
    return benefits.recover(recovery_id, act=action, actor=request.actor, version=body.version, inputs=body.inputs)  # type: ignore[attr-defined]
