"""The operations of the gateway, one file per noun."""

from ninja import Router

from yiwang.ends.gateway.routes import (
    authorisations,
    benefits,
    cases,
    citizens,
    elements,
    evidence,
    hotline,
    intake,
    laws,
    licences,
    life_events,
    lineage,
    matter_desk,
    matters,
    officials,
    opening,
    policies,
    quality,
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
    ("", lineage.router),
    ("", life_events.router),
    ("", licences.router),
    ("", evidence.router),
    ("", citizens.router),
    ("", officials.router),
    ("", elements.router),
    ("", quality.router),
    ("", resolution.router),
    ("", intake.router),
    ("", sharing.router),
    ("", benefits.router),
    ("", policies.router),
    ("", opening.router),
    ("", tables.router),
    ("", hotline.router),
)
