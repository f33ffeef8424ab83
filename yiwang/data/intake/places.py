"""Where things of a source stand: the lake's folder, its landing folder, the beginning of its files' names, how it is reached."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings

from yiwang.base.runtime import api as runtime
from yiwang.data.intake import reaching
from yiwang.data.intake.models import SourceRow
from yiwang.data.intake.states import TABLES
from yiwang.security.keys import api as keys


def folder() -> Path:
    """The lake of this installation."""
    return Path(settings.YIWANG_VAR) / "lake"


def landing(row: SourceRow) -> str:
    """The name of the source's landing folder in the lake."""
    return row.id.hex


def under(row: SourceRow) -> str:
    """How the names of the source's files begin in the lake."""
    return f"{row.department}/{row.region}/{row.id.hex}/"


def streams() -> runtime.Streams:
    """The platform's own message server."""
    return runtime.Streams(Path(settings.YIWANG_VAR) / "nats", port=settings.NATS_PORT)


def reach(row: SourceRow) -> dict[str, Any]:
    """How the lake reaches the source, credentials unsealed: address, what, headers. BadSource where it may not."""
    if row.kind == "nats" and not row.address:
        return {"address": settings.NATS_URL or streams().url, "what": f"intake-{row.id.hex}"}
    reaching.check(row.address)
    secret = keys.decrypt(bytes(row.secret), context=f"intake_source.secret.{row.id}").decode() if row.secret else ""
    found: dict[str, Any] = {"address": reaching.joined(row.kind, row.address, secret)}
    if row.kind in TABLES:
        return found | {"what": row.options["table"]}
    if row.kind == "http":
        headers = {row.options.get("header", "Authorization"): secret} if secret else {}
        return found | {"what": row.options.get("items", "items"), "headers": headers}
    return found | {"what": row.options["stream"]}
