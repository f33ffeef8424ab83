"""Reading for officials: requests with their clock and next steps, keys, traffic, signals, journals. Each for its own departments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet, Sum

from yiwang.base.clock.api import now, today
from yiwang.data.exchange import policies, requesting, resources, rights, timing
from yiwang.data.exchange.errors import NoSuchRequest
from yiwang.data.exchange.models import KeyRow, PolicyRow, RequestRow, SegmentRow, SignalRow, UsageRow
from yiwang.data.exchange.requests import (
    SIGNALS,
    IssuedKey,
    JournalState,
    KeyView,
    PolicyState,
    RequestAction,
    RequestStepView,
    RequestView,
    ResourceField,
    Signal,
    Traffic,
    UsageView,
)
from yiwang.data.exchange.states import HIDDEN, HIGHEST, LIVE, STATES, STEP, STEPS, WAITING
from yiwang.security.access.api import Actor, may, require
from yiwang.security.audit import api as audit
from yiwang.security.audit.api import Record
from yiwang.standards.errors import InvalidInput, NotFound

PAGE = 50
FAULTS = ("snapshot_unusable", "policy_unusable", "journal_unusable")  # refusals that are no fault of the caller's


def _mine(actor: Actor) -> Q:
    """Requests that the actor's department wrote, or must answer, or that he rules on."""
    own = Q(consumer=actor.department) | Q(provider=actor.department) & ~Q(state__in=HIDDEN)
    if may(actor, "sharing.rule"):
        own |= ~Q(state__in=HIDDEN)
    return own


def listing(actor: Actor, *, box: str, page: int) -> list[RequestView]:
    """Requests of a box: 'mine', 'approve', 'answer', 'rule', 'live', 'all'; newest first, 50 a page."""
    require(actor, "sharing.view", department=actor.department)
    found = RequestRow.objects.filter(_mine(actor))
    boxes = {
        "mine": Q(consumer=actor.department),
        "approve": Q(consumer=actor.department, state="internal") | Q(provider=actor.department, state="countersigning") | _raised(actor),
        "answer": Q(provider=actor.department, state__in=(*WAITING, "supplementing", "consulting", "renewing")),
        "rule": Q(state__in=("escalated", "referred")),
        "live": Q(state__in=LIVE),
        "all": Q(),
    }
    start = (max(page, 1) - 1) * PAGE
    rows = found.filter(boxes.get(box, Q())).order_by("-made_at")
    return [one for one in _views(rows, actor, start) if one is not None]


def _raised(actor: Actor) -> Q:
    """Requests in use of data whose level was raised above what was signed for."""
    live = RequestRow.objects.filter(provider=actor.department, state__in=LIVE, signed_level__lt=HIGHEST)
    return Q(id__in=[row.id for row in live if _unsigned(row)])


def _views(rows: QuerySet[RequestRow], actor: Actor, start: int) -> Iterable[RequestView | None]:
    for row in rows[start : start + PAGE]:
        try:
            yield view(row, actor)
        except NoSuchRequest:  # of this department, but in a region that is not the reader's
            yield None


def one(request_id: UUID, *, actor: Actor) -> RequestView:
    """One request with its steps and keys; NoSuchRequest."""
    row = RequestRow.objects.filter(id=request_id).first()
    if row is None:
        raise NoSuchRequest()
    return view(row, actor, whole=True)


