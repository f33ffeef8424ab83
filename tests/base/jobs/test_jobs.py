"""Periodic work runs when it is due, one runner at a time, and a failing job is seen."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from yiwang.base.clock.api import frozen, now
from yiwang.base.jobs import api as jobs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def only(monkeypatch):
    monkeypatch.setattr(jobs, "_JOBS", {})


def test_a_job_runs_when_due_and_not_before(only):
    runs = []
    jobs.periodic("test.count", every=timedelta(minutes=5))(lambda: runs.append(1))
    assert jobs.run_due() == ["test.count"]
    assert jobs.run_due() == []
    with frozen(now() + timedelta(minutes=6)):
        assert jobs.run_due() == ["test.count"]
    assert len(runs) == 2
    assert jobs.status()[0].runs == 2


def test_a_failing_job_is_counted_and_stops_nobody(only):
    done = []

    def fails():
        raise ValueError("没有网络")

    jobs.periodic("test.a", every=timedelta(minutes=5))(fails)
    jobs.periodic("test.b", every=timedelta(minutes=5))(lambda: done.append(1))
    assert jobs.run_due() == ["test.a", "test.b"]
    first = jobs.status()[0]
    assert (first.failures, done) == (1, [1])
    assert "没有网络" in first.last_error


def test_two_functions_cannot_share_a_name(only):
    def one():
        return None

    def two():
        return None

    jobs.periodic("test.same", every=timedelta(seconds=1))(one)
    with pytest.raises(ValueError, match=r"test\.same"):
        jobs.periodic("test.same", every=timedelta(seconds=1))(two)


def test_one_process_at_a_time_is_in_a_block_of_a_name():
    def another():
        try:
            with jobs.alone("tests.block") as got:
                return got
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as others:
        with jobs.alone("tests.block") as got:
            assert got and not others.submit(another).result()
        assert others.submit(another).result()
