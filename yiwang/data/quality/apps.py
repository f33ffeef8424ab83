"""Quality as a Django app."""

from django.apps import AppConfig


class QualityConfig(AppConfig):
    """Rules and runs, and correction orders with their clock."""

    name = "yiwang.data.quality"
    label = "quality"

    def ready(self) -> None:
        """Declare the jobs, and let the evidence read current rows."""
        from yiwang.data.quality import jobs, journey  # noqa: F401 (models are loaded only now; importing jobs declares them)
        from yiwang.security.audit.api import register_rows

        register_rows("correction", journey.load)
