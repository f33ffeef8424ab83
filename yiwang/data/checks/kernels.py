"""One kernel a kind: which rows of a block fail. Columns come as Arrow arrays of their declared type; texts may be dictionaries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

import numpy
import pyarrow
import pyarrow.compute as compute

from yiwang.data.checks.hashing import Numbers, offsets, rectangle
from yiwang.data.checks.rules import Rule

Columns = Mapping[str, Any]
Kernel = Callable[[Rule, Columns, date], Numbers]

_SLICE = 32_768  # rows worked on at once: they stay in the processor's cache
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_CREDIT_WEIGHTS: Final = tuple(pow(3, at, 31) for at in range(17))  # GB 32100
_ALPHABET: Final = b"0123456789ABCDEFGHJKLMNPQRTUWXY"
# The check character that a weighted sum asks for. Bytes that are no digits give sums up to 255 × 100; they fail by themselves.
_ID_CHECKS: Final = numpy.frombuffer(b"10X98765432", numpy.uint8)[numpy.arange(25_600) % 11]
_CREDIT_CHECKS: Final = numpy.frombuffer(_ALPHABET, numpy.uint8)[-numpy.arange(65_536) % 31]
_CREDIT_VALUES: Final = numpy.full(256, 255, numpy.uint8)
_CREDIT_VALUES[numpy.frombuffer(_ALPHABET, numpy.uint8)] = numpy.arange(31)
_FIRST_YEAR: Final = 1900


def _digits(matrix: Numbers) -> Numbers:
    """The bytes of a rectangle place by place (one row per place), as digits; what is no digit is larger than 9."""
    return numpy.ascontiguousarray(matrix.T) - numpy.uint8(ord("0"))


def _weighed(places: Numbers, weights: tuple[int, ...]) -> Numbers:
    """Σ weight × place, exact in 16 bits: the weights add up to less than 257."""
    sums = places[0].astype(numpy.uint16) * numpy.uint16(weights[0])
    for place, weight in zip(places[1:], weights[1:], strict=False):
        sums += place * numpy.uint16(weight)
    return sums


def _day_marks(digits: Numbers) -> Numbers:
    """YYYYMMDD, given as eight rows of digits, as (year − 1900) × 512 + month × 32 + day; nonsense gives numbers without a real day."""
    century = digits[0] * numpy.int32(10) + digits[1]
    year = century * 100 + digits[2] * numpy.int32(10) + digits[3] - _FIRST_YEAR
    month = numpy.minimum(digits[4] * numpy.int32(10) + digits[5], 15)
    day = numpy.where(digits[6] <= 3, digits[6] * numpy.int32(10) + digits[7], 0)
    return numpy.clip(year, -1, 1000) * 512 + month * 32 + numpy.where(day < 32, day, 0)


def _marks_of(first: int, last: int) -> Numbers:
    """The marks of the days from ``first`` to ``last`` (days since 1970)."""
    if last - first > 4_000_000:
        raise OverflowError("dates lie more than 10,000 years apart")
    days = numpy.arange(first, last + 1).astype("datetime64[D]")
    years, months = days.astype("datetime64[Y]"), days.astype("datetime64[M]")
    month = (months - years).astype(numpy.int32) + 1
    return (years.astype(numpy.int32) + 1970 - _FIRST_YEAR) * 512 + month * 32 + (days - months).astype(numpy.int32) + 1


def _on_dictionary(kernel: Kernel) -> Kernel:
    """Look at each distinct value once where a text column comes as a dictionary."""

    def run(rule: Rule, columns: Columns, as_of: date) -> Numbers:
        column = columns[rule.columns[0]]
        if not pyarrow.types.is_dictionary(column.type):
            return kernel(rule, columns, as_of)
        bad = numpy.zeros(len(column.dictionary) + 1, bool)
        bad[kernel(rule, {rule.columns[0]: column.dictionary}, as_of)] = True
        return numpy.flatnonzero(bad[compute.fill_null(column.indices, len(column.dictionary)).to_numpy(zero_copy_only=False)])

    return run


def _outside(column: pyarrow.Array, width: int, good: Callable[[Numbers], Numbers]) -> Numbers:
    """Rows with a value that is not ``width`` bytes long or not good."""
    matrix, rows = rectangle(column, width)
    fails = numpy.ones(len(column), bool)
    for at in range(0, len(rows), _SLICE):
        part = slice(at, at + _SLICE)
        fails[rows[part]] = ~good(matrix[part])
    if column.null_count:
        fails &= compute.is_valid(column).to_numpy(zero_copy_only=False)
    return numpy.flatnonzero(fails)


def _blank(column: pyarrow.Array) -> Numbers:
    """Which texts hold nothing but blanks; they count as empty."""
    ends, data = offsets(column), column.buffers()[2]
    if data is None or not data.size or not len(column):
        return ends[1:] == ends[:-1]
    blank = ends[1:] == ends[:-1]
    first = numpy.frombuffer(data, numpy.uint8)[numpy.minimum(ends[:-1], len(data) - 1)]
    doubtful = numpy.flatnonzero((first == ord(" ")) & ~blank)
    blank[doubtful] = [not (value or "x").strip(" ") for value in column.take(doubtful).to_pylist()]
    return blank & _valid(column)


def _not_null(rule: Rule, columns: Columns, as_of: date) -> Numbers:
    column = columns[rule.columns[0]]
    empty = compute.is_null(column).to_numpy(zero_copy_only=False) if column.null_count else numpy.zeros(len(column), bool)
    if pyarrow.types.is_dictionary(column.type):
        blank = numpy.append(_blank(column.dictionary), False)
        empty = empty | blank[compute.fill_null(column.indices, len(column.dictionary)).to_numpy(zero_copy_only=False)]
    elif pyarrow.types.is_string(column.type) or pyarrow.types.is_large_string(column.type):
        empty = empty | _blank(column)
    return numpy.flatnonzero(empty)


def _id_number(rule: Rule, columns: Columns, as_of: date) -> Numbers:
    real = numpy.zeros(1_002 * 512, bool)
    real[_marks_of(_bound(date(_FIRST_YEAR, 1, 1)), _bound(as_of))] = True  # a negative mark reads the far end, where no day is real

    def good(matrix: Numbers) -> Numbers:
        digits = _digits(matrix)
        right = _ID_CHECKS[_weighed(digits[:17], _ID_WEIGHTS)] == matrix[:, 17]
        return right & (digits[:17].max(axis=0) <= 9) & real[_day_marks(digits[6:14])]

    return _outside(columns[rule.columns[0]], 18, good)


def _credit_code(rule: Rule, columns: Columns, as_of: date) -> Numbers:
    def good(matrix: Numbers) -> Numbers:
        values = _CREDIT_VALUES[numpy.ascontiguousarray(matrix.T)]
        return (_CREDIT_CHECKS[_weighed(values[:17], _CREDIT_WEIGHTS)] == matrix[:, 17]) & (values.max(axis=0) < 31)

    return _outside(columns[rule.columns[0]], 18, good)


def _mobile(rule: Rule, columns: Columns, as_of: date) -> Numbers:
    def good(matrix: Numbers) -> Numbers:
        digits = _digits(matrix)
        return (digits.max(axis=0) <= 9) & (digits[0] == 1) & (digits[1] >= 3)

    return _outside(columns[rule.columns[0]], 11, good)


def _failing(good: pyarrow.Array) -> Numbers:
    """Rows where the answer is no; where there is no value there is no answer."""
    return numpy.flatnonzero(compute.invert(compute.fill_null(good, True)).to_numpy(zero_copy_only=False))


def _pattern(rule: Rule, columns: Columns, as_of: date) -> Numbers:
    return _failing(compute.match_substring_regex(columns[rule.columns[0]], f"^(?:{rule.pattern})$"))


def _code(rule: Rule, columns: Columns, as_of: date) -> Numbers:
    column = columns[rule.columns[0]]
    known = compute.is_in(column, value_set=pyarrow.array(rule.values, type=column.type))
    return _failing(compute.or_(known, compute.is_null(column)))


def _range(rule: Rule, columns: Columns, as_of: date) -> Numbers:
    column = columns[rule.columns[0]]
    fails = numpy.zeros(len(column), bool)
    plain = _numbers(column)
    if rule.low is not None:
        fails |= plain < _bound(rule.low)
    if rule.high is not None:
        fails |= plain > _bound(rule.high)
    return numpy.flatnonzero(fails & _valid(column))


def _numbers(column: pyarrow.Array) -> Numbers:
    """The values as numbers without a copy (days since 1970 for dates); what stands where there is none means nothing."""
    if pyarrow.types.is_date32(column.type):
        column = column.view(pyarrow.int32())
    kind = column.type.to_pandas_dtype()
    return numpy.frombuffer(column.buffers()[1], kind)[column.offset : column.offset + len(column)]


def _valid(column: pyarrow.Array) -> Numbers:
    return compute.is_valid(column).to_numpy(zero_copy_only=False) if column.null_count else True


def _bound(value: Any) -> Any:
    """A limit as the column's numbers hold it."""
    return (value - date(1970, 1, 1)).days if isinstance(value, date) else value


