"""What the evidence log keeps of releases: enough to find one changed behind our back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yiwang.data.opening.models import Release

RELEASE = "open_release"


def content(row: Release) -> dict[str, Any]:
    """The canonical content of a release."""
    return {
        "id": str(row.id),
        "code": row.code,
        "number": row.number,
        "state": "queued" if row.state == "making" else row.state,  # that a process has begun is no act
        "rows": row.rows,
        "digest": row.digest,
        "made_by": row.made_by,
        "checked_by": row.checked_by,
        "approved_by": row.approved_by,
        "reason": row.reason,
    }


def load_releases(refs: Sequence[str]) -> Mapping[str, dict[str, Any]]:
    """The present content of the releases of those ids; a missing row is missing in the answer."""
    return {str(row.id): content(row) for row in Release.objects.filter(id__in=refs)}
