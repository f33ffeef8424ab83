"""What the evidence log keeps of matters and published versions: enough to find a row changed behind our back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yiwang.business.matters.models import Matter, Version

VERSION = "matter_version"
MATTER = "matter"


def version_content(row: Version) -> dict[str, Any]:
    """The canonical content of a published version."""
    return {
        "id": str(row.id),
        "matter": str(row.matter_id),
        "number": row.number,
        "state": row.state,
        "record": row.record,
        "effective_from": row.effective_from.isoformat() if row.effective_from else "",
        "edited_by": row.edited_by,
        "published_by": row.published_by,
    }


def matter_content(row: Matter) -> dict[str, Any]:
    """The canonical content of a matter: its identity and whether it is in use."""
    return {"short": row.short, "code": row.code, "state": row.state, "version": row.version, "reason": row.reason}


def load_versions(refs: Sequence[str]) -> Mapping[str, dict[str, Any]]:
    """The present content of the versions of those ids; a missing row is missing in the answer."""
    return {str(row.id): version_content(row) for row in Version.objects.filter(id__in=refs)}


def load_matters(refs: Sequence[str]) -> Mapping[str, dict[str, Any]]:
    """The present content of the matters of those short keys."""
    return {row.short: matter_content(row) for row in Matter.objects.filter(short__in=refs)}
