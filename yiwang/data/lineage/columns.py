"""Which source columns each column of a statement's result is made of, by sqlglot. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yiwang.data.lineage.errors import UnreadableStatement

_LARGEST = 100_000


@dataclass(frozen=True, slots=True)
class ColumnEdge:
    """A result column takes from ``table.column``; ``how``: 'direct' (passed on, perhaps renamed) or 'derived' (computed)."""

    result: str
    table: str
    column: str
    how: str


def columns(statement: str, *, schema: Mapping[str, Mapping[str, str]] | None = None, dialect: str = "duckdb") -> list[ColumnEdge]:
    """The edges of one SELECT, in the order of its columns; ``schema``: table → column → type, needed for ``SELECT *``.

    Raises:
        UnreadableStatement: no SELECT, several statements, or a column that cannot be told.
    """
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError
    from sqlglot.lineage import lineage
    from sqlglot.optimizer.qualify import qualify

    if len(statement) > _LARGEST:
        raise UnreadableStatement(f"语句超过 {_LARGEST} 个字符,请拆开。")
    tables = {name: dict(held) for name, held in (schema or {}).items()}
    try:
        trees = [one for one in sqlglot.parse(statement, read=dialect) if one is not None]
        if len(trees) != 1 or not isinstance(trees[0], exp.Query):
            raise UnreadableStatement("这里只接受一条 SELECT 语句。")
        _infer(trees[0], tables)
        tree = qualify(trees[0], schema=tables, dialect=dialect, validate_qualify_columns=False)
        names = tree.named_selects
        if "*" in names:
            raise UnreadableStatement()
        found: list[ColumnEdge] = []
        for name in names:
            root = lineage(name, tree.copy(), schema=tables, dialect=dialect)
            leaves = [node for node in root.walk() if not node.downstream and isinstance(node.expression, exp.Table)]
            plain = all(_passes_on(node.expression) for node in root.walk())
            for leaf in leaves:
                edge = ColumnEdge(name, leaf.expression.name, leaf.name.rpartition(".")[2].strip('"'), "direct" if plain else "derived")
                if edge not in found:
                    found.append(edge)
    except (SqlglotError, ValueError, RecursionError) as error:
        raise UnreadableStatement(f"语句无法解析({str(error)[:200]})。") from error
    return found


def _infer(tree: Any, tables: dict[str, dict[str, str]]) -> None:
    """Add to the schema what the statement says itself: whose a column is that is named with its table, or where there is one table."""
    from sqlglot import exp
    from sqlglot.optimizer.scope import traverse_scope

    told = set(tables)
    for scope in traverse_scope(tree):
        for column in scope.columns:
            source = scope.sources.get(column.table or (next(iter(scope.sources)) if len(scope.sources) == 1 else ""))
            if isinstance(source, exp.Table) and source.name not in told:
                tables.setdefault(source.name, {})[column.name] = "unknown"


def _passes_on(expression: object) -> bool:
    from sqlglot import exp

    if isinstance(expression, exp.Alias):
        expression = expression.this
    return isinstance(expression, (exp.Column, exp.Table, exp.Query))