def view(row: RequestRow, actor: Actor, *, whole: bool = False) -> RequestView:
    """A row as its reader sees it."""
    side = rights.side_of(row, actor)
    found = resources.resource(row.resource)
    clock = requesting.clock(row)
    keys = policies.grants_of(row.id) if whole and side == "consumer" else []
    steps = row.steps.all() if whole else ()
    shown = {}
    if whole:
        shown = resources.masks(row.resource, row.fields, purpose=row.purpose, department=row.consumer, signed=row.signed_level)
    return RequestView(
        id=row.id,
        no=row.no,
        state=row.state,
        state_name=STATES[row.state],
        lock=row.lock,
        side=side,
        consumer=row.consumer,
        provider=row.provider,
        resource=row.resource,
        resource_title=row.resource_title,
        share=row.share,
        conditions=tuple(one for one in found.conditions if one.code in row.conditions),
        fields=tuple(one for one in found.fields if one.name in row.fields),
        masks=shown,
        purpose=row.purpose,
        purpose_kind=row.purpose_kind,
        purpose_title=row.purpose_title,
        legal_basis=row.legal_basis,
        basis_remarks=tuple(row.basis_remarks),
        scene=row.scene,
        operations=tuple(row.operations),
        calls=row.calls,
        daily=row.daily,
        until=row.until,
        renewal_until=row.renewal_until,
        contact=row.contact,
        due=clock.due if clock else None,
        remaining=clock.remaining if clock else None,
        light=clock.light if clock else "",
        ground=next((one.text for one in found.conditions if one.code == row.ground), row.ground),
        answer=row.answer,
        made_at=row.made_at,
        actions=_actions(row, actor),
        steps=tuple(
            RequestStepView(one.step, STEP[one.step].name, STATES[one.state], one.at, one.by_name, one.department, one.note)
            for one in steps
        ),
        keys=tuple(key_view(one) for one in keys),
        unsigned=_unsigned(row),
    )


def _unsigned(row: RequestRow) -> tuple[ResourceField, ...]:
    """Fields that wait for the head of the provider, once its officer has agreed."""
    if row.state not in ("countersigning", *LIVE):
        return ()
    return resources.above(row.resource, row.fields, signed=row.signed_level)


def _actions(row: RequestRow, actor: Actor) -> tuple[RequestAction, ...]:
    """The steps that this reader may take now."""
    told = []
    for (state, name), _after in STEPS.items():
        step = STEP[name]
        if state != row.state or step.side == "system" or not rights.permitted(row, step, actor):
            continue
        if step.other and actor.account_id in row.writers:
            continue
        if name == "countersign" and not _unsigned(row):
            continue
        if (name == "supplement" and row.supplemented) or (
            name == "extend" and (row.extended or not resources.terms(row.share).extension.amount)
        ):
            continue
        told.append(RequestAction(name, step.name, step.needs))
    return tuple(sorted(told, key=lambda one: list(STEP).index(one.step)))


def key_view(row: KeyRow) -> KeyView:
    """A key without its secret."""
    return KeyView(row.code, row.request_id, row.request.no, row.algorithm, row.state, row.valid_until, row.issued_at)


def issue_key(request_id: UUID, *, algorithm: str, public_key: str, actor: Actor, lock: int) -> IssuedKey:
    """A key for an agreed request, and its first one opens the request."""
    with transaction.atomic():
        row = requesting.taken(request_id, "issue", actor, lock)
        made, secret = policies.issue(row, algorithm=algorithm, public_key=public_key, actor=actor)
        requesting.keep(row, "issue", STEPS[row.state, "issue"], actor, made.code)
        policies.changed()
    return IssuedKey(key_view(made), secret)


def rotate_key(code: str, *, public_key: str, actor: Actor) -> IssuedKey:
    """A successor; the old one holds for a day."""
    with transaction.atomic():
        made, secret = policies.rotate(code, public_key=public_key, actor=actor)
    return IssuedKey(key_view(made), secret)


def revoke_key(code: str, *, actor: Actor, reason: str) -> KeyView:
    """A key ends at once."""
    if not reason.strip():
        raise InvalidInput("请写明撤销密钥的理由,例如疑似泄露、人员离岗。", field="reason")
    with transaction.atomic():
        return key_view(policies.revoke(code, actor=actor, reason=reason.strip()[:400]))


