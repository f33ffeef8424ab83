"""What the door gives to read: policies for everybody, a company's own page, the department's figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from yiwang.base.clock.api import now, today
from yiwang.business.policies import claiming, definitions, paying, pushing, ranking, states
from yiwang.business.policies.definitions import Definition
from yiwang.business.policies.errors import BadInput, PolicyNotFound
from yiwang.business.policies.gathering import gather
from yiwang.business.policies.judging import Draft, Judged, shown
from yiwang.business.policies.models import (
    BudgetRow,
    ClaimRow,
    CompanyRow,
    ListRow,
    MatchRow,
    PreferenceRow,
    PushRow,
    RehearsalRow,
    RunRow,
    WeightsRow,
)
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
    RunView,
    ShortView,
    StageView,
    Wishes,
)
from yiwang.business.policies.writing import lines_digest
from yiwang.data.catalogue import api as catalogue
from yiwang.security.access.api import Actor, covers, may, require
from yiwang.security.audit.api import Record, record
from yiwang.security.keys import api as keys
from yiwang.security.masking.api import mask
from yiwang.standards.money import yuan
from yiwang.support.licences import api as licences

SEEN: Final = 200
_SHORT: Final = ("label", "seen", "wanted", "gap", "unit", "remedy")
_FACT: Final = ("name", "label", "shown", "status", "department", "version", "observed_at", "note", "element")


def policies(text: str, *, topic: str = "", department: str = "") -> list[PolicyView]:
    """Policies whose title, summary or document contain every word, open ones first."""
    words = text.casefold().split()
    budgets = {row.policy: row for row in BudgetRow.objects.filter(year=today().year)}
    found = [
        view(one, budgets.get(one.code))
        for one in definitions.load().values()
        if (not topic or one.topic == topic)
        and (not department or one.department == department)
        and all(word in _text(one) for word in words)
    ]
    return sorted(found, key=lambda one: (not one.open, one.topic, one.title))


def _text(one: Definition) -> str:
    names = definitions.topics()[one.topic]
    parts = (one.title, one.title_en, one.summary, one.summary_en, one.gives, one.document["number"], names["name"], names["name_en"])
    return " ".join(parts).casefold()


def view(one: Definition, budget: BudgetRow | None) -> PolicyView:
    """A policy for everybody."""
    known, topic = definitions.load(), definitions.topics()[one.topic]
    left = one.budget_fen if budget is None else budget.total_fen - budget.reserved_fen - budget.spent_fen
    group = definitions.groups().get(one.group)
    dated = [(name, values) for name, values in one.parameters.items() if one.in_force(today()).get(name) is not None]
    return PolicyView(
        code=one.code,
        title=one.title,
        title_en=one.title_en,
        department=one.department,
        topic=one.topic,
        topic_name=topic["name"],
        topic_name_en=topic["name_en"],
        summary=one.summary,
        summary_en=one.summary_en,
        gives=one.gives,
        gives_en=one.gives_en,
        legal_basis=one.legal_basis,
        document=one.document["title"],
        document_number=one.document["number"],
        opens=one.opens,
        closes=one.closes,
        open=one.open_on(today()),
        total_fen=one.budget_fen,
        left_fen=left,
        left_yuan=yuan(left),
        second_look=one.second_look,
        exclusive=tuple((code, known[code].title, known[code].title_en) for code in one.exclusive),
        group=f"{group['name']}:每年合计不超过 {group['cap_yuan']} 元" if group else "",
        conditions=tuple(each.label for each in one.conditions),
        evidence=tuple(_evidence(each) for each in one.evidence),
        parameters=tuple((name, str(one.in_force(today())[name]), values[-1].source) for name, values in dated),
    )


def _evidence(one: definitions.Evidence) -> EvidenceView:
    if one.licence:
        kind = licences.kind(one.licence)
        return EvidenceView("licence", one.licence, kind.name, kind.department, one.matter)
    element = catalogue.element(one.element)
    return EvidenceView("element", one.element, element.name, element.department, "")


def matches(actor: Actor) -> list[MatchView]:
    """What the actor's company can have (best first), nearly can, or might with one more fact."""
    company = claiming.company_of(actor).key
    known, weights, day = definitions.load(), pushing.weights(), today()
    row = CompanyRow.objects.filter(company=company).first()
    traits = row.traits if row else {}
    told = dict(PushRow.objects.filter(company=company).values_list("policy", "at"))
    claimed = set(ClaimRow.objects.filter(company=company, year=day.year, state__in=states.HOLDING).values_list("policy", flat=True))
    found = []
    for match in MatchRow.objects.filter(company=company):
        one = known.get(match.policy)
        if one is None or match.policy in claimed:
            continue
        score = ranking.score(weights, one, match.amount_fen, traits)
        found.append(_match(match, one, score, told.get(match.policy), one.open_on(day)))
    order = {name: place for place, name in enumerate(states.MATCHES)}
    return sorted(found, key=lambda one: (order[one.result], not one.open, -one.score, -one.amount_fen, one.policy))


