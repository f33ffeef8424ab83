"""The catalogue as a Django app."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Elements are a file; resources are versions in the database over those of the release."""

    name = "yiwang.data.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the jobs, and let the evidence verification recompute published versions and what a release brought."""
        from yiwang.data.catalogue import jobs, rows  # noqa: F401 - models exist only from here on; importing jobs declares them
        from yiwang.security.audit import api as audit

        audit.register_rows(rows.VERSION, rows.load_versions)
        audit.register_rows(rows.SHIPPED, rows.load_shipped)
