"""Two doors into one database: the cases' role and the registers' role.

Both aliases log in as the same account and then take a role of their own, so the case side cannot read a register's
table even by mistake (see docs/decisions/0004). Migrations run as the owner (``YIWANG_DB_OWNER=1``).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from yiwang.base.runtime.api import Cluster
from yiwang.config import environment

APP_ROLE = "yiwang_app"
REGISTERS_ROLE = "yiwang_registers"
# Without a number the driver never prepares a statement, even where the hot path asks for it (base.statements).
NEVER_BY_COUNT = 1_000_000_000
# The statements there are few and fixed, and planning them again costs more than running them.
REGISTERS_SETTINGS = "-c search_path=registers -c timezone=UTC -c plan_cache_mode=force_generic_plan"


def address() -> str:
    """The address in force: the external server's, or the embedded one's."""
    return environment.read("YIWANG_DATABASE_URL") or Cluster(environment.var_folder() / "postgres").url()


def aliases(url: str, *, as_owner: bool) -> dict[str, dict[str, Any]]:
    """Django's ``DATABASES`` for an address."""
    parts = urlsplit(url)
    query: dict[str, Any] = {key: values[0] for key, values in parse_qs(parts.query).items()}
    query["prepare_threshold"] = NEVER_BY_COUNT
    base = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "yiwang",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
    app_role = "" if as_owner else f"-c role={APP_ROLE}"
    return {
        "default": {**base, "OPTIONS": {**query, "options": f"{app_role} -c timezone=UTC".strip()}},
        "registers": {**base, "OPTIONS": {**query, "options": f"-c role={REGISTERS_ROLE} {REGISTERS_SETTINGS}"}},
    }


class RegistersRouter:
    """Tables of the registers are made by the owner's migrations only; nothing else may be created there."""

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool | None:
        """Migrations run on the default alias."""
        return None if db == "default" else False