def _match(row: MatchRow, one: Definition, score: float, told_at: Any, is_open: bool) -> MatchView:
    return MatchView(
        policy=one.code,
        title=one.title,
        title_en=one.title_en,
        gives=one.gives,
        gives_en=one.gives_en,
        department=one.department,
        topic=one.topic,
        result=row.result,
        result_name=states.MATCHES[row.result],
        amount_fen=row.amount_fen,
        amount_yuan=yuan(row.amount_fen),
        missing=tuple(row.missing),
        short=tuple(ShortView(*(each[name] for name in _SHORT)) for each in row.short),
        open=is_open,
        score=score,
        told_at=told_at,
    )


def explain(code: str, *, actor: Actor) -> ExplainedView:
    """A policy explained for the actor's company with facts verified now; each look goes into the company's diary."""
    definition, company = definitions.get(code), claiming.company_of(actor)
    with transaction.atomic():
        found = gather(definition, company, case_id=None, actor=actor)
    pushing.opened(company.key, code, actor=actor)
    draft = Draft.of(definition)
    judged = draft.judge(found.values)
    claimed = ClaimRow.objects.filter(policy=code, company=company.key, year=today().year, state__in=states.HOLDING).first()
    return ExplainedView(
        policy=code,
        title=definition.title,
        result=judged.result,
        reason=judged.outcome.reason,
        amount_fen=judged.amount_fen,
        amount_yuan=yuan(judged.amount_fen),
        conditions=_conditions(draft, judged),
        facts=tuple(FactView(*(line[name] for name in _FACT)) for line in found.lines),
        missing=judged.missing,
        lacking=tuple(licences.kind(one.licence).name for one in found.lacking),
        claim_id=claimed.id if claimed else None,
    )


def _conditions(draft: Draft, judged: Judged) -> tuple[ConditionView, ...]:
    """The conditions of the granting row, each with what was seen."""
    words = draft.words
    short = {one.label: one for one in judged.short}
    lines = []
    for one in judged.outcome.conditions:
        if one.row != draft.granting:
            continue
        label = words[one.input].label
        fails = short.get(label)
        seen = "未知" if one.unknown else shown(one.value)
        gap, unit, remedy = (fails.gap, fails.unit, fails.remedy) if fails else ("", words[one.input].unit, "")
        lines.append(ConditionView(label, seen, one.result, one.clause, gap, unit, remedy))
    return tuple(lines)


def claims_of(actor: Actor) -> list[ClaimView]:
    """The claims of the actor's company, newest first."""
    company = claiming.company_of(actor).key
    return [claim(row, who="company") for row in ClaimRow.objects.filter(company=company).order_by("-claimed_at")[:SEEN]]


def claim_of(claim_id: UUID, *, actor: Actor) -> ClaimView:
    """One claim of the actor's company, or of the official's department and region; PolicyNotFound otherwise."""
    row = ClaimRow.objects.filter(id=claim_id).first()
    if row is None:
        raise PolicyNotFound()
    if actor.kind == "citizen":
        if row.company != claiming.company_of(actor).key:
            raise PolicyNotFound()
        return claim(row, who="company")
    if not may(actor, "policy.view", department=row.department, region=row.region):
        raise PolicyNotFound()
    with transaction.atomic():
        record(Record("policy.view_claim", actor, "policy_claim", str(row.id), detail={"department": row.department}))
    return claim(row, who="staff")


