"""What OpenLineage 2-0-2 and its facets require of a RunEvent (openlineage.io/spec: OpenLineage.json and facets/*.json), as checks."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

STATES = ("START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER")
# facet → (the list or mapping of entries in it, what an entry must have)
ENTRIES = {
    "schema": ("fields", {"name": str}),
    "dataQualityAssertions": ("assertions", {"assertion": str, "success": bool}),
    "columnLineage": ("fields", {"inputFields": list}),
}


def assert_valid(told: dict[str, Any]) -> None:
    """Fail where a required part of an event is missing or of another form."""
    assert told["eventType"] in STATES
    assert datetime.fromisoformat(told["eventTime"]).tzinfo
    assert_uri(told["producer"])
    assert_uri(told["schemaURL"])
    UUID(told["run"]["runId"])
    assert_named(told["job"])
    for one in [*told["inputs"], *told["outputs"]]:
        assert_named(one)
        assert set(one) <= {"namespace", "name", "facets", "inputFacets", "outputFacets"}
        for kind in ("facets", "inputFacets", "outputFacets"):
            for name, facet in one.get(kind, {}).items():
                assert_facet(name, facet)


def assert_facet(name: str, facet: dict[str, Any]) -> None:
    assert_uri(facet["_producer"])
    assert_uri(facet["_schemaURL"])
    if name == "outputStatistics":
        assert all(isinstance(facet[key], int) for key in ("rowCount", "size", "fileCount") if key in facet)
    if name in ENTRIES:
        held, wanted = ENTRIES[name]
        entries = facet[held].values() if isinstance(facet[held], dict) else facet[held]
        for entry in entries:
            assert all(isinstance(entry[key], kind) for key, kind in wanted.items())
            for source in entry.get("inputFields", ()):
                assert_named(source)
                assert source["field"]
                assert all(change["type"] in ("DIRECT", "INDIRECT") for change in source.get("transformations", ()))


def assert_named(one: dict[str, Any]) -> None:
    assert one["namespace"] and isinstance(one["namespace"], str)
    assert one["name"] and isinstance(one["name"], str)


def assert_uri(text: str) -> None:
    parts = urlsplit(text)
    assert parts.scheme and parts.netloc
