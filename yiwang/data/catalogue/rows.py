"""What the evidence log keeps of published resources: enough to find one changed behind our back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from yiwang.data.catalogue.models import ResourceVersion, Shipped

VERSION = "resource_version"
SHIPPED = "catalogue_shipped"


def digest(row: ResourceVersion) -> str:
    """SHA-256 over the body, keys in order."""
    return digest_of(row.body)


def digest_of(body: object) -> str:
    """SHA-256 over plain JSON, keys in order."""
    return sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


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


def shipped_content(row: Shipped) -> dict[str, Any]:
    """The canonical content of what a release brought; its digest is taken of the body anew."""
    return {"kind": row.kind, "code": row.code, "digest": digest_of(row.body)}


def load_shipped(refs: Sequence[str]) -> Mapping[str, dict[str, Any]]:
    """The present content of those entries; a missing row is missing in the answer."""
    return {str(row.id): shipped_content(row) for row in Shipped.objects.filter(id__in=refs)}
