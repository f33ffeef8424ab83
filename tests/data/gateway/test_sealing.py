"""Columns under encryption: nothing readable on the disk, everything as before for who is granted, changes told all the same."""

import secrets
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from yiwang.data.gateway import api as gateway
from yiwang.data.gateway import changing, sealing
from yiwang.data.gateway.snapshots import Shelf

SHARED = secrets.token_bytes(32)
HIDDEN = ("name", "yuan", "married", "born_on")


def table(count=300, *, name="云汀某人"):
    return pa.table(
        {
            "k": [f"K{at:05d}" for at in range(count)],
            "name": [f"{name}{at}" if at % 7 else None for at in range(count)],
            "yuan": pa.array([at / 3 if at % 5 else None for at in range(count)], pa.float64()),
            "married": [at % 2 == 0 for at in range(count)],
            "born_on": pa.array([date(1990, 1, 1 + at % 28) for at in range(count)]),
            "open": [f"公开{at}" for at in range(count)],
        }
    )


def publish(folder, rows, *, sealed=HIDDEN):
    gateway.publish(folder, "people", rows, key="k", as_of=datetime.now(UTC), sealed=sealed, shared=SHARED)


def test_values_and_whole_columns_come_back_as_they_were(tmp_path):
    rows = table()
    publish(tmp_path, rows)
    assert gateway.sealed_columns(tmp_path, "people") == set(HIDDEN) and gateway.sealed_columns(tmp_path, "nothing") == set()
    text = b"".join(file.read_bytes() for file in tmp_path.rglob("rows.arrow"))
    assert "云汀某人".encode() not in text and "公开299".encode() in text
    snapshot = Shelf(tmp_path, SHARED).get("people")
    names = rows.column_names
    by_key = {row["k"]: row for row in rows.to_pylist()}
    for places in ([3], list(range(299, -1, -1)), [7, 7, 0]):
        found = snapshot.values(names, places)
        assert [dict(zip(names, one, strict=True)) for one in zip(*found, strict=True)] == [by_key[key] for key in found[0]]
    whole = pa.Table.from_batches(list(snapshot.batches(names, size=77)))
    assert whole.schema.types == rows.schema.types and {row["k"]: row for row in whole.to_pylist()} == by_key


def test_another_secret_reads_nothing(tmp_path):
    publish(tmp_path, table())
    snapshot = Shelf(tmp_path, secrets.token_bytes(32)).get("people")
    with pytest.raises((UnicodeDecodeError, pa.ArrowInvalid)):
        snapshot.values(["name"], list(range(100)))


def test_changes_of_sealed_columns_are_told_and_lie_sealed(tmp_path):
    publish(tmp_path, table(100))
    publish(tmp_path, table(100))
    publish(tmp_path, table(90, name="改名"))
    home = tmp_path / "people"
    assert changing.piece(home, "k", 2, after=changing.Cursor(1, -1), names=["name"], limit=500, shared=SHARED).keys == ()
    told = changing.piece(home, "k", 3, after=changing.Cursor(2, -1), names=["name", "yuan"], limit=500, shared=SHARED)
    put = {key: name for key, gone, name in zip(told.keys, told.gone, told.columns["name"], strict=True) if not gone}
    assert put == {f"K{at:05d}": f"改名{at}" for at in range(90) if at % 7} and sum(told.gone) == 10
    assert "改名".encode() not in (home / "changes" / "3.arrow").read_bytes()
    publish(tmp_path, table(90, name="改名"), sealed=("born_on",))  # other columns under encryption are no change
    assert changing.piece(home, "k", 4, after=changing.Cursor(3, -1), names=["name", "born_on"], limit=500, shared=SHARED).keys == ()


def test_an_empty_resource_and_an_unknown_type(tmp_path):
    publish(tmp_path, table(3).slice(0, 0))
    snapshot = Shelf(tmp_path, SHARED).get("people")
    assert sum(batch.num_rows for batch in snapshot.batches(["name", "k"])) == 0 and snapshot.places(["K1"]) == [-1]
    with pytest.raises(ValueError, match="cannot be sealed"):
        sealing.seal(pa.table({"k": ["a"], "v": [[1]]}), ["v"], shared=SHARED)
