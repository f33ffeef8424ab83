"""Reading: a whole case for one reader, and lists by keyset, set-based. Authorisation is part of every statement or comes first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from yiwang.base.clock.api import today
from yiwang.business.cases import rights, showing, writing
from yiwang.business.cases.clockwork import light, moment
from yiwang.business.cases.errors import CaseNotFound
from yiwang.business.cases.states import FINAL, STATES, open_actions
from yiwang.business.cases.values import CaseRow, CaseView, LedgerRow, Page, StepView, TodoFilter
from yiwang.business.cases.writing import File, Row
from yiwang.security.access.api import Actor, may
from yiwang.standards.errors import InvalidInput

_COLUMNS: Final = (
    "id", "no", "state", "matter", "matter_name", "department", "region", "applicant_name", "channel", "handler_name", "waiting_for",
    "outcome", "submitted_at", "due_on", "warn_on", "step_due_on", "decided_at", "closed_at", "life_event_id",
)  # fmt: skip
_URGENT: Final = "coalesce(step_due_on, due_on, '9999-12-31'::date)"
_MOST: Final = 100
_LIKE: Final = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})


def get(case_id: UUID, *, actor: Actor) -> CaseView:
    """See ``api.get``."""
    return view(file_for(case_id, actor), actor)


def by_no(case_no: str, *, actor: Actor) -> CaseView:
    """See ``api.by_no``."""
    rows = _fetch("SELECT id FROM cases_case WHERE no = %s", [str(case_no).strip().upper()[:50].replace("\x00", "")])
    if not rows:
        raise CaseNotFound
    return get(rows[0][0], actor=actor)


def existing(ids: Sequence[UUID]) -> set[UUID]:
    """Those of the ids that are cases; who asks (the exchange, for calls that name a case) learns nothing else."""
    return {row[0] for row in _fetch("SELECT id FROM cases_case WHERE id = ANY(%s)", [list(ids)])} if ids else set()


def file_for(case_id: UUID, actor: Actor) -> File:
    """The file, if this actor may see the case at all."""
    files = writing.load([case_id]) if isinstance(case_id, UUID) else []
    if not files:
        raise CaseNotFound
    rights.visible(files[0].case, actor)
    return files[0]


def view(file: File, actor: Actor) -> CaseView:
    """The file as this actor may see it."""
    as_part = rights.visible(file.case, actor)
    return showing.case_view(file, masked=not rights.sees_clear(file.case, actor, as_part))


def history(case_id: UUID, *, actor: Actor) -> list[StepView]:
    """See ``api.history``."""
    file = file_for(case_id, actor)
    as_part = rights.visible(file.case, actor)
    return showing.steps(file, masked=not rights.sees_clear(file.case, actor, as_part), names=as_part != "applicant")


def ledger(case_id: UUID, *, actor: Actor) -> list[LedgerRow]:
    """See ``api.ledger``."""
    return showing.ledger(file_for(case_id, actor))


def mine(actor: Actor, *, cursor: str, size: int) -> Page:
    """See ``api.mine``."""
    if actor.represents is None:
        return Page(())
    after = _cursor(cursor)
    where = "applicant = %s" if actor.acting_for is not None else "(applicant = %s OR agent = %s)"
    subjects = [str(actor.represents)] * (1 if actor.acting_for is not None else 2)
    beyond, place = ("AND id < %s", [after[0]]) if after else ("", [])
    return _page(f"{where} {beyond} ORDER BY id DESC", [*subjects, *place], size, by_urgency=False)


def todo(actor: Actor, *, wanted: TodoFilter, cursor: str, size: int) -> Page:
    """See ``api.todo``."""
    states = workable(actor)
    if wanted.states:
        states = [state for state in states if state in wanted.states]
    if not states or not actor.department:
        return Page(())
    conditions = ["department = %s", "closed_at IS NULL", "state = ANY(%s)"]
    params: list[Any] = [actor.department, states]
    for condition, values in _narrowed(actor, wanted):
        conditions.append(condition)
        params += values
    after = _cursor(cursor)
    if after:
        conditions.append(f"({_URGENT}, id) > (%s::date, %s::uuid)")
        params += [after[1], after[0]]
    return _page(f"{' AND '.join(conditions)} ORDER BY {_URGENT}, id", params, size, by_urgency=True)


def counts(actor: Actor) -> dict[str, int]:
    """See ``api.counts``."""
    if not actor.department or not may(actor, "case.view", department=actor.department):
        return {"all": 0, "late": 0}
    rows = _fetch(
        "SELECT state, count(*), count(*) FILTER (WHERE due_on < %s AND decided_at IS NULL) FROM cases_case"
        " WHERE department = %s AND closed_at IS NULL GROUP BY state",
        [today(), actor.department],
    )
    found = {state: number for state, number, _ in rows}
    return {**found, "all": sum(found.values()), "late": sum(late for _, _, late in rows)}


def of_life_event(life_event_id: UUID, *, actor: Actor) -> list[CaseRow]:
    """See ``api.of_life_event``."""
    names = ", ".join((*_COLUMNS, "applicant", "agent"))
    rows = _fetch(f"SELECT {names} FROM cases_case WHERE life_event_id = %s ORDER BY id", [str(life_event_id)])  # noqa: S608 - column names of ours
    cases = [dict(zip((*_COLUMNS, "applicant", "agent"), row, strict=True)) for row in rows]
    return [_row(case) for case in cases if rights.part(case, actor) is not None]


def barred(applicant: str) -> bool:
    """Whether the applicant has broken a commitment and not put it right: then the law lets him make no other."""
    rows = _fetch(
        "SELECT EXISTS (SELECT 1 FROM cases_material m JOIN cases_case c ON c.id = m.case_id"
        " WHERE m.state = 'broken' AND c.applicant = %s)",
        [applicant],
    )
    return bool(rows[0][0])


def workable(actor: Actor) -> list[str]:
    """The states in which a line of the table is this member of staff's to take."""
    return [
        state
        for state in STATES
        if state not in FINAL
        and any(may(actor, line.who, department=actor.department) for line in open_actions(state) if line.who.startswith("case."))
    ]


