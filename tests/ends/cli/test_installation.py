"""`yiwang up` and its neighbours on a real installation: refusals in one line, restarts without loss, backup and restore."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg
import pytest

from yiwang.base.runtime import api as runtime
from yiwang.ends.cli import scratch
from yiwang.ends.cli.stranger import ApiRefused, Client


def yiwang(environment, *words, timeout=120):
    done = subprocess.run(
        [sys.executable, "-m", "yiwang.ends.cli.main", *words], env=environment, capture_output=True, text=True, timeout=timeout
    )
    return done.returncode, done.stdout, done.stderr


def one_line(text):
    assert len(text.strip().splitlines()) == 1, text
    assert "Traceback" not in text
    return text.strip()


def test_it_serves_all_three_ends(site):
    for path in ("/", "/login", "/api/v1/openapi.json", "/api/v1/docs"):
        with urllib.request.urlopen(site.address + path) as answer:
            assert answer.status == 200
    log = (site.folder / "up.log").read_text()
    assert site.address in log
    assert "newborn_mother" in log


def test_a_taken_port_is_refused(site, tmp_path):
    port = site.address.rpartition(":")[2]
    code, _, error = yiwang({**site.environment, "YIWANG_VAR": str(tmp_path)}, "up", "--port", port)
    assert code == 2
    assert re.search(rf"Port {port} .*Choose another", one_line(error))


def test_a_message_server_needs_a_gateway_and_an_address(tmp_path):
    for words, said in (
        (("--broker", "nats://127.0.0.1:4222"), "--gateway"),
        (("--gateway", "1", "--broker", "nats://x:99999"), "nats://"),
    ):
        code, _, error = yiwang({**os.environ, "YIWANG_VAR": str(tmp_path)}, "up", *words)
        assert code == 2 and said in one_line(error)


def test_a_folder_in_use_is_refused(site):
    code, _, error = yiwang(site.environment, "up", "--port", str(scratch.free_port()))
    assert code == 2
    assert re.search(rf"in use by another instance \(process {site.process.pid}\)", one_line(error))


def test_a_folder_that_cannot_be_written_is_refused(site):
    code, _, error = yiwang({**site.environment, "YIWANG_VAR": "/proc/nothing"}, "up", "--port", str(scratch.free_port()))
    assert code == 2
    assert "YIWANG_VAR" in one_line(error)


def test_a_database_out_of_reach_is_refused(site, tmp_path):
    environment = {**site.environment, "YIWANG_VAR": str(tmp_path), "YIWANG_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    code, _, error = yiwang(environment, "up", "--port", str(scratch.free_port()))
    assert code == 2
    assert "YIWANG_DATABASE_URL" in one_line(error)


def test_doctor_finds_nothing_wrong(site):
    code, out, error = yiwang({**site.environment, "YIWANG_PORT": site.address.rpartition(":")[2]}, "doctor")
    assert (code, error) == (0, "")
    assert "FAIL" not in out
    assert "schema current" in out


def test_help_and_a_wrong_word(site):
    code, out, _ = yiwang(site.environment, "--help")
    assert code == 0
    assert "yiwang demo newborn" in out
    code, _, error = yiwang(site.environment, "fly")
    assert code == 2
    assert "invalid choice" in error


def _children(site, name):
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes().decode().split("\0")
            status = (path / "status").read_text()
        except OSError:
            continue
        if name in words and f"PPid:\t{site.process.pid}\n" in status:
            yield int(path.name)


@pytest.mark.parametrize("part", ["granian", "worker"])
def test_a_killed_part_comes_back(site, part):
    (pid,) = _children(site, part)
    os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + 30
    while time.monotonic() < until:
        now = list(_children(site, part))
        if now and now != [pid]:
            break
        time.sleep(0.1)
    assert list(_children(site, part)) != [pid]
    _answers(site)


def test_a_killed_database_comes_back_with_everything(site):
    client = Client(site.address).sign_in("newborn_mother", site.password)
    pid = int((site.folder / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGKILL)
    assert _soon(client)["kind"] == "citizen"  # the token was committed before the kill


def _soon(client):
    """Who the token is, once the database answers again; until then only 503 may be heard."""
    until = time.monotonic() + 40
    while True:
        try:
            return client.get("/me")
        except ApiRefused as refused:
            if ": 503 " not in str(refused) or time.monotonic() > until:
                raise
            time.sleep(0.1)


def _answers(site):
    until = time.monotonic() + 40
    while True:
        try:
            with urllib.request.urlopen(site.address + "/api/v1/matters?q=" + "%E7%A4%BE%E4%BF%9D", timeout=5) as answer:
                assert answer.status == 200
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def test_backup_destroy_restore(site, tmp_path):
    target = tmp_path / "all.tar"
    code, out, error = yiwang(site.environment, "backup", str(target))
    assert (code, error) == (0, ""), error
    assert "keys" in out
    other = tmp_path / "var"
    other.mkdir()
    environment = {**site.environment, "YIWANG_VAR": str(other)}
    code, out, error = yiwang(environment, "restore", str(target))
    assert code == 0, error
    code, out, error = yiwang(environment, "evidence", "verify", "--json")
    assert code == 0, error
    report = json.loads(out)
    assert report["problems"] == []
    assert report["rows_checked"] > 0
    code, _, error = yiwang(environment, "restore", str(target))
    assert code == 2
    assert "--replace" in one_line(error)
    shutil.rmtree(other / "keys")
    code, _, error = yiwang(environment, "restore", str(target), "--replace")
    assert code == 0, error
    assert any((other / "keys").iterdir())


def test_an_old_and_a_newer_schema_are_refused(site, tmp_path):
    other = tmp_path / "var"
    other.mkdir()
    cluster = runtime.Cluster(other / "postgres")
    server = runtime.start(cluster)
    try:
        runtime.ensure_database(cluster, "yiwang")
        environment = {**site.environment, "YIWANG_VAR": str(other), "YIWANG_DATABASE_URL": cluster.url()}
        assert yiwang(environment, "migrate")[0] == 0
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            connection.execute("DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations)")
        code, _, error = yiwang(environment, "up", "--port", str(scratch.free_port()))
        assert code == 2
        assert "old schema (1 migrations are missing)" in error
        assert "yiwang migrate" in error
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            connection.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('cases', '9999_future', now())")
        code, _, error = yiwang(environment, "migrate")
        assert code == 2
        assert "newer version" in one_line(error)
    finally:
        runtime.stop(server)


def test_an_external_database_serves_as_well(site, tmp_path):
    """A second, separately started PostgreSQL, reached by its address; the embedded one is not started."""
    cluster = runtime.Cluster(tmp_path / "elsewhere")
    server = runtime.start(cluster)
    try:
        runtime.ensure_database(cluster, "city")
        with scratch.installation(people=300, YIWANG_DATABASE_URL=cluster.url(database="city")) as other:
            assert not (other.folder / "postgres").exists()
            assert Client(other.address).sign_in("newborn_mother", other.password).get("/me")["kind"] == "citizen"
    finally:
        runtime.stop(server)


def test_ctrl_c_stops_all_of_it(tmp_path):
    with scratch.installation(people=300) as running:
        process, folder = running.process, running.folder
        pid = int((folder / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])
        process.send_signal(signal.SIGINT)
        assert process.wait(40) == 0
        assert not Path(f"/proc/{pid}").exists()
        assert not (folder / "postgres" / "data" / "postmaster.pid").exists()
