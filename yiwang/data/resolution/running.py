"""A run: compare, respect what persons decided, keep the doubtful pairs for them; the sources themselves are never touched."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.base.outbox.api import emit
from yiwang.data.resolution import queries
from yiwang.data.resolution.models import PairRow, RunRow
from yiwang.data.resolution.states import FIELDS
from yiwang.data.resolution.values import Link, Resolved
from yiwang.security.access.api import Actor, require
from yiwang.security.audit.api import Record, record
from yiwang.standards.errors import InvalidInput
from yiwang.standards.events import ResolutionFinished

if TYPE_CHECKING:
    import pyarrow

    from yiwang.data.resolution import linking


def resolve(
    left: pyarrow.Table,
    right: pyarrow.Table,
    *,
    kind: str,
    sources: tuple[str, str],
    purpose: str,
    department: str,
    region: str,
    actor: Actor,
) -> Resolved:
    """Compare two sources; see the door."""
    from yiwang.data.resolution import learning, linking  # heavy: numpy and the address features

    require(actor, "resolution.run", department=department, region=region)
    if kind not in FIELDS:
        raise InvalidInput("比对的对象只能是自然人(person)或企业(company)。", field="kind")
    if not purpose.strip():
        raise InvalidInput("请写明比对的目的,它会记入审计。", field="purpose")
    begin = time.monotonic()
    held = PairRow.objects.filter(department=department, kind=kind)
    verdicts = {
        (left_key, right_key): state
        for left_key, right_key, state in held.filter(left_source=sources[0], right_source=sources[1], state__in=("same", "different"))
        .values_list("left_key", "right_key", "state")
    }  # fmt: skip
    decided = [
        (weight, {field: one[1] for field, one in fields.items()}, state == "same")
        for weight, fields, state in held.filter(state__in=("same", "different")).values_list("weight", "fields", "state")
    ]
    correction = learning.learn(decided)
    linked = linking.link(left, right, kind=kind, verdicts=verdicts, correction=correction)
    sure = [one for one in linked.pairs if (one.left, one.right) in verdicts or one.probability >= linking.SURE]
    doubtful = [one for one in linked.pairs if (one.left, one.right) not in verdicts and one.probability < linking.SURE]
    links = [
        Link(one.left, one.right, round(one.probability, 6), "verdict" if (one.left, one.right) in verdicts else "weight") for one in sure
    ]
    with transaction.atomic():
        run = RunRow.objects.create(
            kind=kind, left_source=sources[0], right_source=sources[1], department=department, region=region, purpose=purpose.strip(),
            started_by=actor.account_id, started_at=now(),
            counts={
                "left": left.num_rows, "right": right.num_rows, "sure": len(sure), "doubtful": len(doubtful), "compared": linked.compared,
                "learned_from": len(decided) if correction else 0,
                "seconds": round(time.monotonic() - begin, 1), "notes": list(linked.notes),
            },
        )  # fmt: skip
        _keep(run, doubtful, left, right)
        detail = {"kind": kind, "sources": list(sources), "purpose": run.purpose, "sure": len(sure), "doubtful": len(doubtful)}
        record(Record("resolution.run", actor, "resolution_run", str(run.id), detail=detail))
        emit(
            ResolutionFinished(
                at=run.started_at, run_id=str(run.id), department=department, kind=kind, sure=len(sure), doubtful=len(doubtful)
            )
        )
    return Resolved(queries.run_view(run), links)


def _keep(run: RunRow, doubtful: Sequence[linking.Pair], left: pyarrow.Table, right: pyarrow.Table) -> None:
    """Doubtful pairs for the list; what is already there and undecided is brought up to date, what is decided stays."""
    names = tuple(FIELDS[run.kind])
    lefts, rights = _values(left, {one.left for one in doubtful}, names), _values(right, {one.right for one in doubtful}, names)
    same = {"department": run.department, "kind": run.kind, "left_source": run.left_source, "right_source": run.right_source}
    PairRow.objects.filter(**same, state="open").delete()  # of an earlier run over the same sources
    held = set(PairRow.objects.filter(**same).values_list("left_key", "right_key"))
    PairRow.objects.bulk_create(
        [
            PairRow(
                run=run, **same, region=run.region, left_key=one.left, right_key=one.right,
                left_values=lefts[one.left], right_values=rights[one.right],
                fields={name: [one.fields[name], one.levels[name]] for name in names},
                weight=round(one.weight, 3), probability=round(one.probability, 6),
            )
            for one in doubtful
            if (one.left, one.right) not in held
        ],
        batch_size=1000,
        ignore_conflicts=True,  # another run over the same sources at the same moment
    )  # fmt: skip


def _values(source: pyarrow.Table, keys: set[str], names: Sequence[str]) -> Mapping[str, dict[str, Any]]:
    chosen = source.select(["unique_id", *names]).to_pylist() if keys else []
    return {
        str(row["unique_id"]).strip(): {name: str(row[name] or "") for name in names}
        for row in chosen
        if str(row["unique_id"]).strip() in keys
    }
