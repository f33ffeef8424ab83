"""Drafts: nothing that was typed is lost; one for each person, whom they act for, and life event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.business.life_events import definitions, models
from yiwang.business.life_events.errors import WrongApplicant
from yiwang.business.life_events.values import Draft
from yiwang.security.access.api import Actor
from yiwang.security.audit import api as audit
from yiwang.standards.errors import InvalidInput

MOST_CHARACTERS: Final = 300_000


def save(
    code: str, *, actor: Actor, answers: Mapping[str, Any] | None, values: Mapping[str, Any] | None, materials: Mapping[str, Any] | None
) -> Draft:
    """See ``api.save_draft``."""
    definitions.get(code)
    given = {"answers": answers, "values": values, "materials": materials}
    given = {name: dict(one) for name, one in given.items() if one is not None}
    if len(str(given)) > MOST_CHARACTERS:
        raise InvalidInput(f"草稿太大,最多 {MOST_CHARACTERS} 字,请精简长文字或改为上传附件。")
    with transaction.atomic():
        row, _ = models.Draft.objects.update_or_create(defaults={**given, "updated_at": now()}, **_whose(code, actor))
        audit.record_many([audit.Record(act="life_event.draft_saved", actor=actor, kind="life_event_draft", ref=str(row.pk))])
    return _view(row)


def find(code: str, *, actor: Actor) -> Draft | None:
    """See ``api.draft``."""
    row = models.Draft.objects.filter(**_whose(code, actor)).first()
    return _view(row) if row else None


@transaction.atomic
def discard(code: str, *, actor: Actor) -> None:
    """See ``api.discard_draft``; forgetting is on record, what was forgotten is not."""
    if models.Draft.objects.filter(**_whose(code, actor)).delete()[0]:
        audit.record_many([audit.Record(act="life_event.draft_discarded", actor=actor, kind="life_event_draft", ref=code)])


def _whose(code: str, actor: Actor) -> dict[str, Any]:
    subject = actor.represents
    if subject is None:
        raise WrongApplicant("请先登录,草稿才能保存到您的名下。")
    return {"applicant": str(subject), "account_id": actor.account_id, "code": code}


def _view(row: models.Draft) -> Draft:
    return Draft(row.code, row.answers, row.values, row.materials, row.updated_at)
