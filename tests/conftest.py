"""One test database for the run: a server of our own, unless YIWANG_TEST_DATABASE_URL names one."""

import atexit
import os
import tempfile
from pathlib import Path

# The folder of this run. Set before Django reads its settings.
_folder = Path(os.environ.setdefault("YIWANG_VAR", tempfile.mkdtemp(prefix="yiwang-test-")))
os.environ.setdefault("YIWANG_DB_OWNER", "1")
os.environ.setdefault("YIWANG_SECRET_KEY", "tests-only-" + "0" * 48)
os.environ.setdefault("YIWANG_MASTER_KEY", "ab" * 32)
os.environ["YIWANG_ALLOWED_HOSTS"] = "*"


def _server() -> str:
    given = os.environ.get("YIWANG_TEST_DATABASE_URL")
    if given:
        return given
    from yiwang.base.runtime import postgres

    cluster = postgres.Cluster(_folder / "postgres")
    server = postgres.start(cluster)
    atexit.register(postgres.stop, server)
    os.environ["YIWANG_TEST_DATABASE_URL"] = cluster.url(database="postgres")  # for workers and child processes
    return cluster.url(database="postgres")


os.environ["YIWANG_DATABASE_URL"] = _server()

import pytest  # noqa: E402
from django.conf import settings  # noqa: E402


def pytest_configure(config: pytest.Config) -> None:
    """Tests use a fast password hash and plain static files; everything else is the product's own setting."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    name = os.environ.get("YIWANG_TEST_DB", "test_yiwang")
    for alias in settings.DATABASES.values():
        alias["TEST"] = {**alias.get("TEST", {}), "NAME": name}


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; tests that need it skip where it is absent."""
    return _beside("YIWANG_SHARED_DATA", "data")


@pytest.fixture(scope="session")
def shared_vectors() -> Path:
    """The folder of public conformance vectors; tests that need it skip where it is absent."""
    return _beside("YIWANG_SHARED_VECTORS", "vectors")


def _beside(variable: str, name: str) -> Path:
    folder = Path(os.environ.get(variable) or Path(__file__).parents[2] / "shared" / name)
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent; set {variable}")
    return folder
