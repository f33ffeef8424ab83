"""The door of the rules engine: load a model, decide, replay, check before publishing, write, compile to SQL, decide a population."""

from __future__ import annotations

from yiwang.rules.checking import Finding, check
from yiwang.rules.deciding import decide, replay
from yiwang.rules.dmn.model import DecisionTable, Field, InputClause, OutputClause, Rule, TableDecision, TableModel, TypeDefinition
from yiwang.rules.dmn.writer import write
from yiwang.rules.errors import EngineMissing, InvalidModel, NotCompilable, NotRepresentable, UnknownDecision
from yiwang.rules.feel.engine import evaluate
from yiwang.rules.feel.values import UNKNOWN
from yiwang.rules.loading import Model, load
from yiwang.rules.outcome import Condition, FiredRow, Outcome
from yiwang.rules.populations import run_population
from yiwang.rules.spark import LOCAL as LOCAL_SPARK
from yiwang.rules.sql import Query, obstacles, sql
from yiwang.rules.wording import in_words

__all__ = [
    "LOCAL_SPARK",
    "UNKNOWN",
    "Condition",
    "DecisionTable",
    "EngineMissing",
    "Field",
    "Finding",
    "FiredRow",
    "InputClause",
    "InvalidModel",
    "Model",
    "NotCompilable",
    "NotRepresentable",
    "Outcome",
    "OutputClause",
    "Query",
    "Rule",
    "TableDecision",
    "TableModel",
    "TypeDefinition",
    "UnknownDecision",
    "check",
    "decide",
    "evaluate",
    "in_words",
    "load",
    "obstacles",
    "replay",
    "run_population",
    "sql",
    "write",
]
