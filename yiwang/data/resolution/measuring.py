"""How good resolution is on invented sources with known truth, beside plain splink on the same rows in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from yiwang.data.resolution import generating, linking
from yiwang.data.resolution.states import COLUMNS

if TYPE_CHECKING:
    import pyarrow

SEED: Final = 7


def measure(count: int, *, kind: str, seed: int = SEED) -> dict[str, Any]:
    """Precision, recall, F1, seconds of ours and of plain splink; what of ours is sure and what waits for a person."""
    import pyarrow as pa

    made = (generating.persons if kind == "person" else generating.companies)(count, seed=seed)
    left, right = pa.Table.from_pylist(made.left), pa.Table.from_pylist(made.right)
    linked, seconds = _timed(lambda: linking.link(left, right, kind=kind))
    found, plain_seconds = _timed(lambda: plain(left, right, kind=kind))
    likely = [one for one in linked.pairs if one.probability >= linking.LIKELY]
    sure = [one for one in linked.pairs if one.probability >= linking.SURE]
    return {
        "kind": kind,
        "left": left.num_rows,
        "right": right.num_rows,
        "same": len(made.truth),
        "seed": seed,
        "noise": generating.NOISE if kind == "person" else {},
        "ours": {**_scores({(one.left, one.right) for one in likely}, made.truth), "seconds": seconds, "compared": linked.compared},
        "sure": _scores({(one.left, one.right) for one in sure}, made.truth),
        "missed": sorted(f"{one}|{other}" for one, other in made.truth - {(one.left, one.right) for one in likely}),
        "for_a_person": len(linked.pairs) - len(sure),
        "plain_splink": {**_scores(found, made.truth), "seconds": plain_seconds},
        "notes": list(linked.notes),
    }


def _timed(act: Callable[[], Any]) -> tuple[Any, float]:
    begin = time.perf_counter()
    return act(), round(time.perf_counter() - begin, 2)


def _scores(found: set[tuple[str, str]], truth: frozenset[tuple[str, str]]) -> dict[str, Any]:
    right = len(found & truth)
    precision, recall = right / max(len(found), 1), right / max(len(truth), 1)
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {"pairs": len(found), "precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def plain(left: pyarrow.Table, right: pyarrow.Table, *, kind: str) -> set[tuple[str, str]]:
    """splink with its ready-made comparisons on the raw columns: what one writes after its tutorial; pairs from probability 0.5."""
    import duckdb
    import splink.comparison_library as library
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    comparisons = [library.JaroWinklerAtThresholds("name", [0.9]), library.LevenshteinAtThresholds("phone", 1)]
    comparisons.append(library.JaroWinklerAtThresholds("address", [0.95, 0.85]))
    if kind == "person":
        comparisons += [library.ExactMatch("sex"), library.LevenshteinAtThresholds("birth_date", 1)]
    else:
        comparisons.append(library.ExactMatch("person"))
    third = "birth_date" if kind == "person" else "person"
    wanted = SettingsCreator(
        link_type="link_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[block_on("name"), block_on("phone"), block_on(third)],
    )
    with linking.quiet(), duckdb.connect() as connection:
        connection.execute("SET threads = 2")
        api = DuckDBAPI(connection)
        tables = [
            api.register(_nulls(one, kind), dataset_display_name=name) for one, name in ((left, "left_source"), (right, "right_source"))
        ]
        linker = Linker(tables, wanted, log_level=None)
        training = linker.training
        training.estimate_probability_two_random_records_match([block_on("name", third), block_on("phone", "name")], recall=0.8)
        training.estimate_u_using_random_sampling(max_pairs=2e6, seed=SEED)
        for column in ("name", third):
            training.estimate_parameters_using_expectation_maximisation(block_on(column))
        scored = linker.inference.predict(threshold_match_probability=linking.LIKELY, warning_mode="never").as_pyarrow_table()
    turned = [one == "right_source" for one in scored["source_dataset_l"].to_pylist()]
    pairs = zip(scored["unique_id_l"].to_pylist(), scored["unique_id_r"].to_pylist(), turned, strict=True)
    return {(two, one) if turn else (one, two) for one, two, turn in pairs}


def _nulls(source: pyarrow.Table, kind: str) -> pyarrow.Table:
    import pyarrow as pa

    return pa.table({name: pa.array([one or None for one in source[name].to_pylist()], pa.string()) for name in COLUMNS[kind]})