def _order(rule: Rule, columns: Columns, as_of: date) -> Numbers:
    first, second = (columns[name] for name in rule.columns)
    if pyarrow.types.is_string(first.type) or pyarrow.types.is_dictionary(first.type):
        return _failing(compute.less_equal(first.cast(pyarrow.string()), second.cast(pyarrow.string())))
    return numpy.flatnonzero((_numbers(first) > _numbers(second)) & _valid(first) & _valid(second))


def _fresh(rule: Rule, columns: Columns, as_of: date) -> Numbers:
    column = columns[rule.columns[0]]
    days = _numbers(column)
    stale = (days < _bound(as_of - timedelta(days=rule.days))) | (days > _bound(as_of))
    return numpy.flatnonzero(stale & _valid(column))


def _birth_date(rule: Rule, columns: Columns, as_of: date) -> Numbers:
    numbers, days = (columns[name] for name in rule.columns)
    matrix, rows = rectangle(numbers, 18)
    born = _numbers(days)
    first = int(born.min(initial=0))
    marks = _marks_of(first, int(born.max(initial=0)))
    fails = numpy.zeros(len(numbers), bool)
    for at in range(0, len(rows), _SLICE):
        part = slice(at, at + _SLICE)
        digits = _digits(matrix[part, 6:14])
        fails[rows[part]] = (_day_marks(digits) != marks[born[rows[part]] - first]) | (digits.max(axis=0) > 9)
    return numpy.flatnonzero(fails & _valid(days))


KERNELS: Final[Mapping[str, Kernel]] = {
    "not_null": _not_null,
    "id_number": _on_dictionary(_id_number),
    "credit_code": _on_dictionary(_credit_code),
    "mobile": _on_dictionary(_mobile),
    "pattern": _on_dictionary(_pattern),
    "code": _on_dictionary(_code),
    "range": _range,
    "order": _order,
    "fresh": _fresh,
    "birth_date": _birth_date,
}
