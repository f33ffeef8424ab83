"""The door of life events 一件事: one form, several matters, one status, one rating.

A life event belongs to the one who handed it in (and to whom they act for); to everybody else it does not exist (NotFound).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from yiwang.business.cases.api import GivenMaterial
from yiwang.business.life_events import definitions as _definitions
from yiwang.business.life_events import drafts, journey, planning, queries, starting, submission, validation
from yiwang.business.life_events.errors import LifeEventIncomplete, UnderWay, UnknownLifeEvent
from yiwang.business.life_events.graphs import graph_of
from yiwang.business.life_events.values import (
    Ask,
    Definition,
    Draft,
    Finding,
    Graph,
    GraphEdge,
    GraphNode,
    LifeEventRow,
    LifeEventView,
    Node,
    NodeView,
    Plan,
    PlanField,
    PlanMaterial,
    PlannedMatter,
    Question,
    QuestionOption,
    Shares,
)
from yiwang.security.access.api import Actor

__all__ = [
    "Ask",
    "Definition",
    "Draft",
    "Finding",
    "GivenMaterial",
    "Graph",
    "GraphEdge",
    "GraphNode",
    "LifeEventIncomplete",
    "LifeEventRow",
    "LifeEventView",
    "Node",
    "NodeView",
    "Plan",
    "PlanField",
    "PlanMaterial",
    "PlannedMatter",
    "Question",
    "QuestionOption",
    "Shares",
    "UnderWay",
    "UnknownLifeEvent",
    "agree_sources",
    "definition",
    "definitions",
    "discard_draft",
    "draft",
    "get",
    "graph",
    "ledger",
    "mine",
    "on_case_event",
    "save_draft",
    "start",
    "start_due",
    "submit",
    "supplement",
    "validate",
    "withdraw",
]


def definitions() -> tuple[Definition, ...]:
    """All life events, in the order of the national list."""
    return _definitions.all_of_them()


def definition(code: str) -> Definition:
    """The life event of a code ('newborn'); UnknownLifeEvent otherwise."""
    return _definitions.get(code)


def validate(definition: Definition) -> list[Finding]:
    """What is wrong with a definition: unknown matter, cycle, unknown key, question without option, unreachable node, …

    Also a question nobody uses, a matter's own question that is not asked, a field asked twice. [] when it may be used.
    """
    return validation.validate(definition)


def agree_sources() -> int:
    """Conclude the sharing agreements of the life events themselves (set-up; repeating it changes nothing); returns for how many.

    They cover only what decides whose matter it is and which questions need not be asked; each matter has its own.
    """
    return planning.agree_sources()


def graph(definition: Definition, *, answers: Mapping[str, str] | None = None) -> Graph:
    """The dependency graph of a definition for a page; with ``answers`` only the matters they lead to."""
    return graph_of(definition, answers=answers)


def start(code: str, *, actor: Actor, answers: Mapping[str, Any] | None = None) -> Plan:
    """The plan for the actor (or whom they act for): questions, matters, merged form prefilled from the registers, materials, graph, limit.

    Args:
        code: of the life event.
        actor: a signed-in citizen, perhaps acting for a relative or a company.
        answers: to the questions; ``answers['record']`` is the text of the chosen record (``str(choice.key)``), needed only
            where several are found. Unknown or missing answers count as open, defaults apply.

    Raises:
        UnknownLifeEvent, Forbidden (nobody signed in, or a company is needed), InvalidInput (a record that is not the applicant's).

    Cost: one preview (``cases.prepare``) per matter; every look at a register is in the person's diary.
    """
    return planning.start(code, actor=actor, answers=answers or {})


def save_draft(
    code: str,
    *,
    actor: Actor,
    answers: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
    materials: Mapping[str, Any] | None = None,
) -> Draft:
    """Keep what was typed, as it was typed, one draft per person and life event; what is None stays as it was."""
    return drafts.save(code, actor=actor, answers=answers, values=values, materials=materials)


def draft(code: str, *, actor: Actor) -> Draft | None:
    """The actor's draft, None if there is none."""
    return drafts.find(code, actor=actor)


def discard_draft(code: str, *, actor: Actor) -> None:
    """Throw the actor's draft away."""
    drafts.discard(code, actor=actor)


def submit(
    code: str,
    *,
    actor: Actor,
    answers: Mapping[str, Any],
    values: Mapping[str, Any],
    materials: Mapping[str, GivenMaterial] | None = None,
    idempotency_key: str,
) -> LifeEventView:
    """Hand in the one form: the life event is kept first, then every matter whose dependencies are met becomes a case.

    The same ``idempotency_key`` of the same applicant answers with the same life event. A matter that cannot be started now
    is started by the worker; none is lost. Values and materials go by the keys of the plan; prefilled fields may be left out.

    Raises:
        LifeEventIncomplete: fields or materials are missing or wrong; ``errors`` says all of them by key, the draft keeps them.
        UnderWay: this record already has this life event running (``life_event_id`` where it is the actor's own).
        UnknownLifeEvent, Forbidden.
    """
    return submission.submit(code, actor=actor, answers=answers, values=values, materials=materials or {}, idempotency_key=idempotency_key)


def get(life_event_id: UUID, *, actor: Actor) -> LifeEventView:
    """The life event as its owner sees it; NotFound for everybody else."""
    return queries.get(life_event_id, actor=actor)


def mine(actor: Actor) -> list[LifeEventRow]:
    """The life events of the actor, or of whom they act for, newest first (at most 100)."""
    return queries.mine(actor)


def ledger(life_event_id: UUID, *, actor: Actor) -> Shares:
    """What had to be given and what not, each field and material of the merged form counted once, from the ledgers of the cases."""
    return queries.ledger(life_event_id, actor=actor)


def supplement(
    life_event_id: UUID,
    *,
    actor: Actor,
    node: str = "",
    values: Mapping[str, Any] | None = None,
    materials: Mapping[str, GivenMaterial] | None = None,
) -> LifeEventView:
    """Answer what one department asked for; it goes to the one case that waits for it.

    Args:
        life_event_id: the life event.
        actor: its owner.
        node: whose question is answered; may be left out while only one asks.
        values: by the keys of the merged form (or of the ask's own fields).
        materials: by material key.

    Raises:
        NotFound, InvalidInput (nobody asks, or several and ``node`` is missing), and what ``cases.perform`` refuses.
    """
    return journey.supplement(life_event_id, actor=actor, node=node, values=values or {}, materials=materials or {})


def withdraw(life_event_id: UUID, *, actor: Actor, node: str = "", reason: str = "") -> LifeEventView:
    """Withdraw everything that is not decided yet, or one matter; what waits for it can then not start and says so.

    Raises:
        NotFound; Conflict when there is nothing left to withdraw.
    """
    return journey.withdraw(life_event_id, actor=actor, node=node, reason=reason)


def on_case_event(event: Mapping[str, object]) -> None:
    """Handler of case events: notes the outcome, starts the matters that waited for it, closes the life event. Safe to deliver twice."""
    journey.on_case_event(event)


def start_due() -> int:
    """Start matters that are due and not started yet (worker); returns how many became cases."""
    return starting.start_due()
