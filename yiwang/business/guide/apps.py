"""The guide as a Django app."""

from django.apps import AppConfig


class GuideConfig(AppConfig):
    """Articles, turns and prompts."""

    name = "yiwang.business.guide"
    label = "guide"
    verbose_name = "智能导办"

    def ready(self) -> None:
        """Declare the jobs; let evidence and law library read published articles; tell the register of models what is used."""
        from yiwang.business.guide import answerer, desk, jobs  # noqa: F401 (importing jobs declares them)
        from yiwang.data.laws.api import register_citations
        from yiwang.security.audit.api import register_rows
        from yiwang.support.models import api as models

        register_rows(desk.ARTICLE, desk.load_published)
        register_citations("guide", desk.citations)
        models.declare(answerer.KEY, owner=answerer.owner())
        models.declare(answerer.CHOOSING, owner=models.Owner(ship=answerer.ship_choosing))
