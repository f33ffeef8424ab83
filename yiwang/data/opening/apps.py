"""The open portal as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class OpeningConfig(AppConfig):
    """Open data sets, requests, gallery and social data."""

    name = "yiwang.data.opening"
    label = "opening"
    verbose_name = "公共数据开放"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the evidence verification recompute releases; declare the periodic work."""
        from yiwang.data.opening import jobs, rows
        from yiwang.security.audit import api as audit

        audit.register_rows(rows.RELEASE, rows.load_releases)
        assert jobs
