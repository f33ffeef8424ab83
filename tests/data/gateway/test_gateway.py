"""The gateway as callers meet it: a real process, real signatures, the journal read back."""

import io
import json
import subprocess
import sys
import time

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet
import pytest

from tests.data.gateway.conftest import CASE, DAY, NOW, Running, grant, people, wait_for
from yiwang.data.gateway import api as gateway
from yiwang.data.gateway import quota

ROWS = "/v1/resources/people/rows"
KEYS = people().column("id_number").to_pylist()


def test_the_data_plane_carries_no_framework():
    code = "import sys, yiwang.ends.cli.gateway, yiwang.data.gateway.api; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_granted_fields_come_masked_with_a_receipt(running):
    status, told = running.rows([KEYS[3], "none", KEYS[0]])
    assert status == 200
    first, absent, last = told["data"]["rows"]
    assert first == {"key": KEYS[3], "found": True, "values": {"name": "云**", "born_on": "1990-01-04", "phone": "******"}}
    assert absent == {"key": "none", "found": False}
    assert last["values"]["phone"] is None
    entry = gateway.check_receipt(told["receipt"], public_key=(running.folder / "g1" / "signing.pem").read_text())
    assert (entry["key"], entry["grant"], entry["case"], entry["found"], entry["outcome"]) == ("K1", "G1", CASE, 2, "answered")
    with pytest.raises(gateway.BadReceipt):
        gateway.check_receipt(
            {**told["receipt"], "entry": {**entry, "case": "other"}}, public_key=(running.folder / "g1" / "signing.pem").read_text()
        )


def test_sm2_keys_call_too(running):
    status, told = running.rows([KEYS[1]], key="K2", fields=["name"])
    assert (status, told["data"]["rows"][0]["values"]) == (200, {"name": "云**"})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key": "K3"}, "not_granted"),  # another department's key
        ({"fields": ["secret"]}, "not_granted"),
        ({"fields": ["name", "id_number"]}, "not_granted"),
        ({"purpose": "marketing"}, "not_granted"),
        ({"case": ""}, "not_granted"),
        ({"case": "1' OR '1'='1"}, "not_granted"),
        ({"resource": "nothing"}, "not_granted"),
    ],
)
def test_what_was_not_granted_is_refused_and_logged(running, change, code):
    status, told = running.rows([KEYS[0]], **change)
    assert status == 403 and told["refusal"]["code"] == code and told["refusal"]["message"]
    assert told["receipt"]["entry"]["outcome"] == "refused" and told["receipt"]["entry"]["reason"] == code


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b'{"keys": []}', 400),
        (b'{"keys": [1]}', 400),
        (b'{"keys": ["' + b"x" * 200 + b'"]}', 400),
        (b'{"keys": ["a"], "fields": "name"}', 400),
        (b'{"keys": ["a"], "fields": ["name", "name"]}', 400),
        (b'{"keys": ["a"], "purpose": 3}', 400),
        (json.dumps({"keys": ["a"] * 1001}).encode(), 413),
        (b'{"keys": ["' + b"x" * (1 << 20) + b'"]}', 413),
        ("\u0000\ud83d".encode("utf-8", "surrogatepass"), 400),
    ],
)
def test_bad_bodies_name_their_fault(running, body, status):
    answered, data, _ = running.send(ROWS, body, running.headers(ROWS, body))
    assert answered == status and json.loads(data)["refusal"]["message"]


def test_sql_in_a_key_is_only_a_key(running):
    assert running.rows(["'; DROP TABLE people; --"])[1]["data"]["rows"][0]["found"] is False


def test_signatures_times_and_nonces_hold(running):
    body = json.dumps({"keys": [KEYS[0]], "purpose": "newborn.birth_certificate", "case_id": CASE}).encode()
    good = running.headers(ROWS, body)
    assert running.send(ROWS, body, good)[0] == 200
    assert json.loads(running.send(ROWS, body, good)[1])["refusal"]["code"] == "replayed"
    assert running.send(ROWS, body.replace(b"newborn", b"another"), running.headers(ROWS, body))[0] == 401
    assert running.send(ROWS, body, {**running.headers(ROWS, body), "X-Signature": "00"})[0] == 401
    assert running.send(ROWS, body, {})[0] == 401
    late = running.headers(ROWS, body, at=int(time.time() * 1000) - 61_000)
    assert json.loads(running.send(ROWS, body, late)[1])["refusal"]["code"] == "wrong_time"
    other = dict(gateway.signed_headers("POST", ROWS, key="K1", algorithm="hmac-sm3", secret=running.secret, gateway="g2", body=body))
    assert running.send(ROWS, body, other)[0] == 401  # signed for another gateway


def test_wrong_paths_and_methods_are_logged_too(running):
    for target in ("/", "/v1/resources/../rows", "/v1/resources/people/rows/x", "/v1/resources/people/download/"):
        status, data, _ = running.send(target, b"{}", running.headers(target, b"{}"))
        assert status in (400, 404) and json.loads(data)["receipt"]["entry"]["outcome"] == "refused"


