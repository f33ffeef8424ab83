"""The guide as a Django app."""

from django.apps import AppConfig


class GuideConfig(AppConfig):
    """Articles, turns and prompts."""

    name = "yiwang.business.guide"
    label = "guide"
    verbose_name = "智能导办"

    def ready(self) -> None:
        """Declare the jobs; let the evidence read published articles and the law library see what they cite."""
        from yiwang.business.guide import desk, jobs  # noqa: F401 (importing jobs declares them)
        from yiwang.data.laws.api import register_citations
        from yiwang.security.audit.api import register_rows

        register_rows(desk.ARTICLE, desk.load_published)
        register_citations("guide", desk.citations)
