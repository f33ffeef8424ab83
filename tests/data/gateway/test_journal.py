"""The journal read back: what one signature proves, and what is still given of a file that somebody changed."""

import base64
import hashlib
import itertools
import secrets

import orjson
import pytest

from yiwang.base.ciphers.api import material, sm2
from yiwang.data.gateway import api as gateway
from yiwang.data.gateway import journal as journals

SHARED = secrets.token_bytes(32)


@pytest.fixture(scope="module")
def pair():
    return material.make("sm2")


@pytest.fixture
def written(tmp_path, pair, monkeypatch):
    """A segment of 60 sealed batches of two entries each."""
    monkeypatch.setattr(journals, "_TOGETHER", 2)
    signer = sm2.load_private(pair.secret)
    made = journals.Journal(tmp_path, gateway="g1", signer=signer, shared=SHARED, done=lambda told: None)
    with made._wake:  # handed in together, so that the batches are as large as they may be
        made._waiting += [journals._Waiting(at, {"at": at, "case": f"c{at}"}, [f"k{at}"]) for at in range(120)]
        made._wake.notify()
    made.close()
    return next(tmp_path.glob("*.jsonl"))


def read(file, pair, **more):
    return list(gateway.read_journal(file, public_key=pair.public_pem, shared=SHARED, **more))


def readable(file, pair):
    """How many batches are given before the fault is named."""
    count = itertools.count()
    batches = zip(gateway.read_journal(file, public_key=pair.public_pem, shared=SHARED), count, strict=False)
    with pytest.raises(gateway.JournalUnusable):
        list(batches)
    return next(count)


def changed(file, batch, old, new):
    """The file with one text replaced within one batch."""
    lines = file.read_bytes().splitlines(keepends=True)
    at = slice(4 * batch, 4 * batch + 4)
    lines[at] = [line.replace(old, new, 1) for line in lines[at]]
    file.write_bytes(b"".join(lines))
    return file


def test_every_entry_comes_once_and_from_any_place(written, pair, monkeypatch):
    monkeypatch.setattr(journals, "_WINDOW", 7)
    batches = read(written, pair)
    assert [entry["number"] for one in batches for entry in one.entries] == list(range(120))
    assert [key for one in batches for keys in one.keys for key in keys] == [f"k{at}" for at in range(120)]
    seal = hashlib.sha256(orjson.dumps(batches[9].seal, option=orjson.OPT_SORT_KEYS)).hexdigest()
    rest = read(written, pair, start=batches[9].end, previous=seal)
    assert [one.seal for one in rest] == [one.seal for one in batches[10:]]


def test_one_signature_is_checked_for_many_seals(written, pair, monkeypatch):
    checks, verify = [], material.verify
    monkeypatch.setattr(journals.material, "verify", lambda *told: checks.append(1) or verify(*told))
    assert len(read(written, pair)) == 60 and len(checks) == 1


@pytest.mark.parametrize("window", [1, 10, 1_000])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"case":"c60"', b'"case":"c61"'),
        (b'"count":2', b'"count":1'),
        (b'"previous":"', b'"previous":"0'),
        (b'{"keys":"', b'{"keys":"AAAA'),
    ],
)
def test_what_stands_before_a_change_is_still_given(written, pair, monkeypatch, window, old, new):
    monkeypatch.setattr(journals, "_WINDOW", window)
    assert readable(changed(written, 30, old, new), pair) == 30


def test_a_batch_taken_out_or_put_elsewhere_is_found(written, pair):
    lines = written.read_bytes().splitlines(keepends=True)
    written.write_bytes(b"".join(lines[:80] + lines[84:]))
    assert readable(written, pair) == 20
    written.write_bytes(b"".join(lines[4:8] + lines[:4] + lines[8:]))
    assert readable(written, pair) == 0


def test_seals_of_another_key_are_not_believed(written, pair):
    other = material.make("sm2")
    assert readable(written, other) == 0
    lines = written.read_bytes().splitlines(keepends=True)
    body, _, _ = lines[-1][8:].rpartition(b',"signature":"')
    forged = base64.b64encode(sm2.sign(sm2.load_private(other.secret), body))
    written.write_bytes(b"".join([*lines[:-1], b'{"seal":' + body + b',"signature":"' + forged + b'"}\n']))
    assert readable(written, pair) == 59  # the newest seal proves nothing, so every one before is checked by its own


def test_a_half_written_end_is_left(written, pair):
    whole = written.read_bytes()
    written.write_bytes(whole[:-20])
    assert len(read(written, pair)) == 59
    assert journals.mend(written.parent) > 0 and len(read(written, pair)) == 59
