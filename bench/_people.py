"""An invented population as a table with planted faults: every fault's rows are known, so a check can be checked."""

import numpy
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet

WEIGHTS = numpy.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECKS = numpy.frombuffer(b"10X98765432", numpy.uint8)
TODAY = numpy.datetime64("2026-11-01")
SEXES = ("1", "2")
DIVISIONS = tuple(f"9901{number:02d}" for number in range(1, 13))
COMMUNITIES = 3_000


def _texts(matrix):
    width = matrix.shape[1]
    offsets = numpy.arange(0, (len(matrix) + 1) * width, width, dtype=numpy.int32)
    return pa.StringArray.from_buffers(len(matrix), pa.py_buffer(offsets), pa.py_buffer(numpy.ascontiguousarray(matrix)))


def _digits(numbers, width):
    return (numbers[:, None] // 10 ** numpy.arange(width - 1, -1, -1) % 10).astype(numpy.uint8) + 48


def block(start, count, seed=7):
    """Rows ``start`` to ``start + count`` and the planted failing rows by rule."""
    chosen = numpy.random.default_rng(seed + start)
    row = numpy.arange(start, start + count)
    born = numpy.datetime64("1940-01-01") + (row * 7 % 30_000).astype("timedelta64[D]")
    months = born.astype("datetime64[M]")
    ymd = (born.astype("datetime64[Y]").astype(int) + 1970) * 10_000 + (months.astype(int) % 12 + 1) * 100 + (born - months).astype(int) + 1
    matrix = numpy.concatenate([_digits(990101 + row // 30_000_000, 6), _digits(ymd, 8), _digits(row // 30_000 % 1000, 3)], axis=1)
    last = CHECKS[((matrix - 48).astype(int) @ WEIGHTS) % 11]
    matrix = numpy.column_stack([matrix, last])
    planted = {}

    def plant(rule, share):
        at = numpy.flatnonzero(chosen.random(count) < share)
        planted[rule] = row[at]
        return at

    wrong = plant("id_number", 0.01)
    matrix[wrong, 17] = numpy.where(matrix[wrong, 17] == 48, 49, 48)
    birth = born.copy()
    birth[plant("birth_date", 0.005)] += numpy.timedelta64(400, "D")
    phones = numpy.concatenate([numpy.tile(numpy.frombuffer(b"139", numpy.uint8), (count, 1)), _digits(row % 10**8, 8)], axis=1)
    phones[plant("mobile", 0.005), 0] = 50
    registered = numpy.datetime64("2000-01-01") + (row % 9000).astype("timedelta64[D]")
    ended = registered + (row % 700).astype("timedelta64[D]")
    late = plant("order", 0.003)
    ended[late] = registered[late] - numpy.timedelta64(30, "D")
    updated = TODAY - (row % 300).astype("timedelta64[D]")
    updated[plant("fresh", 0.02)] = numpy.datetime64("2020-01-01")
    income = (row * 37 % 90_000).astype(numpy.int64)
    income[plant("range", 0.002)] = -5
    sex = numpy.array(SEXES)[row % 2].astype(object)
    sex[plant("code", 0.001)] = "9"
    community = numpy.char.add("C", (row % COMMUNITIES).astype(str)).astype(object)
    community[plant("reference", 0.004)] = "C9999999"
    names = pa.array(numpy.char.add("云", (row % 9973).astype(str)))
    empty = plant("not_null", 0.01)
    mask = numpy.zeros(count, bool)
    mask[empty] = True
    names = pa.compute.if_else(pa.array(mask), pa.scalar(None, pa.string()), names)
    table = pa.table(
        {
            "id_number": _texts(matrix),
            "name": names,
            "mobile": _texts(phones),
            "sex": pa.array(sex, pa.string()),
            "birth_date": pa.array(birth.astype("datetime64[D]")),
            "community": pa.array(community, pa.string()),
            "registered_on": pa.array(registered.astype("datetime64[D]")),
            "ended_on": pa.array(ended.astype("datetime64[D]")),
            "updated_on": pa.array(updated.astype("datetime64[D]")),
            "income": pa.array(income),
        }
    )
    return table, planted


def write(parquet, csv, rows, *, size=250_000, doubled=0.002):
    """Both files with the same rows; returns the planted failing rows by rule. Repeated numbers are whole rows written again."""
    planted, writer, lines, again = {}, None, None, []
    for start in range(0, rows, size):
        table, faults = block(start, min(size, rows - start))
        twice = max(1, int(len(table) * doubled))
        if start + size >= rows:  # the last rows of the last block repeat numbers of its beginning
            good = numpy.setdiff1d(numpy.arange(twice * 2), numpy.concatenate([faults["id_number"], faults["birth_date"]]) - start)[:twice]
            ids = table.column("id_number").to_pylist()
            days = table.column("birth_date").to_pylist()
            bad = set((numpy.concatenate([faults["id_number"], faults["birth_date"]]) - start).tolist())
            for offset, source in enumerate(good.tolist()):
                at = len(table) - 1 - offset
                if at not in bad:
                    ids[at], days[at] = ids[source], days[source]
                    again += [start + source, start + at]
            table = table.set_column(0, "id_number", pa.array(ids)).set_column(4, "birth_date", pa.array(days))
        for rule, found in faults.items():
            planted.setdefault(rule, []).append(found)
        if writer is None:
            writer, lines = pa.parquet.ParquetWriter(parquet, table.schema), pa.csv.CSVWriter(csv, table.schema)
        writer.write_table(table, row_group_size=size)
        lines.write_table(table)
    writer.close()
    lines.close()
    return {rule: numpy.concatenate(found) for rule, found in planted.items()} | {"unique": numpy.array(sorted(again))}


DEFINITION = {
    "types": {
        "id_number": "text",
        "name": "text",
        "mobile": "text",
        "sex": "text",
        "birth_date": "date",
        "community": "text",
        "registered_on": "date",
        "ended_on": "date",
        "updated_on": "date",
        "income": "integer",
    },
    "rules": [
        {"code": "id_number", "kind": "id_number", "columns": ["id_number"]},
        {"code": "mobile", "kind": "mobile", "columns": ["mobile"]},
        {"code": "not_null", "kind": "not_null", "columns": ["name"]},
        {"code": "unique", "kind": "unique", "columns": ["id_number"]},
        {"code": "range", "kind": "range", "columns": ["income"], "low": 0, "high": 10000000},
        {"code": "reference", "kind": "reference", "columns": ["community"], "table": "communities"},
        {"code": "order", "kind": "order", "columns": ["registered_on", "ended_on"]},
        {"code": "fresh", "kind": "fresh", "columns": ["updated_on"], "days": 365},
        {"code": "code", "kind": "code", "columns": ["sex"], "values": ["1", "2"]},
        {"code": "birth_date", "kind": "birth_date", "columns": ["id_number", "birth_date"]},
    ],
}


def communities():
    """The reference table."""
    return pa.table({"community": [f"C{number}" for number in range(COMMUNITIES)]})
