"""Corrections as a Django app."""

from django.apps import AppConfig


class QualityConfig(AppConfig):
    """Correction orders with their clock."""

    name = "yiwang.data.quality"
    label = "quality"

    def ready(self) -> None:
        """Declare the job, and let the evidence read current rows."""
        from yiwang.data.quality import jobs, journey  # noqa: F401 (models are loaded only now; importing jobs declares them)
        from yiwang.security.audit.api import register_rows

        register_rows("correction", journey.load)
