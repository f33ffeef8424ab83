"""Reading: what the public may see is asked here and nowhere else; what the desk may see is asked of the official."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from yiwang.base.clock.api import now
from yiwang.data.opening import definitions, files, releases
from yiwang.data.opening.definitions import Definition
from yiwang.data.opening.errors import NoSuchRelease, NoSuchSet
from yiwang.data.opening.models import Release
from yiwang.data.opening.states import PERMISSIONS, PUBLIC, STATES, STEPS, UNFINISHED
from yiwang.data.opening.values import (
    ColumnView,
    DeskSet,
    Facet,
    FileView,
    Found,
    OpenSet,
    OpenSetLine,
    OpenVersion,
    ReleaseView,
    Slice,
)
from yiwang.security.access.api import Actor, may, require

FACETS: Final = ("theme", "department", "cycle", "method")


def line(row: Release, one: Definition) -> OpenSetLine:
    """The list's line of an open release."""
    assert row.opened_at is not None
    return OpenSetLine(
        code=row.code,
        title=one.title,
        title_en=one.title_en,
        summary=one.summary,
        summary_en=one.summary_en,
        department=one.department,
        theme=one.theme,
        keywords=one.keywords,
        cycle=one.cycle,
        licence=one.licence,
        located=one.located,
        number=row.number,
        rows=row.rows,
        quality=float(row.report.get("check", {}).get("quality", {}).get("score", 0)),
        opened_at=row.opened_at,
    )


def _open_rows() -> list[tuple[Release, Definition]]:
    """Every open release with the definition it was made by, newest first."""
    return [(row, definitions.read(row.definition)) for row in Release.objects.filter(state="open").order_by("-opened_at", "code")]


def search(q: str, *, chosen: dict[str, str]) -> Found:
    """Open data sets that hold every word of the text, narrowed by facets; each facet counts without its own choice."""
    words = q.lower().split()[:10]
    asked = {name: value for name, value in chosen.items() if name in FACETS and value}
    matched = [(row, one) for row, one in _open_rows() if all(word in _text(one) for word in words)]

    def value(one: Definition, facet: str) -> str:
        return one.protection.method if facet == "method" else str(getattr(one, facet))

    def fits(one: Definition, but: str = "") -> bool:
        return all(value(one, name) == wanted for name, wanted in asked.items() if name != but)

    facets = {}
    for name in FACETS:
        counts = Counter(value(one, name) for _, one in matched if fits(one, name))
        facets[name] = tuple(Facet(each, count, asked.get(name) == each) for each, count in sorted(counts.items()))
    rows = tuple(line(row, one) for row, one in matched if fits(one))
    return Found(rows, len(rows), facets)


def _text(one: Definition) -> str:
    """Where words are looked for."""
    names = " ".join(f"{column.name} {column.title} {column.title_en}" for column in one.columns)
    return " ".join((one.code, one.title, one.title_en, one.summary, one.summary_en, *one.keywords, names)).lower()


def columns(one: Definition) -> tuple[ColumnView, ...]:
    """The dictionary."""
    return tuple(ColumnView(c.name, c.title, c.title_en, c.kind, c.meaning, c.key, c.optional) for c in one.columns)


def public_release(code: str, number: int | None = None) -> Release:
    """The open release of a data set, or a former one by its number. Raises NoSuchSet, NoSuchRelease."""
    current = Release.objects.filter(code=code, state="open").first()
    if current is None:  # without an open release nothing of a data set is public, its former ones neither
        raise NoSuchSet(code=code[:64])
    if number is None or number == current.number:
        return current
    found = Release.objects.filter(code=code, number=number, state__in=PUBLIC).first()
    if found is None:
        raise NoSuchRelease(code=code)
    return found


def data_set(code: str, *, number: int | None) -> OpenSet:
    """See the door."""
    row = public_release(code, number)
    one = definitions.read(row.definition)
    versions = list(Release.objects.filter(code=code, state__in=PUBLIC).order_by("-number"))
    check = row.report.get("check", {})
    shown = ("small", "with_them", "left_out", "epsilon")
    assert versions[-1].opened_at is not None
    return OpenSet(
        line=line(row, one),
        first_opened_at=versions[-1].opened_at,
        columns=columns(one),
        files=tuple(FileView(f"{code}-{form}", form, files.NAMES[form], kind) for form, kind in files.TYPES.items()),
        versions=tuple(_version(each) for each in versions),
        quality=check.get("quality", {}),
        changes=row.changes if _public_base(row, versions) else {},
        digest=row.digest,
        size=row.size,
        method=one.protection.method,
        protection={name: check[name] for name in shown if name in check}
        | {"threshold": one.protection.threshold, "k": one.protection.k, "l": one.protection.diversity, "ground": one.protection.ground},
    )


