"""Why it was decided so: condition by condition, and again from what was stored."""

from __future__ import annotations

import re
from typing import Any, Final
from uuid import UUID

from yiwang.business.cases import deciding, queries, rights, writing
from yiwang.business.cases.clockwork import moment
from yiwang.business.cases.showing import element_mask
from yiwang.business.cases.values import Explanation, ReasonView
from yiwang.business.cases.writing import Row
from yiwang.business.matters.api import MatterVersion, version_of
from yiwang.rules.api import load
from yiwang.rules.api import replay as replay_outcome
from yiwang.security.access.api import Actor
from yiwang.security.masking.api import mask, mask_text


def explanation(case_id: UUID, *, actor: Actor) -> Explanation | None:
    """See ``api.explanation``."""
    file = queries.file_for(case_id, actor)
    if not file.decisions:
        return None
    row = file.decisions[-1]
    masked = not rights.sees_clear(file.case, actor, rights.visible(file.case, actor))
    version = version_of(file.case["matter_version"])
    return Explanation(
        case_id=case_id,
        outcome=row["outcome"],
        automatic=row["automatic"],
        table=row["table_name"],
        table_digest=row["table_digest"],
        reasons=_reasons(row, version, masked),
        clauses=tuple(row["clauses"]),
        settles=row["settles"],
        text=mask_text(row["text"]) if masked else row["text"],
        decided_by=row["decided_by"],
        at=moment(row["at"]),
    )


def replay(case_id: UUID, *, actor: Actor) -> bool:
    """See ``api.replay``: every decision with a table, read again with the table as it was then."""
    file = queries.file_for(case_id, actor)
    rows = [row for row in file.decisions if row["table_digest"]]
    return bool(rows) and all(_same_again(row) for row in rows)


def _same_again(row: Row) -> bool:
    with writing.raw_cursor() as cursor:
        found = cursor.execute("SELECT source FROM cases_table WHERE digest = %s", [row["table_digest"]]).fetchone()
    if found is None:
        return False
    model = load(str(found[0]).encode())
    if model.digest != row["table_digest"] or not replay_outcome(row["reading"], model=model):
        return False
    return not row["automatic"] or row["outcome"] == (row["reading"]["result"] or "undetermined")


def _reasons(row: Row, version: MatterVersion, masked: bool) -> tuple[ReasonView, ...]:
    """The conditions of the rows that decided; where none did, every condition that was looked at, the unknown ones first."""
    reading = row["reading"]
    fired = {(one["decision"], one["index"]) for one in reading.get("rows", ())}
    conditions = [one for one in reading.get("conditions", ()) if not fired or (one["decision"], one["row"]) in fired]
    reasons = dict.fromkeys(_reason(one, version, masked) for one in sorted(conditions, key=lambda one: not one["unknown"]))
    return tuple(reasons)


def _reason(condition: Row, version: MatterVersion, masked: bool) -> ReasonView:
    met = None if condition["unknown"] else bool(condition["result"])
    label = _NAME.sub(lambda found: deciding.label_of(version, found.group()), condition["input"])
    source = version.decision_inputs.get(condition["input"], {})
    kind = element_mask(source.get("element", "")) if masked else ""
    found = "未知" if condition["unknown"] else _said(condition["value"])
    wanted = _TESTS.get(condition["test"], condition["test"])
    return ReasonView(f"{label}:{wanted}", mask(found, kind) if kind else found, met, condition["clause"])


_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TESTS: Final = {"true": "是", "false": "否", "-": "任意", "": "任意"}


def _said(value: Any) -> str:
    """A FEEL value in JSON as people read it."""
    if isinstance(value, dict) and len(value) == 1:
        return str(next(iter(value.values())))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_said(one) for one in value)
    return "无" if value is None else str(value)
