"""The few places where the SQL of two engines differs; everything else the compiler writes means the same on both.

A row of ``words`` is a template over its operands. Chosen so that NULL in gives NULL out, as *unknown* needs:
a search in a list, for example, must not turn an element that is NULL into an unknown answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one engine writes names, texts and the words that engines disagree about."""

    name: str
    mark: str
    escapes: tuple[tuple[str, str], ...]
    words: Mapping[str, str]

    def quoted(self, name: str) -> str:
        """A name as an identifier."""
        return self.mark + name.replace(self.mark, self.mark * 2) + self.mark

    def text(self, value: str) -> str:
        """A text as a literal."""
        for sign, written in self.escapes:
            value = value.replace(sign, written)
        return f"'{value}'"

    def write(self, word: str, *operands: str) -> str:
        """An operation over the SQL of its operands."""
        return self.words[word].format(*operands)


DUCKDB: Final = Dialect(
    "duckdb",
    '"',
    (("'", "''"),),
    {
        "hiding": "EXCLUDE ({0})",
        "years": "(sign({0}) * (abs({0}) // 12))",
        "months": "(sign({0}) * (abs({0}) % 12))",
        "weekday": "isodow({0})",
        "add months": "CAST({0} + to_months(CAST({1} AS INTEGER)) AS DATE)",
        "add days": "({0} + CAST({1} AS INTEGER))",
        "days between": "({1} - {0})",
        "list contains": "list_contains({0}, {1})",
        "count": "len({0})",
        "starts with": "starts_with({0}, {1})",
        "ends with": "ends_with({0}, {1})",
        "substring": "substring({0}, {1}, {2})",
    },
)

# Spark reads backslashes inside a text and ${…} even before it reads SQL; sign() gives a floating number; date arithmetic is by function.
SPARK: Final = Dialect(
    "spark",
    "`",
    (("\\", "\\\\"), ("'", "\\'"), ("$", "\\u0024")),
    {
        "hiding": "EXCEPT ({0})",
        "years": "({0} div 12)",
        "months": "({0} % 12)",
        "weekday": "(weekday({0}) + 1)",
        "add months": "add_months({0}, CAST({1} AS INT))",
        "add days": "date_add({0}, CAST({1} AS INT))",
        "days between": "datediff({1}, {0})",
        "list contains": "(CASE WHEN {1} IS NOT NULL THEN exists({0}, one -> one <=> {1}) END)",
        "count": "(CASE WHEN {0} IS NOT NULL THEN size({0}) END)",
        "starts with": "startswith({0}, {1})",
        "ends with": "endswith({0}, {1})",
        "substring": "substring({0}, {1}, {2})",
    },
)
DIALECTS: Final = {dialect.name: dialect for dialect in (DUCKDB, SPARK)}
