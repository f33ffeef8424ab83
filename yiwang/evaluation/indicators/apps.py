"""Installs the room."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """Indicators."""

    name = "yiwang.evaluation.indicators"
    label = "indicators"

    def ready(self) -> None:
        """Declare the job."""
        from yiwang.evaluation.indicators import jobs  # noqa: F401 - models exist only from here on
