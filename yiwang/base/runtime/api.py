"""The door of the runtime room: the embedded server, the supervisor, the roles, the archive."""

from __future__ import annotations

from yiwang.base.runtime.archive import Manifest, backup, restore
from yiwang.base.runtime.archive import check as check_archive
from yiwang.base.runtime.errors import InstallationError
from yiwang.base.runtime.nats import Streams, start_streams
from yiwang.base.runtime.postgres import Cluster, binary, ensure_database, start, stop
from yiwang.base.runtime.roles import ROLES, ensure_roles, grant
from yiwang.base.runtime.supervisor import Part, Supervisor, hold, program

__all__ = [
    "ROLES",
    "Cluster",
    "InstallationError",
    "Manifest",
    "Part",
    "Streams",
    "Supervisor",
    "backup",
    "binary",
    "check_archive",
    "ensure_database",
    "ensure_roles",
    "grant",
    "hold",
    "program",
    "restore",
    "start",
    "start_streams",
    "stop",
]
