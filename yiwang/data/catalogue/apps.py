"""The catalogue as a Django app."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """No tables yet: the elements are a file."""

    name = "yiwang.data.catalogue"
    label = "catalogue"
