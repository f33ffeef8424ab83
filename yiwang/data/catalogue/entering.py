"""What a release brings is entered into the evidence log (目录链) once: resources as version 0, data elements, code tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.db import connection, transaction

from yiwang.base.clock.api import now
from yiwang.data.catalogue import in_force, rows
from yiwang.data.catalogue.elements import load, tables
from yiwang.data.catalogue.models import Shipped
from yiwang.data.catalogue.values import to_json
from yiwang.security.access.api import SYSTEM
from yiwang.security.audit import api as audit
from yiwang.security.audit.api import Record


def enter() -> int:
    """Enter what is not there yet, or is there with other content (an upgrade brought it); returns how much. Repeatable."""
    held = set(Shipped.objects.values_list("kind", "code", "digest"))
    if all((kind, code, rows.digest_of(body)) in held for kind, code, body in _brought()):
        return 0
    with transaction.atomic():
        with connection.cursor() as cursor:  # two workers may look at once
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('catalogue:shipped'))")
        held = set(Shipped.objects.values_list("kind", "code", "digest"))
        made = [
            Shipped(kind=kind, code=code, digest=digest, body=body, entered_at=now())
            for kind, code, body in _brought()
            if (kind, code, digest := rows.digest_of(body)) not in held
        ]
        Shipped.objects.bulk_create(made)
        audit.record_many(
            [
                Record(f"{row.kind}.enter", SYSTEM, rows.SHIPPED, str(row.id), detail={"code": row.code}, row=rows.shipped_content(row))
                for row in made
            ]
        )
    return len(made)


def evidence(kind: str, code: str) -> tuple[str, ...]:
    """The log refs of every content a release brought under a code, newest first."""
    ids = Shipped.objects.filter(kind=kind, code=code).order_by("-entered_at").values_list("id", flat=True)
    return tuple(ref for one in ids for ref in audit.evidence_refs(rows.SHIPPED, str(one)))


def _brought() -> Iterator[tuple[str, str, Any]]:
    for resource in in_force.shipped().values():
        yield "resource", resource.code, to_json(resource)
    for element in load().values():
        yield "element", element.code, _plain(asdict(element))
    for table in tables().values():
        yield "code_table", table.code, _plain({name: value for name, value in asdict(table).items() if name != "elements"})


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value))
