"""What the decisions room answers with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from yiwang.rules.api import TableModel

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Table:
    """A registered table. ``decision``: the decision its owner asks for ('' the last of the model); ``facts``: the names its
    owner supplies, with their labels (empty: whatever the file asks for); ``law_owner``: who answers for the law behind it.
    """

    key: str
    path: Path
    title: str
    department: str
    region: str = ""
    decision: str = ""
    law_owner: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableFinding:
    """One mistake: what is wrong (``cause``), where (``rows``, 1-based; () the whole table), an input that shows it, what to do."""

    kind: str
    level: Level
    cause: str
    remedy: str
    rows: tuple[int, ...] = ()
    example: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TestCase:
    """Facts by name as typed ('' unknown) and expected results by column as typed ('' not compared)."""

    __test__ = False  # not a class of the test runner

    name: str
    facts: Mapping[str, str]
    expected: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TestRun:
    """One test case run: the results by column as text, the rows that fired, why it failed ('' passed)."""

    __test__ = False

    case: TestCase
    passed: bool
    problem: str
    actual: Mapping[str, str]
    rows: tuple[int, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowCoverage:
    """How many test cases fired a row, and per condition column what was seen of it: both, true, false, none, any (a dash)."""

    row: int
    fired: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tested:
    """All test cases of a draft, run: in order, with the coverage of the edited table."""

    runs: tuple[TestRun, ...]
    coverage: tuple[RowCoverage, ...]

    @property
    def failed(self) -> int:
        """How many did not pass."""
        return sum(not one.passed for one in self.runs)

    @property
    def uncovered(self) -> tuple[int, ...]:
        """Rows that no test case fired."""
        return tuple(one.row for one in self.coverage if not one.fired)


@dataclass(frozen=True, slots=True)
class TableVersion:
    """One version (number 0: the file) with its sheet and test cases; ``mine``: the asking actor saved or submitted it."""

    id: UUID | None
    key: str
    number: int
    state: str
    digest: str
    sheet: TableModel
    cases: tuple[TestCase, ...]
    lock: int
    note: str
    effective_from: date | None
    edited_by_name: str
    edited_at: datetime | None
    published_by_name: str
    published_at: datetime | None
    return_reason: str
    warnings_reason: str
    mine: bool


@dataclass(frozen=True, slots=True)
class TableStep:
    """One step in the history of a table."""

    number: int
    step: str
    at: datetime
    by_name: str
    note: str


@dataclass(frozen=True, slots=True)
class TableLine:
    """A table in the list: its version in force, and the open draft with how many errors and warnings it has."""

    key: str
    title: str
    department: str
    number: int
    effective_from: date | None
    rows: int
    draft_state: str
    draft_by: str
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A table asked: results by column as text and as JSON, the fired rows, every condition looked at, clauses, missing facts.

    ``problems``: facts that could not be read, by name; they counted as unknown.
    """

    key: str
    number: int
    digest: str
    result: str
    results: Mapping[str, str]
    value: Any
    rows: tuple[int, ...]
    conditions: tuple[ConditionSeen, ...]
    clauses: tuple[str, ...]
    missing: tuple[str, ...]
    problems: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ConditionSeen:
    """One condition: its row, what it looks at, the test, the value seen, whether it holds (None: unknown), the clause."""

    row: int
    input: str
    test: str
    value: str
    holds: bool | None
    clause: str


@dataclass(frozen=True, slots=True)
class SheetChange:
    """One difference between two versions: the place in words, before and after ('' where it was not there)."""

    place: str
    before: str
    after: str
