"""Settings of the test run and the folders of outside material. The run's database comes from ``tests.early``."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections


def pytest_configure(config: pytest.Config) -> None:
    """Tests use a fast password hash and plain static files; everything else is the product's own setting."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    name = os.environ.get("YIWANG_TEST_DB", "test_yiwang")
    for alias in settings.DATABASES.values():
        alias["TEST"] = {**alias.get("TEST", {}), "NAME": name}


SLOW = ("tests/ends/cli/test_installation.py", "tests/whole/", "tests/ends/cli/", "tests/data/resolution/", "tests/data/lake/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take minutes go first, so that no worker ends alone with one of them (``--no-loadscope-reorder`` keeps this order)."""
    items.sort(key=lambda item: next((place for place, prefix in enumerate(SLOW) if item.nodeid.startswith(prefix)), len(SLOW)))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Both aliases point at one database: neither may hold it open when it is dropped at the end."""
    yield
    connections.close_all()


@pytest.fixture(autouse=True)
def forgetful() -> None:
    """A process remembers which decision tables it has stored; a test's database may have forgotten them."""
    deciding = sys.modules.get("yiwang.business.cases.deciding")
    if deciding is not None:
        deciding._kept.clear()


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
