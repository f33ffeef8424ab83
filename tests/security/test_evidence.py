"""The log: order of sequencing, proofs at every size, checkpoints, receipts, and every way of tampering found."""

import base64
import json
import random
import threading

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests.security.conftest import HOLDER, citizen
from yiwang.base.ciphers.api import merkle
from yiwang.base.clock.api import now
from yiwang.base.ids.api import new_id
from yiwang.security.access.api import SYSTEM
from yiwang.security.audit import api as audit
from yiwang.security.audit import rows as audit_rows
from yiwang.security.audit.api import AccessRecord, Record
from yiwang.security.evidence import api as evidence
from yiwang.security.evidence import notes, tiles
from yiwang.security.keys import api as keys


def leaf(at):
    return merkle.leaf_hash(str(at).encode())


def grow(start, end):
    evidence.append_many([(leaf(at), f"test:{at}") for at in range(start, end)])
    return evidence.sequence()


def raw(text):
    return base64.b64decode(text)


def sql(statement, parameters=()):
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return cursor.rowcount


def behind_our_back(statement, parameters=(), table=""):
    """As the owner, with the guard switched off."""
    sql(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
    count = sql(statement, parameters)
    sql(f"ALTER TABLE {table} ENABLE TRIGGER append_only")
    assert count, "nothing was tampered with"


@pytest.mark.django_db
def test_proofs_hold_across_tiles_and_sizes():
    random.seed(7)
    sizes, size = [], 0
    for step in (1, 1, 5, 248, 1, 255, 2, 700, 2000):
        assert grow(size, size + step) == step
        size += step
        sizes.append(size)
    roots = {one.size: raw(one.root) for one in evidence.checkpoints()}
    assert sorted(roots) == sizes
    tree = [leaf(at) for at in range(size)]
    assert roots[size] == merkle.range_root(0, size, lambda level, at: merkle.complete_root(tree[at << level : (at + 1) << level]))
    for at in [*random.sample(range(size), 25), 0, 255, 256, 511, 512, size - 1]:
        of = random.choice([one for one in sizes if one > at])
        proof = evidence.inclusion(f"test:{at}", size=of)
        assert evidence.verify_inclusion(leaf(at), proof, root=roots[of])
        assert not evidence.verify_inclusion(leaf(at + 1), proof, root=roots[of])
    for older in sizes:
        for newer in [one for one in sizes if one >= older]:
            proof = evidence.consistency(older, newer)
            assert evidence.verify_consistency(proof, older_root=roots[older], newer_root=roots[newer])
    assert evidence.verify_all().sound


@pytest.mark.django_db
def test_a_proof_reads_little(statements):
    grow(0, 3000)
    with statements(at_most=6):
        evidence.inclusion("test:1234")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM evidence_tile")
        assert cursor.fetchone()[0] == 3000 // 256


@pytest.mark.django_db
def test_states_of_a_leaf():
    evidence.append_many([(leaf(1), "test:1")])
    assert evidence.state_of("test:1") == "waiting"
    for ask in (evidence.inclusion, evidence.receipt):
        with pytest.raises(evidence.NotYetSequenced):
            ask("test:1")
        with pytest.raises(evidence.NoEvidence):
            ask("test:2")
    assert evidence.checkpoint() is None
    assert evidence.sequence() == 1 and evidence.sequence() == 0
    assert evidence.state_of("test:1") == "sequenced" and evidence.state_of("test:2") == "unknown"
    for wrong in ((0, 1), (2, 1), (1, 2)):
        with pytest.raises(evidence.NoSuchTree):
            evidence.consistency(*wrong)


@pytest.mark.django_db
def test_a_checkpoint_is_a_signed_note_that_others_can_read():
    grow(0, 10)
    checkpoint = evidence.checkpoint()
    lines = checkpoint.signed_note.split("\n")
    assert lines[1:4] == ["10", checkpoint.root, ""] and len(lines) == 7 and lines[6] == ""
    note = notes.parse(checkpoint.signed_note)
    public = keys.public_key("evidence.ed25519")
    assert notes.signed_by(note, name=note.origin, algorithm="ed25519", pem=public.pem)
    assert notes.signed_by(note, name=note.origin, algorithm="sm2", pem=keys.public_key("evidence.sm2").pem)
    # by the letter of C2SP signed-note, without our code
    from hashlib import sha256

    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    mark, name, encoded = lines[4].split(" ")
    ed25519 = load_pem_public_key(public.pem.encode())
    assert (mark, name) == ("—", lines[0])
    assert raw(encoded)[:4] == sha256(name.encode() + b"\n\x01" + ed25519.public_bytes_raw()).digest()[:4]
    ed25519.verify(raw(encoded)[4:], "\n".join([*lines[:3], ""]).encode())


@pytest.mark.parametrize(
    "text",
    ["", "a\n1\n", "a\n01\nAAAA\n\n— a AAAAAAAA\n", "a\n-1\nAAAA\n\n— a AAAAAAAA\n", "a\n1\n!\n\n— a AAAAAAAA\n", "a\n1\nAAAA\n\n- a b\n"],
)
def test_what_is_no_note_is_refused(text):
    with pytest.raises(evidence.BadNote):
        notes.parse(text)


@pytest.mark.django_db
def test_a_receipt_proves_a_record_off_line():
    made = audit.record(Record("case.accept", SYSTEM, "case", "1", new_id(), {"why": "符合条件"}))
    grow(0, 300)
    document = json.dumps(evidence.receipt(f"audit:{made}").to_json(), ensure_ascii=False)
    assert evidence.check_receipt(document) == []
    assert evidence.check_receipt(document, trusted=[keys.public_pem("evidence.sm2")]) == []
    stranger = keys.ensure("test.stranger").pem
    assert evidence.check_receipt(document, trusted=[stranger]) == ["检查点没有可信密钥的有效签名"]
    assert evidence.check_receipt(document.replace("符合条件", "不符条件")) == ["记录内容与叶子摘要不符"]
    receipt = json.loads(document)
    for part, value in (("leaf_index", 1), ("tree_size", 299), ("inclusion", receipt["inclusion"][:-1])):
        assert evidence.check_receipt(json.dumps(receipt | {part: value})) == ["包含证明不能从叶子推到检查点的根"]
    for wrong in ("", "[]", "{}", json.dumps(receipt | {"leaf_hash": "?"}), json.dumps(receipt | {"extra": 1})):
        with pytest.raises(evidence.BadReceipt):
            evidence.check_receipt(wrong)


@pytest.mark.django_db(transaction=True)
def test_concurrent_writers_and_sequencers_lose_nothing():
    """Transactions that began first commit last; two sequencers run all the while."""
    done = threading.Event()

    def write(worker):
        for step in range(15):
            with transaction.atomic():
                evidence.append_many([(leaf(f"{worker}/{step}"), f"test:{worker}/{step}")])
                done.wait(random.random() / 200)
                if step % 5 == 4:
                    transaction.set_rollback(True)
        connections.close_all()

    def sequence():
        while not done.is_set():
            evidence.sequence()
        connections.close_all()

    writers = [threading.Thread(target=write, args=[worker]) for worker in range(4)]
    sequencers = [threading.Thread(target=sequence) for _ in range(2)]
    for thread in writers + sequencers:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in sequencers:
        thread.join()
    evidence.sequence()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(index) + 1, count(DISTINCT ref) FROM evidence_leaf")
        assert cursor.fetchone() == (48, 48, 48)
    assert evidence.verify_all().sound


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["audit_record", "audit_access", "evidence_leaf", "evidence_tile", "evidence_checkpoint"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET {}"])
def test_even_the_owner_cannot_change_what_is_written(table, act):
    column = {"audit_record": "act = 'x'", "audit_access": "reason = 'x'", "evidence_leaf": "ref = 'x'"}.get(table, "root = 'x'")
    records(3)
    grow(0, 300)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql(act.format(table, column))


def records(count):
    made = audit.record_many(
        [
            Record("case.accept", SYSTEM, "thing", f"{at:03d}", new_id(), {"step": at, "text": "一"}, {"state": "accepted", "n": at})
            for at in range(count)
        ]
    )
    looked = audit.record_access_many(
        [
            AccessRecord(
                new_id(), "户籍科", "police", "newborn", "《户口登记条例》第七条", HOLDER, ("person.name", "person.sex"), True, "", now()
            )
        ]
    )
    return made, looked


@pytest.fixture
def things():
    """Rows of a room that registered its kind."""
    table = {f"{at:03d}": {"state": "accepted", "n": at} for at in range(20)}
    audit.register_rows("thing", lambda refs: {ref: table[ref] for ref in refs if ref in table})
    yield table
    audit_rows._loaders.pop("thing")


def findings():
    return {(one.table, one.key): one.what for one in evidence.verify_all().problems}


@pytest.mark.django_db
def test_a_sound_log_is_found_sound(things):
    records(20)
    evidence.sequence()
    report = evidence.verify_all()
    assert report.sound and (report.leaves_checked, report.records_checked, report.current_rows_checked, report.checkpoints_checked) == (
        21,
        21,
        20,
        1,
    )
    records(2)  # these wait: they are no finding
    assert evidence.verify_all().sound


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("act", "'case.refuse'"),
        ("actor_name", "'别人'"),
        ("actor_kind", "'staff'"),
        ("department", "'civil'"),
        ("ref", "'other'"),
        ("case_id", "NULL"),
        ("allowed", "false"),
        ("at", "at + interval '1 microsecond'"),
        ("detail", "'{}'"),
        ("detail", "replace(detail, ':', ': ')"),
        ("detail", "'not json'"),
        ("row_digest", "''"),
    ],
)
def test_a_changed_record_is_found(column, value):
    made, _ = records(5)
    evidence.sequence()
    behind_our_back(f"UPDATE audit_record SET {column} = {value} WHERE id = %s", [made[2]], table="audit_record")
    assert "不同" in findings()["audit_record", str(made[2])]


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["reason = 'x'", "elements = '{person.name}'", "allowed = false", "subject = 'x'", "legal_basis = ''"])
def test_a_changed_access_record_is_found(column):
    _, looked = records(1)
    evidence.sequence()
    behind_our_back(f"UPDATE audit_access SET {column}", table="audit_access")
    assert list(findings()) == [("audit_access", str(looked[0]))]


