"""A check: read block by block, judge in threads, put together. Memory: the blocks in flight and 16 bytes a row for each key."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import numpy
import pyarrow
import pyarrow.compute as compute
import pyarrow.csv
import pyarrow.parquet

from yiwang.data.checks import hashing
from yiwang.data.checks.hashing import Numbers
from yiwang.data.checks.kernels import KERNELS
from yiwang.data.checks.keys import KnownKeys, repeated
from yiwang.data.checks.rules import Definition, Rule
from yiwang.standards.errors import InvalidInput

Source: TypeAlias = Path | Any  # a file, or an Arrow table
_ARROW = {"text": pyarrow.string(), "integer": pyarrow.int64(), "number": pyarrow.float64(), "date": pyarrow.date32()}
_BLOCK = 1 << 18  # rows judged at once
_CSV_BLOCK = 16 << 20  # bytes


class SourceUnusable(InvalidInput):
    """要检查的数据无法读取,请核对文件和列名。"""

    code = "source_unusable"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's failing rows: their numbers in the table, ascending from 0; ``looked`` is the rows of the table."""

    rule: Rule
    rows: Numbers
    looked: int

    @property
    def failed(self) -> int:
        """How many."""
        return len(self.rows)

    @property
    def score(self) -> float:
        """X = A / B of GB/T 36344: rows that satisfy the rule by rows looked at; 1 for an empty table."""
        return 1 - self.failed / self.looked if self.looked else 1.0


@dataclass(slots=True)
class _Block:
    """What one block gives: failing rows by rule, hashes by rule that needs all blocks."""

    rows: int
    failing: dict[str, Numbers]
    hashed: dict[str, tuple[Numbers, Numbers]]


def check(source: Source, definition: Definition, *, references: Mapping[str, Source], as_of: date) -> list[Finding]:
    """Run the rules; see the door."""
    known = _known(definition, references)
    waiting: list[Future[_Block]] = []
    blocks: list[_Block] = []
    cores = len(os.sched_getaffinity(0))
    with ThreadPoolExecutor(cores) as pool:
        for load in _loads(source, definition):
            waiting.append(pool.submit(_judge, load, definition, known, as_of))
            if len(waiting) > cores:  # a bound on the blocks in memory
                blocks.append(waiting.pop(0).result())
        blocks += [one.result() for one in waiting]
    return _together(blocks, definition)


def _known(definition: Definition, references: Mapping[str, Source]) -> dict[str, KnownKeys]:
    found = {}
    for rule in definition.rules:
        if rule.kind == "reference":
            if rule.table not in references:
                raise SourceUnusable(f"规则「{rule.code}」要对照的表「{rule.table}」没有给出。")
            column = _reference(references[rule.table], rule)
            pairs = [hashing.hashes(chunk) for chunk in column.chunks]
            found[rule.code] = KnownKeys(
                *(numpy.concatenate([pair[at] for pair in pairs] or [numpy.empty(0, numpy.uint64)]) for at in (0, 1))
            )
    return found


def _reference(source: Source, rule: Rule) -> pyarrow.ChunkedArray:
    """The one column of a reference table; of several the one named like the rule's, else the first."""
    table = source if isinstance(source, pyarrow.Table) else next(iter(_whole(source)))
    name = rule.columns[0] if rule.columns[0] in table.column_names else table.column_names[0]
    return table.column(name).cast(pyarrow.string())


def _whole(file: Path) -> Iterator[pyarrow.Table]:
    try:
        if file.suffix == ".parquet":
            yield pyarrow.parquet.read_table(file)
        else:
            names = pyarrow.csv.open_csv(file).schema.names
            yield pyarrow.csv.read_csv(
                file, convert_options=pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pyarrow.string()))
            )
    except (OSError, pyarrow.ArrowInvalid) as error:
        raise SourceUnusable(f"读不出 {file.name}:{error}。") from error


Load = Callable[[], pyarrow.RecordBatch | pyarrow.Table]


def _loads(source: Source, definition: Definition) -> Iterator[Load]:
    """Functions that give one block each, in order; what is slow in reading happens where they are called, in the threads."""
    columns = list(definition.types)
    if isinstance(source, pyarrow.Table):
        _all_there(source.column_names, columns)
        chosen = source.select(columns)
        yield from (lambda at=at: chosen.slice(at, _BLOCK) for at in range(0, source.num_rows, _BLOCK))
        return
    try:
        if source.suffix == ".parquet":
            yield from _of_parquet(source, definition, columns)
        else:
            yield from _of_csv(source, columns)
    except (OSError, pyarrow.ArrowInvalid) as error:
        raise SourceUnusable(f"读不出 {source.name}:{error}。请确认是 Parquet,或 UTF-8 编码、首行为列名的 CSV。") from error


def _of_parquet(file: Path, definition: Definition, columns: Sequence[str]) -> Iterator[Load]:
    meta = pyarrow.parquet.ParquetFile(file).metadata
    _all_there([meta.schema.column(at).name for at in range(meta.num_columns)], columns)
    few = _dictionaries(definition)
    for group in range(meta.num_row_groups):

        def load(group: int = group) -> pyarrow.Table:
            return pyarrow.parquet.ParquetFile(file, read_dictionary=few).read_row_group(group, columns=columns, use_threads=False)

        yield load


