"""Decision tables as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    """Drafts, test cases, versions of decision tables."""

    name = "yiwang.data.decisions"
    label = "decisions"
    verbose_name = "决策表"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the evidence verification recompute published versions."""
        from yiwang.data.decisions import rows
        from yiwang.security.audit import api as audit

        audit.register_rows(rows.VERSION, rows.load_versions)
