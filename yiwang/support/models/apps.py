"""The register of models as a Django app."""

from django.apps import AppConfig


class ModelRegisterConfig(AppConfig):
    """Versions, evaluations, filing records, counts of predictions, findings."""

    name = "yiwang.support.models"
    label = "model_register"
    verbose_name = "模型登记"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the jobs; let the evidence read current rows; declare what decides in the rooms below."""
        from yiwang.security.audit.api import register_rows
        from yiwang.support.models import jobs, keys, lower, rows  # noqa: F401 (importing jobs declares them)

        for kind, loader in rows.LOADERS.items():
            register_rows(kind, loader)
        for key, owner in lower.owners().items():
            keys.declare(key, owner)
