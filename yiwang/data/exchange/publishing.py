"""Resources that somebody may call for, published for the gateways: register → Arrow → snapshot, when data changes and every night."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.base.outbox import api as outbox
from yiwang.data.exchange import policies, resources
from yiwang.data.exchange.models import PublishedRow, RequestRow
from yiwang.data.exchange.requests import Resource, ResourceField
from yiwang.data.exchange.states import LIVE
from yiwang.data.registers import api as registers
from yiwang.data.registers.api import Value
from yiwang.security.access.api import SYSTEM
from yiwang.security.audit import api as audit
from yiwang.security.audit.api import Record
from yiwang.standards.errors import YiwangError
from yiwang.standards.events import SharingPublished

if TYPE_CHECKING:
    import pyarrow

CHUNK: Final = 10_000
OLDEST: Final = timedelta(hours=24)


def publish_due() -> list[str]:
    """Publish every granted resource that is missing, whose register has changed since, or that is a day old; returns their codes."""
    done = []
    granted = RequestRow.objects.filter(state__in=LIVE).order_by().values_list("resource", flat=True).distinct()
    for code in granted:
        at = PublishedRow.objects.filter(resource=code).first()
        try:
            if at is None or at.trouble or now() - at.as_of > OLDEST or _changed(resources.resource(code), at.as_of) or _unsealed(code):
                publish(code)
                done.append(code)
        except YiwangError as error:  # one register that does not answer must not stop the others
            PublishedRow.objects.filter(resource=code).update(trouble=error.message[:500])
    return done


def ensure(code: str) -> None:
    """Publish a resource that has never been published; a register that is away is tried again by the job."""
    if not PublishedRow.objects.filter(resource=code).exists():
        publish(code)


def _changed(resource: Resource, since: datetime) -> bool:
    """Whether a row was written or the whole register loaded since; registers without a way in of their own wait for the night."""
    if not resource.key_kind:
        return False
    keys, loaded = registers.changed(resource.code, since=since, by=resource.key_kind, limit=1)
    return bool(keys) or loaded > since


def _hidden(resource: Resource) -> frozenset[str]:
    """The columns that lie encrypted at the gateways, by the confirmed levels; the key stays readable, for rows are found by it."""
    return frozenset(one.name for one in resource.fields if one.encrypted and one.name != resource.key)


def _unsealed(code: str) -> bool:
    """Whether the catalogue has since put other columns under encryption."""
    from yiwang.data.gateway import api as gateway

    return gateway.sealed_columns(policies.folder() / "resources", code) != _hidden(resources.resource(code))


def publish(code: str) -> int:
    """Publish one resource now; returns its rows."""
    from yiwang.data.gateway import api as gateway  # Arrow only in the worker

    resource, as_of = resources.resource(code), now()
    table = _table(resource)
    rows = gateway.publish(
        policies.folder() / "resources", code, table, key=resource.key, as_of=as_of, sealed=_hidden(resource), shared=policies.shared()
    )
    with transaction.atomic():
        PublishedRow.objects.update_or_create(resource=code, defaults={"as_of": as_of, "rows": rows, "trouble": ""})
        audit.record(Record("sharing.publish", SYSTEM, "register", code, detail={"rows": rows, "as_of": as_of.isoformat()}))
        outbox.emit(SharingPublished(at=as_of, resource=code, rows=rows))
    return rows


def _table(resource: Resource) -> pyarrow.Table:
    """All rows of a register in the types of its elements; the key first."""
    import pyarrow

    types = {"number": pyarrow.float64(), "boolean": pyarrow.bool_()}
    fields = [one for one in resource.fields if one.name != resource.key]
    schema = pyarrow.schema([(resource.key, pyarrow.string()), *((one.name, types.get(one.kind, pyarrow.string())) for one in fields)])
    fit = [_fit(one) for one in fields]
    batches = [
        pyarrow.RecordBatch.from_pydict({schema.field(place).name: column for place, column in enumerate(columns)}, schema=schema)
        for columns in _columns(resource, fields, fit)
    ]
    return pyarrow.Table.from_batches(batches, schema=schema)


def _columns(resource: Resource, fields: list[ResourceField], fit: list[Callable[[Value], Any]]) -> Iterator[list[list[Any]]]:
    """Column by column, a chunk of rows at a time."""
    after, names = "", [one.name for one in fields]
    while True:
        found = registers.sweep(resource.code, columns=names, after=after, limit=CHUNK)
        if found:
            yield [[row[0] for row in found], *([make(row[3][at]) for row in found] for at, make in enumerate(fit))]
        if len(found) < CHUNK:
            return
        after = found[-1][0]


def _fit(field: ResourceField) -> Callable[[Value], Any]:
    """What makes a register's value the element's type."""
    if field.kind == "number":
        return lambda value: None if value is None else float(value)
    if field.kind == "boolean":
        return lambda value: None if value is None else bool(value)
    return lambda value: value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
