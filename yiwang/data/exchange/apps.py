"""The exchange as a Django app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Agreements between purposes and elements."""

    name = "yiwang.data.exchange"
    label = "exchange"
