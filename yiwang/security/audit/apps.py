"""The audit app: joins denials, key changes and evidence to audit records."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.core.signals import request_finished


class AuditConfig(AppConfig):
    """Keeps audit and access records."""

    name = "yiwang.security.audit"
    label = "audit"
    verbose_name = "审计"

    def ready(self) -> None:
        """Listen to refusals and key changes, and give evidence the way back to the records."""
        listeners = import_module("yiwang.security.audit.listeners")
        listeners.connect()
        request_finished.connect(listeners.on_request_finished, dispatch_uid="yiwang.security.audit.denials")
