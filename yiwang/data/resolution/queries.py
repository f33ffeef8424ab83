"""What readers see of runs and pairs: their own department's in their region, values masked unless revealed for a purpose."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from yiwang.data.resolution import states
from yiwang.data.resolution.errors import NoSuchPair
from yiwang.data.resolution.models import PairRow, RunRow, VerdictRow
from yiwang.data.resolution.values import FieldView, PairView, RunView, VerdictView
from yiwang.security.access.api import Actor, covers, may
from yiwang.security.masking.api import mask

PAGE = 50


def visible(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows of the actor's department and region; none without the permission."""
    if actor.kind == "system":
        return rows
    if not may(actor, "resolution.review", department=actor.department):
        return rows.none()
    own = rows.filter(department=actor.department)
    regions = [one for one in own.values_list("region", flat=True).distinct() if covers(actor.region, one)]
    return own.filter(region__in=regions)


def runs(actor: Actor) -> list[RunView]:
    """The last runs, newest first."""
    return [run_view(row) for row in visible(actor, RunRow.objects.all()).order_by("-started_at")[:PAGE]]


def run_view(row: RunRow) -> RunView:
    """The frozen value of a run."""
    counts = row.counts
    return RunView(
        row.id, row.kind, states.KINDS[row.kind], row.left_source, row.right_source, row.department, row.region, row.purpose,
        counts["left"], counts["right"], counts["sure"], counts["doubtful"], counts["learned_from"], counts["seconds"], row.started_at,
    )  # fmt: skip


def counts(actor: Actor) -> dict[str, int]:
    """Pairs by state."""
    found = Counter(visible(actor, PairRow.objects.all()).values_list("state", flat=True))
    return {state: found[state] for state in states.STATES}


def pairs(actor: Actor, *, state: str, page: int) -> list[PairView]:
    """One page of pairs of a state, the most probable first."""
    begin = (max(page, 1) - 1) * PAGE
    rows = visible(actor, PairRow.objects.filter(state=state)).order_by("-weight", "id")[begin : begin + PAGE]
    return [pair_view(row, actor) for row in rows]


def row_for(actor: Actor, pair_id: UUID, *, lock: bool = False) -> PairRow:
    """The row, or NoSuchPair for whoever may not see it."""
    rows = PairRow.objects.select_for_update() if lock else PairRow.objects.all()
    found: PairRow | None = rows.filter(id=pair_id).first()
    if found is None or not visible(actor, PairRow.objects.filter(id=pair_id)).exists():
        raise NoSuchPair()
    return found


def last_verdict(row: PairRow) -> VerdictRow | None:
    """The verdict in force."""
    return VerdictRow.objects.filter(pair=row, undone=False).order_by("-at", "-id").first()


def pair_view(row: PairRow, actor: Actor, *, history: bool = False, revealed: bool = False) -> PairView:
    """A pair as the actor may see it."""
    kinds = states.FIELDS[row.kind]
    told = VerdictRow.objects.filter(pair=row).order_by("at", "id") if history else []
    last = last_verdict(row) if history else None
    return PairView(
        row.id, row.run_id, row.kind, states.KINDS[row.kind], row.left_source, row.right_source,
        tuple(_field(row, name, kinds[name], revealed) for name in kinds),
        row.weight, row.probability, row.state, states.STATES[row.state], row.note, row.decided_by_name, row.decided_at, row.version,
        may_undo=last is not None and last.by == actor.account_id, revealed=revealed,
        history=tuple(
            VerdictView(one.before, one.after, states.STATES[one.after], one.note, one.undone, one.by_name, one.at) for one in told
        ),
    )  # fmt: skip


def _field(row: PairRow, name: str, masked_as: str, revealed: bool) -> FieldView:
    weight, level = row.fields[name]
    words = states.LEVELS[name]
    left, right = row.left_values.get(name, ""), row.right_values.get(name, "")
    if masked_as and not revealed:
        left, right = mask(left, masked_as), mask(right, masked_as)
    if name == "sex":
        left, right = ({"1": "男", "2": "女"}.get(one, one) for one in (left, right))
    agrees = "missing" if level < 0 else "differs" if level == 0 else "same" if level == len(words) - 1 else "near"
    return FieldView(name, states.FIELD_NAMES[name], left, right, states.MISSING if level < 0 else words[level], agrees, weight)
