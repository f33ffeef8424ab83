"""One run: prepared rows of two sources → scored pairs, best ones first, each row used once; who is surely the same, who is for a person.

Everything is DuckDB and splink in memory; nothing here writes anywhere and nothing is merged: the result is a list of pairs.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from yiwang.data.resolution.comparing import prepare, settings
from yiwang.data.resolution.states import FIELDS

if TYPE_CHECKING:
    import pyarrow

SURE: Final = 0.99  # probability from which a pair counts as the same without a person
LIKELY: Final = 0.5  # what a measurement without persons counts as the same
DOUBTFUL: Final = 0.05  # below it a pair is not shown to anybody
ENOUGH: Final = 1000  # rows of each source from which a run learns its own weights
_SEED: Final = 20260101


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows that may be the same: the probability, its weight in bits, and by field the weight and the level that was met."""

    left: str
    right: str
    probability: float
    weight: float
    fields: Mapping[str, float]
    levels: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Linked:
    """The pairs of a run, heaviest first, each row at most once among them; ``learned``: weights from these rows, not the starting ones."""

    pairs: list[Pair]
    compared: int
    learned: bool
    notes: Sequence[str] = field(default_factory=list)


def link(
    left: pyarrow.Table,
    right: pyarrow.Table,
    *,
    kind: str,
    verdicts: Mapping[tuple[str, str], str] | None = None,
    correction: Mapping[tuple[str, int], float] | None = None,
) -> Linked:
    """Compare two sources (columns: ``comparing.COLUMNS``), each of which holds an entity once.

    ``verdicts``: (left, right) → 'same' or 'different', what persons decided: it stands. ``correction``: what was learned from them.
    """
    import duckdb
    from splink import DuckDBAPI, Linker

    with quiet(), duckdb.connect() as connection:
        connection.execute("SET threads = 2")
        api = DuckDBAPI(connection)
        tables = [
            api.register(prepare(table, kind=kind, name=name), dataset_display_name=name)
            for table, name in ((left, "left_source"), (right, "right_source"))
        ]
        linker = Linker(tables, settings(kind), log_level=None)
        notes: list[str] = []
        learned = min(left.num_rows, right.num_rows) >= ENOUGH and _learn(linker, kind, notes)
        scored = linker.inference.predict(threshold_match_probability=DOUBTFUL, warning_mode="never").as_pyarrow_table()
    pairs = [_pair(row, kind) for row in scored.to_pylist()]
    lefts, rights = (set(table["unique_id"].to_pylist()) for table in (left, right))
    held = {pair: verdict for pair, verdict in (verdicts or {}).items() if pair[0] in lefts and pair[1] in rights}
    return Linked(list(once(_decided(corrected(pairs, correction or {}), held))), len(pairs), learned, notes)


def _learn(linker: Any, kind: str, notes: list[str]) -> bool:
    """Estimate the weights from the rows themselves; where that fails the starting weights stay."""
    from splink import block_on

    sure = (
        [("name_key", "born"), ("name_key", "phone_key"), ("phone_key", "door")]
        if kind == "person"
        else [("name_key", "person"), ("phone_key", "door")]
    )
    try:
        linker.training.estimate_probability_two_random_records_match([block_on(*one) for one in sure], recall=0.7)
        linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=_SEED)
        for columns in (("name_sound",), ("born",), ("door",)) if kind == "person" else (("name_key",), ("phone_key",), ("door",)):
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(*columns), estimate_without_term_frequencies=True)
    except ValueError as error:  # too few of something: the library refuses weights of zero
        notes.append(str(error).splitlines()[0][:200])
        return False
    return True


def corrected(pairs: Sequence[Pair], correction: Mapping[tuple[str, int], float]) -> list[Pair]:
    """The doubtful pairs with corrected weight and probability, the others as they are."""
    found = []
    for one in pairs:
        if correction and DOUBTFUL <= one.probability < SURE:
            weight = one.weight + sum(correction.get(met, 0.0) for met in one.levels.items())
            one = replace(one, weight=weight, probability=1 / (1 + 2 ** -max(min(weight, 60.0), -60.0)))
        found.append(one)
    return found


def _decided(pairs: Sequence[Pair], verdicts: Mapping[tuple[str, str], str]) -> list[Pair]:
    """Pairs decided as different are gone; those decided as the same come first, also where the weights no longer find them."""
    held = [one for one in pairs if (one.left, one.right) not in verdicts]
    same = [Pair(left, right, 1.0, float("inf"), {}, {}) for (left, right), verdict in sorted(verdicts.items()) if verdict == "same"]
    return same + held


def _pair(row: Mapping[str, Any], kind: str) -> Pair:
    turned = row["source_dataset_l"] == "right_source"
    left, right = ("r", "l") if turned else ("l", "r")
    weights = {name: round(float(row[f"mw_{name}"]) + float(row.get(f"mw_tf_adj_{name}") or 0), 2) for name in FIELDS[kind]}
    levels = {name: int(row[f"gamma_{name}"]) for name in FIELDS[kind]}
    return Pair(
        row[f"unique_id_{left}"], row[f"unique_id_{right}"], float(row["match_probability"]), float(row["match_weight"]), weights, levels
    )


def once(pairs: Sequence[Pair]) -> Iterator[Pair]:
    """The heaviest pairs such that each row occurs once; the same input in another order gives the same pairs."""
    lefts: set[str] = set()
    rights: set[str] = set()
    for one in sorted(pairs, key=lambda one: (-one.weight, one.left, one.right)):
        if one.left not in lefts and one.right not in rights:
            lefts.add(one.left)
            rights.add(one.right)
            yield one


@contextmanager
def quiet() -> Iterator[None]:
    """No chatter: the library talks a lot on the root of its loggers; warnings of untrained levels are what ``notes`` is for."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)
