"""Whose data an actor may ask about: himself, his principal, and what the registers themselves tie to them."""

from __future__ import annotations

from collections.abc import Iterable

from yiwang.data.registers import api as registers
from yiwang.data.registers.api import Key
from yiwang.security.access.api import Actor
from yiwang.standards.subjects import Subject


def own(actor: Actor) -> set[Subject]:
    """The actor's subject and the one he acts for."""
    return {subject for subject in (actor.subject, actor.acting_for) if subject is not None}


def strangers(actor: Actor, keys: Iterable[Subject | Key]) -> set[Subject | Key]:
    """Keys that a citizen has nothing to do with; none for officials, machines and the system, all for the anonymous.

    Officials and machines are held by the agreement of their department instead.
    """
    asked = set(keys)
    if actor.kind in ("staff", "machine", "system"):
        return set()
    mine = own(actor)
    rest = asked - mine
    if not rest or not mine:
        return rest
    return rest - {related.key for related in registers.related(sorted(mine))}
