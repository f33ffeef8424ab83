"""Lineage as a Django app: no tables of its own."""

from django.apps import AppConfig


class LineageConfig(AppConfig):
    """Reads the access log, the catalogue and the agreements."""

    name = "yiwang.data.lineage"
    label = "lineage"
