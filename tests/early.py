"""Loaded before anything else (``-p tests.early``): Django reads its settings once, so the run's database must be known first.

One server of our own for the whole run, unless YIWANG_TEST_DATABASE_URL names one; workers of the run inherit its address.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="yiwang-test-"))
    folder.chmod(0o755)  # the database's own account must be able to pass
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _server(folder: Path) -> str:
    from yiwang.base.runtime import postgres

    cluster = postgres.Cluster(folder / "postgres")
    server = postgres.start(cluster)
    atexit.register(postgres.stop, server)
    return cluster.url(database="postgres")


if "YIWANG_TEST_VAR" not in os.environ:
    os.environ["YIWANG_TEST_VAR"] = str(_folder())
if "YIWANG_TEST_DATABASE_URL" not in os.environ:
    os.environ["YIWANG_TEST_DATABASE_URL"] = _server(Path(os.environ["YIWANG_TEST_VAR"]))
os.environ |= {
    "YIWANG_VAR": os.environ["YIWANG_TEST_VAR"],
    "YIWANG_DATABASE_URL": os.environ["YIWANG_TEST_DATABASE_URL"],
    "YIWANG_DB_OWNER": "1",
    "YIWANG_SECRET_KEY": "tests-only-" + "0" * 48,
    "YIWANG_MASTER_KEY": "ab" * 32,
    "YIWANG_ALLOWED_HOSTS": "*",
}
