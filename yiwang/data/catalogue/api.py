"""The door of the catalogue: data elements with their one source, and data resources 数据资源 with their core metadata.

A resource is found by its code ``department.name`` (``health.birth``); who may see, write and publish drafts is asked of the actor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Literal
from uuid import UUID

from yiwang.data.catalogue import drafting, editing, entering, exporting, importing, in_force, overseeing, queries, searching
from yiwang.data.catalogue import elements as shipped
from yiwang.data.catalogue import values as plain
from yiwang.data.catalogue.elements import (
    CodeTable,
    CrossSource,
    Cycle,
    Element,
    ElementKind,
    UnknownCodeTable,
    UnknownElement,
    code_tables,
    load,
)
from yiwang.data.catalogue.errors import (
    BadResource,
    NoResourceDraft,
    NoSuchProposal,
    NoSuchResource,
    ResourceHasFindings,
    ResourceNeedsReason,
    SameCataloguer,
    StaleResource,
    UnreadableCatalogue,
    WrongResourceStep,
)
from yiwang.data.catalogue.searching import FACETS
from yiwang.data.catalogue.states import CLOCKS, STATES, STEP_NAMES
from yiwang.data.catalogue.values import (
    Change,
    Drafted,
    Duty,
    Field,
    Finding,
    Found,
    ImportReport,
    ImportRow,
    Overdue,
    Resource,
    ResourceVersion,
    Unbound,
)
from yiwang.security.access.api import Actor

__all__ = [
    "CLOCKS",
    "FACETS",
    "STATES",
    "STEP_NAMES",
    "BadResource",
    "Change",
    "CodeTable",
    "CrossSource",
    "Cycle",
    "Drafted",
    "Duty",
    "Element",
    "ElementKind",
    "Field",
    "Finding",
    "Found",
    "ImportReport",
    "ImportRow",
    "NoResourceDraft",
    "NoSuchProposal",
    "NoSuchResource",
    "Overdue",
    "Resource",
    "ResourceHasFindings",
    "ResourceNeedsReason",
    "ResourceVersion",
    "SameCataloguer",
    "StaleResource",
    "Unbound",
    "UnknownCodeTable",
    "UnknownElement",
    "UnreadableCatalogue",
    "WrongResourceStep",
    "code_table",
    "codes",
    "compare",
    "confirm",
    "differences",
    "discard",
    "draft",
    "drafts",
    "duties",
    "element",
    "elements",
    "evidence_of",
    "export",
    "extend",
    "find",
    "findings",
    "from_json",
    "give_back",
    "keep_duty",
    "known",
    "label",
    "look_at",
    "of_register",
    "overdue",
    "proposal",
    "proposals",
    "publish",
    "reject",
    "remove_duty",
    "resource",
    "resources",
    "save",
    "search",
    "submit",
    "tables",
    "take_in",
    "to_json",
    "unbound",
    "value_ranges",
    "version",
    "versions",
    "when_published",
]


def element(code: str) -> Element:
    """The element of a code such as ``person.name``.

    Raises:
        UnknownElement: no such code.
    """
    found = load().get(code)
    if found is None:
        raise UnknownElement(f"数据元目录中没有代码「{code}」,请核对后重试。", element=code)
    return found


def elements(codes: Sequence[str] | None = None) -> list[Element]:
    """All elements, or those of the given codes in their order (UnknownElement for a wrong one)."""
    return list(load().values()) if codes is None else [element(code) for code in codes]


def known(code: str) -> bool:
    """Whether the catalogue has the code."""
    return code in load()


def codes(table: str) -> dict[str, str]:
    """The codes of a population or company table with their Chinese words, for the options of a form.

    Sources: sex GB/T 2261.1, marital status GB/T 2261.2, ethnicity GB/T 3304, relation GB/T 4761, nationality GB/T 2659; the
    rest are this platform's own.

    Raises:
        UnknownCodeTable: no such table.
    """
    found = code_tables().get(table)
    if found is None:
        raise UnknownCodeTable(f"数据元目录中没有名为「{table}」的代码表,请核对名称。", table=table)
    return dict(found)


def tables() -> list[CodeTable]:
    """Every code table with its one authoritative source, by code."""
    return list(shipped.tables().values())


def code_table(code: str) -> CodeTable:
    """One code table. Raises UnknownCodeTable."""
    codes(code)
    return shipped.tables()[code]


def evidence_of(kind: Literal["resource", "element", "code_table"], code: str) -> tuple[str, ...]:
    """The log refs of what releases of the platform brought under a code, newest first; () until the worker entered it."""
    return entering.evidence(kind, code)


def label(code: str, value: str | int | float | bool | None) -> str:
    """How a page writes an element's value: the word of a code, 是 or 否, otherwise the text; '' for None.

    Raises:
        UnknownElement: no such element.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    one = element(code)
    return code_tables()[one.code_table].get(str(value), str(value)) if one.code_table else str(value)