def _narrowed(actor: Actor, wanted: TodoFilter) -> list[tuple[str, list[Any]]]:
    parts: list[tuple[str, list[Any]]] = []
    if wanted.matter:
        parts.append(("matter = %s", [wanted.matter]))
    if wanted.mine:
        parts.append(("handler = %s", [actor.account_id]))
    if wanted.light == "red":
        parts.append(("due_on < %s AND decided_at IS NULL", [today()]))
    elif wanted.light == "yellow":
        parts.append(("warn_on <= %s AND due_on >= %s AND decided_at IS NULL", [today(), today()]))
    elif wanted.light == "green":
        parts.append(("(warn_on > %s OR warn_on IS NULL) AND due_on >= %s AND decided_at IS NULL", [today(), today()]))
    if text := wanted.text.strip().replace("\x00", "")[:100]:
        parts.append(("(no = %s OR applicant_name LIKE %s)", [text.upper(), f"%{text.translate(_LIKE)}%"]))
    return parts


def _page(tail: str, params: Sequence[Any], size: int, *, by_urgency: bool) -> Page:
    most = min(max(size, 1), _MOST)
    rows = _fetch(f"SELECT {', '.join(_COLUMNS)} FROM cases_case WHERE {tail} LIMIT %s", [*params, most + 1])  # noqa: S608 - fragments of ours
    cases = [_row(dict(zip(_COLUMNS, row, strict=True))) for row in rows[:most]]
    if len(rows) <= most:
        return Page(tuple(cases))
    last = cases[-1]
    urgent = last.step_due_on or last.due_on or date(9999, 12, 31)
    return Page(tuple(cases), f"{last.id}~{urgent}" if by_urgency else str(last.id))


def _cursor(text: str) -> tuple[UUID, date] | None:
    if not text:
        return None
    identity, _, urgent = text.partition("~")
    try:
        return UUID(identity), date.fromisoformat(urgent) if urgent else date.min
    except ValueError:
        raise InvalidInput("翻页位置不正确,请从第一页重新查看。", field="page") from None


def _row(case: Row) -> CaseRow:
    for name in ("due_on", "warn_on", "step_due_on"):
        case[f"{name}_text"] = case[name].isoformat() if case[name] else None
    dated = {**case, **{name: case[f"{name}_text"] for name in ("due_on", "warn_on")}}
    return CaseRow(
        id=case["id"],
        no=case["no"],
        state=case["state"],
        state_name=STATES[case["state"]].name,
        matter=case["matter"],
        matter_name=case["matter_name"],
        department=case["department"],
        region=case["region"],
        applicant_name=case["applicant_name"],
        channel=case["channel"],
        handler=case["handler_name"],
        waiting_for=case["waiting_for"],
        outcome=case["outcome"],
        light=light(dated, today()),
        submitted_at=moment(case["submitted_at"].isoformat()),
        due_on=case["due_on"],
        step_due_on=case["step_due_on"],
        closed_at=case["closed_at"] and moment(case["closed_at"].isoformat()),
        life_event_id=case["life_event_id"],
    )


def _fetch(statement: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with writing.raw_cursor() as cursor:
        return cursor.execute(statement, params).fetchall()
