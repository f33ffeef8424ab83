"""What the evidence log keeps of published tables: enough to find one changed behind our back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yiwang.data.decisions.models import Version

VERSION = "table_version"


def content(row: Version) -> dict[str, Any]:
    """The canonical content of a published version; the digest is that of its DMN text."""
    return {
        "id": str(row.id),
        "key": row.key,
        "number": row.number,
        "digest": row.digest,
        "cases": row.cases,
        "effective_from": row.effective_from.isoformat() if row.effective_from else "",
        "editors": row.editors,
        "published_by": row.published_by,
    }


def load_versions(refs: Sequence[str]) -> Mapping[str, dict[str, Any]]:
    """The present content of the versions of those ids; a missing row is missing in the answer."""
    return {str(row.id): content(row) for row in Version.objects.filter(id__in=refs, state="published")}
