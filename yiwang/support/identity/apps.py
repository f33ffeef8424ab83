"""Registers the room and tells the audit how its rows are read back."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """The room of accounts, delegations and machine tokens."""

    name = "yiwang.support.identity"
    label = "identity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let verification recompute this room's rows, and declare its jobs."""
        from yiwang.security.audit import api as audit
        from yiwang.support.identity import jobs, rows  # noqa: F401 - models exist only from here on

        for kind, loader in rows.LOADERS.items():
            audit.register_rows(kind, loader)
