"""The catalogue as a Django app."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Elements are a file; resources are versions in the database over those of the release."""

    name = "yiwang.data.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the evidence verification recompute published versions."""
        from yiwang.data.catalogue import rows
        from yiwang.security.audit import api as audit

        audit.register_rows(rows.VERSION, rows.load_versions)
