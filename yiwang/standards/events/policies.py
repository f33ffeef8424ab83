"""Events of policies for companies."""

from __future__ import annotations

from dataclasses import dataclass

from yiwang.standards.events.event import Event, registered


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPushed(Event):
    """A company is told of a policy it can have, once; ``amount`` in yuan."""

    name = "policy.pushed.v1"
    about = "push_id"
    push_id: str
    policy: str
    department: str
    recipient: str
    title: str = ""
    title_en: str = ""
    amount: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyClaimEvent(Event):
    """Members that every event of a claim shares; ``recipient`` is the company, ``amount`` in yuan."""

    about = "claim_id"
    claim_id: str
    policy: str
    department: str
    recipient: str
    title: str = ""
    title_en: str = ""
    amount: str = ""
    outcome: str = ""
    reason: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDecided(PolicyClaimEvent):
    """A claim is approved or refused; a refusal says why and what helps."""

    name = "policy.decided.v1"
    remedy: str = ""


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPaid(PolicyClaimEvent):
    """The bank has answered: ``outcome`` is paid or returned."""

    name = "policy.paid.v1"
