"""Policies as a Django app."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """Matches, pushes, claims and payment lists."""

    name = "yiwang.business.policies"
    label = "policies"

    def ready(self) -> None:
        """Declare the jobs, register the decision tables, and let the evidence read current rows."""
        from yiwang.business.policies import definitions, jobs, writing  # noqa: F401 (models are loaded only now; importing jobs declares them)
        from yiwang.data.decisions.api import register_all
        from yiwang.security.audit.api import register_rows

        for kind, loader in writing.LOADERS.items():
            register_rows(kind, loader)
        register_all("policies", tables=definitions.tables)