@pytest.mark.django_db
def test_a_deleted_record_is_found():
    made, _ = records(5)
    evidence.sequence()
    behind_our_back("DELETE FROM audit_record WHERE id = %s", [made[3]], table="audit_record")
    assert findings() == {("audit_record", str(made[3])): "记录已被删除:日志中有它的叶子"}


@pytest.mark.django_db
def test_an_inserted_record_is_found():
    made, _ = records(2)
    evidence.sequence()
    forged = new_id()
    columns = "at, act, actor_kind, actor_id, actor_name, department, region, kind, ref, case_id, allowed, detail, row_digest"
    sql(f"INSERT INTO audit_record (id, {columns}) SELECT %s, {columns} FROM audit_record WHERE id = %s", [forged, made[0]])
    assert list(findings()) == [("audit_record", str(forged))]


@pytest.mark.django_db
def test_a_leaf_that_never_reached_the_tree_is_found():
    made, _ = records(2)
    sql("DELETE FROM evidence_pending WHERE ref = %s", [f"audit:{made[1]}"])
    evidence.sequence()
    assert list(findings()) == [("audit_record", str(made[1]))]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("evidence_leaf", "UPDATE evidence_leaf SET leaf_hash = decode(repeat('00', 32), 'hex') WHERE index = 7"),
        ("evidence_leaf", "DELETE FROM evidence_leaf WHERE index = 7"),
        ("evidence_leaf", "DELETE FROM evidence_leaf WHERE index > 400"),
        ("evidence_tile", "UPDATE evidence_tile SET hashes = overlay(hashes PLACING '\\x00' FROM 40)"),
        ("evidence_tile", "UPDATE evidence_tile SET root = decode(repeat('00', 32), 'hex')"),
        ("evidence_tile", "DELETE FROM evidence_tile"),
        ("evidence_checkpoint", "UPDATE evidence_checkpoint SET root = decode(repeat('00', 32), 'hex') WHERE size = 300"),
        ("evidence_checkpoint", "UPDATE evidence_checkpoint SET note = replace(note, 'evidence', 'evidences')"),
    ],
)
def test_a_tampered_tree_is_found(table, statement):
    grow(0, 300)
    grow(300, 500)
    assert evidence.verify_all().sound
    behind_our_back(statement, table=table)
    tables = {table for table, _ in findings()}
    assert tables & {table, "evidence_checkpoint"}


