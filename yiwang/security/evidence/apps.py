"""The evidence app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Keeps the Merkle log."""

    name = "yiwang.security.evidence"
    label = "evidence"
    verbose_name = "存证"

    def ready(self) -> None:
        """Declare the periodic work."""
        import_module("yiwang.security.evidence.jobs")
