"""What comes with the platform: registered with its evaluation, brought live by two people, and what is used though nobody approved it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import cache

from yiwang.security.access.api import Actor
from yiwang.standards.errors import YiwangError
from yiwang.support.models import keys, loading, registering
from yiwang.support.models.errors import ModelKnown, NothingToStart
from yiwang.support.models.keys import Model
from yiwang.support.models.models import Version
from yiwang.support.models.states import STATES

UNREGISTERED, CHANGED, NEWER, UNREADABLE = "unregistered", "changed", "newer", "unreadable"


def start(key: str, *, actor: Actor) -> Version:
    """See the door."""
    model = keys.model(key)
    ship = keys.owner(key).ship
    if ship is None:
        raise NothingToStart(title=model.name)
    shipped = ship()
    try:
        row = registering.keep(model, shipped.data, source=shipped.source, actor=actor, origin="shipped")
    except ModelKnown as known:
        row = registering.find(model, int(str(known.details["number"])))
        if row.state != "draft":  # a start that was killed before its evaluation goes on from here
            raise
    for judged in shipped.judgements:
        registering.measured(model, row.number, judged, actor)
    row.refresh_from_db()
    return row


def use(model: Model, live: Version | None) -> str:
    """'' where what is used is the live version (or nothing is); else ``unregistered``, of rules ``changed`` since, of files ``newer``."""
    if live is None:
        return "" if model.kind == "classifier" else UNREGISTERED  # without a classifier rules answer, which are a model of their own
    if model.kind == "rules":
        return "" if registering.runs(live) else CHANGED
    data = keys.owner(model.key).data
    return NEWER if live.origin == "shipped" and data and _digest(data) != live.digest else ""


@cache
def _digest(data: Callable[[], bytes]) -> str:
    """Files of the platform itself do not change while a process runs."""
    return hashlib.sha256(data()).hexdigest()


def loose(*, read: bool = False) -> Iterator[tuple[Model, str]]:
    """The models whose live version is not what is used or shipped; with ``read`` also those whose file can no longer be read."""
    held = {row.key: row for row in Version.objects.filter(state="live")}
    for model in keys.models().values():
        if (found := use(model, held.get(model.key))) and keys.owner(model.key).ship is not None:
            yield model, found
        elif read and model.key in held and loading.live(model.key) is None:
            yield model, UNREADABLE


def bring_live(key: str, *, officer: Actor, approver: Actor) -> Version:
    """Register what is shipped as one person, approve and activate it as another; from wherever an earlier attempt left it."""
    model = keys.model(key)
    try:
        row = start(key, actor=officer)
    except ModelKnown as known:
        row = registering.find(model, int(str(known.details["number"])))
    acts = {"evaluated": ("approve", "activate"), "approved": ("activate",), "retired": ("roll_back",)}
    for act in acts.get(row.state, ()):
        row = registering.step(
            key, row.number, act=act, lock=None, reason="随软件安装的这一版正在运行" * (act == "roll_back"), actor=approver
        )
    return row


def bring_all_live(*, officer: Actor, approver: Actor) -> list[str]:
    """See the door."""
    told = []
    there = set(Version.objects.values_list("key", flat=True))
    new = [model for model in keys.models().values() if model.key not in there and keys.owner(model.key).ship is not None]
    for model in {one.key: one for one in [*new, *(one for one, _why in loose())]}.values():
        try:
            row = bring_live(model.key, officer=officer, approver=approver)
            if row.state != "live":
                told.append(f"“{model.name}”第 {row.number} 版没有上线:{STATES[row.state]}。请在模型登记里评测、审批。")
        except YiwangError as refused:
            told.append(refused.message)
    return told
