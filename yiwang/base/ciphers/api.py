"""The door of ciphers: four pure modules, each with its own functions."""

from __future__ import annotations

from yiwang.base.ciphers import material, merkle, sm2, sm4

__all__ = ["material", "merkle", "sm2", "sm4"]
