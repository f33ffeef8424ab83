"""The law library as a Django app."""

from django.apps import AppConfig


class LawsConfig(AppConfig):
    """Laws, their versions and articles, and parameters set by officials."""

    name = "yiwang.data.laws"
    label = "laws"
