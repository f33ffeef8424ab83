"""The same walk for a single matter and for a life event: questions → form → review → handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from yiwang.base.pages.api import FieldView, is_elder
from yiwang.ends.citizen import sheets
from yiwang.ends.citizen.drafts import Sheet
from yiwang.ends.citizen.page import page
from yiwang.ends.citizen.sheets import Look
from yiwang.standards.errors import InvalidInput

WRONG = 422


class Journey(Protocol):
    """What differs between a matter and a life event."""

    purpose: str
    name: str
    home_url: str
    questions_url: str
    form_url: str
    review_url: str

    def load(self) -> Sheet | None:
        """The draft."""

    def save(self, sheet: Sheet) -> None:
        """Keep the draft."""

    def clear(self) -> None:
        """Forget the draft."""

    def questions(self, answers: Mapping[str, str]) -> list[FieldView]:
        """Situational questions."""

    def open_questions(self, answers: Mapping[str, str]) -> Sequence[str]:
        """Keys of questions that must still be answered."""

    def look(self, sheet: Sheet) -> Look:
        """What the form needs for these answers; looks facts up."""

    def submit(self, sheet: Sheet) -> str:
        """Hand in; returns the address of the tracking page."""


def crumbs(journey: Journey) -> list[tuple[str, str]]:
    """Where we are."""
    return [(journey.name, journey.home_url), (_("办理"), "")]


def questions(request: HttpRequest, journey: Journey) -> HttpResponse:
    """Which situation is yours: answers decide what is done and asked."""
    sheet = journey.load() or Sheet()
    if request.method == "POST":
        sheet.answers = {
            key: value for key, value in request.POST.items() if isinstance(value, str) and value and not key.startswith("csrf")
        }
        missing = journey.open_questions(sheet.answers)
        journey.save(sheet)
        if not missing:
            return HttpResponseRedirect(journey.form_url)
        asked = [with_error(view, missing) for view in journey.questions(sheet.answers)]
        return page(
            request, "questions", {"journey": journey, "fields": asked, "crumbs": crumbs(journey), "stage": 1}, tab="matters", status=WRONG
        )
    answers = {**sheet.answers, **{key: value for key, value in request.GET.items() if isinstance(value, str)}}
    asked = journey.questions(answers)
    if not asked:
        return HttpResponseRedirect(journey.form_url)
    return page(request, "questions", {"journey": journey, "fields": asked, "crumbs": crumbs(journey), "stage": 1}, tab="matters")


def with_error(view: FieldView, missing: Sequence[str]) -> FieldView:
    """The question, marked when it must still be answered."""
    if view.key not in missing:
        return view
    return FieldView(view.key, view.label, view.kind, view.required, view.help, view.options, view.value, _("请选择一项。"))


def form(request: HttpRequest, journey: Journey) -> HttpResponse:
    """The form: one page, or in the simple version one task a page. Every post is kept before it is judged."""
    sheet = journey.load() or Sheet()
    if journey.open_questions(sheet.answers):
        return HttpResponseRedirect(journey.questions_url)
    look = journey.look(sheet)
    pages = sheets.tasks(look, sheet) if is_elder(request) else []
    step = sheets.checked_step(request.GET.get("step", ""), len(pages)) if pages else 0
    only = pages[step - 1] if pages else None
    if request.method != "POST":
        return draw(request, journey, look, sheet, {}, step=step)
    refused = sheets.take(request, look, sheet, only=only)
    journey.save(sheet)
    if request.POST.get("act") == "later":
        return HttpResponseRedirect("/mine")
    errors = {**sheets.faults(look, sheet, only=only), **refused}
    if errors:
        return draw(request, journey, look, sheet, errors, step=step, status=WRONG)
    now = sheets.tasks(look, sheet) if pages else []
    return HttpResponseRedirect(f"{journey.form_url}?step={step + 1}" if step < len(now) else journey.review_url)


def draw(
    request: HttpRequest, journey: Journey, look: Look, sheet: Sheet, errors: dict[str, str], *, step: int = 0, status: int = 200
) -> HttpResponse:
    """The form page."""
    pages = sheets.tasks(look, sheet) if step else []
    only = pages[step - 1] if step else None
    fields = sheets.views(look, sheet, errors, only=only)
    lines = sheets.lines(look, sheet, errors, only=only)
    placed = {one.key for one in fields} | {one.key for one in lines}
    context = {
        "journey": journey,
        "known": sheets.by_source(look.known) if not step or only == [] else [],
        "fields": fields,
        "lines": lines,
        "free": look.free if not step or only == [] else [],
        "wrong": [*fields, *lines],
        "general": " ".join(text for key, text in errors.items() if key not in placed),
        "step": step,
        "steps": len(pages),
        "back": f"{journey.form_url}?step={step - 1}" if step > 1 else "",
        "counts": counts(look),
        "crumbs": crumbs(journey),
        "stage": 2,
    }
    return page(request, "form_elder" if step else "form", context, tab="matters", status=status)


def counts(look: Look) -> dict[str, int]:
    """How much need not be typed or handed in."""
    return {
        "known": len(look.known),
        "fields": len(look.known) + len(look.fields),
        "free": len(look.free),
        "materials": len(look.materials),
    }


def review(request: HttpRequest, journey: Journey) -> HttpResponse:
    """Check everything once more, then hand in. The same post twice is one application."""
    sheet = journey.load()
    if request.method == "POST":
        return hand_in(request, journey, sheet)
    if sheet is None or journey.open_questions(sheet.answers):
        return HttpResponseRedirect(journey.questions_url)
    look = journey.look(sheet)
    if errors := sheets.faults(look, sheet):
        return draw(request, journey, look, sheet, errors, step=first_step(request, look, sheet, errors), status=WRONG)
    options = {
        one.key: dict(view.options) for one, view in zip(sheets.shown_fields(look, sheet), sheets.views(look, sheet, {}), strict=True)
    }
    context = {
        "journey": journey,
        "key": sheet.key,
        "known": sheets.by_source(look.known),
        "typed": [(one.label, readable(sheet.values.get(one.key, ""), options[one.key])) for one in sheets.shown_fields(look, sheet)],
        "lines": sheets.lines(look, sheet, {}),
        "free": look.free,
        "answers": answer_words(journey, sheet),
        "matters": look.matters,
        "counts": counts(look),
        "crumbs": crumbs(journey),
        "stage": 3,
    }
    return page(request, "review", context, tab="matters")


def first_step(request: HttpRequest, look: Look, sheet: Sheet, errors: dict[str, str]) -> int:
    """In the simple version, the page with the first error."""
    if not is_elder(request):
        return 0
    return next((number for number, keys in enumerate(sheets.tasks(look, sheet), 1) if errors.keys() & set(keys)), 1)


def readable(value: object, options: dict[str, str]) -> object:
    """What was typed, with the labels of choices."""
    if isinstance(value, list):
        return [options.get(str(one), one) for one in value]
    if value == "true" and not options:
        return True
    return options.get(str(value), value)


def answer_words(journey: Journey, sheet: Sheet) -> list[tuple[str, str]]:
    """Questions with the label of the chosen answer."""
    return [
        (view.label, dict(view.options).get(str(view.value), str(view.value))) for view in journey.questions(sheet.answers) if view.value
    ]


def hand_in(request: HttpRequest, journey: Journey, sheet: Sheet | None) -> HttpResponse:
    """Submit. A draft that is gone was handed in already: the key finds what it became."""
    key = request.POST.get("key", "")
    if sheet is None and not (len(key) == 32 and key.isalnum()):
        return HttpResponseRedirect(journey.questions_url)
    wanted = sheet or Sheet()
    wanted.key = key if len(key) == 32 and key.isalnum() else wanted.key
    try:
        address = journey.submit(wanted)
    except InvalidInput as error:  # several at once carry ``errors`` by key
        return incomplete(request, journey, sheet, getattr(error, "errors", None) or {error.field or "-": error.message})
    if sheet is not None:
        journey.clear()
    return HttpResponseRedirect(f"{address}?receipt=1")


def incomplete(request: HttpRequest, journey: Journey, sheet: Sheet | None, errors: dict[str, str]) -> HttpResponse:
    """Back to the form with every message; nothing typed is lost."""
    if sheet is None:
        return HttpResponseRedirect(journey.questions_url)
    look = journey.look(sheet)
    return draw(request, journey, look, sheet, errors, step=first_step(request, look, sheet, errors), status=WRONG)
