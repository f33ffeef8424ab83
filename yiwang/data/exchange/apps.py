"""The exchange as a Django app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Agreements between purposes and elements; requests and keys of departments."""

    name = "yiwang.data.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Jobs are declared by importing them; a publication of the catalogue changes the gateways' policy."""
        from yiwang.data.catalogue import api as catalogue
        from yiwang.data.exchange import jobs

        catalogue.when_published(jobs.keep_policy)
