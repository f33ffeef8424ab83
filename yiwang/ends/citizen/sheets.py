"""A form as the citizen meets it: what we know (with its source), what is still asked, materials and how each is obtained."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from yiwang.base.pages.api import FieldView, field_view, typed_into
from yiwang.base.storage import api as storage
from yiwang.business.cases.api import GivenMaterial
from yiwang.ends.citizen.drafts import Sheet
from yiwang.ends.citizen.words import department_name
from yiwang.security.keys import api as keys
from yiwang.standards.errors import InvalidInput, NotFound, YiwangError
from yiwang.support.forms.api import Field, Option, clean

ACCEPT = "image/png,image/jpeg,application/pdf,.ofd,.docx"


@dataclass(frozen=True)
class Known:
    """A value we need not ask for: where it comes from, and the sealed words with which it can be disputed."""

    key: str
    label: str
    value: Any
    source: str
    group: str = ""
    dispute: str = ""


@dataclass(frozen=True)
class Line:
    """A material: free of charge for the citizen (``why`` says how), or to be given in one of ``ways``."""

    key: str
    name: str
    needed: bool
    asked: bool
    why: str
    ways: tuple[str, ...] = ()
    given: GivenMaterial | None = None
    error: str = ""

    @property
    def id(self) -> str:
        """The anchor of the error summary."""
        return f"f-m-{self.key.replace('.', '-')}"

    @property
    def label(self) -> str:
        """The name, as the error summary prints it."""
        return self.name

    @property
    def chosen(self) -> str:
        """The way chosen so far."""
        return self.given.kind if self.given else "file" if "file" in self.ways else (self.ways[0] if self.ways else "")

    @property
    def accept(self) -> str:
        """Which files the picker offers."""
        return ACCEPT


@dataclass(frozen=True)
class Look:
    """One look at a form: everything to draw it."""

    known: Sequence[Known]
    fields: Sequence[Field]
    materials: Sequence[Line]
    matters: Mapping[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> list[Line]:
        """Materials the citizen must still give."""
        return [one for one in self.materials if one.asked]

    @property
    def free(self) -> list[Line]:
        """Materials obtained without the citizen."""
        return [one for one in self.materials if not one.asked]


def by_source(known: Sequence[Known]) -> list[tuple[str, list[Known]]]:
    """What we know under each source, in the order of first appearance: the source is said once."""
    groups: dict[str, list[Known]] = {}
    for one in known:
        groups.setdefault(one.source, []).append(one)
    return list(groups.items())


def source_words(department: str, register: str, observed_at: str) -> str:
    """Where a value comes from, in one line: 来自市公安局人口库,2026-11-01 核对."""
    where = f"{department_name(department)}{register}" if register and not register.isascii() else department_name(department)
    return _("来自{where},{day} 核对").format(where=where, day=observed_at[:10]) if observed_at else _("来自{where}").format(where=where)


def seal(words: Mapping[str, Any]) -> str:
    """Words for a link that nobody else may read or change."""
    raw = json.dumps(words, ensure_ascii=False, default=str).encode()
    return urlsafe_b64encode(keys.encrypt(raw, context="citizen.dispute")).decode().rstrip("=")


def unseal(text: str) -> dict[str, Any]:
    """What ``seal`` was given; NotFound for anything else."""
    try:
        body: dict[str, Any] = json.loads(keys.decrypt(urlsafe_b64decode(text + "=" * (-len(text) % 4)), context="citizen.dispute"))
    except (keys.CannotDecrypt, ValueError) as error:
        raise NotFound from error
    return body


def take(request: HttpRequest, look: Look, sheet: Sheet, *, only: Sequence[str] | None = None) -> dict[str, str]:
    """Put what was posted into the sheet; returns the errors of files by material key. ``only``: keys on this page."""
    fields = [one for one in look.fields if only is None or one.key in only]
    sheet.values.update(typed_into(fields, request.POST))
    errors: dict[str, str] = {}
    for line in look.asked:
        if only is not None and line.key not in only:
            continue
        way = request.POST.get(f"way-{line.key}", line.chosen)
        upload = request.FILES.get(f"file-{line.key}")
        if upload is not None:
            try:
                sheet.materials[line.key] = stored(upload)
            except YiwangError as error:
                errors[line.key] = error.message
        elif way in line.ways and way != "file":
            sheet.materials[line.key] = GivenMaterial(way, "1" if way == "paper" else "", line.name)  # type: ignore[arg-type]
        elif way == "file" and sheet.materials.get(line.key) and sheet.materials[line.key].kind != "file":
            del sheet.materials[line.key]
    return errors


def stored(upload: UploadedFile[Any]) -> GivenMaterial:
    """Check and keep one file; refused with the reason by its real content and size."""
    name = upload.name or ""
    if (upload.size or 0) > 2 * storage.DEFAULT_MAX_BYTES:
        data = b"0" * (storage.DEFAULT_MAX_BYTES + 1)  # too large to read: let the check say so in its words
    else:
        data = upload.read()
    media_type = storage.check(data, filename=name)
    kept = storage.put(data, media_type=media_type)
    return GivenMaterial("file", kept.digest, name[:120])


def faults(look: Look, sheet: Sheet, *, only: Sequence[str] | None = None) -> dict[str, str]:
    """What is still wrong or missing, by field or material key."""
    cleaned = clean(list(look.fields), {**{one.key: one.value for one in look.known}, **sheet.values})
    errors = {key: text for key, text in cleaned.errors.items() if only is None or key in only}
    for line in look.asked:
        if line.needed and line.key not in sheet.materials and (only is None or line.key in only):
            errors[line.key] = _("还没有提供,请上传文件或选择其他方式。") if len(line.ways) > 1 else _("还没有上传,请选择文件。")
    return errors


def shown_fields(look: Look, sheet: Sheet) -> list[Field]:
    """Fields that the answers so far ask for."""
    given = {**{one.key: one.value for one in look.known}, **sheet.values}
    return [one for one in look.fields if one.shown(given)]


def views(look: Look, sheet: Sheet, errors: Mapping[str, str], *, only: Sequence[str] | None = None) -> list[FieldView]:
    """The fields still asked, ready to draw."""
    return [
        field_view(one, value=sheet.values.get(one.key, ""), error=errors.get(one.key, ""))
        for one in shown_fields(look, sheet)
        if only is None or one.key in only
    ]


def lines(look: Look, sheet: Sheet, errors: Mapping[str, str], *, only: Sequence[str] | None = None) -> list[Line]:
    """The materials still asked, with what was given and why it was refused."""
    return [
        Line(one.key, one.name, one.needed, True, one.why, one.ways, sheet.materials.get(one.key), errors.get(one.key, ""))
        for one in look.asked
        if only is None or one.key in only
    ]


def tasks(look: Look, sheet: Sheet) -> list[list[str]]:
    """Keys of each page of the simple version: what we know, then one small group of questions or one material at a time."""
    pages: list[list[str]] = [[]] if look.known else []
    group = None
    for one in shown_fields(look, sheet):
        if pages and group == one.group and one.group and len(pages[-1]) < 2:
            pages[-1].append(one.key)
        else:
            pages.append([one.key])
        group = one.group
    return [*pages, *([one.key] for one in look.asked)] or [[]]


def checked_step(text: str, count: int) -> int:
    """The page asked for, 1 if it is none of them."""
    if text and not text.isdigit():
        raise InvalidInput("步骤编号不对,请从头开始填写。")
    return min(max(int(text or 1), 1), count)


def options(rows: Sequence[Mapping[str, str]]) -> tuple[Option, ...]:
    """Options of a choice from ``{value, label}``."""
    return tuple(Option(row["value"], row["label"]) for row in rows)
