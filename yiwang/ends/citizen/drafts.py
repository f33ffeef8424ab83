"""Drafts survive: what was typed is kept encrypted under the person and the purpose, until it is handed in."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from yiwang.base.clock.api import now
from yiwang.business.cases.api import GivenMaterial
from yiwang.ends.citizen.models import Draft
from yiwang.ends.citizen.page import new_key
from yiwang.security.access.api import Actor
from yiwang.security.keys import api as keys
from yiwang.standards.errors import Forbidden

KEPT = timedelta(days=90)


@dataclass
class Sheet:
    """A half-filled form. ``key`` makes handing it in twice one act; ``reached`` is the step reached in the simple version."""

    answers: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    materials: dict[str, GivenMaterial] = field(default_factory=dict)
    key: str = ""

    def __post_init__(self) -> None:
        self.key = self.key or new_key()


def owner(actor: Actor) -> str:
    """Under which name a draft is found without holding the number of the person; one more for each represented."""
    if actor.represents is None:
        raise Forbidden("请先以个人或企业身份登录,再填写申请。")
    return keys.pseudonym(f"{actor.account_id}:{actor.represents}", use="citizen.draft")


def load(actor: Actor, purpose: str) -> Sheet | None:
    """The draft for this purpose, or None; one that can no longer be read counts as none."""
    mine = owner(actor)
    row = Draft.objects.filter(owner=mine, purpose=purpose).first()
    if row is None:
        return None
    try:
        body = json.loads(keys.decrypt(bytes(row.body), context=f"draft:{mine}:{purpose}"))
    except keys.CannotDecrypt:
        return None
    materials = {key: GivenMaterial(**given) for key, given in body["materials"].items()}
    return Sheet(answers=body["answers"], values=body["values"], materials=materials, key=body["key"])


def save(actor: Actor, purpose: str, sheet: Sheet) -> None:
    """Keep the draft."""
    mine = owner(actor)
    body = json.dumps(asdict(sheet), ensure_ascii=False).encode()
    sealed = keys.encrypt(body, context=f"draft:{mine}:{purpose}")
    Draft.objects.update_or_create(owner=mine, purpose=purpose, defaults={"body": sealed, "updated_at": now()})


def clear(actor: Actor, purpose: str) -> None:
    """Forget the draft."""
    Draft.objects.filter(owner=owner(actor), purpose=purpose).delete()


def waiting(actor: Actor) -> list[tuple[str, datetime]]:
    """Purposes with a draft, the latest first."""
    return list(Draft.objects.filter(owner=owner(actor)).order_by("-updated_at").values_list("purpose", "updated_at")[:10])


def forget_old(at: datetime) -> int:
    """Delete drafts nobody has touched for ninety days; returns how many."""
    return Draft.objects.filter(updated_at__lt=at - KEPT).delete()[0]
