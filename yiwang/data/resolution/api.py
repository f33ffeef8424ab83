"""The door of entity resolution: compare two sources, let persons decide what is doubtful, learn from them, measure it all.

Nothing is merged: a run gives links and leaves its sources alone; a doubtful pair is nobody's until a person has decided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from yiwang.data.resolution import queries, reviewing, running, states
from yiwang.data.resolution.errors import BadSource, BadVerdict, NoSuchPair, NotYourVerdict, PairChanged
from yiwang.data.resolution.values import FieldView, Link, PairView, Resolved, RunView, VerdictView
from yiwang.security.access.api import Actor, require

if TYPE_CHECKING:
    import pyarrow

__all__ = [
    "STATES",
    "BadSource",
    "BadVerdict",
    "FieldView",
    "Link",
    "NoSuchPair",
    "NotYourVerdict",
    "PairChanged",
    "PairView",
    "Resolved",
    "RunView",
    "VerdictView",
    "counts",
    "decide",
    "measure",
    "pair",
    "pairs",
    "resolve",
    "reveal",
    "runs",
    "undo",
]

STATES = states.STATES


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
    """Compare two sources, each of which holds an entity once; keep the doubtful pairs for the department's data officers.

    ``kind`` 'person' (unique_id, name, sex, birth_date, phone, address) or 'company' (unique_id, name, person, phone, address), all
    text. Pairs decided earlier between sources of the same names keep their verdict; verdicts of the kind correct the weights
    of doubtful pairs. Audited with its purpose; event ``resolution.finished.v1``.

    Raises:
        PermissionDenied: without ``resolution.run``. BadSource, InvalidInput.
    """
    return running.resolve(left, right, kind=kind, sources=sources, purpose=purpose, department=department, region=region, actor=actor)


def runs(actor: Actor) -> list[RunView]:
    """The last 50 runs of the actor's department in his region, newest first; [] without ``resolution.review``."""
    return queries.runs(actor)


def counts(actor: Actor) -> dict[str, int]:
    """Pairs by state, of those the actor may see."""
    return queries.counts(actor)


def pairs(actor: Actor, *, state: str = "open", page: int = 1) -> list[PairView]:
    """Pairs of a state, 50 a page, the most probable first, values masked; [] without ``resolution.review``."""
    return queries.pairs(actor, state=state, page=page)


def pair(pair_id: UUID, *, actor: Actor) -> PairView:
    """One pair with its history, values masked; NoSuchPair outside the actor's department and region."""
    return queries.pair_view(queries.row_for(actor, pair_id), actor, history=True)


def decide(pair_id: UUID, *, verdict: str, note: str = "", version: int, actor: Actor) -> PairView:
    """Say 'same', 'different' or 'unsure'; audited, event ``resolution.pair_decided.v1``; the sources stay as they are.

    Raises:
        PermissionDenied: without ``resolution.review``. NoSuchPair. BadVerdict. PairChanged: ``version`` is not the last one.
    """
    return reviewing.decide(pair_id, verdict=verdict, note=note, version=version, actor=actor)


def undo(pair_id: UUID, *, version: int, actor: Actor) -> PairView:
    """Take back one's own last verdict; the pair returns to the state before it.

    Raises:
        NoSuchPair, PairChanged, NotYourVerdict; BadVerdict: nothing to take back.
    """
    return reviewing.undo(pair_id, version=version, actor=actor)


def reveal(pair_id: UUID, *, purpose: str, legal_basis: str, actor: Actor) -> PairView:
    """The pair with its values in full, for a purpose and ground that are recorded with who looked.

    Raises:
        PermissionDenied: without ``resolution.reveal``. NoSuchPair. BadVerdict: no purpose or ground.
    """
    return reviewing.reveal(pair_id, purpose=purpose, legal_basis=legal_basis, actor=actor)


def measure(count: int, *, kind: str = "person", seed: int = 7, actor: Actor) -> dict[str, Any]:
    """Precision, recall and F1 on ``count`` invented entities with known truth, and plain splink's on the same rows.

    Raises:
        PermissionDenied: without ``resolution.run``.
    """
    from yiwang.data.resolution import measuring  # heavy: DuckDB and splink

    require(actor, "resolution.run")
    return measuring.measure(count, kind=kind, seed=seed)
