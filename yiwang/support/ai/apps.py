"""The local models as a Django app."""

from django.apps import AppConfig


class AiConfig(AppConfig):
    """Classifiers, near-duplicates, topics, and the register of models."""

    name = "yiwang.support.ai"
    label = "ai"