def claim(row: ClaimRow, *, who: str) -> ClaimView:
    """The view of a claim."""
    one = definitions.get(row.policy)
    acts = {"company": ("withdraw",), "staff": ("approve", "refuse")}[who]
    return ClaimView(
        id=row.id,
        policy=row.policy,
        title=one.title,
        title_en=one.title_en,
        department=row.department,
        company=row.company,
        company_name=row.company_name,
        year=row.year,
        state=row.state,
        state_name=states.CLAIMS[row.state],
        amount_fen=row.amount_fen,
        amount_yuan=yuan(row.amount_fen),
        reason=row.reason,
        remedy=row.remedy,
        claimed_by_name=row.claimed_by_name,
        claimed_at=row.claimed_at,
        reviewed_by_name=row.reviewed_by_name,
        second_look=one.second_look,
        stages=_stages(row),
        facts=tuple(FactView(*(line[name] for name in _FACT)) for line in row.facts),
        clauses=tuple(row.outcome.get("clauses", ())),
        acts=tuple(act for act in acts if row.state in states.claim_step(act).origins),
        version=row.version,
    )


def _stages(row: ClaimRow) -> tuple[StageView, ...]:
    """The progress of a claim, stage by stage."""
    paid = row.closed_at if row.state == "paid" else None
    moments = {"claimed": row.claimed_at, "checked": row.claimed_at, "approved": row.approved_at, "listed": row.listed_at, "paid": paid}
    return tuple(StageView(key, name, moments[key]) for key, name in states.PROGRESS)


def wishes(actor: Actor) -> Wishes:
    """What the actor's company wants to be told of."""
    row = PreferenceRow.objects.filter(company=claiming.company_of(actor).key).first()
    return Wishes(row.off, tuple(row.muted_topics)) if row else Wishes()


def set_wishes(actor: Actor, *, chosen: Wishes) -> Wishes:
    """Keep the choice; BadInput for a topic that does not exist."""
    company = claiming.company_of(actor).key
    strange = set(chosen.muted_topics) - set(definitions.topics())
    if strange:
        raise BadInput(f"没有这些主题:{'、'.join(sorted(strange))}。", field="muted_topics")
    muted = sorted(set(chosen.muted_topics))
    with transaction.atomic():
        PreferenceRow.objects.update_or_create(company=company, defaults={"off": chosen.off, "muted_topics": muted, "at": now()})
        record(Record("policy.wishes", actor, "policy_preference", company, detail={"off": chosen.off, "muted": muted}))
    return wishes(actor)


def own_departments(actor: Actor) -> list[str]:
    """Departments with policies whose work the actor may see."""
    require(actor, "policy.view", department=actor.department)
    everywhere = sorted({one.department for one in definitions.load().values()})
    return [one for one in everywhere if may(actor, "policy.view", department=one)]


def claims(actor: Actor, *, state: str = "", policy: str = "") -> list[ClaimView]:
    """Claims of the official's department and region, newest first."""
    rows = ClaimRow.objects.filter(department__in=own_departments(actor))
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(policy=policy) if policy else rows
    seen = [row for row in rows.order_by("-claimed_at")[: SEEN * 5] if actor.kind == "system" or covers(actor.region, row.region)]
    return [claim(row, who="staff") for row in seen[:SEEN]]


def funnel(actor: Actor) -> list[FunnelView]:
    """How far each policy of the official's department got this year: sums only."""
    departments, year = own_departments(actor), today().year
    own = [one for one in definitions.load().values() if one.department in departments]
    codes = [one.code for one in own]
    matched = Counter(MatchRow.objects.filter(policy__in=codes, result="yes").values_list("policy", flat=True))
    pushes = list(PushRow.objects.filter(policy__in=codes, at__year=year).values_list("policy", "opened_at", "ignored_at"))
    taken = Counter(ClaimRow.objects.filter(policy__in=codes, year=year).values_list("policy", "state"))
    budgets = {row.policy: row for row in BudgetRow.objects.filter(policy__in=codes, year=year)}
    return [
        FunnelView(
            policy=one.code,
            title=one.title,
            title_en=one.title_en,
            matched=matched[one.code],
            pushed=sum(policy == one.code for policy, _, _ in pushes),
            opened=sum(policy == one.code and opened is not None for policy, opened, _ in pushes),
            ignored=sum(policy == one.code and ignored is not None for policy, _, ignored in pushes),
            claimed=sum(number for (policy, state), number in taken.items() if policy == one.code and state in states.HOLDING),
            refused=taken[one.code, "refused"],
            paid=taken[one.code, "paid"],
            total_fen=budgets[one.code].total_fen if one.code in budgets else one.budget_fen,
            reserved_fen=budgets[one.code].reserved_fen if one.code in budgets else 0,
            spent_fen=budgets[one.code].spent_fen if one.code in budgets else 0,
        )
        for one in own
    ]


