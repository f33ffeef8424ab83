"""What the rooms below decide by: they cannot declare themselves upstairs, so the register measures them through their doors."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from yiwang.support.models import kinds, rules, stored, tables
from yiwang.support.models.tables import TestSet
from yiwang.support.models.values import Judged, Judgement, Owner, Shipped

ROOM: Final = Path(__file__).parent
NONE: Final = "无"
RESOLVED: Final = "data.resolution"


def masking(text: str) -> str:
    """The kinds that are covered, in their order."""
    from yiwang.security.masking import api as door

    return " ".join(kind for _start, _end, kind in door.find_in_text(text)) or NONE


def sensing(text: str) -> str:
    """The kind of a column, written ``name=value|value``."""
    import pyarrow

    from yiwang.data.sensing import api as door

    name, _, values = text.partition("=")
    return door.classify(pyarrow.table({name: values.split("|")}))[0].kind or NONE


def addresses(text: str) -> str:
    """road/number/building/unit/room, the numbers without their words."""
    from yiwang.data.addresses import api as door

    found = door.parse(text)
    numbers = (found.road_number, found.building, found.unit, found.room)
    return "/".join((found.road, *(re.sub(r"[号栋幢室座]|单元|号楼|院$", "", one) for one in numbers)))


ANSWERS: Final[Mapping[str, Callable[[str], str]]] = {"data.masking": masking, "data.sensing": sensing, "data.addresses": addresses}


def _judge(key: str) -> Callable[[TestSet, str], Judgement]:
    return lambda test, name: kinds.said(name, "held_out", test.fingerprint, test.rows, [ANSWERS[key](one.text) for one in test.rows])


def _ship(key: str) -> Shipped:
    test = tables.read((ROOM / "sets" / f"{key.partition('.')[2]}.csv").read_bytes(), needed=("text", "label"), filled=("text", "label"))
    judged = _judge(key)(test, "随平台提供的自编评测集")
    return Shipped(rules.running(key), "随软件安装的规则,没有训练;自编评测集见房间的 sets 目录", (judged,))


def resolved(found: Mapping[str, Any]) -> Judgement:
    """What ``data.resolution.api.measure`` says, as the register keeps it: the pairs that were not found by their ids."""
    ours = found["ours"]
    mark = hashlib.sha256(f"{found['kind']} {found['left']} {found['right']} {found['seed']} {found['noise']}".encode()).hexdigest()
    scores = {"pair_precision": ours["precision"], "pair_recall": ours["recall"], "pair_f1": ours["f1"]}
    missed = list(found["missed"])
    rows = [Judged(pair, "同一", 0.0, 1.0) for pair in missed] + [Judged("", "同一", 1.0, 1.0)] * (found["same"] - len(missed))
    return Judgement(f"自造的两个来源,{found['left']} 与 {found['right']} 行", "held_out", mark, scores, tuple(rows))


def _ship_resolved() -> Shipped:
    data = rules.running(RESOLVED)
    judged = stored.read(ROOM / "shipped" / f"{RESOLVED}.json", of=data)
    return Shipped(data, "随软件安装的规则;权重每次比对时从两个来源学得", (judged,) if judged else ())


def owners() -> Mapping[str, Owner]:
    """What the register knows of the rooms below it."""
    found = {key: Owner(judge=_judge(key), ship=lambda key=key: _ship(key)) for key in ANSWERS}  # type: ignore[misc]
    return {**found, RESOLVED: Owner(ship=_ship_resolved)}