def search(text: str, *, limit: int = 20) -> list[Element]:
    """Elements whose code or Chinese or English name contains every word of ``text``, best (shortest name) first."""
    words = text.casefold().split()
    hits = [one for one in load().values() if all(word in f"{one.code} {one.name} {one.name_en}".casefold() for word in words)]
    return sorted(hits, key=lambda one: (len(one.name), one.code))[:limit] if words else []


def resource(code: str) -> Resource:
    """The resource in force of a code such as ``health.birth``: the newest published version, else as shipped.

    Cost: a lookup in memory; one small statement a second and process.

    Raises:
        NoSuchResource: no such code, or it has only a draft.
    """
    return in_force.resource(code)


def resources(*, fresh: bool = False) -> list[Resource]:
    """Every resource in force, by code; ``fresh``: as the tables say now, not up to a second ago. Unchanged ones are the same objects."""
    if fresh:
        in_force.memory.forget()
    return [one for _, one in sorted(in_force.memory.all().items())]


def when_published(call: Callable[[], object]) -> None:
    """Have a room called, in the publishing process, right after a publication was committed; called by its ``AppConfig.ready``."""
    in_force.when_published(call)


def of_register(register: str) -> Resource:
    """The resource whose rows are in a register of ``data/registers``. Raises NoSuchResource."""
    for one in in_force.memory.all().values():
        if one.source == f"register:{register}":
            return one
    raise NoSuchResource(resource=str(register)[:80])


def duties() -> list[Duty]:
    """Every duty of every department, by code."""
    return list(in_force.duties().values())


def value_ranges() -> dict[str, Any]:
    """The value ranges of the core metadata (categories, items, shares, formats, cycles, types) and the legal limits, as configured."""
    return plain.metadata()


def find(text: str = "", *, facets: Mapping[str, str] = MappingProxyType({}), page: int = 1, size: int = 20) -> Found:
    """Resources that hold every word in title, code, fields or summary, best first, with counts by facet.

    ``facets``: department, category, share, open (yes/no), level, cycle, format → the value chosen. At most 100 a page.

    Raises:
        InvalidInput: an unknown facet.
    """
    return searching.find(text, chosen=facets, page=page, size=size)


def versions(code: str, *, actor: Actor) -> list[ResourceVersion]:
    """The published versions of a resource, newest first, the shipped one last. Raises NoSuchResource, PermissionDenied."""
    return queries.versions(code, actor=actor)


def version(code: str, *, number: int | None = None, actor: Actor) -> ResourceVersion:
    """A published version by its number (0 the shipped one; None the one in force). Raises NoSuchResource, PermissionDenied."""
    return queries.version(code, number=number, actor=actor)


def compare(code: str, *, old: int, new: int, actor: Actor) -> list[Change]:
    """What changed from one published version to another. Raises NoSuchResource, PermissionDenied."""
    return queries.differences(*(queries.version(code, number=one, actor=actor).resource for one in (old, new)))


def differences(old: Resource, new: Resource) -> list[Change]:
    """What differs between two resources, metadata first, then field by field. Pure."""
    return queries.differences(old, new)


def draft(code: str, *, actor: Actor) -> ResourceVersion:
    """The open draft as its department (or, once submitted, the data authority) sees it; without one, what a new one starts from
    (``lock`` 0).

    Raises:
        NoResourceDraft: no draft that the actor may see, and no published resource. PermissionDenied: another department's resource.
    """
    return queries.draft(code, actor=actor)


def drafts(actor: Actor) -> list[ResourceVersion]:
    """The open drafts of the actor's department, and those waiting for the review of the data authority."""
    return queries.drafts(actor)


def overdue(actor: Actor) -> list[Overdue]:
    """Reviews and updates whose legal days are over: those of the actor's department; for the data authority those of its region."""
    return overseeing.overdue(actor)


def findings(resource: Resource) -> list[Finding]:
    """What is wrong with a resource, errors first; an error keeps it from being submitted and published."""
    return queries.findings(resource)


def save(resource: Resource, *, actor: Actor, lock: int, note: str = "", changed_on: date | None = None) -> ResourceVersion:
    """Save the draft of a resource (of a new code: begin it); ``lock`` is the one last seen; findings do not prevent saving.

    ``changed_on``: the day the data changed, from which the legal term of updating the catalogue runs (today by default).

    Raises:
        StaleResource: somebody saved in between. WrongResourceStep: it waits for review. BadResource: a value of a wrong type.
        PermissionDenied: without ``catalogue.edit`` for its department.
    """
    return editing.save(resource, actor=actor, lock=lock, note=note, changed_on=changed_on)


