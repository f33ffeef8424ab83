"""Measure what is shipped where that takes minutes or needs data that may not be handed on: ``python -m tools.evaluations [KEY …]``.

Each outcome is written beside its room (``shipped/KEY.json``), bound to the digest of the file or of the rules it measured.
``guide.choosing`` is measured in an installation (``YIWANG_VAR``) whose sentence vectors are made (``yiwang guide embed``, its worker
stopped); ``hotline.reply`` reads 附件4.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from yiwang.ends.cli import install

ROOT = Path(__file__).parents[1]
DAY = f"{datetime.now(UTC):%Y-%m-%d}"


def category() -> None:
    """The first version of the category model, its file and its cross-validation."""
    from yiwang.business.hotline import starting
    from yiwang.support.models import api as models

    data, judged = starting.made()
    starting.SHIPPED.parent.mkdir(exist_ok=True)
    starting.SHIPPED.write_bytes(data)
    models.store(starting.SHIPPED.with_suffix(".json"), of=data, judged=judged, command=_command("hotline.category"), day=DAY)


def answer() -> None:
    """The shipped weights of the answerer on the invented notices."""
    from yiwang.business.guide import answerer
    from yiwang.support.models import api as models

    answerer.SHIPPED.unlink(missing_ok=True)
    shipped = answerer.ship()
    models.store(answerer.SHIPPED, of=shipped.data, judged=shipped.judgements[0], command=_command(answerer.KEY), day=DAY)


def choosing() -> None:
    """The everyday questions of the tests, half of which were looked at while the weights were chosen (group ``dev``)."""
    from yiwang.business.guide import answerer, measuring
    from yiwang.support.models import api as models

    judged = measuring.judgement(ROOT / "tests" / "business" / "guide" / "questions.csv")
    models.store(answerer.CHOSEN, of=models.running(answerer.CHOOSING), judged=judged, command=_command(answerer.CHOOSING), day=DAY)


def reply() -> None:
    """The second half of the 200 marked pairs (the rules were mended on the first) beside the first reader's marks."""
    from bench import replies as bench
    from yiwang.business.hotline import judging
    from yiwang.support.models import api as models

    with (ROOT / "bench" / "replies.csv").open() as file:
        marks = list(csv.DictReader(file))
    half = slice(len(marks) // 2, None)
    pairs = bench._drawn()[half]  # type: ignore[no-untyped-call]
    rows = tuple(
        models.TestRow(
            f"pair-{one['pair']}",
            "",
            "修改" if one["first_mend"] == "1" else "发出",
            group="套话" if one["first_template"] == "1" else "有内容",
        )
        for one in marks[half]
    )
    test = models.TestSet(rows, (), hashlib.sha256((ROOT / "bench" / "replies.csv").read_bytes()).hexdigest())
    judged = judging.replies(pairs, test, "两位读者盲评的 200 对答复(附件4)的后一半")
    models.store(
        judging.ROOM / "shipped" / "hotline.reply.json",
        of=models.running("hotline.reply"),
        judged=judged,
        command=_command("hotline.reply"),
        day=DAY,
    )


def resolution() -> None:
    """Two invented sources of 5,000 people."""
    from yiwang.data.resolution import api as resolution_door
    from yiwang.security.access.api import SYSTEM
    from yiwang.support.models import api as models

    judged = models.judge_resolution(resolution_door.measure(5_000, actor=SYSTEM))
    path = ROOT / "yiwang" / "support" / "models" / "shipped" / "data.resolution.json"
    models.store(path, of=models.running("data.resolution"), judged=judged, command=_command("data.resolution"), day=DAY)


MEASURED: dict[str, Callable[[], None]] = {
    "hotline.category": category, "guide.answer": answer, "guide.choosing": choosing, "hotline.reply": reply, "data.resolution": resolution,
}  # fmt: skip


def _command(key: str) -> str:
    return f"python -m tools.evaluations {key}"


def main() -> None:
    """Measure the named ones, or all."""
    parser = argparse.ArgumentParser(prog="python -m tools.evaluations", description=__doc__)
    parser.add_argument("keys", nargs="*", metavar="KEY")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.config.settings")
    with install.ready_database():
        install.setup_django()
        for key in options.keys or MEASURED:
            MEASURED[key]()
            print(f"{key} measured", file=sys.stderr)


if __name__ == "__main__":
    main()
