"""SM2 by published vectors and by other people's programs, keys at rest, their life, encrypted fields."""

import json
import os
import shutil
import stat
import subprocess

import pytest
from django.db import connection, transaction

from tests.security.conftest import citizen, staff
from tests.security.vectors import folder
from yiwang.base.ciphers.api import material, sm2, sm4
from yiwang.security.access.api import ANONYMOUS, PermissionDenied
from yiwang.security.audit import api as audit
from yiwang.security.keys import api as keys
from yiwang.security.keys import master, store
from yiwang.standards.errors import Conflict

# GM/T 0003.5-2012 (GB/T 32918.5-2017) annex A: the recommended curve, identifier 1234567812345678, "message digest"
PRIVATE = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
PUBLIC = "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
R = "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
S = "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004" + PUBLIC)


def der(r, s):
    def integer(value):
        raw = value.to_bytes((value.bit_length() + 8) // 8, "big")
        return bytes([2, len(raw)]) + raw

    body = integer(r) + integer(s)
    return bytes([0x30, len(body)]) + body


def split(signature):
    length = signature[3]
    return int.from_bytes(signature[4 : 4 + length], "big"), int.from_bytes(signature[6 + length :], "big")


def test_the_published_signature_holds_and_no_other():
    key, signature = sm2.load_public(SPKI), der(int(R, 16), int(S, 16))
    assert sm2.verify(key, b"message digest", signature)
    assert not sm2.verify(key, b"message digesu", signature)
    assert not sm2.verify(key, b"message digest", signature, identity=b"ALICE123@YAHOO.COM")
    for at in range(len(signature)):
        assert not sm2.verify(key, b"message digest", signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :])
    assert not sm2.verify(key, b"message digest", b"")


def test_what_is_no_sm2_key_is_refused():
    p256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200") + b"\x04" + bytes(64)
    for wrong in (b"", b"rubbish", p256):
        with pytest.raises(sm2.BadKey):
            sm2.load_public(wrong)
    with pytest.raises(sm2.BadKey):
        keys.verify("-----BEGIN PUBLIC KEY-----\n???\n-----END PUBLIC KEY-----", b"", b"")


def test_pure_gmssl_and_we_accept_each_other():
    gmssl = pytest.importorskip("gmssl.sm2")
    theirs = gmssl.CryptSM2(private_key=PRIVATE, public_key=PUBLIC)
    raw = theirs.sign_with_sm3(b"\xe4\xb8\x80\xe7\xbd\x91")
    assert sm2.verify(sm2.load_public(SPKI), "一网".encode(), der(int(raw[:64], 16), int(raw[64:], 16)))
    pair = sm2.generate()
    while pair.public_der()[-64:].hex()[0] in "04":  # gmssl 3.2.2 takes leading 0s and 4s of a coordinate for the mark of a point
        pair = sm2.generate()
    point = pair.public_der()[-64:].hex()
    r, s = split(sm2.sign(pair, b"abc"))
    assert gmssl.CryptSM2(private_key="", public_key=point).verify_with_sm3(f"{r:064x}{s:064x}", b"abc")
    assert not gmssl.CryptSM2(private_key="", public_key=point).verify_with_sm3(f"{r:064x}{s:064x}", b"abd")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl command on this machine")
