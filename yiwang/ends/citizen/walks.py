"""The two walks: one matter, and one life event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yiwang.base.pages.api import FieldView
from yiwang.business.cases import api as cases
from yiwang.business.cases.api import Application, GivenMaterial, PreparedField, Source
from yiwang.business.life_events import api as life_events
from yiwang.business.life_events.api import Plan, PlanField
from yiwang.business.matters import api as matters
from yiwang.data.exchange import api as exchange
from yiwang.data.exchange.api import Key, RecordChoice
from yiwang.ends.citizen import drafts
from yiwang.ends.citizen.drafts import Sheet
from yiwang.ends.citizen.sheets import Known, Line, Look, seal, source_words
from yiwang.ends.citizen.words import matter_name, value_words
from yiwang.security.access.api import Actor
from yiwang.standards.errors import Forbidden
from yiwang.standards.subjects import Subject
from yiwang.support.forms.api import Field, fields_from_json
from yiwang.support.identity import api as identity

RECORD = "record"  # the question (with the name of the subject behind it, for a matter) that chooses a record


def represented_name(actor: Actor) -> str:
    """The name of the one in whose name the act is done."""
    if actor.acting_for is None:
        return actor.name
    if actor.acting_for.kind == "company":
        return next((one.name for one in identity.companies(actor) if one.subject == actor.acting_for), actor.acting_for.masked)
    return next((one.grantor_name for one in identity.delegations(actor) if one.grantor == actor.acting_for), actor.acting_for.masked)


def source_line(source: Source | None, origin: str = "register") -> str:
    """Where a value came from, for the page."""
    if source is None:
        return _("来自您以前的办件") if origin == "previous_case" else _("由前一个事项的结果得到")
    return source_words(source.department, source.register, source.observed_at)


class MatterWalk:
    """One matter, applied for by itself."""

    def __init__(self, short: str, actor: Actor) -> None:
        self.matter = matters.published(short)
        self.actor = actor
        self.purpose = f"matter:{self.matter.short}"
        self.name = matter_name(short, self.matter.name)
        self.home_url = reverse("citizen:guide", args=[self.matter.short])
        self.questions_url = reverse("citizen:apply", args=[self.matter.short])
        self.form_url = reverse("citizen:matter_form", args=[self.matter.short])
        self._choices: dict[str, list[RecordChoice]] | None = None
        self.review_url = reverse("citizen:matter_review", args=[self.matter.short])

    def load(self) -> Sheet | None:
        """The draft."""
        return drafts.load(self.actor, self.purpose)

    def save(self, sheet: Sheet) -> None:
        """Keep the draft."""
        drafts.save(self.actor, self.purpose, sheet)

    def clear(self) -> None:
        """Forget the draft."""
        drafts.clear(self.actor, self.purpose)

    def choices(self) -> dict[str, list[RecordChoice]]:
        """For each record the matter is about (a birth, a child): those that are the applicant's, asked once a request."""
        if self._choices is None:
            self._choices = {name: self._records(name, who["kind"]) for name, who in self.matter.subjects.items() if not who.get("element")}
        return self._choices

    def _records(self, name: str, kind: str) -> list[RecordChoice]:
        found = exchange.records_of(
            None,
            subject=self._applicant(),
            kinds=[kind],
            purpose=self.matter.short,
            legal_basis="、".join(map(str, self.matter.legal_bases)),
            actor=self.actor,
        )
        return [one for one in found if one.relation == name] or found

    def keys(self, answers: Mapping[str, str]) -> dict[str, Key | Subject]:
        """The records meant: the only one there is, or the chosen one."""
        meant: dict[str, Key | Subject] = {}
        for name, found in self.choices().items():
            wanted = [one for one in found if len(found) == 1 or str(one.key) == answers.get(RECORD + name)]
            if wanted:
                meant[name] = wanted[0].key
        return meant

    def questions(self, answers: Mapping[str, str]) -> list[FieldView]:
        """Which record where there are several, then the situational questions."""
        records = [
            FieldView(
                RECORD + name,
                _("为哪一个办理?"),
                "choice",
                options=tuple((str(one.key), one.label) for one in found),
                value=answers.get(RECORD + name, ""),
            )
            for name, found in self.choices().items()
            if len(found) > 1
        ]
        return records + [
            FieldView(
                one.key,
                one.text,
                "choice",
                help=one.help,
                options=tuple((option.value, option.label) for option in one.options),
                value=answers.get(one.key, ""),
            )
            for one in self.matter.questions
        ]

    def open_questions(self, answers: Mapping[str, str]) -> Sequence[str]:
        """Keys of questions that must still be answered."""
        known = {one.key for one in self.matter.questions}
        own = {key: value for key, value in answers.items() if key in known}
        records = [RECORD + name for name, found in self.choices().items() if len(found) > 1 and name not in self.keys(answers)]
        return records + [one.key for one in matters.narrow(self.matter, own).open_questions]

    def look(self, sheet: Sheet) -> Look:
        """The form with what the registers already know."""
        keys, answers = self.keys(sheet.answers), self._own(sheet)
        prepared = cases.prepare(self.matter.short, applicant=self._applicant(), actor=self.actor, keys=keys, answers=answers)
        fields, known = [], []
        for one in prepared.fields:
            field = fields_from_json([one.field])[0]
            if one.row.asked:
                fields.append(field)
            else:
                known.append(self._known(field, one, prepared.keys))
        lines = [
            Line(one.key, one.name, one.needed, one.row.asked or bool(one.ways), material_why(one.row), tuple(one.ways))
            for one in prepared.materials
        ]
        return Look(known, fields, lines, {self.matter.short: self.matter.name})

    def _own(self, sheet: Sheet) -> dict[str, str]:
        known = {one.key for one in self.matter.questions}
        return {key: value for key, value in sheet.answers.items() if key in known}

    def _applicant(self) -> Any:
        if self.actor.represents is None:
            raise Forbidden("请先以个人或企业身份登录,再填写申请。")
        return self.actor.represents

    def _known(self, field: Field, one: PreparedField, keys: Mapping[str, str]) -> Known:
        about = keys.get(field.subject, str(self.actor.represents) if field.subject == "applicant" else "")
        return known_field(field, one.value, source_line(one.row.source, one.row.origin), about)

    def submit(self, sheet: Sheet) -> str:
        """Hand in one application."""
        application = Application(
            matter=self.matter.short,
            applicant=self._applicant(),
            applicant_name=represented_name(self.actor),
            idempotency_key=sheet.key,
            values=sheet.values,
            materials=sheet.materials,
            keys=self.keys(sheet.answers),
            agent=self.actor.subject if self.actor.acting_for else None,
            answers=self._own(sheet),
        )
        return reverse("citizen:case", args=[cases.submit(application, actor=self.actor).id])


