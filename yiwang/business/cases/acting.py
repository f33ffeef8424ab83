"""One act on one case: lines of the table are taken, then everything is written once.

``Act.take`` is all that ever moves a case, whether an official clicks, the applicant hands in, the table decides or the
clock strikes: effect, state, day of the next step, history line, document, event, audit record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from yiwang.base.clock.api import today
from yiwang.base.ids.api import new_id
from yiwang.base.outbox.api import emit_many
from yiwang.business.cases import announcing, clauses, documents
from yiwang.business.cases.clockwork import calendar_of, moment
from yiwang.business.cases.intake import Intake
from yiwang.business.cases.sources import Known
from yiwang.business.cases.states import ACTIONS, STATES, Action
from yiwang.business.cases.writing import File, plain
from yiwang.business.matters.api import MatterVersion
from yiwang.data.exchange.api import Key
from yiwang.security.access.api import Actor
from yiwang.security.audit.api import Record, record_many
from yiwang.standards.events import Event
from yiwang.standards.subjects import Subject


@dataclass(slots=True)
class Effect:
    """What an action's own function has to say beside changing columns: for the document, the event, the day of the next step."""

    words: dict[str, str] = field(default_factory=dict)
    event: dict[str, Any] = field(default_factory=dict)
    step_due_on: object = None
    opinion: str = ""
    events: list[Event] = field(default_factory=list)  # of what was done elsewhere in this step, as the records below
    records: list[Record] = field(default_factory=list)


@dataclass
class Act:
    """The acting on one file: who, when, under which version of the matter; events and records gather until ``finish``."""

    file: File
    version: MatterVersion
    actor: Actor
    at: datetime
    events: list[Event] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    automatic: bool = False
    found: Intake | None = None  # the intake, where this act has worked it out

    @cached_property
    def subjects(self) -> dict[str, Key | Subject]:
        """The named subjects of the case."""
        return {name: read_key(text) for name, text in self.file.case["keys"].items()}

    @property
    def known(self) -> Known:
        """What licences and write-backs can be made from, out of the rows of the case."""
        case = self.file.case
        usable = {(row["element"], row["subject"]): row["value"] for row in case["facts"] if row["status"] in ("verified", "disagrees")}
        return Known({row["key"]: row["value"] for row in case["fields"]}, case["answers"], usable)

    def clause(self, action: str) -> str:
        """What a step of this case rests on."""
        return clauses.clause(action, version=self.version, applicant=self.file.case["applicant"])

    def take(self, name: str, effect: Effect | None = None, inputs: Mapping[str, Any] | None = None, *, document: bool = True) -> None:
        """Take one line of the table, its own effect already worked out."""
        line, effect, clause = ACTIONS[name], effect or Effect(), self.clause(name)
        before = self.file.case["state"]
        after = line.after or before
        if after != before or name == "submit":
            self.file.put(state=after, step_due_on=effect.step_due_on or self._due_of(after))
        self.events += effect.events
        self.records += effect.records
        self._step(line, clause, before, after, effect, inputs or {})
        if document and line.document:
            words = self._words(clause) | effect.words
            self.file.add(
                "documents",
                documents.make(
                    line.document,
                    words,
                    no=self.file.case["no"],
                    department=self.version.department_name or self.version.department,
                    at=self.at,
                ),
            )
        if line.event:
            self.events.append(announcing.event(line.event, self.file.case, at=self.at, more={"clause": clause, **effect.event}))

    def finish(self) -> None:
        """Audit records (the last one with the content of all rows) and events, in the caller's transaction."""
        if self.records:
            last = self.records[-1]
            self.records[-1] = Record(
                act=last.act, actor=last.actor, kind="case", ref=last.ref, case_id=last.case_id, detail=last.detail, row=self.file.content()
            )
        record_many(self.records)
        emit_many(self.events)

    def _due_of(self, state: str) -> object:
        limit = STATES[state].limit
        return calendar_of(self.file.case).add_workdays(today(), limit) if limit else None

    def _step(self, line: Action, clause: str, before: str, after: str, effect: Effect, inputs: Mapping[str, Any]) -> None:
        opinion = effect.opinion or str(inputs.get("opinion") or inputs.get("reason") or "")
        self.file.add(
            "steps",
            {
                "id": new_id(),
                "seq": len(self.file.steps) + 1,
                "at": self.at,
                "action": line.name,
                "before": before if line.name != "submit" else "",
                "after": after,
                "actor_id": self.actor.account_id,
                "actor_name": self.actor.name,
                "department": self.actor.department,
                "opinion": opinion,
                "clause": clause,
                "inputs": announcing.jsonable(inputs),
            },
        )
        detail = {"before": before, "after": after, "clause": clause, "case_no": self.file.case["no"], **plain(effect.event)}
        self.records.append(
            Record(
                act=f"case.{line.name}",
                actor=self.actor,
                kind="case",
                ref=self.file.case["id"],
                case_id=UUID(self.file.case["id"]),
                detail=detail,
                row=None,
            )
        )

    def _words(self, clause: str) -> dict[str, str]:
        case = self.file.case
        days = {name: _day(case[name]) for name in ("submitted_at", "accepted_at", "due_on", "step_due_on")}
        return {
            "applicant_name": case["applicant_name"],
            "matter_name": case["matter_name"],
            "no": case["no"],
            "clause": clause,
            "submitted_on": days["submitted_at"],
            "accepted_on": days["accepted_at"],
            "due_on": days["due_on"],
            "step_due_on": days["step_due_on"],
            "at": documents.chinese_day(self.at),
        }


def read_key(text: str) -> Key | Subject:
    """A subject or record key as ``str()`` wrote it."""
    return Subject.read(text) if text.startswith(("person:", "company:")) else Key.read(text)


def _day(text: str | None) -> str:
    if not text:
        return ""
    return documents.chinese_day(moment(text) if "T" in text else datetime.fromisoformat(text))
