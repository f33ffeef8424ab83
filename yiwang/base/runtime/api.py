"""The door of the runtime room: the embedded database server."""

from __future__ import annotations

from yiwang.base.runtime.errors import InstallationError
from yiwang.base.runtime.postgres import Cluster, binary, ensure_database, start, stop

__all__ = ["Cluster", "InstallationError", "binary", "ensure_database", "start", "stop"]
