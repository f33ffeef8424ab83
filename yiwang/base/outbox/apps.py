"""Tells Django that this room keeps data."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """The outbox room."""

    name = "yiwang.base.outbox"
    label = "outbox"
