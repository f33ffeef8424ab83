"""The door of the matters room 事项库."""

from __future__ import annotations

from yiwang.business.matters.queries import published
from yiwang.business.matters.values import Faq, Fee, LegalBasis, Material, MatterVersion, Question, Result, Step

__all__ = ["Faq", "Fee", "LegalBasis", "Material", "MatterVersion", "Question", "Result", "Step", "published"]
