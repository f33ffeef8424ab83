"""A gateway of its own for each test module: a control plane's key, one policy, one resource of invented people, one process."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from yiwang.base.ciphers.api import material
from yiwang.data.gateway import api as gateway
from yiwang.standards import canonical

NOW = int(time.time() * 1000)
DAY = 86_400_000
CASE = str(uuid.UUID(int=7))


def grant(code="G1", resource="people", **changes):
    told = {
        "code": code,
        "resource": resource,
        "fields": {"name": {"kind": "name", "level": "partial"}, "born_on": {}, "phone": {"kind": "phone", "level": "hidden"}},
        "purposes": ["newborn.birth_certificate"],
        "operations": ["rows", "download"],
        "legal_basis": "《户口登记条例》第七条",
        "calls": 10_000,
        "valid_from": NOW - DAY,
        "valid_until": NOW + DAY,
    }
    return {**told, **changes}


def people(count=500):
    return pa.table(
        {
            "id_number": [f"9901011990{i * 7919 % 10**8:08d}" for i in range(count)],
            "name": [f"云{i % 97:02d}" for i in range(count)],
            "born_on": pa.array([datetime(1990, 1, 1 + i % 28).date() for i in range(count)]),
            "phone": pa.array([f"139{i:08d}" if i % 5 else None for i in range(count)]),
            "secret": ["不得外传"] * count,
        }
    )


def wait_for(true, seconds=60):
    """Wait for a condition; the limit is generous, for a busy machine."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"not within {seconds} s"
        time.sleep(0.05)


class Running:
    """A control plane (key, secret, policy file) and one gateway process."""

    def __init__(self, folder):
        self.folder = folder
        self.issuer = material.make("sm2")
        self.shared = secrets.token_bytes(32)
        self.secret = secrets.token_bytes(32)
        self.pair = material.make("sm2")
        (folder / "issuer.pem").write_text(self.issuer.public_pem)
        (folder / "shared.key").write_text(self.shared.hex())
        self.number = 0
        self.keys = {
            "K1": {
                "department": "health",
                "algorithm": "hmac-sm3",
                "secret": self.seal("K1"),
                "valid_until": NOW + DAY,
                "grants": [grant()],
            },
            "K2": {
                "department": "police",
                "algorithm": "sm2",
                "public_key": self.pair.public_pem,
                "valid_until": NOW + DAY,
                "grants": [grant("G2")],
            },
            "K3": {"department": "tax", "algorithm": "hmac-sm3", "secret": self.seal("K3"), "valid_until": NOW + DAY, "grants": []},
        }
        self.publish_policy()
        gateway.publish(folder / "resources", "people", people(), key="id_number", as_of=datetime.now(UTC))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = None

    def seal(self, key):
        return gateway.sealed_secret(self.secret, key=key, shared=self.shared)

    def applied(self):
        """Wait until the gateway has the newest policy."""
        wait_for(lambda: json.loads(self.send("/health")[1])["policy"] == self.number)

    def publish_policy(self):
        self.number += 1
        document = {"number": self.number, "issued_at": datetime.now(UTC).isoformat(), "keys": self.keys}
        signature = material.Signer("sm2", self.issuer.secret).sign(canonical.dumps(document))
        gateway.write_policy(self.folder / "policy.json", document, signature=signature)

    def start(self, workers=1):
        words = ("gateway", "serve", "--folder", str(self.folder), "--name", "g1", "--port", str(self.port), "--workers", str(workers))
        self.process = subprocess.Popen([sys.executable, "-m", "yiwang.ends.cli.main", *words], start_new_session=True)
        wait_for(self.answers)
        return self

    def answers(self):
        try:
            return self.send("/health")[0] == 200
        except OSError:
            return False

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(10)

    def headers(self, target, body=b"", method="POST", key="K1", **changes):
        algorithm, secret = ("sm2", self.pair.secret) if key == "K2" else ("hmac-sm3", self.secret)
        return dict(gateway.signed_headers(method, target, key=key, algorithm=algorithm, secret=secret, gateway="g1", body=body, **changes))

    def send(self, target, body=None, headers=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{target}", data=body, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            return error.code, error.read(), error.headers

    def rows(self, keys, *, key="K1", resource="people", purpose="newborn.birth_certificate", case=CASE, fields=(), **more):
        told = {"keys": keys, "fields": list(fields), "purpose": purpose, "case_id": case, **more}
        body = json.dumps(told).encode()
        target = f"/v1/resources/{resource}/rows"
        status, data, _ = self.send(target, body, self.headers(target, body, key=key))
        return status, json.loads(data)

    def batches(self):
        public = (self.folder / "g1" / "signing.pem").read_text()
        return [
            batch
            for file in sorted((self.folder / "g1" / "journal").glob("*.jsonl"))
            for batch in gateway.read_journal(file, public_key=public, shared=self.shared)
        ]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    made = Running(tmp_path_factory.mktemp("gateway")).start()
    yield made
    made.kill()
