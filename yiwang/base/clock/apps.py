"""Installs the room and keeps the imported days fresh in every process."""

from django.apps import AppConfig


class ClockConfig(AppConfig):
    """The clock; its table is read when the first connection opens and again, at most once a minute, when a request starts."""

    name = "yiwang.base.clock"
    label = "clock"

    def ready(self) -> None:
        """Listen for connections and requests; the table itself is not read here."""
        from yiwang.base.clock import imported

        imported.listen()
