"""What a person does with a doubtful pair: decide, take back, look at it in full for a stated purpose. Each is one transaction."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.base.outbox.api import emit
from yiwang.data.resolution import queries, states
from yiwang.data.resolution.errors import BadVerdict, NotYourVerdict, PairChanged
from yiwang.data.resolution.models import PairRow, VerdictRow
from yiwang.data.resolution.values import PairView
from yiwang.security.access.api import Actor, require
from yiwang.security.audit.api import Record, record
from yiwang.standards.events import PairDecided


def decide(pair_id: UUID, *, verdict: str, note: str, version: int, actor: Actor) -> PairView:
    """Keep a verdict; see the door."""
    require(actor, "resolution.review")
    if verdict not in states.VERDICTS:
        raise BadVerdict(reason="请选择「同一主体」「不是同一主体」或「暂不能判断」", field="verdict")
    if len(note) > 500:
        raise BadVerdict(reason="说明最多 500 个字", field="note")
    with transaction.atomic():
        row = _locked(actor, pair_id, version)
        if row.state == verdict:
            raise PairChanged()
        VerdictRow.objects.create(
            pair=row, before=row.state, after=verdict, note=note.strip(), by=actor.account_id, by_name=actor.name, at=now()
        )
        _change(row, verdict, note.strip(), actor, act="resolution.decide")
    return queries.pair_view(row, actor, history=True)


def undo(pair_id: UUID, *, version: int, actor: Actor) -> PairView:
    """Take back one's own last verdict; see the door."""
    require(actor, "resolution.review")
    with transaction.atomic():
        row = _locked(actor, pair_id, version)
        last = queries.last_verdict(row)
        if last is None:
            raise BadVerdict(reason="这一对记录还没有结论,无需撤销")
        if last.by != actor.account_id:
            raise NotYourVerdict()
        last.undone = True
        last.save(update_fields=["undone"])
        _change(row, last.before, "", actor, act="resolution.undo")
    return queries.pair_view(row, actor, history=True)


def reveal(pair_id: UUID, *, purpose: str, legal_basis: str, actor: Actor) -> PairView:
    """The pair in full, once, for a recorded purpose; see the door."""
    row = queries.row_for(actor, pair_id)
    require(actor, "resolution.reveal", department=row.department, region=row.region)
    if not purpose.strip() or not legal_basis.strip():
        raise BadVerdict(reason="查看完整内容须写明目的和依据", field="purpose")
    detail = {"purpose": purpose.strip()[:300], "legal_basis": legal_basis.strip()[:300]}
    record(Record("resolution.reveal", actor, "resolution_pair", str(row.id), detail=detail))
    return queries.pair_view(row, actor, history=True, revealed=True)


def _locked(actor: Actor, pair_id: UUID, version: int) -> PairRow:
    row = queries.row_for(actor, pair_id, lock=True)
    if row.version != version:
        raise PairChanged()
    return row


def _change(row: PairRow, state: str, note: str, actor: Actor, *, act: str) -> None:
    """Change, audit record, event."""
    before, at = row.state, now()
    row.state, row.note, row.version = state, note, row.version + 1
    row.decided_by, row.decided_by_name, row.decided_at = ("", "", None) if state == "open" else (actor.account_id, actor.name, at)
    row.save(update_fields=["state", "note", "version", "decided_by", "decided_by_name", "decided_at"])
    sealed = {"left": row.left_key, "right": row.right_key, "state": state, "version": row.version}
    record(Record(act, actor, "resolution_pair", str(row.id), detail={"before": before, "after": state}, row=sealed))
    emit(PairDecided(at=at, pair_id=str(row.id), department=row.department, kind=row.kind, before=before, after=state))
