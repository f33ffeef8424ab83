"""A table of MySQL: what its types say arrives exactly, and a connection that breaks half-way loses and doubles nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.data.lake import mariadb
from tests.data.lake.dirt import code
from yiwang.data.lake import api as lake
from yiwang.data.lake import fetching, mysql
from yiwang.data.lake.errors import SourceFailed

pytestmark = pytest.mark.skipif(bool(mariadb.MISSING), reason=mariadb.MISSING or "MariaDB is here")

FIRMS = (
    "(企业名称 varchar(100), 统一社会信用代码 char(18), 成立日期 date, `注册资本(万元)` decimal(20,6), 省份 varchar(20), 城市 varchar(20),"
    " 经营范围 text, `changed` bigint unsigned, PRIMARY KEY (统一社会信用代码))"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[mariadb.Server]:
    with mariadb.running(tmp_path_factory.mktemp("mariadb")) as found:
        yield found


@pytest.fixture
def link(server: mariadb.Server) -> Iterator[Any]:
    with server.link() as link, link.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS firms, kinds")
        cursor.execute(f"CREATE TABLE firms {FIRMS}")
        yield cursor


def add(cursor: Any, numbers: range, *, name: str = "云汀木器厂", day: str = "2003-05-06") -> None:
    rows = [(f"{name}{n}号", code(n), day, Decimal("1.5"), "浙江", "杭州", "木器,“竹器”\n𠮷野", 2**63 + n) for n in numbers]
    cursor.executemany("INSERT INTO firms VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", rows)


def test_every_type_lands_as_declared(server: mariadb.Server, link: Any, tmp_path: Path) -> None:
    link.execute(
        "CREATE TABLE kinds (a tinyint(1), b bigint unsigned, c decimal(65,30), d decimal(20,4), e date, f datetime(3), g varchar(9), h bit(3),"
        " i varbinary(4), j double, k int(5) zerofill, l json, m year, n mediumint, `o``\"p` enum('甲','乙'), q longtext)"
    )
    link.execute(
        "INSERT INTO kinds VALUES (127, 18446744073709551615, 0.000000000000000000000000000001, -1.5, '0000-00-00', '2003-05-06 07:08:09.123',"
        " '𠮷 ', b'101', x'00ff', 1e-5, 42, '{\"甲\": [1]}', 2003, -5, '乙', ''), (NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,"
        "NULL,NULL,NULL,NULL)"
    )
    landed = fetching.from_mysql(server.address, "kinds", folder=tmp_path)
    assert landed is not None
    table = pq.read_table(landed.path)
    said = [str(kind) for kind in table.schema.types]
    assert said[:4] == ["int8", "uint64", "decimal256(65, 30)", "decimal128(20, 4)"]
    assert said[4:] == ["string"] * 3 + ["uint64", "string", "double", "uint32", "string", "int16", "int32", "string", "string"]
    first, second = table.to_pylist()
    assert [*first.values()] == [
        127, 2**64 - 1, Decimal("1e-30"), Decimal("-1.5"), None, "2003-05-06 07:08:09.123", "𠮷 ", 5, "00ff", 1e-5, 42, '{"甲": [1]}', 2003, -5, "乙", "",
    ]  # fmt: skip
    assert set(second.values()) == {None}


def test_a_table_goes_the_way_of_all_files(server: mariadb.Server, link: Any, tmp_path: Path) -> None:
    add(link, range(5))
    add(link, range(5, 6), day="0000-00-00")
    add(link, range(6, 7), day="2003-05-00")  # a day that MySQL keeps and no calendar has
    link.execute("INSERT INTO firms (企业名称, 统一社会信用代码) VALUES ('云汀竹器厂', %s)", (code(7)[:17],))
    report = lake.fetch(server.address, name="firms", dataset="companies", out=tmp_path, what="firms")
    assert (report["rows_read"], report["rows_good"]) == (8, 6)
    assert report["reasons"] == {"registered_on_impossible": 1, "credit_code_length": 1}
    [row] = lake.history("companies", key={"credit_code": code(5)}, out=tmp_path)
    assert (row["registered_on"], row["capital_yuan"], row["city"]) == (None, 15_000, "杭州市")
    assert row["business_scope"] == "木器,“竹器” 𠮷野"
    assert [one["values"]["registered_on"] for one in lake.waiting("companies", out=tmp_path)] == ["2003-05-00", ""]


def test_what_grew_since_the_last_time(server: mariadb.Server, link: Any, tmp_path: Path) -> None:
    def fetch() -> tuple[int, int]:
        report = lake.fetch(server.address, name="firms", dataset="companies", out=tmp_path, what="firms.firms", changed="changed")
        return report["rows_read"], report["batches"]

    assert fetch() == (0, 0)
    add(link, range(3))
    assert fetch() == (3, 1)
    assert fetch() == (0, 0)
    link.execute("UPDATE firms SET 企业名称 = '云汀竹器厂', changed = changed + 10 WHERE 统一社会信用代码 = %s", (code(1),))
    assert fetch() == (2, 1)  # the changed row and the last one again; numbers above 2^63 are compared as they are, not as doubles
    assert [row["name"] for row in lake.history("companies", key={"credit_code": code(1)}, out=tmp_path)] == ["云汀竹器厂", "云汀木器厂1号"]


@pytest.mark.parametrize("kills", [1, 2, 99])
def test_a_connection_killed_half_way(
    server: mariadb.Server, link: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kills: int
) -> None:
    add(link, range(400))
    monkeypatch.setattr(mysql, "ROWS", 50)
    left = [kills]
    plain = mysql._typed

    def typed(*given: Any) -> Any:
        if left[0] and list(tmp_path.glob("landing/firms/*.new")):
            left[0] -= 1
            kill(server)
        return plain(*given)

    monkeypatch.setattr(mysql, "_typed", typed)
    # a row so wide that the server cannot have sent it all before the kill
    link.execute("UPDATE firms SET 经营范围 = repeat('木器', 20000)")

    def fetch() -> dict[str, Any]:
        return lake.fetch(server.address, name="firms", dataset="companies", out=tmp_path, what="firms")

    if kills > mysql.TRIES:
        with pytest.raises(SourceFailed):
            fetch()
        assert not list(tmp_path.glob("landing/firms/*"))
        left[0] = 0
    report = fetch()
    assert (report["rows_read"], report["rows_good"], report["batches"]) == (400, 400, 1)
    assert json.loads(next(tmp_path.glob("themes/*/*/manifest.json")).read_text())["rows"] == 400


def kill(server: mariadb.Server) -> None:
    """End the connection that reads, as an administrator or a failing network would."""
    with server.link() as other, other.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM information_schema.processlist WHERE user = 'reader' AND id <> connection_id() AND info LIKE 'SELECT%'"
        )
        for (number,) in cursor.fetchall():
            cursor.execute(f"KILL {number}")


def test_what_is_refused(server: mariadb.Server, link: Any, tmp_path: Path) -> None:
    wrong = [
        (server.address, "nothing", ""),
        (server.address, "firms; DROP TABLE firms", ""),
        (server.address, "firms` UNION SELECT 1 -- ", ""),
        (server.address, "mysql.global_priv", ""),
        (server.address, "firms", "nothing"),
        (server.address.replace("%E8%AF%BB", "wrong"), "firms", ""),
        (server.address.replace(str(server.port), "1"), "firms", ""),
        (server.address + "?local_infile=1", "firms", ""),
    ]
    for address, table, changed in wrong:
        with pytest.raises(SourceFailed) as refused:
            fetching.from_mysql(address, table, folder=tmp_path, changed=changed)
        assert "wrong" not in str(refused.value) and "%E8" not in str(refused.value)
    assert not list(tmp_path.glob("*.parquet"))
    found = lake.probe(server.address, dataset="companies", what="firms")
    assert {"name": "企业名称", "field": "name"} in found["columns"] and found["missing"] == [
        "company_type",
        "legal_representative",
        "address",
    ]
    assert threading.active_count() < 10
