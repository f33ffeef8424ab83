"""Tells Django that this room has a template."""

from django.apps import AppConfig


class GatewayConfig(AppConfig):
    """The JSON API."""

    name = "yiwang.ends.gateway"
    label = "gateway"
