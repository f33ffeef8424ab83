"""The frozen values of the resource catalogue and their plain JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from yiwang.data.catalogue.errors import BadResource

FieldType = Literal["string", "number", "date", "datetime", "boolean", "binary"]
Share = Literal["unconditional", "conditional", "none"]


@cache
def metadata() -> dict[str, Any]:
    """The value ranges of the core metadata and the legal limits, as configured in ``metadata.json``."""
    read: dict[str, Any] = json.loads((Path(__file__).parent / "metadata.json").read_text(encoding="utf-8"))
    return read


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field 信息项 of a resource.

    Attributes:
        name: column name in the source; ``title`` its Chinese name.
        length: longest text in characters; 0 where the type has none.
        element: code of the data element it holds, or ''.
        level: 1–4 of general data (GB/T 43697); confirmed by a person for drafted resources.
        sensitive: sensitive personal data of PIPL article 28.
        mask: kind of ``security.masking`` by which it is masked, or ''.
        key: whether it identifies a row (alone or together with other key fields).
    """

    name: str
    title: str
    type: FieldType = "string"
    length: int = 0
    element: str = ""
    code_table: str = ""
    level: int = 2
    sensitive: bool = False
    mask: str = ""
    key: bool = False

    @property
    def encrypted(self) -> bool:
        """Whether it is kept and carried encrypted: sensitive, or of the configured level and above."""
        return self.sensitive or self.level >= int(metadata()["rules"]["encrypt_level"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A data resource 数据资源 with its core metadata (政务信息资源目录编制指南, 发改高技〔2017〕1272号).

    Attributes:
        code: ``department.name``, stable; ``catalogue_code`` the generated code ``front/sequence`` ('' until first published).
        provider_name, provider_code: who provides it, with its unified social credit code.
        category: '1' basic, '2' theme, '3' department; ``item`` two digits, ``group`` three digits (目) under it.
        share: with ``share_terms`` (scope and use, for conditional), ``share_ground`` (law, for none), ``share_modes``.
        open: whether it may be opened to the public; ``open_terms`` under which conditions.
        formats: pairs (class of ``metadata.json``, type such as 'xlsx').
        related: codes of other resources; ``duties`` codes of the duties it comes from.
        source: where the rows are: ``register:<name>``, ``lake:<table>``, or '' when only described.
        number: version in force (0: as shipped); ``published_on`` its day.
    """

    code: str
    title: str
    department: str
    fields: tuple[Field, ...] = ()
    title_en: str = ""
    region: str = ""
    provider_name: str = ""
    provider_code: str = ""
    summary: str = ""
    category: str = "3"
    item: str = "99"
    group: str = "001"
    catalogue_code: str = ""
    share: Share = "conditional"
    share_terms: str = ""
    share_ground: str = ""
    share_modes: tuple[str, ...] = ("interface",)
    open: bool = False
    open_terms: str = ""
    cycle: str = "daily"
    formats: tuple[tuple[str, str], ...] = ()
    related: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    source: str = ""
    number: int = 0
    published_on: date | None = None

    @property
    def level(self) -> int:
        """The highest level of its fields (就高从严); 1 for a resource without fields."""
        return max((one.level for one in self.fields), default=1)

    @property
    def sensitive(self) -> bool:
        """Whether a field is sensitive personal data."""
        return any(one.sensitive for one in self.fields)

    @property
    def approval(self) -> bool:
        """Whether a request for it needs the provider's approval: conditional, or of the configured level and above."""
        return self.share != "unconditional" or self.level >= int(metadata()["rules"]["approve_level"])

    def field(self, name: str) -> Field | None:
        """The field of a name, or None."""
        return next((one for one in self.fields if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty 职责 of a department with the law it rests on."""

    code: str
    title: str
    department: str
    region: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake in a draft: ``level`` error or warning, the ``field`` it is in, cause and remedy in one sentence."""

    level: Literal["error", "warning"]
    field: str
    cause: str


@dataclass(frozen=True, slots=True)
class Change:
    """One difference of two versions: ``place`` (title, share, fields.phone …), its Chinese ``name``, what it was and what it is."""

    place: str
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ResourceVersion:
    """A version of a resource: its state, who wrote and who published it, and its legal limits.

    ``review_due`` is when a submitted draft must be reviewed, ``update_due`` when a change of the data must be in the catalogue;
    ``review_light``/``update_light`` say how far they are (green, yellow, red; '' where none runs). ``evidence`` are log refs.
    """

    id: UUID | None
    resource: Resource
    number: int
    state: str
    lock: int
    note: str = ""
    changed_on: date | None = None
    edited_by_name: str = ""
    edited_at: datetime | None = None
    submitted_at: datetime | None = None
    published_by_name: str = ""
    published_at: datetime | None = None
    return_reason: str = ""
    review_due: date | None = None
    review_light: str = ""
    update_due: date | None = None
    update_light: str = ""
    mine: bool = False
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Overdue:
    """A clock that ran out: ``clock`` of ``CLOCKS`` (review, update), ``due`` its last day. Says nothing of the draft's content."""

    code: str
    title: str
    department: str
    state: str
    clock: str
    due: date


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: one page of resources, the number of all, and counts by facet and value (each facet counted under the
    conditions of the others).
    """

    resources: tuple[Resource, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    page: int = 1
    pages: int = 1


@dataclass(frozen=True, slots=True)
class Unbound:
    """Bindings without a partner: duties without a resource, resources without a duty, fields without an element."""

    duties: tuple[Duty, ...]
    resources: tuple[Resource, ...]
    fields: tuple[tuple[Resource, Field], ...]


@dataclass(frozen=True, slots=True)
class ImportRow:
    """What became of one resource of an import: 'new', 'changed', 'same' or 'refused' with its reason."""

    place: str
    code: str
    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Every row of an import, in order."""

    rows: tuple[ImportRow, ...] = field(default_factory=tuple)

    def count(self, outcome: str) -> int:
        """How many rows had that outcome."""
        return sum(one.outcome == outcome for one in self.rows)


@dataclass(frozen=True, slots=True)
class Drafted:
    """A table that was looked at: ``fields`` as they would stand in the catalogue, ``told`` per field what was found (kind, confidence,
    evidence, profile with masked examples), ``relations`` to other tables of the same source; ``resource``: the code it became.
    """

    id: UUID
    name: str
    origin: str
    department: str
    region: str
    state: str
    fields: tuple[Field, ...]
    told: tuple[Mapping[str, Any], ...]
    relations: tuple[Mapping[str, Any], ...]
    made_at: datetime
    resource: str = ""


_LEFT_OUT = {"number", "published_on"}


def to_json(resource: Resource) -> dict[str, Any]:
    """A resource as plain JSON: the content of a version (number and day belong to the version)."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(resource), default=str))
    return {name: value for name, value in plain.items() if name not in _LEFT_OUT}


def from_json(data: object) -> Resource:
    """The resource of its JSON; unknown names are refused, so that a misspelt one is not lost.

    Raises:
        BadResource: it is not a resource: what and where.
    """
    if not isinstance(data, dict):
        raise BadResource(why="每个数据资源应是一个 JSON 对象", field="")
    given = {name: value for name, value in data.items() if name not in _LEFT_OUT}
    rows = given.pop("fields", [])
    if not isinstance(rows, list | tuple) or len(rows) > MOST_FIELDS:
        raise BadResource(why=f"信息项应是一个列表,最多 {MOST_FIELDS} 项", field="fields")
    made = tuple(_made(Field, row, f"fields.{place + 1}") for place, row in enumerate(rows))
    pairs = given.pop("formats", ())
    if not isinstance(pairs, list | tuple) or not all(isinstance(one, list | tuple) and len(one) == 2 for one in pairs):
        raise BadResource(why="数据格式应是“大类、类型”的列表", field="formats")
    formats = tuple((str(one[0]), str(one[1])) for one in pairs)
    resource: Resource = _made(Resource, {**given, "fields": made, "formats": formats}, "")
    return resource


MOST_FIELDS = 500
_WORDS = {"str": str, "int": int, "bool": bool}


def _made(kind: Any, row: object, place: str) -> Any:
    """A dataclass of a mapping, each value of its declared type."""
    if not isinstance(row, Mapping):
        raise BadResource(why="信息项应是 JSON 对象", field=place)
    known = {one.name: str(one.type) for one in fields(kind)}
    for name, value in row.items():
        where = f"{place}.{name}" if place else str(name)
        if name not in known:
            raise BadResource(why=f"没有名为“{str(name)[:60]}”的元数据项", field=where[:100])
        wanted = _WORDS.get(known[name], str if known[name] in ("FieldType", "Share") else None)
        if wanted is not None and (not isinstance(value, wanted) or (wanted is int and isinstance(value, bool))):
            raise BadResource(why=f"“{name}”的值类型不对", field=where)
        if isinstance(value, str) and len(value) > MOST_TEXT:
            raise BadResource(why=f"“{name}”超过 {MOST_TEXT} 个字", field=where)
        if known[name] == "tuple[str, ...]" and not (isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)):
            raise BadResource(why=f"“{name}”应是文字的列表", field=where)
    missing = [name for name in ("code", "title", "department") if name not in row] if kind is Resource else []
    missing += [name for name in ("name", "title") if name not in row] if kind is Field else []
    if missing:
        raise BadResource(why=f"缺少 {'、'.join(missing)}", field=place)
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in row.items()})


MOST_TEXT = 5000
