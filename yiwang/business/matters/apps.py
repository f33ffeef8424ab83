"""The matters room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class MattersConfig(AppConfig):
    """事项库."""

    name = "yiwang.business.matters"
    label = "matters"
    verbose_name = "事项库"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the evidence verification recompute published versions; register the decision tables and what matters cite."""
        from yiwang.business.matters import citations, decision_tables, opened, rows
        from yiwang.data.decisions import api as decisions
        from yiwang.data.laws import api as laws
        from yiwang.data.opening import api as opening
        from yiwang.security.audit import api as audit

        audit.register_rows(rows.VERSION, rows.load_versions)
        audit.register_rows(rows.MATTER, rows.load_matters)
        laws.register_citations("matters", citations.cited)
        opening.provide("matters", rows=opened.rows)
        decisions.register_all("matters", tables=decision_tables.tables)
