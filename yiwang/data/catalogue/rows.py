"""What the evidence log keeps of published resources: enough to find one changed behind our back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from yiwang.data.catalogue.models import ResourceVersion

VERSION = "resource_version"


def digest(row: ResourceVersion) -> str:
    """SHA-256 over the body, keys in order."""
    return sha256(json.dumps(row.body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def content(row: ResourceVersion) -> dict[str, Any]:
    """The canonical content of a published version."""
    return {
        "id": str(row.id),
        "code": row.code,
        "number": row.number,
        "catalogue_code": row.catalogue_code,
        "digest": digest(row),
        "editors": row.editors,
        "published_by": row.published_by,
    }


def load_versions(refs: Sequence[str]) -> Mapping[str, dict[str, Any]]:
    """The present content of the versions of those ids; a missing row is missing in the answer."""
    return {str(row.id): content(row) for row in ResourceVersion.objects.filter(id__in=refs, state="published")}
