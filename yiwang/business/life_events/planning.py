"""The plan before anything is handed in: for whom, about which record, which matters, what is known, how long it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from yiwang.base.clock.api import today
from yiwang.business.cases import api as cases
from yiwang.business.life_events import answering, definitions, drafts, graphs
from yiwang.business.life_events.errors import NotOpenYet, WrongApplicant
from yiwang.business.life_events.models import LifeEvent
from yiwang.business.life_events.together import Part, Together, together
from yiwang.business.life_events.values import Definition, Node, Plan, PlanField, PlanMaterial, PlannedMatter, Question, Shares
from yiwang.business.matters.api import published
from yiwang.data.exchange import api as exchange
from yiwang.data.exchange.api import Key, RecordChoice
from yiwang.security.access.api import Actor
from yiwang.standards.errors import InvalidInput
from yiwang.standards.subjects import Subject
from yiwang.support.identity import api as identity

_ROUNDS: Final = 4
LEGAL_BASIS: Final = "《国务院关于进一步优化政务服务提升行政效能推动“高效办成一件事”的指导意见》(国发〔2024〕3号)"


@dataclass(slots=True)
class Ground:
    """Everything known before the matters are looked at."""

    definition: Definition
    actor: Actor
    applicant: Subject
    choices: tuple[RecordChoice, ...] = ()
    chosen: RecordChoice | None = None
    keys: dict[str, Key | Subject] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    derived: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """The text of the record the life event is about, '' where it has none."""
        return str(self.chosen.key) if self.chosen else ""

    @property
    def ready(self) -> bool:
        """Whether it is known what the life event is about."""
        return self.definition.anchor is None or self.chosen is not None


def start(code: str, *, actor: Actor, answers: Mapping[str, Any]) -> Plan:
    """See ``api.start``."""
    ground = survey(code, actor=actor, answers=answers)
    nodes = answering.included(ground.definition, ground.answers)
    made = together(ground.definition, prepared(ground, nodes)) if ground.ready else None
    return _plan(ground, nodes, made)


def survey(code: str, *, actor: Actor, answers: Mapping[str, Any]) -> Ground:
    """For whom it is, about which record, and the answers that count. Every look at a register is recorded."""
    definition = definitions.get(code)
    ground = Ground(definition, actor, applicant_of(definition, actor))
    if missing := [node.name or node.matter for node in definition.nodes if node.external]:
        raise NotOpenYet(name=definition.name, missing="、".join(missing))
    with transaction.atomic():
        _choose(ground, str(answers.get("record", "") or ""))
        if ground.ready:
            ground.keys, facts = resolve(ground.definition, actor, ground.applicant, ground.keys)
            ground.derived = _derived(definition, facts)
    ground.answers = answering.settled(definition, answers, ground.derived)
    return ground


def applicant_of(definition: Definition, actor: Actor) -> Subject:
    """Whom the actor applies for; WrongApplicant with what to do when that cannot be."""
    applicant = actor.represents if actor.kind == "citizen" else None
    if applicant is None:
        raise WrongApplicant("请先以个人身份登录,再办理一件事。")
    if applicant.kind != definition.subject_kind:
        remedy = "请先选择您代表的企业" if definition.subject_kind == "company" else "请切换回个人身份"
        raise WrongApplicant(f"「{definition.name}」由{'企业' if definition.subject_kind == 'company' else '个人'}申请,{remedy}后再办理。")
    return applicant


def _choose(ground: Ground, wanted: str) -> None:
    anchor = ground.definition.anchor
    if anchor is None:
        return
    found = exchange.records_of(
        None,
        subject=ground.applicant,
        kinds=[anchor.kind],
        purpose=definitions.purpose(ground.definition),
        legal_basis=LEGAL_BASIS,
        actor=ground.actor,
    )
    ground.choices = tuple(one for one in found if not anchor.relations or one.relation in anchor.relations)
    if wanted:
        ground.chosen = next((one for one in ground.choices if str(one.key) == wanted), None)
        if ground.chosen is None:
            raise InvalidInput(f"「{anchor.label}」选择的记录不在您的登记信息中,请从列出的记录中选择。", field="record")
    elif len(ground.choices) == 1:
        ground.chosen = ground.choices[0]
    elif not ground.choices:
        ground.notes.append(ground.definition.texts.get("nothing_found", "登记库中没有找到相关记录,请到窗口咨询。"))
    if ground.chosen is not None:
        ground.keys = {anchor.name: ground.chosen.key}


Facts = dict[tuple[str, str], exchange.Fact]


def resolve(
    definition: Definition, actor: Actor, applicant: Subject, keys: Mapping[str, Key | Subject]
) -> tuple[dict[str, Key | Subject], Facts]:
    """Who the definition's subjects are, and the facts its questions ask about, round by round."""
    known: dict[str, Key | Subject] = {"applicant": applicant, **keys}
    needs = {(one.element, one.of) for one in definition.subjects.values()}
    needs |= {(one.derive.element, one.derive.of) for one in definition.questions if one.derive is not None}
    facts: Facts = {}
    for _ in range(_ROUNDS):
        wanted = sorted(need for need in needs if need not in facts and need[1] in known)
        if not wanted:
            break
        found = exchange.verify(
            None,
            claims=[exchange.Claim(element, known[of]) for element, of in wanted],
            purpose=definitions.purpose(definition),
            legal_basis=LEGAL_BASIS,
            actor=actor,
        )
        facts.update(zip(wanted, found, strict=True))
        for name, one in definition.subjects.items():
            fact = facts.get((one.element, one.of))
            if name not in known and _has(fact):
                assert fact is not None
                known[name] = Subject(one.kind, str(fact.value)) if one.kind in ("person", "company") else Key(one.kind, str(fact.value))  # type: ignore[arg-type]
    known.pop("applicant")
    return known, facts


