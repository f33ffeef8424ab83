"""The keys app: drops cached keys when tables are remade (migrate, flush)."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _forget(**_: object) -> None:
    from yiwang.security.keys import store

    store.forget()


class KeysConfig(AppConfig):
    """Keeps signing and encryption keys."""

    name = "yiwang.security.keys"
    label = "keys"
    verbose_name = "密钥"

    def ready(self) -> None:
        """After migrate or flush the tables may hold other keys than this process remembers."""
        post_migrate.connect(_forget, dispatch_uid="yiwang.security.keys.forget")
