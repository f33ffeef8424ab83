"""Installs the room."""

from django.apps import AppConfig


class RatingsConfig(AppConfig):
    """Ratings; their content is proven, so verification may read it back."""

    name = "yiwang.evaluation.ratings"
    label = "ratings"

    def ready(self) -> None:
        """Declare the job and the loader of proven rows."""
        from yiwang.evaluation.ratings import jobs, writing  # noqa: F401 - models exist only from here on
        from yiwang.security.audit import api as audit

        audit.register_rows("rating", writing.contents)
