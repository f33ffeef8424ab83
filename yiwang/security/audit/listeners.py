"""What audit hears from its neighbours: refusals of access, changes of keys; and the way back from leaves to records."""

from __future__ import annotations

import logging

from django.db import DatabaseError

from yiwang.security.access.api import Actor, listen_denials
from yiwang.security.audit import denials, reading, rows, writing
from yiwang.security.audit.words import Record
from yiwang.security.evidence.api import Source, register_source
from yiwang.security.keys.api import listen_changes

_log = logging.getLogger("yiwang.audit")


def connect() -> None:
    """Join the listeners; called once when the app is ready."""
    listen_denials(_denied)
    listen_changes(_key_changed)
    register_source(Source("audit", "audit_record", reading.record_documents, rows.compare))
    register_source(Source("access", "audit_access", reading.access_documents))


def on_request_finished(**_: object) -> None:
    """Write again what a rolled-back request refused; if the database is away, the next request of this thread does it."""
    try:
        denials.settle()
    except DatabaseError:
        _log.exception("refused acts could not be recorded yet")


def _denied(actor: Actor, permission: str, place: str, region: str) -> None:
    detail = {"permission": permission, "place": place, "region": region}
    denials.write(Record("access.denied", actor, "permission", permission, detail=detail, allowed=False))


def _key_changed(act: str, actor: Actor, name: str, version: int) -> None:
    writing.write_records([Record(act, actor, "key", name, detail={"version": version})])
