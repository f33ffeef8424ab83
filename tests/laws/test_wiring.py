"""Nothing hangs in the air: every route has a policy, every event a row, every job a worker, every migration its file."""

import re

import pytest
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver

from yiwang.base.jobs.api import registered
from yiwang.config import environment
from yiwang.config.wiring import HANDLERS
from yiwang.standards import events

from .house import ROOT, sources


def _routes(patterns, prefix=""):
    for item in patterns:
        if isinstance(item, URLResolver):
            yield from _routes(item.url_patterns, prefix + str(item.pattern))
        elif isinstance(item, URLPattern):
            yield prefix + str(item.pattern), item.callback


def test_every_route_has_a_policy():
    open_doors = [route for route, view in _routes(get_resolver().url_patterns) if not getattr(view, "policy", None)]
    assert not open_doors, f"declare a policy (security.access.api.policy): {open_doors}"


def test_every_event_has_a_row_in_the_wiring():
    names = set(events.REGISTRY)
    assert names - set(HANDLERS) == set(), "events nobody decided about"
    assert set(HANDLERS) - names == set(), "rows for events that do not exist"


def test_every_room_with_jobs_is_loaded():
    declared = {
        name for p in sources() if p.name == "jobs.py" for name in re.findall(r"@periodic\(\s*\"([^\"]+)\"", (ROOT / p).read_text("utf8"))
    }
    assert declared == {job.name for job in registered()}


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_operators_manual_lists_every_variable():
    manual = (ROOT / "docs" / "operate.md").read_text("utf8")
    assert [v.name for v in environment.VARIABLES if v.name not in manual] == []


def test_variables_are_read_in_one_place():
    pattern = re.compile(r"os\.environ|os\.getenv")
    allowed = {"yiwang/config/environment.py", "yiwang/config/wsgi.py"}
    bad = [str(p) for p in sources() if pattern.search((ROOT / p).read_text("utf8")) and str(p) not in allowed and "ends/cli" not in str(p)]
    assert not bad, f"read the environment through config.environment: {bad}"