def label(field: Field) -> str:
    """The field's label in the reader's language."""
    return (field.label_en if (get_language() or "").startswith("en") else "") or field.label


def known_field(field: Field, value: Any, source: str, about: str) -> Known:
    """A known value; it can be disputed where an element of a subject or record stands behind it."""
    said = value_words(field, value)
    words = {"element": field.element, "about": about, "held": value, "shown": said, "label": field.label}
    return Known(field.key, label(field), said, source, field.group, seal(words) if field.element and ":" in about else "")


def material_why(row: Any) -> str:
    """How a material is obtained without the citizen, or why it must be given."""
    if row.asked:
        return str(row.why)
    if row.source is None:
        return row.why or _("这次不需要")
    where = source_line(row.source, row.origin)
    return _("已有电子证照,自动调用({where})").format(where=where) if row.origin == "licence" else _("已核验({where})").format(where=where)


class EventWalk:
    """One life event with all its matters."""

    def __init__(self, code: str, actor: Actor) -> None:
        self.definition = life_events.definition(code)
        self.actor = actor
        english = (get_language() or "").startswith("en")
        self.purpose = f"event:{code}"
        self.name = (self.definition.name_en if english else "") or self.definition.name
        self.home_url = reverse("citizen:life_event", args=[code])
        self.questions_url = reverse("citizen:event_questions", args=[code])
        self.form_url = reverse("citizen:event_form", args=[code])
        self.review_url = reverse("citizen:event_review", args=[code])
        self._plans: dict[tuple[tuple[str, str], ...], Plan] = {}

    def plan(self, answers: Mapping[str, str]) -> Plan:
        """The plan for these answers, asked once a request."""
        key = tuple(sorted(answers.items()))
        if key not in self._plans:
            self._plans[key] = life_events.start(self.definition.code, actor=self.actor, answers=dict(answers))
        return self._plans[key]

    def load(self) -> Sheet | None:
        """The draft."""
        found = life_events.draft(self.definition.code, actor=self.actor)
        if found is None:
            return None
        return Sheet(dict(found.answers), dict(found.values), {key: given_from(one) for key, one in found.materials.items()})

    def save(self, sheet: Sheet) -> None:
        """Keep the draft."""
        materials = {key: {"kind": one.kind, "ref": one.ref, "name": one.name} for key, one in sheet.materials.items()}
        life_events.save_draft(self.definition.code, actor=self.actor, answers=sheet.answers, values=sheet.values, materials=materials)

    def clear(self) -> None:
        """Forget the draft."""
        life_events.discard_draft(self.definition.code, actor=self.actor)

    def questions(self, answers: Mapping[str, str]) -> list[FieldView]:
        """The questions that these answers lead to, and the record if there is a choice."""
        plan = self.plan(answers)
        english = (get_language() or "").startswith("en")
        views = []
        if len(plan.choices) > 1:
            options = tuple((str(one.key), one.label) for one in plan.choices)
            anchor = self.definition.anchor
            title = ((anchor.label_en if english else "") or anchor.label) if anchor else _("为哪一个办理?")
            views.append(FieldView(RECORD, title, "choice", options=options, value=answers.get(RECORD, "")))
        for one in plan.questions:
            options = tuple((option.value, (option.label_en if english else "") or option.label) for option in one.options)
            text = (one.text_en if english else "") or one.text
            views.append(FieldView(one.key, text, "choice", help=one.help, options=options, value=answers.get(one.key, one.default)))
        return views

    def open_questions(self, answers: Mapping[str, str]) -> Sequence[str]:
        """Questions without an answer, and the record while several are found."""
        return [view.key for view in self.questions(answers) if not view.value]

    def look(self, sheet: Sheet) -> Look:
        """The merged form with what the registers already know."""
        plan = self.plan(sheet.answers)
        known = [self._known(one) for one in plan.fields if not one.asked]
        lines = [Line(one.key, one.name, one.needed, one.asked or bool(one.ways), material_why(one), one.ways) for one in plan.materials]
        names = {one.matter: matter_name(one.matter, one.name) for one in plan.matters}
        return Look(known, [one.field for one in plan.asked], lines, names)

    def _known(self, one: PlanField) -> Known:
        if one.source is None:
            return Known(one.field.key, label(one.field), one.value or _("由前一步结果自动填写"), one.why, one.field.group)
        return known_field(one.field, one.value, source_line(one.source, one.origin), one.about)

    def submit(self, sheet: Sheet) -> str:
        """Hand in the one form; a record already under way leads there instead of a second time."""
        try:
            view = life_events.submit(
                self.definition.code,
                actor=self.actor,
                answers=sheet.answers,
                values=sheet.values,
                materials=sheet.materials,
                idempotency_key=sheet.key,
            )
        except life_events.UnderWay as error:
            found = getattr(error, "life_event_id", None) or error.details.get("life_event_id")
            if not found:
                raise
            return reverse("citizen:my_life_event", args=[found])
        return reverse("citizen:my_life_event", args=[view.id])


def given_from(one: Any) -> GivenMaterial:
    """A material of a draft, however the draft keeps it."""
    return one if isinstance(one, GivenMaterial) else GivenMaterial(one["kind"], one.get("ref", ""), one.get("name", ""))
