"""The table of nonces: a used one is refused, a new one never for want of room."""

from yiwang.data.gateway import replay


def test_no_new_nonce_is_refused_at_twice_the_usual_fill(tmp_path, monkeypatch):
    monkeypatch.setattr(replay, "_BUCKETS", 1 << 10)
    table = replay.NonceTable(tmp_path / "nonces")
    nonces = [f"n{number}" for number in range(4 << 10)]
    assert all(table.is_new("K1", one, now=1_000, keep=120_000) for one in nonces)
    assert not any(table.is_new("K1", one, now=60_000, keep=120_000) for one in nonces)
    assert table.is_new("K2", nonces[0], now=60_000, keep=120_000)
    assert table.is_new("K1", nonces[0], now=200_000, keep=120_000)  # its time has passed, and so has that of its call
    table.close()