@pytest.mark.django_db
def test_the_openssl_command_verifies_our_signature(tmp_path):
    key = keys.ensure("test.openssl")
    (tmp_path / "key.pem").write_text(key.pem)
    (tmp_path / "data").write_bytes("新生儿出生一件事".encode())
    (tmp_path / "signature").write_bytes(keys.sign("test.openssl", (tmp_path / "data").read_bytes()))
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "data", "-digest", "sm3"]
    command += ["-sigfile", "signature", "-pkeyopt", "distid:1234567812345678"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "Signature Verified Successfully" in done.stdout, done.stderr
    (tmp_path / "data").write_bytes("新生儿出生两件事".encode())
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode != 0


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl command on this machine")
def test_we_verify_what_the_openssl_command_signs(tmp_path):
    def run(*arguments):
        subprocess.run(["openssl", *arguments], cwd=tmp_path, check=True, capture_output=True)

    run("genpkey", "-algorithm", "SM2", "-out", "private.pem")
    run("pkey", "-in", "private.pem", "-pubout", "-out", "public.pem")
    (tmp_path / "data").write_bytes(b"abc")
    run(
        "pkeyutl",
        "-sign",
        "-inkey",
        "private.pem",
        "-rawin",
        "-in",
        "data",
        "-digest",
        "sm3",
        "-out",
        "s",
        "-pkeyopt",
        "distid:1234567812345678",
    )
    assert keys.verify((tmp_path / "public.pem").read_text(), b"abc", (tmp_path / "s").read_bytes())


@pytest.mark.django_db
def test_sm3_of_the_openssl_command_is_ours(tmp_path):
    import hashlib

    if shutil.which("openssl"):
        done = subprocess.run(["openssl", "dgst", "-sm3", "-r"], input=b"abc", capture_output=True, check=True)
        assert done.stdout.split()[0].decode() == hashlib.new("sm3", b"abc").hexdigest()
    assert hashlib.new("sm3", b"abc").hexdigest().startswith("66c7f0f462eeedd9")  # GM/T 0004 annex A.1


def wycheproof(name):
    groups = json.loads((folder("wycheproof") / name).read_text())["testGroups"]
    return [(group, test) for group in groups for test in group["tests"]]


def test_wycheproof_sm4_gcm():
    checked = 0
    for group, test in wycheproof("sm4_gcm_test.json"):
        if group["tagSize"] != 128 or not 64 <= group["ivSize"] <= 1024:
            continue  # we make 96-bit nonces and full tags; the library itself refuses nonces outside 64–1024 bits
        key, nonce, aad, message = (bytes.fromhex(test[part]) for part in ("key", "iv", "aad", "msg"))
        sealed = bytes.fromhex(test["ct"] + test["tag"])
        expected = message if test["result"] == "valid" else None
        assert sm4.decrypt(key, nonce, sealed, aad) == expected, test["tcId"]
        if expected is not None:
            assert sm4.encrypt(key, nonce, message, aad) == sealed
        checked += 1
    assert checked > 50


def test_wycheproof_hmac_sm3():
    import hmac

    for group, test in wycheproof("hmac_sm3_test.json"):
        tag = hmac.digest(bytes.fromhex(test["key"]), bytes.fromhex(test["msg"]), "sm3")[: group["tagSize"] // 8].hex()
        assert (tag == test["tag"]) is (test["result"] == "valid"), test["tcId"]


@pytest.mark.django_db
@pytest.mark.parametrize("algorithm", ["sm2", "ed25519"])
def test_a_key_lives_is_retired_and_destroyed(algorithm):
    admin, name = staff("admin"), f"test.{algorithm}"
    first = keys.ensure(name, algorithm=algorithm)
    assert keys.ensure(name, algorithm=algorithm) == first and first.version == 1
    old = keys.sign(name, b"old")
    second = keys.rotate(name, actor=admin)
    assert (second.version, second.algorithm) == (2, algorithm)
    new = keys.sign_many(name, [b"new"])[0]
    assert (new.key_version, keys.verify(second.pem, b"new", new.value)) == (2, True)
    assert keys.verify(name, b"old", old) and keys.verify(name, b"new", new.value)
    assert not keys.verify(second.pem, b"old", old)
    with pytest.raises(Conflict):
        keys.destroy(name, version=2, actor=admin)
    assert keys.destroy(name, version=1, actor=admin).state == "destroyed"
    assert keys.verify(name, b"old", old), "what a destroyed key signed stays verifiable"
    with connection.cursor() as cursor:
        cursor.execute("SELECT wrapped FROM security_key WHERE name = %s AND version = 1", [name])
        assert cursor.fetchone()[0] is None
    assert [row.act for row in audit.search(staff("auditor"), ref=name).rows] == ["key.destroy", "key.rotate"]


@pytest.mark.django_db
@pytest.mark.parametrize("who", [citizen(), ANONYMOUS, staff("approver"), staff("auditor")])
def test_only_admins_touch_keys(who):
    keys.ensure("test.guarded")
    with pytest.raises(PermissionDenied):
        keys.rotate("test.guarded", actor=who)
    with pytest.raises(PermissionDenied):
        keys.destroy("test.guarded", version=1, actor=who)


@pytest.mark.django_db
def test_unknown_keys_are_named():
    for ask in (
        lambda: keys.sign("test.none", b""),
        lambda: keys.public_pem("test.none"),
        lambda: keys.verify("test.none", b"", b""),
        lambda: keys.rotate("test.none", actor=staff("admin")),
    ):
        with pytest.raises(keys.UnknownKey, match=r"test\.none"):
            ask()


@pytest.mark.django_db
def test_private_keys_lie_encrypted_and_bound_to_their_name():
    keys.ensure("test.a")
    secret = store.active("test.a").secret
    with connection.cursor() as cursor:
        cursor.execute("SELECT wrapped FROM security_key WHERE name = 'test.a'")
        wrapped = bytes(cursor.fetchone()[0])
        assert secret not in wrapped and secret[8:40] not in wrapped
        keys.ensure("test.b")
        cursor.execute("UPDATE security_key SET wrapped = %s WHERE name = 'test.b'", [wrapped])
    store.forget()
    with pytest.raises(keys.KeyUnusable, match=r"test\.b"):
        keys.sign("test.b", b"")


@pytest.mark.django_db(transaction=True)
def test_a_key_made_in_a_rolled_back_transaction_is_forgotten():
    with transaction.atomic():
        keys.ensure("test.undone")
        keys.sign("test.undone", b"")
        transaction.set_rollback(True)
    with pytest.raises(keys.UnknownKey):
        keys.sign("test.undone", b"")
    keys.ensure("test.kept")
    keys.sign("test.kept", b"")
    assert "test.kept" in store._active


@pytest.mark.django_db
def test_fields_are_encrypted_for_their_place():
    sealed = keys.encrypt("沪A12345".encode(), context="cases.plate.1")
    assert "沪A12345".encode() not in sealed and sealed != keys.encrypt("沪A12345".encode(), context="cases.plate.1")
    assert keys.decrypt(sealed, context="cases.plate.1").decode() == "沪A12345"
    keys.rotate("fields", actor=staff("admin"))
    assert keys.decrypt(sealed, context="cases.plate.1").decode() == "沪A12345"
    newer = keys.encrypt(b"x", context="c")
    for wrong, context in (
        (sealed, "cases.plate.2"),
        (sealed[:-1], "cases.plate.1"),
        (b"", "c"),
        (b"\x02" + newer[1:], "c"),
        (newer[:1] + b"\x00\x09" + newer[3:], "c"),
    ):
        with pytest.raises(keys.CannotDecrypt):
            keys.decrypt(wrong, context=context)
    keys.destroy("fields", version=1, actor=staff("admin"))
    with pytest.raises(keys.CannotDecrypt):
        keys.decrypt(sealed, context="cases.plate.1")
    assert keys.decrypt(newer, context="c") == b"x"


def test_pseudonyms_are_stable_and_separate():
    assert keys.pseudonym("990102", use="a") == keys.pseudonym("990102", use="a") != keys.pseudonym("990102", use="b")


def test_the_master_key_is_made_once_for_its_owner_alone(settings, tmp_path):
    settings.YIWANG_MASTER_KEY, settings.YIWANG_VAR = "", tmp_path
    first = master.derived("x")
    file = tmp_path / "keys" / "master.key"
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600 and len(file.read_text()) == 64
    master._derived.cache_clear()
    assert master.derived("x") == first != master.derived("y")
    assert list(file.parent.iterdir()) == [file]
    master._derived.cache_clear()
    file.write_text("zz")
    with pytest.raises(Exception, match="十六进制"):
        master.derived("x")
    settings.YIWANG_MASTER_KEY = "abcd"
    with pytest.raises(Exception, match="4 位"):
        master.derived("x")
    master._derived.cache_clear()


def test_pem_reads_back():
    assert material.der_of(material.pem(SPKI)) == SPKI
