"""The licences app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class LicencesConfig(AppConfig):
    """Keeps electronic licences."""

    name = "yiwang.support.licences"
    label = "licences"
    verbose_name = "电子证照"

    def ready(self) -> None:
        """Declare the periodic work and let evidence read current rows back."""
        import_module("yiwang.support.licences.jobs")
        import_module("yiwang.support.licences.evidence").connect()
