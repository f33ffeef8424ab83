"""Registers the room of accounts, delegations and machine tokens."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """The room of accounts, delegations and machine tokens."""

    name = "yiwang.support.identity"
    label = "identity"
    default_auto_field = "django.db.models.BigAutoField"
