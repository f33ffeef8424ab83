"""The cases room as a Django app; on start it tells the audit room how to read a case again."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Registers the row loader, so that verifying the evidence finds a case changed behind our back,
    and the exchange knows which cases exist."""

    name = "yiwang.business.cases"
    label = "cases"

    def ready(self) -> None:
        """Make the loader known; jobs are declared by importing them."""
        from yiwang.business.cases import clauses, jobs, queries, writing  # noqa: F401 - models exist only from here on
        from yiwang.data.exchange.api import know_cases
        from yiwang.data.laws.api import register_citations
        from yiwang.security.audit.api import register_rows

        register_rows("case", writing.contents)
        know_cases(queries.existing)
        register_citations("cases", clauses.cited)
