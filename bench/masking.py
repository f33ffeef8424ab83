"""Personal data in free text: texts a second, precision and recall, beside presidio-analyzer on the same texts in the same run.

Half of the invented messages hold names, numbers, plates and addresses of e-mail at known places; the other half holds look-alikes (orders, time
stamps, bar codes, credit codes). Both sides run on one core; presidio finds only, ours finds and masks. Cost: about a minute.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import _texts
from bench._peers import run_peer
from yiwang.security.masking import api as masking

Figure = dict[str, Any]
PEER = "presidio-analyzer 2.2.366"
SAME, MANY = 5_000, 50_000


def run() -> list[Figure]:
    """The figures; the peers are installed on first use."""
    same, marked = _texts.texts(SAME)
    with tempfile.TemporaryDirectory(prefix="yiwang-masking-") as name:
        path = Path(name) / "texts.json"
        path.write_text(json.dumps(same, ensure_ascii=False), encoding="utf-8")
        beside = run_peer("presidio_texts", str(path))
    theirs = _texts.scored(marked, [[tuple(one) for one in told] for told in beside["spans"]])
    ours = _texts.scored(marked, [masking.find_in_text(text) for text in same])
    many, _ = _texts.texts(MANY, seed=8)
    clean = [text for text in _texts.texts(2 * MANY, seed=9)[0] if not masking.find_in_text(text)][:MANY]
    rate = SAME / beside["seconds"]
    figures = [
        _figure("masking.texts (masked together)", MANY / _best(lambda: masking.mask_texts(many)), rate, "texts/s"),
        _figure("masking.texts (one call each)", SAME / _best(lambda: [masking.mask_text(text) for text in same]), rate, "texts/s"),
        _figure("masking.clean_texts (masked together)", len(clean) / _best(lambda: masking.mask_texts(clean)), rate, "texts/s"),
    ]
    for kind in ("", *_texts.KINDS):
        for place, word in enumerate(("precision", "recall")):
            figures.append(_figure(f"masking.{word}{'.' + kind if kind else ''}", 100 * ours[kind][place], 100 * theirs[kind][place], "%"))
    return figures


def _best(act: Any, turns: int = 3) -> float:
    taken = []
    for _ in range(turns):
        begun = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def _figure(name: str, value: float, peer: float, unit: str) -> Figure:
    return {"name": name, "value": value, "unit": unit, "peer": PEER, "peer_value": peer}
