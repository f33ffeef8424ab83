"""Theme tables of the lake are checked like registers; what fails goes back to the department that brought the row."""

import pytest

from tests.data.conftest import city, staff  # noqa: F401
from yiwang.data.catalogue import api as catalogue
from yiwang.data.catalogue import in_force
from yiwang.data.lake import api as lake
from yiwang.data.quality import api as quality
from yiwang.data.quality import sources
from yiwang.data.registers import api as registers
from yiwang.security.access.api import SYSTEM, PermissionDenied

pytestmark = pytest.mark.django_db(databases=["default", "registers"])
RESOURCE, BUREAU, MARKET = "lake-companies", staff("data", "data_officer"), staff("market", "data_officer")
HEAD = "企业名称,统一社会信用代码,法定代表人,注册资本,成立日期,住所"
CODES = ("92990102MAYYYY0163", "91990103MAYYYY024F")


def ingest(rows, settings, tmp_path):
    settings.YIWANG_VAR = tmp_path
    landing = tmp_path / "in" / "market" / "990100" / "abc"
    landing.mkdir(parents=True, exist_ok=True)
    (landing / f"{len(list(landing.iterdir()))}.csv").write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    lake.ingest(tmp_path / "in", dataset="companies", out=tmp_path / "lake")


@pytest.fixture
def table(settings, tmp_path, city):  # noqa: F811
    ingest(
        [f"云汀好味餐馆,{CODES[0]},,10万元,2020-05-01,河东区", f"云汀新港商贸有限公司,{CODES[1]},孙宏达,100万元,2019-03-01,"],
        settings,
        tmp_path,
    )


def test_nothing_came_yet(settings, tmp_path, city):  # noqa: F811
    settings.YIWANG_VAR = tmp_path
    assert sources.published(RESOURCE) is None
    with pytest.raises(lake.UnknownTable):
        quality.run(RESOURCE, actor=BUREAU)


def test_a_theme_table_is_checked_and_kept(table):
    run = quality.run(RESOURCE, actor=BUREAU)
    found = {one.code: one for one in run.results}
    assert run.rows == 2 and found["legal_representative.filled"].failed == 1 and found["address.filled"].failed == 1
    assert found["credit_code.form"].failed == 0 and found["refreshed"].looked == 1 and found["refreshed"].failed == 0
    assert quality.report(RESOURCE, actor=BUREAU).run.id == run.id
    assert [one.resource for one in quality.figures(BUREAU) if one.resource.startswith("lake-")] == [RESOURCE]
    with pytest.raises(quality.UnknownResource):
        quality.report(RESOURCE, actor=MARKET)
    with pytest.raises(PermissionDenied):
        quality.run(RESOURCE, actor=MARKET)


def test_the_daily_run_takes_the_tables_that_exist(table):
    assert quality.run_all() == len(registers.registers()) + 1 or quality.figure(RESOURCE) is not None
    assert quality.figure("lake-people") is None


def test_an_order_goes_to_who_brought_the_row(table, settings, tmp_path):
    quality.run(RESOURCE, actor=BUREAU)
    rule = "legal_representative.filled"
    done = quality.raise_orders(RESOURCE, rule=rule, failing=quality.failing_ids(RESOURCE, rule=rule, actor=BUREAU), actor=BUREAU)
    assert done.opened == 1
    (order,) = [one for one in quality.todo(MARKET) if one.rule == rule]
    assert order.department == "market" and "法人主题库" in order.element_name
    with pytest.raises(quality.CorrectionInvalid, match="重新归集"):
        quality.answer(order.correction_id, outcome="corrected", note="已补", value="赵丽娜", actor=MARKET)
    ingest([f"云汀好味餐馆,{CODES[0]},赵丽娜,10万元,2020-05-01,河东区"], settings, tmp_path)
    run = quality.run(RESOURCE, actor=BUREAU)
    assert {one.code: one.failed for one in run.results}[rule] == 0
    assert quality.get(order.correction_id, actor=MARKET).state == "corrected"


def test_failing_rows_are_masked_by_the_confirmed_level(table):
    quality.run(RESOURCE, actor=BUREAU)

    def shown():
        (row,) = quality.failing(RESOURCE, rule="address.filled", actor=BUREAU)[1]
        return row.key

    assert CODES[1] not in shown() and shown().startswith("9199")
    resource = catalogue.Resource(
        code="data.companies", title="法人主题库", department="data", source="lake:companies",
        fields=(catalogue.Field(name="legal_representative", title="法定代表人", level=1), catalogue.Field(name="address", title="住所", level=4)),
    )  # fmt: skip
    book = quality.report(RESOURCE, actor=BUREAU).book
    from yiwang.data.quality import queries

    values = {"legal_representative": "孙宏达", "address": "河东区某路 1 号"}
    assert "孙宏达" not in queries.masked(book, "", values)["legal_representative"]
    in_force.memory.all()
    in_force.memory.known = {**in_force.memory.known, resource.code: resource}
    try:
        assert queries.masked(book, "", values) == {"legal_representative": "孙宏达", "address": "******"}
    finally:
        in_force.memory.forget()


def test_all_that_has_rules_can_be_read(table):
    assert quality.run("lake-companies", actor=SYSTEM).available