def _derived(definition: Definition, facts: Facts) -> dict[str, str]:
    """The answers that registers give; where one could not be asked, the applicant is."""
    derived: dict[str, str] = {}
    for one in definition.questions:
        fact = facts.get((one.derive.element, one.derive.of)) if one.derive is not None else None
        if one.derive is not None and fact is not None and (fact.usable or fact.status == "absent"):
            derived[one.key] = one.derive.present if _has(fact) else one.derive.absent
    return derived


def _has(fact: exchange.Fact | None) -> bool:
    return fact is not None and fact.usable and fact.value not in (None, "", False)


def prepared(ground: Ground, nodes: Sequence[Node]) -> list[Part]:
    """What is known for each matter; NotEntitled when a delegation does not cover one of them."""
    parts = []
    for node in nodes:
        identity.require_matter(ground.actor, node.matter)
        found = cases.prepare(
            node.matter,
            applicant=ground.applicant,
            actor=ground.actor,
            keys=own_keys(ground, node),
            answers=own_answers(node, ground.answers),
        )
        parts.append(Part(node, published(node.matter), found))
    return parts


def own_keys(ground: Ground, node: Node) -> dict[str, Key | Subject]:
    """The keys of the life event that this node may use already: not those that only an earlier result brings."""
    return {name: key for name, key in ground.keys.items() if name not in node.takes}


def own_answers(node: Node, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers that the node's own matter asks for."""
    asked = {question.key for question in published(node.matter).questions}
    return {key: value for key, value in answers.items() if key in asked}


def _plan(ground: Ground, nodes: Sequence[Node], made: Together | None) -> Plan:
    definition = ground.definition
    boxes = [graphs.Box(node.key, node.matter, node.name or one.name, one.department, node.depends_on, one.promised_limit)
             for node, one in ((node, published(node.matter)) for node in nodes)]  # fmt: skip
    graph, times = graphs.drawn(boxes, start=today())
    fields, materials = (made.fields, made.materials) if made else ((), ())
    return Plan(
        definition=definition,
        applicant=ground.applicant,
        applicant_name=applicant_name(ground, made),
        answers=ground.answers,
        questions=tuple(one for one in answering.shown(definition, ground.answers) if one.key not in ground.derived),
        choices=ground.choices,
        chosen=ground.anchor,
        role=ground.chosen.relation if ground.chosen else "",
        matters=tuple(_matter(node) for node in nodes),
        fields=fields,
        materials=materials,
        graph=graph,
        days=times.days,
        due_on=times.last if nodes else None,
        shares=counted(fields, materials),
        notes=tuple(ground.notes),
        draft=drafts.find(definition.code, actor=ground.actor),
        under_way=_under_way(ground),
    )


def applicant_name(ground: Ground, made: Together | None) -> str:
    """The applicant's name as the registers know it; the actor's own name where only that is known."""
    wanted = "company.name" if ground.applicant.kind == "company" else "person.name"
    for one in made.fields if made else ():
        if (one.field.element, one.field.subject) == (wanted, "applicant") and one.value:
            return str(one.value)
    return ground.actor.name if ground.actor.acting_for is None else ground.applicant.masked


def _matter(node: Node) -> PlannedMatter:
    version = published(node.matter)
    return PlannedMatter(
        node=node.key,
        matter=version.short,
        name=node.name or version.name,
        department=version.department,
        department_name=graphs.department_name(version.department),
        result=version.result.name,
        limit=version.promised_limit,
        depends_on=node.depends_on,
        note=node.note,
    )


def counted(fields: Sequence[PlanField], materials: Sequence[PlanMaterial]) -> Shares:
    """The shares: what is optional or turned out needless counts too, by whether the applicant had to give it."""
    return Shares(
        fields_total=len(fields),
        fields_prefilled=sum(not one.asked for one in fields),
        materials_total=len(materials),
        materials_not_asked=sum(not one.asked for one in materials),
        fields=tuple(fields),
        materials=tuple(materials),
    )


def _under_way(ground: Ground) -> UUID | None:
    mine = LifeEvent.objects.filter(code=ground.definition.code, applicant=str(ground.applicant))
    same = mine.filter(lock=ground.anchor) if ground.anchor else mine.filter(anchor="", completed_at=None)
    return same.values_list("id", flat=True).first()


def open_questions(ground: Ground) -> list[Question]:
    """The questions that are shown and not answered."""
    return [one for one in answering.shown(ground.definition, ground.answers) if one.key not in ground.answers]


# what is looked at to offer the records of a kind
_ANCHORED: Final = {"birth": "birth.record_no", "person": "person.name", "property": "property.certificate_no", "company": "company.name"}


def agree_sources() -> int:
    """See ``api.agree_sources``."""
    for definition in definitions.all_of_them():
        elements = {one.element for one in definition.subjects.values()}
        elements |= {one.derive.element for one in definition.questions if one.derive is not None}
        if definition.anchor is not None:
            elements.add(_ANCHORED[definition.anchor.kind])
        if elements:
            exchange.agree(definitions.purpose(definition), elements=sorted(elements), consumer_department="data", legal_basis=LEGAL_BASIS)
    return len(definitions.all_of_them())
