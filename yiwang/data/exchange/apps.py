"""The exchange as a Django app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Agreements between purposes and elements; requests and keys of departments."""

    name = "yiwang.data.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Jobs are declared by importing them."""
        from yiwang.data.exchange import jobs  # noqa: F401 - models exist only from here on
