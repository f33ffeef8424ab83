"""Corrections as a Django app."""

from django.apps import AppConfig


class QualityConfig(AppConfig):
    """Correction orders with their clock."""

    name = "yiwang.data.quality"
    label = "quality"
