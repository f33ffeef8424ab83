"""The operations of the gateway, one file per noun."""

from ninja import Router

from yiwang.ends.gateway.routes import (
    authorisations,
    benefits,
    cases,
    citizens,
    elements,
    evidence,
    laws,
    licences,
    life_events,
    matter_desk,
    matters,
    officials,
    policies,
    resolution,
    sharing,
    tables,
    tokens,
)

ROUTERS: tuple[tuple[str, Router], ...] = (
    ("", tokens.router),
    ("", authorisations.router),
    ("", matter_desk.router),  # before matters: its /matters/import is not a matter
    ("", matters.router),
    ("", laws.router),
    ("", cases.router),
    ("", life_events.router),
    ("", licences.router),
    ("", evidence.router),
    ("", citizens.router),
    ("", officials.router),
    ("", elements.router),
    ("", resolution.router),
    ("", sharing.router),
    ("", benefits.router),
    ("", policies.router),
    ("", tables.router),
)
