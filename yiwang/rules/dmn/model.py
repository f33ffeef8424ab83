"""A decision table as plain data: what a lawyer writes, what the reader reads and what the writer writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

HIT_POLICIES: Final = ("UNIQUE", "FIRST", "PRIORITY", "ANY", "COLLECT", "RULE ORDER", "OUTPUT ORDER")
AGGREGATIONS: Final = ("", "SUM", "COUNT", "MIN", "MAX")
CLAUSE_NAMES: Final = frozenset({"条款", "依据", "法律依据", "clause", "Clause", "legal basis"})


@dataclass(frozen=True, slots=True)
class InputClause:
    """One condition column: the expression it looks at, its type and the values it may take."""

    expression: str
    type: str = ""
    label: str = ""
    values: str = ""


@dataclass(frozen=True, slots=True)
class OutputClause:
    """One result column."""

    name: str = ""
    type: str = ""
    label: str = ""
    values: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: a test per condition column, an expression per result column, a text per annotation column."""

    tests: tuple[str, ...]
    outputs: tuple[str, ...]
    annotations: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A decision table."""

    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]
    hit_policy: str = "UNIQUE"
    aggregation: str = ""
    annotations: tuple[str, ...] = ()

    @property
    def clause_column(self) -> int | None:
        """The place of the annotation column that names the legal clause."""
        return next((place for place, name in enumerate(self.annotations) if name.strip() in CLAUSE_NAMES), None)

    def clause(self, row: int) -> str:
        """The legal clause a row rests on, '' when none is given."""
        column = self.clause_column
        annotations = self.rules[row].annotations
        return annotations[column].strip() if column is not None and column < len(annotations) else ""


@dataclass(frozen=True, slots=True)
class Field:
    """A named, typed item: an input of a model, a component of a type."""

    name: str
    type: str = "Any"


@dataclass(frozen=True, slots=True)
class TypeDefinition:
    """A type of the model: a base type with allowed values, or a structure of fields."""

    name: str
    base: str = ""
    allowed: str = ""
    is_list: bool = False
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class TableDecision:
    """A decision made by one table, with the inputs and decisions it needs, for models made in code."""

    name: str
    table: DecisionTable
    type: str = ""
    needs: tuple[str, ...] = ()
    question: str = ""


@dataclass(frozen=True, slots=True)
class TableModel:
    """A model made in code: inputs, types and decisions by table. ``needs`` left empty means every input."""

    name: str
    decisions: tuple[TableDecision, ...]
    inputs: tuple[Field, ...] = ()
    types: tuple[TypeDefinition, ...] = ()
    namespace: str = ""


def default_namespace(name: str) -> str:
    """The namespace of a model that was given none."""
    return f"https://yiwang.example/rules/{quote(name)}"
