"""One real installation for these tests: its own folder, database server, web server and worker."""

import pytest

from yiwang.ends.cli import scratch


@pytest.fixture(scope="package")
def site():
    with scratch.installation(people=300) as running:
        yield running
