"""A gateway killed again and again: every answered call is in the journal once, and nothing half-written stays."""

import json
import threading
import urllib.error

import pytest

from tests.data.gateway.conftest import Running, people

KEYS = people().column("id_number").to_pylist()


@pytest.mark.slow
def test_killed_gateways_lose_no_answered_call(tmp_path):
    made = Running(tmp_path)
    receipts, lock = [], threading.Lock()

    def work(number):
        for turn in range(10_000):
            try:
                status, told = made.rows([KEYS[(number * 31 + turn) % 500]])
            except (OSError, urllib.error.URLError, json.JSONDecodeError):
                return
            if status == 200:
                with lock:
                    receipts.append((told["receipt"]["seal"]["segment"], told["receipt"]["entry"]["number"]))

    for _ in range(3):
        made.start(workers=2)
        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        [thread.start() for thread in threads]
        threading.Event().wait(0.7)
        made.kill()
        [thread.join() for thread in threads]
    made.start()  # mends what the last kill cut
    made.stop()
    written = [(batch.segment, entry["number"]) for batch in made.batches() for entry in batch.entries if entry["outcome"] == "answered"]
    assert len(receipts) > 50 and len(set(receipts)) == len(receipts)
    assert len(set(written)) == len(written) and set(receipts) <= set(written)
