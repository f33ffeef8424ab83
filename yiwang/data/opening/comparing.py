"""What changed from one version of a data set to the next: rows added, removed, changed cells. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

SHOWN: Final = 200
Rows = Sequence[Mapping[str, Any]]


def compare(old: Rows, new: Rows, *, key: Sequence[str]) -> dict[str, Any]:
    """``{added, removed, changed, same, columns_added, columns_removed, rows: [{kind, key, cells: [[column, before, after]]}]}``.

    At most ``SHOWN`` rows are listed. Without a key whole rows are counted: there is nothing to tell which row became which.
    """
    before_names, names = list(old[0]) if old else [], list(new[0]) if new else []
    found: dict[str, Any] = {
        "columns_added": [name for name in names if old and name not in before_names],
        "columns_removed": [name for name in before_names if new and name not in names],
    }
    return found | (_by_key(old, new, list(key)) if key else _by_row(old, new))


def _by_key(old: Rows, new: Rows, key: list[str]) -> dict[str, Any]:
    before = {tuple(str(row.get(name)) for name in key): row for row in old}
    after = {tuple(str(row.get(name)) for name in key): row for row in new}
    rows: list[dict[str, Any]] = []
    same = 0
    for place, row in after.items():
        was = before.get(place)
        if was is None:
            rows.append({"kind": "added", "key": list(place), "cells": [[name, None, value] for name, value in row.items()]})
        elif cells := [[name, was.get(name), value] for name, value in row.items() if was.get(name) != value]:
            rows.append({"kind": "changed", "key": list(place), "cells": cells})
        else:
            same += 1
    rows += [
        {"kind": "removed", "key": list(place), "cells": [[name, value, None] for name, value in row.items()]}
        for place, row in before.items()
        if place not in after
    ]
    counts = Counter(row["kind"] for row in rows)
    return {kind: counts[kind] for kind in ("added", "removed", "changed")} | {"same": same, "rows": rows[:SHOWN]}


def _by_row(old: Rows, new: Rows) -> dict[str, Any]:
    before = Counter(tuple(map(str, row.values())) for row in old)
    after = Counter(tuple(map(str, row.values())) for row in new)
    added, removed = (after - before).total(), (before - after).total()
    return {"added": added, "removed": removed, "changed": 0, "same": (after & before).total(), "rows": []}
