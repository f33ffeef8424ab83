"""Sources and runs: who may, what is kept, what a killed or silent source leads to; rows that wait, masked and repaired."""

import dataclasses
import io
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connection

from yiwang.base.clock.api import now
from yiwang.data.intake import api as intake
from yiwang.data.intake import places, reaching, registering, running
from yiwang.data.intake.models import RunRow, SourceRow
from yiwang.data.lake import api as lake
from yiwang.security.access.api import Actor, PermissionDenied

OFFICER = Actor("staff", "o1", "数据专员甲", department="market", region="990100", roles=frozenset({"data_officer"}))
ELSEWHERE = dataclasses.replace(OFFICER, account_id="o3", department="health")
FAR = dataclasses.replace(OFFICER, account_id="o4", region="980100")
CLERK = dataclasses.replace(OFFICER, account_id="o5", roles=frozenset({"clerk"}))
TITLES = "企业名称,统一社会信用代码,注册日期,企业类型,法人代表,注册资金,经营范围,所在省份,地区,注册地址\n"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.YIWANG_VAR = tmp_path
    return tmp_path


def code(body):
    """A right credit code for a number."""
    from yiwang.standards.identifiers import credit_code, organisation_code

    eight = f"{body:08d}"
    half = f"91330100{eight}{organisation_code.check_character(eight)}"
    return half + credit_code.check_character(half)


def line(number, name="云汀市甲木器有限公司", right=True):
    said = code(number)
    said = said if right else said[:17] + ("A" if said[17] != "A" else "B")
    return f"{name},{said},2001-02-03,有限责任公司,顾小禾,50(万元人民币),木器,浙江,杭州,西渡路9号3幢101室\n"


ROW = {
    "企业名称": "云汀市丙食品有限公司",
    "统一社会信用代码": code(5),
    "注册日期": "2003-01-01",
    "注册资金": "5万元",
    "所在省份": "浙江",
    "地区": "杭州",
}


@pytest.fixture
def uploads():
    return intake.register("企业登记月报", kind="upload", dataset="companies", actor=OFFICER)


def send(source, text, name="月报.csv", actor=OFFICER):
    body = text.encode()
    return intake.upload(source.id, name=name, file=io.BytesIO(body), size=len(body), actor=actor)


