"""Import: a folder of dated texts into the library, each file accounted for. One transaction; the same content changes nothing."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from yiwang.base.clock.api import now
from yiwang.base.ids.api import new_id
from yiwang.data.laws import dating, reading, timelines
from yiwang.data.laws.dating import Event
from yiwang.data.laws.errors import BadLawFile
from yiwang.data.laws.models import ArticleRow, LawRow, VersionRow
from yiwang.data.laws.numbering import Number
from yiwang.data.laws.reading import ReadLaw
from yiwang.data.laws.searching import grams
from yiwang.data.laws.timelines import Dated
from yiwang.data.laws.values import FileReport, ImportReport
from yiwang.security.access.api import Actor, require
from yiwang.security.audit.api import Record, record

_ARTICLE_COLUMNS: Final = "version_id, number, sub, part, chapter, section, text, grams"
_VERSION_FIELDS: Final = (
    "version_date", "in_force_from", "basis", "events", "preamble", "annex", "articles", "warnings", "source", "digest", "text_digest",
    "imported_at",
)  # fmt: skip


def import_laws(path: Path, *, actor: Actor) -> ImportReport:
    """Import a file or folder; see the door."""
    require(actor, "catalogue.edit")
    root, files = _files(path)
    index = _index(path)
    reports, laws = _read_all(root, files, index)
    with transaction.atomic():
        shelf = _Shelf()
        for law in sorted(laws, key=lambda one: (str(one.version_date or ""), one.path)):
            reports.append(shelf.place(law))
        if shelf.articles:
            shelf.write()
            _settle()
        report = ImportReport(
            tuple(sorted(reports, key=lambda one: one.path)),
            LawRow.objects.count(),
            VersionRow.objects.count(),
            ArticleRow.objects.count(),
        )
        counts = report.to_json()["counts"]
        digest = sha256("".join(sorted(f"{law.path}{law.digest}" for law in laws)).encode()).hexdigest()
        record(Record("laws.import", actor, "law_library", digest, detail={**counts, "corrected_files": shelf.corrections}))
    return report


def _files(path: Path) -> tuple[Path, list[Path]]:
    """The root that paths are told from (the folder ``md`` above a single file, if there is one), and the Markdown files below it."""
    if path.is_file():
        return next((folder for folder in path.parents if folder.name == "md"), path.parent), [path]
    root = path / "md" if (path / "md").is_dir() else path
    found = sorted(one for one in root.rglob("*.md") if one.is_file())
    if not found:
        raise BadLawFile(reason=f"「{path}」里没有 .md 文件。请给出法律文本所在的文件夹。")
    return root, found


def _index(path: Path) -> Mapping[str, Mapping[str, str]]:
    """The rows of index.csv by path ({} where there is none)."""
    file = path / "index.csv"
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return {row["path"]: row for row in csv.DictReader(lines) if row.get("path")}


def _read_all(root: Path, files: Iterable[Path], index: Mapping[str, Mapping[str, str]]) -> tuple[list[FileReport], list[ReadLaw]]:
    reports, laws, seen = [], [], set()
    for file in files:
        name = file.relative_to(root).as_posix()
        seen.add(name)
        try:
            law = reading.read(file.read_bytes(), name)
        except (BadLawFile, OSError) as error:
            reason = error.message if isinstance(error, BadLawFile) else f"读不出文件:{error.strerror}。"
            reports.append(FileReport(name, "refused", reason=reason))
            continue
        law.warnings += _against_index(law, index)
        laws.append(law)
    reports += [FileReport(name, "refused", reason="目录 index.csv 列出了它,但文件不存在。") for name in sorted(set(index) - seen)]
    return reports, laws


def _against_index(law: ReadLaw, index: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    if not index:
        return
    row = index.get(law.path)
    if row is None:
        yield "index.csv 没有列出这个文件。"
        return
    if (listed := row.get("articles", "")) and listed != str(len(law.articles)):
        yield f"index.csv 记有 {listed} 条,读出 {len(law.articles)} 条。"


@dataclass(slots=True)
class _Held:
    """A version that the library holds, or will."""

    id: UUID
    path: str
    digest: str
    text_digest: str


@dataclass(slots=True)
class _Shelf:
    """What is held, and what is to be written; two statements read it, a handful write it."""

    laws: dict[str, UUID] = field(default_factory=dict)
    held: dict[tuple[UUID, date | None], _Held] = field(default_factory=dict)
    new_laws: list[LawRow] = field(default_factory=list)
    new_versions: list[VersionRow] = field(default_factory=list)
    changed_versions: list[VersionRow] = field(default_factory=list)
    articles: list[tuple[UUID, ReadLaw]] = field(default_factory=list)
    corrections: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.laws = dict(LawRow.objects.values_list("key", "id"))
        rows = VersionRow.objects.values_list("law_id", "version_date", "id", "source", "digest", "text_digest")
        self.held = {(law, day): _Held(version, path, digest, text) for law, day, version, path, digest, text in rows}

    def place(self, law: ReadLaw) -> FileReport:
        """Decide what becomes of one text."""
        law_id = self._law(law)
        held = self.held.get((law_id, law.version_date))
        outcome, reason = self._compare(law, held)
        if outcome in {"new", "corrected"}:
            row = self._version(law, law_id, held)
            self.held[law_id, law.version_date] = _Held(row.id, law.path, law.digest, law.text_digest)
            self.articles.append((row.id, law))
        version = law.version_date.isoformat() if law.version_date else ""
        return FileReport(law.path, outcome, law.title, version, len(law.articles), tuple(law.warnings), reason)

    def _compare(self, law: ReadLaw, held: _Held | None) -> tuple[str, str]:
        if held is None:
            return "new", ""
        if held.path == law.path:
            return ("same", "") if held.digest == law.digest else ("corrected", "")
        if held.text_digest == law.text_digest:
            return "duplicate", f"与 {held.path} 的条文相同。"
        return "refused", f"同一部法同一日期已有另一文本({held.path}),条文不同,不能确定哪一个有效。请核对日期。"

    def _law(self, law: ReadLaw) -> UUID:
        key = reading.key(law.title)
        if key not in self.laws:
            row = LawRow(id=new_id(), key=key, title=law.title, kind=law.kind, organ=law.organ[:200])
            self.laws[key] = row.id
            self.new_laws.append(row)
        return self.laws[key]

    def _version(self, law: ReadLaw, law_id: UUID, held: _Held | None) -> VersionRow:
        row = VersionRow(
            id=held.id if held else new_id(),
            law_id=law_id,
            version_date=law.version_date,
            in_force_from=law.in_force.since,
            basis=law.in_force.basis,
            events=[{"day": one.day.isoformat(), "kind": one.kind, "text": one.text} for one in law.events],
            preamble=law.preamble,
            annex=law.annex,
            articles=len(law.articles),
            warnings=law.warnings,
            source=law.path,
            digest=law.digest,
            text_digest=law.text_digest,
            imported_at=now(),
        )
        if held is None:
            self.new_versions.append(row)
        else:
            self.changed_versions.append(row)
            self.corrections.append(f"{law.path}: {held.digest} → {law.digest}")
        return row

    def write(self) -> None:
        """Write everything decided."""
        LawRow.objects.bulk_create(self.new_laws, batch_size=500)
        VersionRow.objects.bulk_create(self.new_versions, batch_size=200)
        VersionRow.objects.bulk_update(self.changed_versions, list(_VERSION_FIELDS), batch_size=200)
        ArticleRow.objects.filter(version__in=[row.id for row in self.changed_versions]).delete()
        with connection.cursor() as cursor, cursor.copy(f"COPY laws_article ({_ARTICLE_COLUMNS}) FROM STDIN") as copy:
            for version_id, law in self.articles:
                for one in law.articles:
                    copy.write_row((version_id, one.number.number, one.number.sub, *one.place, one.text, grams(one.text)))


def _settle() -> None:
    """Work out again, from all that is held: first dates, laws that others ended, and the last day of every version."""
    laws = {law.id: law for law in LawRow.objects.all()}
    keys = {law.key: law for law in laws.values()}
    versions = list(VersionRow.objects.defer("preamble", "annex", "warnings"))
    ended = _ended({version.id: version for version in versions}, {law.id: law.key for law in laws.values()})
    by_law: dict[UUID, list[VersionRow]] = {}
    for version in versions:
        by_law.setdefault(version.law_id, []).append(version)
    for law_id, own in by_law.items():
        law = laws[law_id]
        events = [Event(date.fromisoformat(one["day"]), one["kind"], "") for version in own for one in version.events]
        law.first_date = dating.first_day(events, known=[version.in_force_from for version in own if version.in_force_from])
        law.repealed_on, law.repealed_by = _end_of(own, ended.get(law.key, ()))
        ends = timelines.last_days([_dated(version) for version in own], repealed_on=law.repealed_on)
        for version in own:
            version.in_force_to = ends[version.id]
    LawRow.objects.bulk_update(keys.values(), ["first_date", "repealed_on", "repealed_by"], batch_size=500)
    VersionRow.objects.bulk_update(versions, ["in_force_to"], batch_size=500)


def _dated(version: VersionRow) -> Dated:
    amended = tuple(date.fromisoformat(event["day"]) for event in version.events if event["kind"] == "amended")
    return Dated(version.id, version.version_date, version.in_force_from, amended)


def _ended(versions: Mapping[UUID, VersionRow], keys: Mapping[UUID, str]) -> dict[str, list[tuple[date, str]]]:
    """What articles say of other laws' ends: key → (first day without it, which article says so)."""
    found: dict[str, list[tuple[date, str]]] = {}
    rows = ArticleRow.objects.filter(text__contains="同时废止").values_list("version_id", "number", "sub", "text")
    for version_id, number, sub, text in rows:
        version = versions[version_id]
        own = keys[version.law_id]
        for key, day in timelines.repeals(text, own=own, since=version.in_force_from):
            found.setdefault(key, []).append((day, f"《{own}》{Number(number, sub)}"))
    return found


def _end_of(own: list[VersionRow], claims: Iterable[tuple[date, str]]) -> tuple[date | None, str]:
    """The end that counts: the earliest after the newest held text, so that an older law of the same name does not end this one."""
    newest = max((version.version_date or version.in_force_from or date.min for version in own), default=date.min)
    day, says = min(((day, says) for day, says in claims if day > newest), default=(None, ""))
    return day, says
