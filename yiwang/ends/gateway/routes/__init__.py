"""The operations of the gateway, one file per noun."""

from ninja import Router

from yiwang.ends.gateway.routes import benefits, cases, citizens, elements, evidence, licences, life_events, matters, officials, tokens

ROUTERS: tuple[tuple[str, Router], ...] = (
    ("", tokens.router),
    ("", matters.router),
    ("", cases.router),
    ("", life_events.router),
    ("", licences.router),
    ("", evidence.router),
    ("", citizens.router),
    ("", officials.router),
    ("", elements.router),
    ("", benefits.router),
)