class _Site(BaseHTTPRequestHandler):
    rows: list = []
    broken = 0
    asked: list = []

    def do_GET(self):
        type(self).asked.append(dict(self.headers))
        if type(self).broken:
            type(self).broken -= 1
            self.send_error(404)
            return
        body = json.dumps({"items": self.rows if "page" not in self.path else []}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Silence."""


@pytest.fixture
def site(settings):
    class Site(_Site):
        asked: list = []
        rows = [ROW]

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.INTAKE_HOSTS = frozenset({"127.0.0.1"})
    yield Site, f"http://127.0.0.1:{server.server_port}/companies"
    server.shutdown()


def test_a_file_is_brought_in_and_its_bad_row_waits(uploads):
    queued = send(uploads, TITLES + line(1) + line(2, "云汀市乙五金有限公司", right=False))
    assert queued.state == "queued" and running.work() == 1
    done = intake.run(queued.id, actor=OFFICER)
    assert (done.state, done.rows_read, done.rows_good, done.rows_quarantined) == ("done", 2, 1, 1)
    assert done.reasons == {"credit_code_check": 1} and done.seconds > 0
    counts, rows = intake.waiting(uploads.id, actor=OFFICER)
    assert counts == {"credit_code_check": 1}
    cells = {cell.field: cell for cell in rows[0].cells}
    assert cells["legal_representative"].value == "顾**" and "101" not in cells["address"].value and cells["credit_code"].problem == "check"
    assert not rows[0].raw
    assert len(intake.raws(uploads.id, actor=OFFICER)) == 1 and not list((places.folder() / "uploads").rglob("*.csv"))


def test_a_row_is_repaired_and_its_history_seen(uploads):
    send(uploads, TITLES + line(2, right=False))
    running.work()
    row = intake.waiting(uploads.id, actor=OFFICER)[1][0]
    still = intake.repair(uploads.id, digest=row.digest, row=row.row, values={"credit_code": "91"}, actor=OFFICER)
    assert not still.accepted and still.reason == "credit_code_length"
    done = intake.repair(uploads.id, digest=row.digest, row=row.row, values={"credit_code": code(2)}, actor=OFFICER)
    assert done.accepted and intake.waiting(uploads.id, actor=OFFICER) == ({}, [])
    with pytest.raises(intake.NoSuchWaitingRow):
        intake.repair(uploads.id, digest=row.digest, row=row.row, values={}, actor=OFFICER)
    found = intake.history("companies", key={"credit_code": code(2)}, actor=OFFICER)
    assert len(found) == 1 and found[0].values["legal_representative"] == "顾**" and found[0].values["name"] == "云汀市甲木器有限公司"
    assert found[0].values["address"] == "西渡路****" and found[0].file.startswith("repairs/")
    assert intake.history("companies", key={"credit_code": code(2)}, actor=ELSEWHERE) == []
    full = intake.history("companies", key={"credit_code": code(2)}, purpose="核对", legal_basis="统计法", actor=OFFICER)
    assert full[0].values["legal_representative"] == "顾小禾"
    assert _recorded("intake.reveal") == 1 and _recorded("intake.repair") == 2
    table = intake.tables(OFFICER)[0]
    assert (table.theme, table.keys, table.key) == ("legal_entities", 1, ("credit_code",))


def _recorded(act):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_record WHERE act = %s", [act])
        return cursor.fetchone()[0]


def test_in_full_only_for_a_purpose(uploads):
    send(uploads, TITLES + line(2, right=False))
    running.work()
    row = intake.waiting(uploads.id, actor=OFFICER)[1][0]
    at = {"digest": row.digest, "row": row.row}
    with pytest.raises(intake.BadPurpose):
        intake.reveal(uploads.id, **at, purpose="核对", legal_basis=" ", actor=OFFICER)
    seen = intake.reveal(uploads.id, **at, purpose="核对", legal_basis="统计法第七条", actor=OFFICER)
    assert "顾小禾" in seen.raw and seen.revealed
    assert not intake.waiting_row(uploads.id, **at, actor=OFFICER).revealed


def test_cells_that_may_stand_elsewhere_are_masked_as_text(uploads):
    send(
        uploads,
        TITLES + line(3) + f"{code(4)},2001-02-03,云汀市丁运输有限公司,有限责任公司,顾小禾,50万元,运输,浙江,杭州,西渡路\n" + "一,二\n",
    )
    running.work()
    _, rows = intake.waiting(uploads.id, actor=OFFICER)
    assert {row.reason for row in rows} == {"columns_shifted", "column_count"}
    shown = " ".join(cell.value for row in rows for cell in row.cells)
    assert code(4) not in shown and "云汀市丁运输有限公司" not in shown


@pytest.mark.parametrize("actor", [ELSEWHERE, FAR, CLERK])
def test_others_see_and_do_nothing(uploads, actor):
    run = send(uploads, TITLES + line(2, right=False))
    running.work()
    row = intake.waiting(uploads.id, actor=OFFICER)[1][0]
    at = {"digest": row.digest, "row": row.row}
    assert intake.sources(actor) == [] and intake.runs(actor) == []
    for act in (
        lambda: intake.source(uploads.id, actor=actor),
        lambda: intake.runs(actor, source_id=uploads.id),
        lambda: intake.raws(uploads.id, actor=actor),
        lambda: intake.waiting(uploads.id, actor=actor),
        lambda: intake.waiting_row(uploads.id, **at, actor=actor),
        lambda: intake.reveal(uploads.id, **at, purpose="看", legal_basis="看", actor=actor),
        lambda: intake.repair(uploads.id, **at, values={}, actor=actor),
        lambda: intake.probe(uploads.id, actor=actor),
        lambda: intake.ask(uploads.id, actor=actor),
        lambda: intake.switch(uploads.id, state="paused", version=1, actor=actor),
        lambda: intake.change(uploads.id, version=1, name="别的名字", actor=actor),
        lambda: send(uploads, TITLES + line(9), actor=actor),
    ):
        with pytest.raises(intake.NoSuchSource):
            act()
    with pytest.raises(intake.NoSuchRun):
        intake.run(run.id, actor=actor)


def test_a_clerk_registers_nothing_and_asks_nothing():
    with pytest.raises(PermissionDenied):
        intake.register("来源", kind="upload", dataset="companies", actor=CLERK)
    with pytest.raises(PermissionDenied):
        intake.tables(CLERK)
    with pytest.raises(PermissionDenied):
        intake.history("companies", key={"credit_code": "x"}, actor=CLERK)


@pytest.mark.parametrize(
    ("name", "body", "word"),
    [
        ("a.exe", b"MZ", "只收"),
        ("a.csv", b"", "空"),
        ("a.csv", b"PK\x03\x04xxxx", "不是 csv"),
        ("a.xlsx", b"a,b,c\n", "不是 xlsx"),
        ("a.xlsx", b"PK\x03\x04broken", "损坏"),
        ("a.parquet", b"a,b,c", "不是 parquet"),
        ("../../etc/passwd", b"root", "只收"),
    ],
)
def test_files_refused_with_their_reason(uploads, var, name, body, word):
    with pytest.raises(intake.BadUpload, match=word):
        intake.upload(uploads.id, name=name, file=io.BytesIO(body), size=len(body), actor=OFFICER)
    assert not [path for path in (var / "lake").rglob("*") if path.is_file()]


def test_a_file_too_large_is_refused_whatever_its_size_was_said_to_be(uploads, var, monkeypatch):
    monkeypatch.setattr("yiwang.data.intake.states.MAX_BYTES", 1000)
    for said in (2000, 10):
        with pytest.raises(intake.BadUpload, match="超过"):
            intake.upload(uploads.id, name="大.csv", file=io.BytesIO(b"x" * 2000), size=said, actor=OFFICER)
    assert not [path for path in (var / "lake").rglob("*") if path.is_file()]


def test_a_workbook_that_is_none_fails_and_says_so(uploads):
    run = intake.upload(uploads.id, name="a.parquet", file=io.BytesIO(b"PAR1xxxx"), size=8, actor=OFFICER)
    running.work()
    failed = intake.run(run.id, actor=OFFICER)
    assert failed.state == "queued" and failed.tries == 1 and "a.parquet" in failed.error


def test_an_api_is_fetched_with_its_sealed_key(site):
    handler, address = site
    source = intake.register(
        "登记接口", kind="http", dataset="companies", address=address, secret="Bearer s3cret", every_minutes=60, actor=OFFICER
    )
    assert source.has_secret and "s3cret" not in repr(source)
    assert b"s3cret" not in bytes(SourceRow.objects.get(id=source.id).secret)
    probed = intake.probe(source.id, actor=OFFICER)
    assert {"name": "企业名称", "field": "name"} in probed["columns"] and "address" in probed["missing"]
    assert registering.queue_due() == 1 and registering.queue_due() == 0
    assert running.work() == 1
    assert intake.runs(OFFICER, source_id=source.id)[0].rows_good == 1
    assert {said.get("Authorization") for said in handler.asked} == {"Bearer s3cret"}
    raw = intake.raws(source.id, actor=OFFICER)[0]
    again = intake.ask_again(source.id, digest=raw.digest, actor=OFFICER)
    running.work()
    assert intake.run(again.id, actor=OFFICER).state == "done"
    with pytest.raises(intake.NotKept):
        intake.ask_again(source.id, digest="0" * 20, actor=OFFICER)


def test_a_source_that_stays_away_is_tried_again_and_told(site):
    handler, address = site
    handler.broken = 100
    source = intake.register("登记接口", kind="http", dataset="companies", address=address, actor=OFFICER)
    run = intake.ask(source.id, actor=OFFICER)
    with pytest.raises(intake.RunWaiting):
        intake.ask(source.id, actor=OFFICER)
    assert running.work() == 1 and running.work() == 0
    late = intake.run(run.id, actor=OFFICER)
    assert late.state == "queued" and late.tries == 1 and "404" in late.error and late.due_at > now() + timedelta(seconds=30)
    for _ in range(4):
        RunRow.objects.update(due_at=now())
        assert running.work() == 1
    assert intake.run(run.id, actor=OFFICER).state == "failed"
    assert _recorded("intake.fail") == 5
    handler.broken = 0
    intake.ask(source.id, actor=OFFICER)
    running.work()
    assert intake.source(source.id, actor=OFFICER).last.state == "done"


def test_a_run_that_was_killed_goes_on(uploads, monkeypatch):
    run = send(uploads, TITLES + "".join(line(number) for number in range(10, 40)))

    def killed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(running, "_done", killed)
        with pytest.raises(KeyboardInterrupt):
            running.work()
    assert RunRow.objects.get(id=run.id).state == "running"
    assert running.work() == 1
    done = intake.run(run.id, actor=OFFICER)
    assert (done.state, done.rows_good) == ("done", 30)
    assert lake.tables(places.folder())[0]["rows"] == 30


def test_paused_sources_rest(uploads):
    run = send(uploads, TITLES + line(1))
    paused = intake.switch(uploads.id, state="paused", version=1, actor=OFFICER)
    assert intake.run(run.id, actor=OFFICER).state == "failed" and running.work() == 0
    with pytest.raises(intake.SourcePaused):
        send(uploads, TITLES + line(1))
    with pytest.raises(intake.SourceChanged):
        intake.switch(uploads.id, state="active", version=1, actor=OFFICER)
    assert intake.switch(uploads.id, state="active", version=paused.version, actor=OFFICER).state == "active"


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"kind": "ftp"}, "种类"),
        ({"dataset": "nothing"}, "数据集"),
        ({"name": " "}, "名称"),
        ({"every_minutes": 7}, "间隔"),
        ({"keep_days": 0}, "保存期"),
        ({"address": "file:///etc/passwd"}, "开头"),
        ({"address": ""}, "开头"),
        ({"address": "http://"}, "主机名"),
        ({"address": "http://[::1"}, "写法"),
        ({"address": "http://127.0.0.1/"}, "本机"),
        ({"address": "http://169.254.169.254/latest"}, "本机或保留"),
        ({"address": "http://[::ffff:127.0.0.1]/"}, "本机"),
        ({"address": "http://nowhere.invalid/"}, "找不到主机"),
        ({"kind": "postgresql", "address": "postgresql:///yiwang", "options": {"table": "t"}}, "主机名"),
        ({"kind": "postgresql", "address": "postgresql://db.example/a?host=/tmp", "options": {"table": "t"}}, "不能带 host"),
        ({"kind": "postgresql", "address": "postgresql://db.example/a"}, "要取的表"),
        ({"kind": "mysql", "address": "mysql://db.example/a"}, "要取的表"),
        ({"kind": "mysql", "address": "postgresql://db.example/a", "options": {"table": "t"}}, "mysql://"),
        ({"kind": "mysql", "address": "mysql://db.example/a?local_infile=1", "options": {"table": "t"}}, "不能带 local_infile"),
        ({"kind": "mysql", "address": "mysql://db.example/", "options": {"table": "t"}}, "数据库名"),
        ({"kind": "postgresql", "address": "postgresql://db.example/a", "options": {"table": "t; DROP TABLE x"}}, "只能用字母"),
    ],
)
def test_what_is_no_source_is_refused(changed, word):
    wanted = {"name": "登记接口", "kind": "http", "dataset": "companies", "address": "http://8.8.8.8/", **changed}
    with pytest.raises(intake.BadSource, match=word):
        intake.register(**wanted, actor=OFFICER)
    assert not SourceRow.objects.exists()


def test_the_same_name_twice_is_refused(uploads):
    with pytest.raises(intake.BadSource, match="已有"):
        intake.register("企业登记月报", kind="upload", dataset="companies", actor=OFFICER)
    assert intake.register("企业登记月报", kind="upload", dataset="companies", actor=ELSEWHERE).name == "企业登记月报"


def test_credentials_leave_the_address_and_never_follow_to_another():
    assert reaching.taken_apart("postgresql", "postgresql://reader:p%40ss@db.example:5433/a", "") == (
        "postgresql://reader@db.example:5433/a",
        "p@ss",
    )
    assert reaching.joined("mysql", "mysql://reader@db.example/a", "p@ss") == "mysql://reader:p%40ss@db.example/a"
    assert reaching.joined("postgresql", "postgresql://reader@db.example:5433/a", "p@ss") == "postgresql://reader:p%40ss@db.example:5433/a"
    assert reaching.taken_apart("nats", "nats://tok@mq.example:4222", "") == ("nats://mq.example:4222", "tok")
    assert reaching.joined("nats", "nats://mq.example:4222", "tok") == "nats://tok@mq.example:4222"
    source = intake.register("接口", kind="http", dataset="companies", address="http://8.8.8.8/a", secret="x", actor=OFFICER)
    same = intake.change(source.id, version=1, name="接口", address="http://8.8.8.8/a", actor=OFFICER)
    assert same.has_secret
    assert not intake.change(source.id, version=2, name="接口", address="http://8.8.4.4/a", actor=OFFICER).has_secret


def test_a_message_source_without_address_uses_our_own_server(settings):
    settings.NATS_PORT = 42917
    source = intake.register("变更流", kind="nats", dataset="companies", actor=OFFICER)
    assert running.serve_streams() and not running.serve_streams()
    try:
        run = intake.ask(source.id, actor=OFFICER)
        running.work()
        assert intake.run(run.id, actor=OFFICER).state == "done", intake.run(run.id, actor=OFFICER).error
        _publish(places.streams().url, f"intake.{source.id.hex}", ROW)
        run = intake.ask(source.id, actor=OFFICER)
        running.work()
        assert intake.run(run.id, actor=OFFICER).rows_good == 1
        assert intake.probe(source.id, actor=OFFICER)["waiting"] == 1  # kept by the stream; the consumer knows it is taken
    finally:
        running._server.terminate()
        running._server.wait()
        running._server = None


def _publish(url, subject, row):
    import asyncio

    import nats

    async def send():
        link = await nats.connect(url, connect_timeout=20)
        await link.jetstream(timeout=30).publish(subject, json.dumps(row).encode())
        await link.close()

    asyncio.run(send())
