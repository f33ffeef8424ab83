"""The door of the runtime room: the embedded server, the supervisor, the roles, the archive."""

from __future__ import annotations

from yiwang.base.runtime.archive import Manifest, backup, restore
from yiwang.base.runtime.archive import check as check_archive
from yiwang.base.runtime.errors import InstallationError
from yiwang.base.runtime.nats import Broker, Streams, start_broker, start_streams
from yiwang.base.runtime.postgres import Cluster, binary, ensure_database, start, stop
from yiwang.base.runtime.roles import ROLES, ensure_roles, grant
from yiwang.base.runtime.supervisor import Part, Supervisor, die_with_parent, hold, program

__all__ = [
    "ROLES",
    "Broker",
    "Cluster",
    "InstallationError",
    "Manifest",
    "Part",
    "Streams",
    "Supervisor",
    "backup",
    "binary",
    "check_archive",
    "die_with_parent",
    "ensure_database",
    "ensure_roles",
    "grant",
    "hold",
    "program",
    "restore",
    "start",
    "start_broker",
    "start_streams",
    "stop",
]
