"""The cases room as a Django app; on start it tells the audit room how to read a case again."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Registers the row loader, so that verifying the evidence finds a case changed behind our back."""

    name = "yiwang.business.cases"
    label = "cases"

    def ready(self) -> None:
        """Make the loader known; jobs are declared by importing them."""
        from yiwang.business.cases import jobs, writing  # noqa: F401 - models exist only from here on
        from yiwang.security.audit.api import register_rows

        register_rows("case", writing.contents)
