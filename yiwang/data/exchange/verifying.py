"""Verifying claims: agreement, standing, one reading of the registers, comparison, access records; in this order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from yiwang.base.clock.api import now
from yiwang.data.catalogue import api as catalogue
from yiwang.data.catalogue.api import Element
from yiwang.data.exchange import agreeing, standing
from yiwang.data.exchange.values import Claim, ClaimInvalid, Fact, RecordChoice, Status
from yiwang.data.registers import api as registers
from yiwang.data.registers.api import Answer, Ask, Key, RegisterState, RegistersUnavailable, Row, Value
from yiwang.security.access.api import Actor
from yiwang.security.audit.api import AccessRecord, record_access_many
from yiwang.standards.subjects import Subject

# After how many days without news a row of a cycle counts as stale, measured against the register's own last update.
_STALE_AFTER: Final = {"weekly": 21, "monthly": 62, "quarterly": 190, "yearly": 400}
_NO_AGREEMENT: Final = "没有数据共享约定"
_OTHER_DEPARTMENT: Final = "本部门不在共享约定的使用部门之内"
_STRANGER: Final = "不是本人或与本人有登记关系的数据"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A claim with its element and, when refused, the reason."""

    claim: Claim
    element: Element
    refusal: str

    @property
    def place(self) -> tuple[str, str, str]:
        """Where the answer holds the row."""
        return (self.element.register, *_kind_and_key(self.claim.key))


@dataclass(frozen=True, slots=True)
class _Ground:
    """Who looks, for what, on which clause, when."""

    purpose: str
    legal_basis: str
    actor: Actor
    department: str
    at: datetime

    def record(self, case_id: UUID | None, subject: Subject, elements: tuple[str, ...], refusal: str) -> AccessRecord:
        """The access record of one person or company."""
        return AccessRecord(
            case_id, self.actor.name, self.department, self.purpose, self.legal_basis, subject, elements, not refusal, refusal, self.at
        )


def _kind_and_key(key: Subject | Key) -> tuple[str, str]:
    return (key.kind, key.key) if isinstance(key, Subject) else (key.kind, key.value)


def verify(case_id: UUID | None, *, claims: Sequence[Claim], purpose: str, legal_basis: str, actor: Actor) -> list[Fact]:
    """The facts of the claims; see the door."""
    if not claims:
        return []
    at = now()
    allowed = agreeing.in_force(purpose)
    asked = _judge(claims, allowed, actor)
    try:
        answer = registers.read(_asks(asked))
    except RegistersUnavailable as error:
        answer = _silence(asked, at, str(error))
    facts = [_fact(one, answer, at) for one in asked]
    _record(case_id, asked, answer, _Ground(purpose, legal_basis, actor, _department(actor, allowed), at))
    return facts


def _judge(claims: Sequence[Claim], allowed: Mapping[str, Set[str]], actor: Actor) -> list[_Asked]:
    """Which claims are refused, and why."""
    elements = [catalogue.element(claim.element) for claim in claims]
    for claim, element in zip(claims, elements, strict=True):
        if registers.register(element.register).lookup(claim.key.kind) is None:
            raise ClaimInvalid(
                f"数据元「{element.name}」不能按「{claim.key.kind}」查询,请核对事项配置。", element=element.code, kind=claim.key.kind
            )
    strangers = standing.strangers(actor, {claim.key for claim in claims})
    asked = []
    for claim, element in zip(claims, elements, strict=True):
        refusal = ""
        departments = allowed.get(element.code)
        if not departments:
            refusal = _NO_AGREEMENT
        elif actor.kind in ("staff", "machine") and actor.department not in departments:
            refusal = _OTHER_DEPARTMENT
        elif claim.key in strangers:
            refusal = _STRANGER
        asked.append(_Asked(claim, element, refusal))
    return asked


def _asks(asked: Iterable[_Asked]) -> list[Ask]:
    """One question per register and kind of key. A refused claim asks no column: only whose data it would have been."""
    wanted: dict[tuple[str, str], tuple[dict[str, None], dict[str, None]]] = {}
    for one in asked:
        kind, key = _kind_and_key(one.claim.key)
        if one.refusal and isinstance(one.claim.key, Subject):
            continue
        keys, columns = wanted.setdefault((one.element.register, kind), ({}, {}))
        keys[key] = None
        if one.refusal:
            continue
        columns[one.element.column] = None
        for cross in one.element.cross:
            if registers.register(cross.register).lookup(kind):
                more_keys, more_columns = wanted.setdefault((cross.register, kind), ({}, {}))
                more_keys[key] = None
                more_columns[cross.column] = None
    return [Ask(register, kind, tuple(keys), tuple(columns)) for (register, kind), (keys, columns) in wanted.items()]


