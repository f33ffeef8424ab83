"""Periodic work of the guide: vectors of new phrases, and forgetting."""

from __future__ import annotations

from datetime import timedelta

from yiwang.base.jobs.api import periodic
from yiwang.business.guide import knowledge, learning, vectors
from yiwang.business.guide.choosing import LIGHTEST


@periodic("guide.vectors", every=timedelta(minutes=1))
def embed() -> int:
    """Make missing sentence vectors for ten seconds at most; returns how many are still missing."""
    texts = [text for one in knowledge.entries() for text, weight in one.phrases if weight >= LIGHTEST]
    return vectors.grow(texts, seconds=10.0)


@periodic("guide.forget", every=timedelta(hours=24))
def forget() -> int:
    """Delete questions and prompts past their retention."""
    return learning.forget()
