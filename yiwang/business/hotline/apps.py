"""Hotline as a Django app."""

from django.apps import AppConfig


class HotlineConfig(AppConfig):
    """Tickets, duties, topics, warnings, incidents."""

    name = "yiwang.business.hotline"
    label = "hotline"

    def ready(self) -> None:
        """Declare the jobs, let the evidence read current rows; tell the law library what is cited, the register of models what is used."""
        from yiwang.business.hotline import citing, jobs, judging, learning, writing  # noqa: F401 (models are loaded only now; importing jobs declares them)
        from yiwang.data.laws.api import register_citations
        from yiwang.security.audit.api import register_rows
        from yiwang.support.models import api as models

        for kind, loader in writing.LOADERS.items():
            register_rows(kind, loader)
        models.declare(learning.KEY, owner=learning.owner())
        for key, owner in judging.owners():
            models.declare(key, owner=owner)
        register_citations("hotline", citing.cited)