def _dictionaries(definition: Definition) -> list[str]:
    """Text columns that are only compared with lists: read as dictionaries, each distinct value is looked at once."""
    other = {column for rule in definition.rules if rule.kind not in ("code", "reference", "not_null") for column in rule.columns}
    listed = {rule.columns[0] for rule in definition.rules if rule.kind in ("code", "reference")}
    return sorted(column for column in listed - other if definition.types[column] == "text")


def _of_csv(file: Path, columns: Sequence[str]) -> Iterator[Load]:
    with pyarrow.csv.open_csv(file) as first:
        header = first.schema.names
    _all_there(header, columns)
    options = pyarrow.csv.ConvertOptions(
        include_columns=list(columns),
        column_types=dict.fromkeys(columns, pyarrow.string()),  # types are declared, and a wrong one is a finding, not a stop
        strings_can_be_null=True,
        null_values=[""],
        quoted_strings_can_be_null=True,
    )
    reader = pyarrow.csv.open_csv(file, pyarrow.csv.ReadOptions(block_size=_CSV_BLOCK), convert_options=options)
    yield from (lambda batch=batch: batch for batch in reader)


def _all_there(present: Sequence[str], wanted: Sequence[str]) -> None:
    missing = [name for name in wanted if name not in present]
    if missing:
        raise SourceUnusable(f"数据里没有列「{'」「'.join(missing)}」(有:{'、'.join(present)})。")


def _judge(load: Load, definition: Definition, known: Mapping[str, KnownKeys], as_of: date) -> _Block:
    table = load()
    whole = {name: _one(table.column(name)) for name in definition.types}
    count, failing, hashed = len(table), {}, {}
    for name, kind in definition.types.items():
        whole[name], wrong = _typed(whole[name], kind)
        if len(wrong):
            failing[f"typed:{name}"] = wrong
    for rule in definition.rules:
        if rule.kind == "unique":
            hashed[rule.code] = hashing.together([hashing.hashes(whole[column]) for column in rule.columns])
        elif rule.kind == "reference":
            failing[rule.code] = _missing(whole[rule.columns[0]], known[rule.code])
        elif rule.kind == "typed":
            failing[rule.code] = failing.get(f"typed:{rule.columns[0]}", numpy.empty(0, numpy.int64))
        else:
            failing[rule.code] = KERNELS[rule.kind](rule, whole, as_of)
    return _Block(count, failing, hashed)


def _one(column: Any) -> pyarrow.Array:
    """A column of a block as one array; dictionaries of several chunks get one dictionary."""
    if not isinstance(column, pyarrow.ChunkedArray):
        return column
    if column.num_chunks == 1:
        return column.chunk(0)
    return column.unify_dictionaries().combine_chunks() if pyarrow.types.is_dictionary(column.type) else column.combine_chunks()


def _missing(column: pyarrow.Array, known: KnownKeys) -> Numbers:
    if not pyarrow.types.is_dictionary(column.type):
        return known.missing(*hashing.hashes(column))
    bad = numpy.zeros(len(column.dictionary) + 1, bool)
    bad[known.missing(*hashing.hashes(column.dictionary))] = True
    return numpy.flatnonzero(bad[compute.fill_null(column.indices, len(column.dictionary)).to_numpy(zero_copy_only=False)])


def _typed(column: pyarrow.Array, kind: str) -> tuple[pyarrow.Array, Numbers]:
    """The column in its declared type, and the rows whose text is not of it (they become empty)."""
    wanted = _ARROW[kind]
    none = numpy.empty(0, numpy.int64)
    if column.type == wanted or (kind == "text" and pyarrow.types.is_dictionary(column.type)):
        return column, none
    try:
        return column.cast(wanted), none
    except (pyarrow.ArrowInvalid, pyarrow.ArrowNotImplementedError):
        pass
    texts = column.cast(pyarrow.string())
    shape = {"integer": r"^-?[0-9]{1,18}$", "number": r"^-?[0-9]{1,15}([.][0-9]{1,15})?$", "date": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}[kind]
    good = compute.match_substring_regex(texts, shape)
    if kind == "date":
        read = compute.strptime(
            texts, format="%Y-%m-%d", unit="s", error_is_null=True
        )  # reads 30 February as 1 March: written back it differs
        good = compute.and_(good, compute.fill_null(compute.equal(compute.strftime(read, format="%Y-%m-%d"), texts), False))
    rows = numpy.flatnonzero(compute.invert(compute.fill_null(good, True)).to_numpy(zero_copy_only=False))
    return compute.if_else(good, texts, pyarrow.scalar(None, pyarrow.string())).cast(wanted), rows


def _together(blocks: Sequence[_Block], definition: Definition) -> list[Finding]:
    starts = numpy.cumsum([0, *(block.rows for block in blocks)])
    total = int(starts[-1])
    none = [numpy.empty(0, numpy.int64)]
    findings = []
    implied = [
        Rule(f"typed:{name}", "typed", (name,)) for name in definition.types if any(f"typed:{name}" in block.failing for block in blocks)
    ]
    for rule in [*implied, *definition.rules]:
        if rule.kind == "unique":
            pairs = [block.hashed[rule.code] for block in blocks]
            rows = repeated(*(numpy.concatenate([pair[at] for pair in pairs] or [numpy.empty(0, numpy.uint64)]) for at in (0, 1)))
        else:
            parts = [block.failing[rule.code] + start for block, start in zip(blocks, starts, strict=False) if rule.code in block.failing]
            rows = numpy.concatenate(parts or none)
        findings.append(Finding(rule, rows, total))
    return findings
