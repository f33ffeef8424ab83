"""What the clock does for sharing: journals read, resources published, the policy kept true, deadlines seen to."""

from __future__ import annotations

from datetime import timedelta

from yiwang.base.jobs.api import periodic
from yiwang.data.exchange import importing, policies, publishing, requesting
from yiwang.data.exchange.models import KeyRow


@periodic("exchange.journals", every=timedelta(seconds=2))
def read_journals() -> object:
    """Calls become diary, metering and evidence."""
    return importing.read_all()


@periodic("exchange.policy", every=timedelta(seconds=5))
def keep_policy() -> object:
    """The policy says what the tables say, even where a process died between its commit and the writing."""
    return policies.publish() if KeyRow.objects.exists() else None


@periodic("exchange.resources", every=timedelta(minutes=1))
def publish_resources() -> object:
    """Granted resources are as their registers."""
    return publishing.publish_due()


@periodic("exchange.deadlines", every=timedelta(hours=1))
def see_to_deadlines() -> object:
    """Silence is escalated, what has run out ends."""
    return requesting.run_clock()
