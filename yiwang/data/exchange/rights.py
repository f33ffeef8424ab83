"""Whose a request is: the asking department, the providing one, the authority; everybody else does not know that it exists."""

from __future__ import annotations

from yiwang.data.exchange.errors import NoSuchRequest
from yiwang.data.exchange.models import RequestRow
from yiwang.data.exchange.states import HIDDEN, Step
from yiwang.security.access.api import Actor, may


def side_of(row: RequestRow, actor: Actor) -> str:
    """'consumer', 'provider' or 'authority'; NoSuchRequest for everybody else."""
    if may(actor, "sharing.view", department=row.consumer, region=row.consumer_region) and actor.department == row.consumer:
        return "consumer"
    if row.state not in HIDDEN and may(actor, "sharing.view", department=row.provider, region=row.provider_region):
        return "authority" if may(actor, "sharing.rule", region=row.provider_region) and actor.department != row.provider else "provider"
    if row.state not in HIDDEN and may(actor, "sharing.rule", region=row.provider_region):
        return "authority"
    raise NoSuchRequest()


def permitted(row: RequestRow, step: Step, actor: Actor) -> bool:
    """Whether the step is the actor's to take, whatever the state."""
    places = {"consumer": (row.consumer, row.consumer_region), "provider": (row.provider, row.provider_region)}
    if step.side == "authority":
        return may(actor, step.permission, region=row.provider_region)
    if step.side == "system":
        return actor.kind == "system"
    department, region = places[step.side]
    return (actor.kind == "system" or actor.department == department) and may(actor, step.permission, department=department, region=region)
