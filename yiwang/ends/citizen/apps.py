"""The room's place in Django."""

from django.apps import AppConfig


class CitizenConfig(AppConfig):
    """The pages of people and companies."""

    name = "yiwang.ends.citizen"
    label = "citizen"

    def ready(self) -> None:
        """Let the worker know the room's periodic work."""
        from yiwang.ends.citizen import jobs  # noqa: F401 - models exist only from here on
