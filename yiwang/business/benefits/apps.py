"""Benefits as a Django app."""

from django.apps import AppConfig


class BenefitsConfig(AppConfig):
    """Awards, payment lists, findings and recoveries."""

    name = "yiwang.business.benefits"
    label = "benefits"

    def ready(self) -> None:
        """Declare the jobs, register the decision tables and what benefits cite, and let the evidence read current rows."""
        from yiwang.business.benefits import citations, definitions, jobs, writing  # noqa: F401 (models are loaded only now; importing jobs declares them)
        from yiwang.data.decisions.api import register_all
        from yiwang.data.laws.api import register_citations
        from yiwang.security.audit.api import register_rows

        for kind, loader in writing.LOADERS.items():
            register_rows(kind, loader)
        register_citations("benefits", citations.cited)
        register_all("benefits", tables=definitions.tables)