def traffic(actor: Actor, *, days: int) -> Traffic:
    """Calls of the last days that the actor's department made or answered; all of them for who rules."""
    require(actor, "sharing.view", department=actor.department)
    since = today() - timedelta(days=min(max(days, 1), 400) - 1)
    rows = UsageRow.objects.filter(timing.visible(actor), day__gte=since)
    refusals: Counter[str] = Counter()
    for outcome, count in rows.exclude(outcome="answered").values_list("outcome").annotate(Sum("calls")).order_by():
        refusals[outcome] += count
    totals = _usage(rows, "outcome")
    total = UsageView("", *(sum(getattr(one, name) for one in totals) for name in ("calls", "refused", "asked", "found", "failed")))
    by_day = sorted(_usage(rows, "day"), key=lambda one: one.name)
    most = {name: sorted(_usage(rows, name), key=lambda one: -one.calls)[:20] for name in ("resource", "key")}
    keys = timing.timed(most["key"], since=since, actor=actor)
    return Traffic(
        since,
        timing.timed([total], since=since, actor=actor)[0],
        tuple(by_day),
        tuple(most["resource"]),
        keys,
        dict(refusals.most_common()),
    )


def _usage(rows: QuerySet[UsageRow], name: str) -> Sequence[UsageView]:
    sums = {"all": Sum("calls"), "no": Sum("calls", filter=~Q(outcome="answered")), "rows": Sum("asked"), "hits": Sum("found")}
    sums |= {"bad": Sum("calls", filter=Q(outcome__in=FAULTS))}
    told = rows.values(name).annotate(**sums).order_by(name)
    return [UsageView(str(one[name]), one["all"], one["no"] or 0, one["rows"], one["hits"], one["bad"] or 0) for one in told]


def signals(actor: Actor, *, settled: bool) -> list[Signal]:
    """Signals of the actor's department, as provider or as caller; newest first, at most 200."""
    require(actor, "sharing.view", department=actor.department)
    rows = SignalRow.objects.filter(settled_at__isnull=not settled)
    if not may(actor, "sharing.rule"):
        rows = rows.filter(Q(provider=actor.department) | Q(consumer=actor.department))
    return [_signal(row) for row in rows.order_by("-last_at")[:200]]


def _signal(row: SignalRow) -> Signal:
    return Signal(
        row.id, row.kind, SIGNALS[row.kind], row.day, row.key, row.resource, row.consumer, row.provider, row.count, row.text,
        row.first_at, row.last_at, row.settled_at, row.settled_by_name, row.note,
    )  # fmt: skip


def settle(signal_id: UUID, *, note: str, actor: Actor) -> Signal:
    """Say what came of a signal: the provider's department, or who rules."""
    if not note.strip():
        raise InvalidInput("请写明核查结果,例如“已与使用单位核实,系统重试造成”。", field="note")
    with transaction.atomic():
        row = SignalRow.objects.select_for_update().filter(id=signal_id).first()
        ruling = may(actor, "sharing.rule")
        if row is None or not (ruling or may(actor, "sharing.answer", department=row.provider, region=row.provider_region)):
            raise NotFound()
        if not ruling and actor.department != row.provider:
            raise NotFound()
        row.settled_at, row.settled_by_name, row.note = now(), actor.name, note.strip()[:2000]
        row.save()
        detail = {"kind": row.kind, "key": row.key, "note": row.note}
        audit.record(Record("sharing.settle", actor, "sharing_signal", str(row.id), detail=detail))
    return _signal(row)


def journals(actor: Actor) -> list[JournalState]:
    """The segments read of every gateway, newest first, at most 100."""
    require(actor, "sharing.view", department=actor.department)
    rows = SegmentRow.objects.order_by("-read_at")[:100]
    return [JournalState(row.gateway, row.segment, row.entries, row.end, row.read_at, row.trouble) for row in rows]


def policy_state(actor: Actor) -> PolicyState:
    """The policy in force."""
    require(actor, "sharing.view", department=actor.department)
    row = PolicyRow.objects.filter(id=1).first()
    keys = KeyRow.objects.filter(state__in=("active", "retired"), valid_until__gt=now(), request__state__in=LIVE)
    return PolicyState(row.number if row else 0, row.issued_at if row else None, keys.count(), keys.values("request").distinct().count())
