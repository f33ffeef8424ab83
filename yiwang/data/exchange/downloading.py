"""Whole resources that were handed out, and for a person or company whether its row was in them: told from the gateways' publications."""

from __future__ import annotations

from functools import cache

from yiwang.data.exchange import policies, resources
from yiwang.data.exchange.models import DownloadRow
from yiwang.data.exchange.requests import Download, Resource
from yiwang.data.registers import api as registers
from yiwang.security.access.api import Actor
from yiwang.standards.errors import YiwangError
from yiwang.standards.subjects import Subject

MOST = 100


def of(actor: Actor) -> list[Download]:
    """The newest downloads that contained a row about the citizen (or his principal), or of which it can no longer be told."""
    subject = actor.represents
    rows = DownloadRow.objects.order_by("-at")[:MOST]
    if subject is None or not rows:
        return []
    from yiwang.data.gateway import api as gateway  # numpy and Arrow come with it: only where something was handed out

    @cache
    def keys(code: str) -> tuple[str, ...]:
        return _keys(code, subject)

    @cache
    def held(code: str, version: int) -> bool | None:
        return gateway.contained(policies.folder() / "resources", code, keys(code), number=version) if keys(code) else False

    found = [(row, held(row.resource, row.version)) for row in rows]
    return [_download(row, contained) for row, contained in found if contained is not False]


def _keys(code: str, subject: Subject) -> tuple[str, ...]:
    """By which keys the rows about a subject stand in a resource."""
    try:
        resource = resources.resource(code)
        if resource.key_kind == subject.kind:
            return (subject.key,)
        return tuple(
            one.key.value for one in registers.related([subject], kinds=(resource.key_kind,)) if isinstance(one.key, registers.Key)
        )
    except YiwangError:  # no longer shared, or the register is away
        return ()


def _download(row: DownloadRow, contained: bool | None) -> Download:
    try:
        resource: Resource | None = resources.resource(row.resource)
    except YiwangError:
        resource = None
    named = tuple(one.element for one in resource.fields if one.name in row.fields) if resource else ()
    title = resource.title if resource else row.resource
    return Download(row.at, row.resource, title, row.consumer, row.purpose, row.purpose_title, row.legal_basis, named, row.rows, contained)
