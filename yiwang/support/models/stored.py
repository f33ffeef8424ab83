"""Evaluations that come with the platform: measured once by a named command, bound to the digest of the very file they measured.

Where an evaluation takes minutes, or needs data that may not be handed on, its outcome is shipped (``python -m tools.evaluations`` writes
it): scores, and per row the id, the mark, the probability. A file of another digest has no such evaluation.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from yiwang.support.models.values import Judged, Judgement

FORMAT: Final = "yiwang-evaluation-1"


def write(path: Path, *, of: bytes, judged: Judgement, command: str, day: str) -> None:
    """Keep a judgement of the file ``of`` beside what made it."""
    head = {"format": FORMAT, "of": hashlib.sha256(of).hexdigest(), "command": command, "day": day, "name": judged.name, "how": judged.how}
    body = {"fingerprint": judged.fingerprint, "scores": dict(judged.scores), "labels": [dict(one) for one in judged.labels]}
    counted = Counter(judged.rows)  # rows without an id may be the same many times
    rows = [
        [counted[one], one.row_id, one.label, round(one.mark, 4), round(one.probability, 4), one.pieces, one.region, one.group]
        for one in counted
    ]
    lines = ",\n  ".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in rows)
    told = json.dumps({**head, **body}, ensure_ascii=False, indent=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{told[:-2]},\n "rows": [\n  {lines}\n ]\n}}\n', "utf-8")


def read(path: Path, *, of: bytes) -> Judgement | None:
    """The judgement of just this file; None where there is none, or it is of another file."""
    if not path.is_file():
        return None
    told: dict[str, Any] = json.loads(path.read_text("utf-8"))
    if told["format"] != FORMAT or told["of"] != hashlib.sha256(of).hexdigest():
        return None
    rows: Sequence[Sequence[Any]] = told["rows"]
    name = f"{told['name']}({told['day']},{told['command']})"
    return Judgement(
        name,
        told["how"],
        told["fingerprint"],
        told["scores"],
        tuple(Judged(*one) for times, *one in rows for _ in range(times)),
        tuple(told["labels"]),
    )
