"""The embedded server, the lock of a folder, roles, backup and restore: on a real second server of our own."""

import os
import signal
import time

import psycopg
import pytest

from yiwang.base.runtime import api as runtime


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pg")
    for parent in [folder, *folder.parents]:
        if str(parent).count("/") > 1 and os.geteuid() == 0:
            parent.chmod(parent.stat().st_mode | 0o711)
    cluster = runtime.Cluster(folder / "postgres")
    servers = [runtime.start(cluster)]
    runtime.ensure_database(cluster, "yiwang")
    yield cluster, servers
    runtime.stop(servers[-1])


def rows(url, statement="SELECT count(*) FROM kept"):
    with psycopg.connect(url) as connection:
        return connection.execute(statement).fetchone()[0]


def test_committed_rows_survive_a_killed_server(cluster):
    where, servers = cluster
    with psycopg.connect(where.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 100) n")
    os.kill(servers[-1].pid, signal.SIGKILL)
    servers[-1].wait()
    servers.append(runtime.start(where))
    assert rows(where.url()) == 100


def test_a_folder_in_use_is_refused_with_its_holder(cluster):
    where, servers = cluster
    with pytest.raises(runtime.InstallationError, match=rf"in use by another server \(process {servers[-1].pid}\)"):
        runtime.start(where)


def test_the_socket_is_private_and_no_port_is_open(cluster):
    where, _ = cluster
    assert where.socket.stat().st_mode & 0o077 == 0
    assert rows(where.url(), "SHOW listen_addresses") == ""


def test_the_owner_is_no_superuser(cluster):
    where, _ = cluster
    assert rows(where.url(), "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


def test_backup_and_restore_bring_back_rows_and_files(cluster, tmp_path):
    where, _ = cluster
    var = tmp_path / "var"
    (var / "files" / "aa").mkdir(parents=True)
    (var / "files" / "aa" / "one").write_bytes(b"content")
    target = tmp_path / "out" / "backup.tar"
    manifest = runtime.backup(target, url=where.url(), var=var)
    assert set(manifest.members) == {"database.dump", "files/aa/one"}
    assert target.stat().st_mode & 0o077 == 0
    runtime.ensure_database(where, "second")
    other = tmp_path / "other"
    other.mkdir()
    runtime.restore(target, url=where.url(database="second"), var=other)
    assert rows(where.url(database="second")) == 100
    assert (other / "files" / "aa" / "one").read_bytes() == b"content"


def test_a_damaged_or_foreign_archive_is_refused(cluster, tmp_path):
    where, _ = cluster
    target = tmp_path / "backup.tar"
    runtime.backup(target, url=where.url(), var=tmp_path)
    data = bytearray(target.read_bytes())
    data[data.index(b"PGDMP") + 300] ^= 0xFF
    (tmp_path / "bad.tar").write_bytes(bytes(data))
    (tmp_path / "text.tar").write_text("hello")
    for name in ("bad.tar", "text.tar", "missing.tar"):
        with pytest.raises(runtime.InstallationError):
            runtime.check_archive(tmp_path / name)


def test_one_instance_per_folder(tmp_path):
    lock = runtime.hold(tmp_path)
    with pytest.raises(runtime.InstallationError, match=f"process {os.getpid()}"):
        runtime.hold(tmp_path)
    lock.close()
    runtime.hold(tmp_path).close()


def test_a_folder_that_cannot_be_written_is_said():
    with pytest.raises(runtime.InstallationError, match="YIWANG_VAR"):
        runtime.hold(__import__("pathlib").Path("/proc/nowhere"))


def test_a_part_that_dies_is_started_again_and_all_stop():
    import sys
    import threading

    said = []
    begin = runtime.program([sys.executable, "-c", "import time; time.sleep(60)"], env=dict(os.environ))
    part = runtime.Part("sleeper", begin)
    supervisor = runtime.Supervisor([part], said.append)
    supervisor.start()
    first = part.process
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    until = time.monotonic() + 10
    while (part.process is None or part.process.pid == first.pid) and time.monotonic() < until:
        supervisor._mend(part)
        time.sleep(0.05)
    assert part.process.pid != first.pid
    assert "sleeper ended unexpectedly" in said[0]
    supervisor.shut_down()
    assert part.process.poll() is not None
    assert threading.active_count() >= 1