def submit(code: str, *, actor: Actor, lock: int) -> ResourceVersion:
    """Hand the draft to the data authority, whose legal term of review begins.

    Raises:
        ResourceHasFindings: errors are left. NoResourceDraft, StaleResource, WrongResourceStep, PermissionDenied.
    """
    return editing.submit(code, actor=actor, lock=lock)


def give_back(code: str, *, actor: Actor, lock: int, reason: str) -> ResourceVersion:
    """Return a submitted draft with a reason.

    Raises:
        ResourceNeedsReason, SameCataloguer, NoResourceDraft, StaleResource, WrongResourceStep, PermissionDenied.
    """
    return editing.give_back(code, actor=actor, lock=lock, reason=reason)


def publish(code: str, *, actor: Actor, lock: int) -> ResourceVersion:
    """Publish a submitted draft; a first publication gets its catalogue code. Other processes follow within a second.

    Raises:
        SameCataloguer: who wrote or submitted it. ResourceHasFindings: an error appeared since.
        NoResourceDraft, StaleResource, WrongResourceStep; PermissionDenied: without ``catalogue.publish``.
    """
    return editing.publish(code, actor=actor, lock=lock)


def discard(code: str, *, actor: Actor, lock: int) -> None:
    """Give up a draft; it stays in the history. Raises NoResourceDraft, StaleResource, WrongResourceStep, PermissionDenied."""
    editing.discard(code, actor=actor, lock=lock)


def extend(code: str, *, actor: Actor, lock: int, reason: str) -> ResourceVersion:
    """The data authority lets the term of updating run longer, once. Raises ResourceNeedsReason, WrongResourceStep, PermissionDenied."""
    return editing.extend(code, actor=actor, lock=lock, reason=reason)


def keep_duty(duty: Duty, *, actor: Actor) -> None:
    """Add a duty of the own department or change it. Raises BadResource, PermissionDenied."""
    editing.keep_duty(duty, actor=actor, removed=False)


def remove_duty(duty: Duty, *, actor: Actor) -> None:
    """Take a duty of the own department out of the list. Raises BadResource, PermissionDenied."""
    editing.keep_duty(duty, actor=actor, removed=True)


def unbound(actor: Actor, *, department: str = "") -> Unbound:
    """Duties without a resource, resources without a duty, fields without a data element ('' every department)."""
    return queries.unbound(actor, department=department)


def export(resources: Sequence[Resource], *, form: Literal["json", "xlsx", "dcat"]) -> bytes:
    """Resources as a file: JSON (UTF-8), an xlsx workbook of two sheets, or a DCAT catalogue in JSON-LD."""
    return {"json": exporting.as_json, "xlsx": exporting.as_xlsx, "dcat": exporting.as_dcat}[form](resources)


def take_in(content: bytes, *, actor: Actor) -> ImportReport:
    """Import a file of ``export`` (its form is recognised): each resource becomes a draft or is refused; the good ones are kept.

    Raises:
        UnreadableCatalogue: not such a file, or too large.
    """
    return importing.take_in(content, actor=actor)


def to_json(resource: Resource) -> dict[str, Any]:
    """A resource as plain JSON."""
    return plain.to_json(resource)


def from_json(data: object) -> Resource:
    """The resource of its JSON. Raises BadResource."""
    return plain.from_json(data)


def look_at(tables: Mapping[str, Any], *, origin: str, department: str, region: str = "", actor: Actor) -> list[Drafted]:
    """Keep what ``data/sensing`` proposes of each table (``pyarrow.Table`` by name) for a department; no row is kept, examples are
    masked. ``origin``: where the tables are from, for people (no password in it).

    Raises:
        PermissionDenied: without ``catalogue.edit`` for the department.
    """
    return drafting.look_at(tables, origin=origin, department=department, region=region, actor=actor)


def proposals(actor: Actor) -> list[Drafted]:
    """The tables of the actor's department that wait for a person, newest first, at most 500."""
    return drafting.waiting(actor)


def proposal(proposal_id: UUID, *, actor: Actor) -> Drafted:
    """One of them. Raises NoSuchProposal (also for another department's)."""
    return drafting.one(proposal_id, actor=actor)


def confirm(proposal_id: UUID, *, resource: Resource, actor: Actor) -> ResourceVersion:
    """Make a resource's draft of it, with the fields as the person confirmed or corrected them; both are recorded.

    Raises:
        NoSuchProposal; WrongResourceStep: it was decided before; BadResource, PermissionDenied.
    """
    return drafting.confirm(proposal_id, resource=resource, actor=actor)


def reject(proposal_id: UUID, *, actor: Actor) -> None:
    """Put a proposal aside. Raises NoSuchProposal, WrongResourceStep."""
    drafting.reject(proposal_id, actor=actor)