def _silence(asked: Iterable[_Asked], at: datetime, reason: str) -> Answer:
    return Answer({}, {one.element.register: RegisterState(one.element.register, False, at, reason) for one in asked})


def _fact(one: _Asked, answer: Answer, at: datetime) -> Fact:
    if one.refusal:
        return _made(one, at, "denied", note=one.refusal)
    state = answer.states[one.element.register]
    if not state.available:
        return _made(one, at, "unavailable", note=state.reason or "来源登记册暂时无法访问")
    row = answer.rows.get(one.place)
    if row is None:
        if one.element.absent_means is not None:
            return _made(one, at, "verified", value=one.element.absent_means, note="该登记册只登记例外情形,查无记录")
        return _made(one, at, "absent", note=f"「{registers.register(one.element.register).title}」中没有该记录")
    value = row.values[one.element.column]
    if value is None or value == "":
        return _made(one, at, "absent", row=row, note="该记录的此项为空")
    differing = _disagreeing(one, answer, value)
    if differing:
        return _made(
            one, at, "disagrees", row=row, value=value, note=f"与「{'」「'.join(differing)}」的登记不一致,以归属部门登记为准,可申请核实纠错"
        )
    return _made(one, at, "verified", row=row, value=value, note=_remark(row, state))


def _made(one: _Asked, at: datetime, status: Status, *, value: Value = None, row: Row | None = None, note: str = "") -> Fact:
    element = one.element
    version = row.version if row else 0
    return Fact(element.code, one.claim.key, value, status, element.department, element.register, version, at, note)


def _disagreeing(one: _Asked, answer: Answer, value: Value) -> list[str]:
    """Titles of other registers that hold another value; the value itself is not told."""
    kind, key = _kind_and_key(one.claim.key)
    titles = []
    for cross in one.element.cross:
        row = answer.rows.get((cross.register, kind, key))
        other = row.values.get(cross.column) if row else None
        if other not in (None, "") and other != value:
            titles.append(registers.register(cross.register).title)
    return titles


def _remark(row: Row, state: RegisterState) -> str:
    if row.matches > 1:
        return f"共有 {row.matches} 条记录,取最近更新的一条"
    limit = _STALE_AFTER.get(registers.register(row.register).cycle)
    if limit is not None and (state.refreshed_at - row.updated_at).days > limit:
        return f"该记录自 {row.updated_at:%Y-%m-%d} 起未更新,可能已过时"
    return ""


def _department(actor: Actor, allowed: Mapping[str, Set[str]]) -> str:
    """Who looks: the official's department; for a citizen's own application the one department it goes to."""
    consumers = {department for departments in allowed.values() for department in departments}
    return actor.department or (consumers.pop() if len(consumers) == 1 else "")


def _record(case_id: UUID | None, asked: Sequence[_Asked], answer: Answer, ground: _Ground) -> None:
    """One access record for each person or company concerned and each outcome (allowed, or a reason of refusal)."""
    looks: dict[tuple[Subject, str], dict[str, None]] = {}
    for one in asked:
        for subject in _concerned(one, answer):
            looks.setdefault((subject, one.refusal), {})[one.element.code] = None
    record_access_many([ground.record(case_id, subject, tuple(elements), refusal) for (subject, refusal), elements in looks.items()])


def _concerned(one: _Asked, answer: Answer) -> tuple[Subject, ...]:
    """Whose data it is: the subject of the claim, or those the record names; a record nobody holds stands for itself."""
    key = one.claim.key
    if isinstance(key, Subject):
        return (key,)
    row = answer.rows.get(one.place)
    if row is None or not row.about:
        return (Subject("person", str(key)),)
    return tuple(_subject(number) for number in row.about)


def _subject(number: str) -> Subject:
    """A person or a company by the form of the number: registers of things hold both in one column."""
    return Subject("person" if number[:17].isdigit() else "company", number)


def records_of(
    case_id: UUID | None, *, subject: Subject, kinds: Sequence[str], purpose: str, legal_basis: str, actor: Actor
) -> list[RecordChoice]:
    """Records of a subject to choose from; see the door."""
    allowed = agreeing.in_force(purpose)
    ground = _Ground(purpose, legal_basis, actor, _department(actor, allowed), now())
    refusal = ""
    if not allowed:
        refusal = _NO_AGREEMENT
    elif actor.kind in ("staff", "machine") and not any(actor.department in departments for departments in allowed.values()):
        refusal = _OTHER_DEPARTMENT
    elif standing.strangers(actor, {subject}):
        refusal = _STRANGER
    record_access_many([ground.record(case_id, subject, tuple(f"{kind}.*" for kind in kinds), refusal)])
    if refusal:
        return []
    return [RecordChoice(one.key, one.relation, one.label) for one in registers.related([subject], kinds=kinds)]