def lists(actor: Actor) -> list[PayListView]:
    """Payment lists of the official's department, newest first, without their lines."""
    rows = ListRow.objects.filter(department__in=own_departments(actor)).order_by("-prepared_at")[:50]
    return [pay_list(row, actor, lines=False) for row in rows]


def list_of(list_id: UUID, *, actor: Actor) -> PayListView:
    """One list with its lines; PolicyNotFound for another department's."""
    return pay_list(paying.find(list_id, actor, "policy.view", lock=False), actor)


def pay_list(row: ListRow, actor: Actor, *, lines: bool = True) -> PayListView:
    """The view of a list; accounts masked."""
    payments = list(row.payments.select_related("claim").order_by("number"))
    sums = row.entries.aggregate(debit=Sum("debit_fen"), credit=Sum("credit_fen"))
    shown_lines = [
        PaymentLine(
            one.number,
            one.claim_id,
            definitions.get(one.claim.policy).title,
            one.payee,
            one.bank,
            mask(keys.decrypt(bytes(one.account), context=f"policies.payment:{one.id}").decode(), "bank_account"),
            yuan(one.amount_fen),
            one.state,
            one.reason,
        )
        for one in payments
        if lines
    ]
    return PayListView(
        id=row.id,
        department=row.department,
        number=row.number,
        state=row.state,
        state_name=states.LISTS[row.state],
        count=row.count,
        total_fen=row.total_fen,
        total_yuan=yuan(row.total_fen),
        without_account=row.without_account,
        digest=row.digest,
        prepared_by_name=row.prepared_by_name,
        prepared_at=row.prepared_at,
        approved_by_name=row.approved_by_name,
        note=row.note,
        debit_fen=sums["debit"] or 0,
        credit_fen=sums["credit"] or 0,
        intact=lines_digest(payments) == row.digest,
        may_approve=row.state == "frozen"
        and row.prepared_by != actor.account_id
        and may(actor, "policy.approve", department=row.department),
        lines=tuple(shown_lines),
    )


def ranking_in_force(actor: Actor) -> RankingView:
    """The weights in force, the strongest first."""
    own_departments(actor)
    row = WeightsRow.objects.order_by("-at").first()
    if row is None:
        return RankingView(None, len(pushing.answers()), 0, ranking.LEAST, ())
    weights = sorted(row.weights.items(), key=lambda one: -abs(one[1]))
    shown_weights = tuple((name, round(value, 3), row.counts.get(name, row.samples)) for name, value in weights)
    return RankingView(row.at, row.samples, row.positives, ranking.LEAST, shown_weights)


def run(row: RunRow) -> RunView:
    """The view of a matching."""
    names = ("id", "kind", "started_at", "finished_at", "scanned", "decided", "yes", "near", "undetermined", "pushed", "seconds")
    return RunView(*(getattr(row, name) for name in names))


def runs(actor: Actor) -> list[RunView]:
    """The last matchings."""
    own_departments(actor)
    return [run(row) for row in RunRow.objects.order_by("-started_at")[:10]]


def rehearsals(actor: Actor, *, code: str) -> Sequence[PolicyRehearsal]:
    """Rehearsals of the official's department, newest first."""
    rows = RehearsalRow.objects.filter(department__in=own_departments(actor), policy=code).order_by("-at")[:10]
    return [rehearsal(row) for row in rows]


def rehearsal(row: RehearsalRow) -> PolicyRehearsal:
    """The view of a rehearsal."""
    return PolicyRehearsal(row.id, row.policy, row.department, row.at, row.by_name, row.draft, row.summary)