@pytest.mark.django_db
def test_a_checkpoint_signed_by_somebody_else_is_found():
    grow(0, 5)
    other = keys.ensure("test.other", algorithm="ed25519")
    good = notes.parse(evidence.checkpoint().signed_note)
    line = notes.line(good.origin, "ed25519", other.pem, keys.sign("test.other", good.text.encode()))
    behind_our_back("UPDATE evidence_checkpoint SET note = %s", [f"{good.text}\n{line}"], table="evidence_checkpoint")
    assert evidence.verify_all().problems_total == 2, "neither of the two signatures is there"


@pytest.mark.django_db
def test_current_rows_are_compared_with_what_was_last_recorded(things):
    records(20)
    audit.record(Record("case.decide", SYSTEM, "thing", "005", row={"state": "decided", "n": 5}))
    things["005"] = {"state": "decided", "n": 5}
    evidence.sequence()
    assert evidence.verify_all().sound
    things["006"]["state"] = "decided"
    del things["007"]
    found = findings()
    assert set(found) == {("thing", "006"), ("thing", "007")}
    assert "case.accept" in found["thing", "006"] and "不存在" in found["thing", "007"]


@pytest.mark.django_db
def test_progress_is_told(monkeypatch, things):
    records(3)
    evidence.sequence()
    told = []
    evidence.verify_all(lambda stage, count: told.append((stage, count)))
    assert told == [("thing", 3)]


def test_tiles_are_as_wide_as_others_expect():
    assert tiles.WIDTH == 256 and citizen().represents == HOLDER
