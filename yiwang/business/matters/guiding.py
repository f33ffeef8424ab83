"""The guide page as data, the situational questions, and the inputs of the decision table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yiwang.business.matters.errors import WrongAnswer
from yiwang.business.matters.values import (
    Faq,
    Fee,
    LegalBasis,
    Material,
    MatterVersion,
    Narrowed,
    Option,
    Question,
    Remedy,
    Result,
    Step,
)
from yiwang.standards import codes


@dataclass(frozen=True, slots=True)
class GuideMaterial:
    """A material with how it is obtained: 'licence', 'register', 'commitment', 'deferred' or 'applicant', first possible first."""

    material: Material
    ways: tuple[str, ...]
    obtained: str
    asked: bool


@dataclass(frozen=True, slots=True)
class Guide:
    """Everything that a guide page shows."""

    short: str
    code: str
    name: str
    name_en: str
    kind_name: str
    summary: str
    state: str
    version: int
    department_name: str
    case_kind_name: str
    legal_limit: str
    promised_limit: str
    conditions: tuple[str, ...]
    questions: tuple[Question, ...]
    answers: Mapping[str, str]
    notes: tuple[str, ...]
    materials: tuple[GuideMaterial, ...]
    materials_asked: int
    fields_total: int
    fields_asked: int
    fees: tuple[Fee, ...]
    flow: tuple[Step, ...]
    where: str
    open_hours: str
    visits: int
    visits_reason: str
    online: bool
    delivery: bool
    handle_forms: tuple[str, ...]
    contact: str
    complaint: str
    result: Result
    legal_bases: tuple[LegalBasis, ...]
    faqs: tuple[Faq, ...]
    reconsideration: Remedy
    litigation: Remedy
    rights: tuple[str, ...]
    duties: tuple[str, ...]
    commitment_allowed: bool
    themes: tuple[str, ...]


_WAYS = {
    "licence": "系统调取{issuer}核发的电子证照,不用您提交",
    "register": "系统向{issuer}核验,不用您提交",
    "commitment": "可以书面承诺代替提交",
    "deferred": "可以先办理、后补交",
    "applicant": "由您提交{kinds}",
}
_KINDS = {"electronic": "电子件", "paper": "纸质件"}


def chosen_options(version: MatterVersion, answers: Mapping[str, Any]) -> list[tuple[Question, Option]]:
    """The chosen option of each answered question.

    Raises:
        WrongAnswer: an answer is none of the question's options; the message lists them. Unknown question keys are ignored,
        because a life event answers for several matters at once.
    """
    chosen = []
    for question in version.questions:
        given = answers.get(question.key)
        if given in (None, ""):
            continue
        option = next((one for one in question.options if one.value == str(given)), None)
        if option is None:
            labels = "、".join(one.label for one in question.options)
            raise WrongAnswer(question=question.text, given=given, labels=labels, field=question.key)
        chosen.append((question, option))
    return chosen


def narrow(version: MatterVersion, answers: Mapping[str, Any]) -> Narrowed:
    """The materials and fields that remain once questions are answered.

    What an option ``adds`` is left out until that option is chosen; what it ``drops`` is left out from then on.
    """
    chosen = chosen_options(version, answers)
    addable = {key for question in version.questions for option in question.options for key in option.adds}
    added = {key for _, option in chosen for key in option.adds}
    gone = {key for _, option in chosen for key in option.drops} | (addable - added)
    answered = {question.key for question, _ in chosen}
    return Narrowed(
        tuple(material for material in version.materials if material.key not in gone),
        tuple(one for one in version.fields if one["key"] not in gone),
        tuple(question for question in version.questions if question.key not in answered),
        tuple(option.note for _, option in chosen if option.note),
    )


def ways(material: Material) -> tuple[str, ...]:
    """How a material can be obtained, best first: licence, register, commitment, deferred, applicant."""
    possible = {
        "licence": bool(material.licence_kind),
        "register": bool(material.elements),
        "commitment": material.commitment_allowed,
        "deferred": material.deferrable,
        "applicant": True,
    }
    return tuple(way for way, can in possible.items() if can)


def _guide_material(material: Material) -> GuideMaterial:
    found = ways(material)
    kinds = "或".join(_KINDS.get(kind, kind) for kind in material.kinds)
    text = _WAYS[found[0]].format(issuer=material.issuer or "主管部门", kinds=kinds)
    if found[0] == "applicant" and not material.needed:
        text = f"如有,{text}"
    return GuideMaterial(material, found, text, asked=found[0] not in ("licence", "register"))


def guide(version: MatterVersion, answers: Mapping[str, Any] | None = None) -> Guide:
    """Everything a guide page needs, narrowed by the answers so far ({question key: option value})."""
    given = answers or {}
    narrowed = narrow(version, given)
    materials = tuple(_guide_material(material) for material in narrowed.materials)
    same = (
        "short",
        "code",
        "name",
        "name_en",
        "summary",
        "state",
        "version",
        "department_name",
        "legal_limit",
        "promised_limit",
        "conditions",
        "questions",
        "fees",
        "flow",
        "open_hours",
        "visits",
        "visits_reason",
        "online",
        "delivery",
        "handle_forms",
        "contact",
        "complaint",
        "result",
        "legal_bases",
        "faqs",
        "reconsideration",
        "litigation",
        "rights",
        "duties",
        "commitment_allowed",
        "themes",
    )
    return Guide(
        **{name: getattr(version, name) for name in same},
        kind_name=codes.table("matter_type")[version.kind].name_zh,
        case_kind_name="即办件" if version.case_kind == "instant" else "承诺件",
        answers={str(key): str(value) for key, value in given.items()},
        notes=narrowed.notes,
        materials=materials,
        materials_asked=sum(one.asked for one in materials),
        fields_total=len(narrowed.fields),
        fields_asked=sum(not one["element"] for one in narrowed.fields),
        where=version.place,
    )