def _public_base(row: Release, versions: list[Release]) -> bool:
    """Whether the version that changes are told against is public itself: a withdrawn one must not be read out of its successor."""
    return bool(row.changes) and any(each.number == row.changes.get("from") for each in versions)


def _version(row: Release) -> OpenVersion:
    assert row.opened_at is not None
    counts = [int(row.changes.get(name, 0)) for name in ("added", "removed", "changed")]
    return OpenVersion(row.number, row.state, row.rows, row.digest, row.opened_at, *counts)


def preview(code: str, *, number: int | None, limit: int) -> Slice:
    """The first rows."""
    row = public_release(code, number)
    return Slice(columns(definitions.read(row.definition)), tuple(files.rows(row.digest, limit=limit)), row.rows)


def file(code: str, *, form: str, number: int | None) -> tuple[bytes, str, str]:
    """Content, media type and file name of one format."""
    row = public_release(code, number)
    return files.content(row.digest, form), files.TYPES[form], f"{code}-v{row.number}.{form}"


def release_view(row: Release, actor: Actor | None = None) -> ReleaseView:
    """A release for the desk, with the steps that this official may take."""
    acts: list[str] = []
    if actor is not None:
        for (state, act), _target in STEPS.items():
            own = act in ("approve", "return") and actor.account_id in (row.made_by, row.checked_by)
            if state == row.state and not own and may(actor, PERMISSIONS[act], department=row.department, region=row.region):
                acts.append(act)
    same = ("id", "code", "number", "state", "department", "rows", "digest", "report", "changes", "reason", "made_by_name", "made_at")
    told: dict[str, Any] = {name: getattr(row, name) for name in (*same, "approved_by_name", "approved_at", "opened_at", "lock")}
    return ReleaseView(**told, title=str(row.definition["title"]), state_name=STATES[row.state], acts=tuple(acts))


def desk(actor: Actor) -> list[DeskSet]:
    """Every data set of which the official may see the work."""
    rows = {(row.code, row.state): row for row in Release.objects.filter(state__in=("open", *UNFINISHED))}
    found = []
    for one in definitions.load().values():
        if not may(actor, "opening.view", department=one.department):
            continue
        current = rows.get((one.code, "open"))
        waiting = next((rows[one.code, state] for state in UNFINISHED if (one.code, state) in rows), None)
        seen = [row for row in (current, waiting) if row is not None and may(actor, "opening.view", region=row.region)]
        noise = one.protection.method == "noise"
        found.append(
            DeskSet(
                code=one.code,
                title=one.title,
                department=one.department,
                method=one.protection.method,
                cycle=one.cycle,
                open=release_view(current, actor) if current in seen and current else None,
                unfinished=release_view(waiting, actor) if waiting in seen and waiting else None,
                budget=str(one.protection.budget) if noise else "",
                spent=str(releases.spent(one.code)) if noise else "",
                due=due(one, current),
                may_edit=may(actor, "opening.edit", department=one.department),
            )
        )
    return found


def due(one: Definition, current: Release | None) -> bool:
    """Whether the update cycle of an open data set has passed."""
    days = int(definitions.words()["cycles"][one.cycle][2])
    return current is not None and current.opened_at is not None and current.opened_at + timedelta(days=days) <= now()


def release(release_id: UUID, *, actor: Actor) -> ReleaseView:
    """One release for the desk."""
    return release_view(_seen(release_id, actor), actor)


def release_rows(release_id: UUID, *, actor: Actor, limit: int) -> Slice:
    """The first rows of a release that need not be open yet, for who works on it."""
    row = _seen(release_id, actor)
    rows = files.rows(row.digest, limit=limit) if row.digest else []  # nothing is made yet, or nothing could be
    return Slice(columns(definitions.read(row.definition)), tuple(rows), row.rows)


def _seen(release_id: UUID, actor: Actor) -> Release:
    row = Release.objects.filter(id=release_id).first()
    if row is None:
        raise NoSuchRelease(code=str(release_id))
    require(actor, "opening.view", department=row.department, region=row.region)
    return row


def history(code: str, *, actor: Actor) -> list[ReleaseView]:
    """Every release of a data set for the desk, newest first."""
    one = definitions.get(code)
    require(actor, "opening.view", department=one.department)
    rows = Release.objects.filter(code=code).order_by("-number")
    return [release_view(row, actor) for row in rows if may(actor, "opening.view", region=row.region)]
