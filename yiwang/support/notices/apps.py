"""Installs the room."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notices; their content is proven, so verification may read it back."""

    name = "yiwang.support.notices"
    label = "notices"

    def ready(self) -> None:
        """Declare the job and the loader of proven rows."""
        from yiwang.security.audit import api as audit
        from yiwang.support.notices import jobs, sending  # noqa: F401 - models exist only from here on

        audit.register_rows("notice", sending.contents)