@pytest.mark.parametrize("form", ["arrow", "parquet"])
def test_downloads_are_masked_and_streamed(running, form):
    target = f"/v1/resources/people/download?format={form}&fields=name,phone&purpose=newborn.birth_certificate&case_id={CASE}"
    status, data, headers = running.send(target, None, running.headers(target, method="GET"))
    assert status == 200 and json.loads(headers["x-receipt"])["entry"]["found"] == 500
    table = pa.ipc.open_stream(data).read_all() if form == "arrow" else pyarrow.parquet.read_table(io.BytesIO(data))
    assert table.column_names == ["name", "phone"] and table.num_rows == 500
    assert set(table.column("phone").to_pylist()) == {None, "******"} and all(
        name.endswith("*") for name in table.column("name").to_pylist()
    )


def test_a_range_of_guessed_numbers_is_slowed(running):
    running.keys["K4"] = {**running.keys["K1"], "secret": running.seal("K4"), "grants": [grant("G4")]}
    running.publish_policy()
    running.applied()
    codes = [running.rows([f"99010119900101{i:03d}X"], key="K4")[0] for i in range(60)]
    assert codes[0] == 200 and 429 in codes
    assert any(entry.get("suspicion") == "scraping" for batch in running.batches() for entry in batch.entries)


def test_the_day_of_a_grant_is_used_up_once_for_all_workers(tmp_path):
    made = Running(tmp_path)
    made.keys["K1"]["grants"] = [grant(daily=25)]
    made.publish_policy()
    made.start(workers=2)
    try:
        assert made.rows(KEYS[:20])[0] == 200
        codes = [made.rows([KEYS[at]])[0] for at in range(20, 32)]
        assert codes == [200] * 5 + [429] * 7
        status, told = made.rows([KEYS[0]])
        assert (status, told["refusal"]["code"]) == (429, "quota_used")
        made.kill()
        made.start()  # what was used is remembered
        assert made.rows([KEYS[0]])[1]["refusal"]["code"] == "quota_used"
        made.keys["K1"]["grants"] = [grant(daily=0, spent_until=NOW + DAY)]  # counted elsewhere
        made.publish_policy()
        made.applied()
        assert made.rows([KEYS[0]])[1]["refusal"]["code"] == "quota_used"
        assert all(entry["took"] > 0 for batch in made.batches() for entry in batch.entries)
    finally:
        made.kill()


def test_a_quota_begins_anew_each_day_and_is_the_grants_own(tmp_path):
    table = quota.QuotaTable(tmp_path / "quotas")
    assert table.take("K", "G", day=1, amount=7, limit=10) and not table.take("K", "G", day=1, amount=4, limit=10)
    assert table.take("K", "G", day=1, amount=3, limit=10) and not table.take("K", "G", day=1, amount=1, limit=10)
    assert table.take("K", "H", day=1, amount=10, limit=10) and table.take("K", "G", day=2, amount=10, limit=10)
    again = quota.QuotaTable(tmp_path / "quotas")
    assert not again.take("K", "G", day=2, amount=1, limit=10)


def test_revocation_is_felt(running):
    running.keys["K5"] = {**running.keys["K1"], "secret": running.seal("K5")}
    running.publish_policy()
    running.applied()
    assert running.rows([KEYS[0]], key="K5")[0] == 200
    running.keys["K5"]["grants"] = []
    running.publish_policy()
    wait_for(lambda: running.rows([KEYS[0]], key="K5")[0] == 403)


def test_a_forged_or_older_policy_changes_nothing(running):
    good = (running.folder / "policy.json").read_bytes()
    number = running.number
    (running.folder / "policy.json").write_bytes(good.replace(b'\\"K3\\"', b'\\"K9\\"'))
    wait_for(lambda: json.loads(running.send("/health")[1])["trouble"])
    assert json.loads(running.send("/health")[1])["policy"] == number
    running.publish_policy()
    running.applied()
    (running.folder / "policy.json").unlink()  # the control plane is gone
    wait_for(lambda: json.loads(running.send("/health")[1])["trouble"])
    assert running.rows([KEYS[0]])[0] == 200
    running.publish_policy()


def test_a_new_snapshot_is_served_without_a_restart(running):
    from datetime import UTC, datetime

    gateway.publish(running.folder / "resources", "people", people(600), key="id_number", as_of=datetime.now(UTC))
    wait_for(lambda: running.rows([people(600).column("id_number")[599].as_py()])[1]["data"]["rows"][0]["found"])


def test_the_journal_tells_every_call_once(running):
    batches = running.batches()
    numbers = {}
    for batch in batches:
        for entry, keys in zip(batch.entries, batch.keys, strict=True):
            numbers.setdefault(batch.segment, []).append(entry["number"])
            if entry["outcome"] == "answered" and entry["operation"] == "rows":
                assert len(keys) == entry["asked"]
    assert all(found == list(range(len(found))) for found in numbers.values())
    text = b"".join(file.read_bytes() for file in (running.folder / "g1" / "journal").glob("*.jsonl"))
    assert KEYS[3].encode() not in text  # whose data it was is sealed


def test_a_changed_journal_is_found(running, tmp_path):
    batch = running.batches()[0]
    file = running.folder / "g1" / "journal" / f"{batch.segment}.jsonl"
    forged = tmp_path / file.name
    forged.write_bytes(file.read_bytes().replace(b'"K1"', b'"K2"', 1))
    with pytest.raises(gateway.JournalUnusable):
        list(gateway.read_journal(forged, public_key=(running.folder / "g1" / "signing.pem").read_text(), shared=running.shared))
