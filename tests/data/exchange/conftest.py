"""A gateway process beside a control plane, and a department's system that calls it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from tests.data.exchange.sharing import opened
from yiwang.data.catalogue import in_force
from yiwang.data.exchange import api as exchange
from yiwang.data.exchange import importing
from yiwang.data.gateway import api as gateway


@pytest.fixture(autouse=True)
def _catalogue_as_it_is():
    """What a test published is rolled back; the memory of it must go too."""
    in_force.memory.forget()
    yield
    in_force.memory.forget()


class Caller:
    """A department's system: signed calls to one gateway."""

    def __init__(self, address, name, purpose):
        self.address, self.name, self.purpose = address, name, purpose

    def rows(self, issued, keys, *, case="", fields=(), purpose="", resource="person", **changes):
        told = {"keys": keys, "fields": list(fields), "purpose": purpose or self.purpose, "case_id": case}
        target, body = f"/v1/resources/{resource}/rows", json.dumps(told).encode()
        secret = bytes.fromhex(issued.secret)
        headers = gateway.signed_headers(
            "POST", target, key=issued.key.code, algorithm="hmac-sm3", secret=secret, gateway=self.name, body=body
        )
        return self.send(target, body, {**headers, **changes})

    @staticmethod
    def until(true, seconds=60):
        """Wait for a condition; the limit is generous, for a busy machine."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, f"not within {seconds} s"
            time.sleep(0.05)

    def answers(self):
        """Whether the gateway stands."""
        try:
            return self.send("/health")[0] in (200, 503)
        except OSError:
            return False

    def raw(self, target, headers):
        """The status of a call whose answer is no JSON."""
        try:
            with urllib.request.urlopen(urllib.request.Request(self.address + target, headers=dict(headers)), timeout=10) as answer:
                answer.read()
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def send(self, target, body=None, headers=()):
        request = urllib.request.Request(self.address + target, data=body, headers=dict(headers))
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())


@pytest.fixture
def running(settings, tmp_path, city, django_capture_on_commit_callbacks):
    """A gateway beside a control plane of its own, with one opened request."""
    settings.YIWANG_VAR = tmp_path
    importing._check[:] = []
    with django_capture_on_commit_callbacks(execute=True):
        view, issued = opened()
    assert exchange.publish_resources() == ["person"] and exchange.publish_resources() == []
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ("gateway", "serve", "--folder", str(tmp_path / "gateway"), "--name", "g1", "--port", str(port))
    process = subprocess.Popen([sys.executable, "-m", "yiwang.ends.cli.main", *words], start_new_session=True)
    caller = Caller(f"http://127.0.0.1:{port}", "g1", view.purpose)
    caller.until(caller.answers)
    yield caller, view, issued
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
