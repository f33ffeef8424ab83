"""Drift: how far a distribution has moved from the accepted run's, as PSI = Σ (p − q)·ln(p / q). Pure but for Arrow and numpy."""

from __future__ import annotations

from collections.abc import Mapping
from math import log
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pyarrow

_TENTHS: Final = 10
_MOST: Final = 20
_LEAST: Final = 1e-4  # a share of nothing has no logarithm
_REST, _EMPTY = "…", ""


def profile(column: pyarrow.ChunkedArray, *, kind: str, edges: list[float] | None = None) -> dict[str, Any]:
    """The distribution of a column: shares of its 20 most frequent texts, or of tenths cut at ``edges`` (its own if none are given)."""
    import numpy
    import pyarrow.compute as compute

    rows = len(column) or 1
    shares = {_EMPTY: column.null_count / rows}
    held = column.drop_null()
    if kind == "text":
        counted = sorted(compute.value_counts(held).to_pylist(), key=lambda one: -one["counts"])
        shares |= {one["values"]: one["counts"] / rows for one in counted[:_MOST]}
        shares[_REST] = sum(one["counts"] for one in counted[_MOST:]) / rows
        return {"shares": {code: round(share, 6) for code, share in shares.items()}}
    numbers = (held.cast("int32") if kind == "date" else held).cast("float64").to_numpy()
    if edges is None:
        edges = sorted(set(numpy.quantile(numbers, numpy.arange(1, _TENTHS) / _TENTHS).tolist())) if len(numbers) else []
    places = numpy.bincount(numpy.searchsorted(edges, numbers), minlength=len(edges) + 1)
    shares |= {str(at): count / rows for at, count in enumerate(places.tolist())}
    return {"edges": edges, "shares": {code: round(share, 6) for code, share in shares.items()}}


def psi(before: Mapping[str, float], after: Mapping[str, float]) -> float:
    """0 for the same distribution; above 0.1 it has moved, above 0.25 much. Values not among the earlier ones count as the rest."""
    known = dict.fromkeys(before, 0.0)
    for code, share in after.items():
        where = code if code in known else _REST
        known[where] = known.get(where, 0.0) + share
    total = 0.0
    for code, share in known.items():
        p, q = max(share, _LEAST), max(before.get(code, 0.0), _LEAST)
        total += (p - q) * log(p / q)
    return round(total, 4)
