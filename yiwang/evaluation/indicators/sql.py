"""The statements of the room: how facts add up to a line per case, and how lines add up to counts. One definition for both uses."""

from __future__ import annotations

from typing import Final

COLUMNS: Final = (
    "case_id", "department", "region", "matter", "submitted_at", "accepted_at", "decided_at", "not_accepted_at", "ended_at", "outcome",
    "automatic", "days_used", "on_time", "supplemented", "overdue", "fields_total", "fields_not_asked", "materials_total",
    "materials_not_asked",
)  # fmt: skip


def _last(name: str, member: str, kind: str) -> str:
    """The member of the newest fact of a name."""
    return f"(array_agg((data->>'{member}')::{kind} ORDER BY at DESC, id DESC) FILTER (WHERE name = '{name}'))[1]"


_NAMES: Final = ", ".join(COLUMNS)

# a line per case from its facts; {where} chooses the cases
_LINES: Final = f"""
SELECT case_id, max(department) AS department, max(region) AS region, max(matter) AS matter,
       min(at) FILTER (WHERE name = 'case.submitted.v1') AS submitted_at,
       min(at) FILTER (WHERE name = 'case.accepted.v1') AS accepted_at,
       max(at) FILTER (WHERE name = 'case.decided.v1') AS decided_at,
       min(at) FILTER (WHERE name = 'case.not_accepted.v1') AS not_accepted_at,
       min(at) FILTER (WHERE name IN ('case.closed.v1', 'case.not_accepted.v1', 'case.withdrawn.v1', 'case.terminated.v1')) AS ended_at,
       {_last("case.decided.v1", "outcome", "text")} AS outcome,
       {_last("case.decided.v1", "automatic", "boolean")} AS automatic,
       {_last("case.decided.v1", "days_used", "int")} AS days_used,
       {_last("case.decided.v1", "on_time", "boolean")} AS on_time,
       bool_or(name IN ('case.supplement_requested.v1', 'case.returned.v1')) AS supplemented,
       bool_or(name = 'case.overdue.v1') AS overdue,
       {_last("case.ledger_counted", "fields_total", "int")} AS fields_total,
       {_last("case.ledger_counted", "fields_not_asked", "int")} AS fields_not_asked,
       {_last("case.ledger_counted", "materials_total", "int")} AS materials_total,
       {_last("case.ledger_counted", "materials_not_asked", "int")} AS materials_not_asked
FROM indicators_fact WHERE {{where}} GROUP BY case_id
"""  # noqa: S608 - made of constants of this file

_FRESH: Final = "case_id IN (SELECT case_id FROM indicators_fact WHERE NOT folded)"

# the stored lines, with those that new facts have touched computed on the spot: always up to date, writes nothing
CURRENT: Final = (
    f"SELECT {_NAMES} FROM indicators_case WHERE NOT {_FRESH} UNION ALL SELECT {_NAMES} FROM ({_LINES.format(where=_FRESH)}) AS fresh"  # noqa: S608
)
FROM_FACTS: Final = _LINES.format(where="true")

FOLD: Final = f"""
WITH fresh AS (UPDATE indicators_fact SET folded = true WHERE NOT folded RETURNING case_id)
INSERT INTO indicators_case ({_NAMES})
{_LINES.format(where="case_id IN (SELECT case_id FROM fresh)")}
ON CONFLICT (case_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in COLUMNS[1:])}
"""  # noqa: S608


def _within(column: str) -> str:
    return f"({column} >= %(begin)s AND {column} < %(end)s)"


_DECIDED: Final = _within("decided_at")

COUNTS: Final = f"""
SELECT department,
       count(*) FILTER (WHERE {_within("submitted_at")}) AS submitted,
       count(*) FILTER (WHERE {_within("accepted_at")}) AS accepted,
       count(*) FILTER (WHERE {_within("not_accepted_at")}) AS not_accepted,
       count(*) FILTER (WHERE {_within("ended_at")}) AS ended,
       count(*) FILTER (WHERE overdue AND decided_at IS NULL AND ended_at IS NULL) AS overdue_now,
       count(*) FILTER (WHERE {_DECIDED}) AS decided,
       count(*) FILTER (WHERE {_DECIDED} AND on_time) AS decided_on_time,
       count(*) FILTER (WHERE {_DECIDED} AND automatic) AS decided_automatic,
       count(*) FILTER (WHERE {_DECIDED} AND outcome = 'yes') AS decided_yes,
       count(*) FILTER (WHERE {_DECIDED} AND supplemented) AS decided_supplemented,
       coalesce(sum(days_used) FILTER (WHERE {_DECIDED}), 0) AS days_used,
       count(days_used) FILTER (WHERE {_DECIDED}) AS days_counted,
       coalesce(sum(extract(epoch FROM decided_at - submitted_at) / 3600) FILTER (WHERE {_DECIDED}), 0) AS hours_waited,
       count(submitted_at) FILTER (WHERE {_DECIDED}) AS hours_counted,
       coalesce(sum(fields_total) FILTER (WHERE {_DECIDED}), 0) AS fields_total,
       coalesce(sum(fields_not_asked) FILTER (WHERE {_DECIDED}), 0) AS fields_not_asked,
       coalesce(sum(materials_total) FILTER (WHERE {_DECIDED}), 0) AS materials_total,
       coalesce(sum(materials_not_asked) FILTER (WHERE {_DECIDED}), 0) AS materials_not_asked
FROM ({{lines}}) AS line
WHERE department = ANY(%(departments)s)
  AND ({_DECIDED} OR {_within("submitted_at")} OR {_within("accepted_at")} OR {_within("not_accepted_at")} OR {_within("ended_at")}
       OR (overdue AND decided_at IS NULL AND ended_at IS NULL))
GROUP BY department
"""  # noqa: S608

KEEP: Final = """
INSERT INTO indicators_fact (event_id, name, at, case_id, department, region, matter, data, folded)
SELECT e, n, a, c, d, r, m, j, false
FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::jsonb[])
     AS given (e, n, a, c, d, r, m, j)
ON CONFLICT (event_id) DO NOTHING
"""
UNCOUNTED: Final = (
    "SELECT case_id, department, region, matter FROM indicators_case"
    " WHERE decided_at IS NOT NULL AND fields_total IS NULL ORDER BY case_id LIMIT %s"
)
