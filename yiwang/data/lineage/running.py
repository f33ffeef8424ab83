"""OpenLineage events (specification 2-0-2, openlineage.io/spec): built here, appended to a file, posted to an address. No framework."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from yiwang.data.lineage.columns import ColumnEdge
from yiwang.data.lineage.errors import ReceiverUnavailable

PRODUCER: Final = "https://yiwang.invalid/lineage"
SCHEMA: Final = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
_FACETS: Final = "https://openlineage.io/spec/facets"
_NAMES = uuid.UUID("8f0b5f5e-6f0e-5d6a-9c1d-0f4f3a8e7b21")  # of this room: makes a run's id from what it was, so that a repeat has the same


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set of a run: ``fields`` name → type; ``rows`` written or read; ``edges`` say what an output's columns are made of;
    ``checks`` (name, column, passed) are those of a quality run.
    """

    name: str
    fields: Mapping[str, str] = field(default_factory=dict)
    rows: int | None = None
    edges: Sequence[ColumnEdge] = ()
    checks: Sequence[tuple[str, str, bool]] = ()


def event(
    job: str, *, run: str, at: datetime, namespace: str, inputs: Sequence[DataSet] = (), outputs: Sequence[DataSet] = ()
) -> dict[str, Any]:
    """One finished run as a ``RunEvent``; ``run`` is whatever tells it from others (a digest, an id)."""
    return {
        "eventType": "COMPLETE",
        "eventTime": at.isoformat(),
        "producer": PRODUCER,
        "schemaURL": SCHEMA,
        "run": {"runId": str(uuid.uuid5(_NAMES, f"{job}\n{run}"))},
        "job": {"namespace": namespace, "name": job},
        "inputs": [_input(one, namespace) for one in inputs],
        "outputs": [_output(one, namespace) for one in outputs],
    }


def _facet(name: str, version: str, told: Mapping[str, Any]) -> dict[str, Any]:
    return {"_producer": PRODUCER, "_schemaURL": f"{_FACETS}/{version}/{name}.json", **told}


def _named(one: DataSet, namespace: str) -> dict[str, Any]:
    facets: dict[str, Any] = {}
    if one.fields:
        rows = [{"name": name, "type": kind} for name, kind in one.fields.items()]
        facets["schema"] = _facet("SchemaDatasetFacet", "1-1-1", {"fields": rows})
    return {"namespace": namespace, "name": one.name, "facets": facets}


def _input(one: DataSet, namespace: str) -> dict[str, Any]:
    told = _named(one, namespace)
    if one.checks:
        rows = [{"assertion": name, "success": passed, **({"column": column} if column else {})} for name, column, passed in one.checks]
        told["inputFacets"] = {"dataQualityAssertions": _facet("DataQualityAssertionsDatasetFacet", "1-0-1", {"assertions": rows})}
    return told


def _output(one: DataSet, namespace: str) -> dict[str, Any]:
    told = _named(one, namespace)
    if one.edges:
        made: dict[str, Any] = {}
        for edge in one.edges:
            kind = "DIRECT", "IDENTITY" if edge.how == "direct" else "TRANSFORMATION"
            source = {"namespace": namespace, "name": edge.table, "field": edge.column, "transformations": [_transformation(*kind)]}
            made.setdefault(edge.result, {"inputFields": []})["inputFields"].append(source)
        told["facets"]["columnLineage"] = _facet("ColumnLineageDatasetFacet", "1-2-0", {"fields": made})
    if one.rows is not None:
        told["outputFacets"] = {"outputStatistics": _facet("OutputStatisticsOutputDatasetFacet", "1-0-2", {"rowCount": one.rows})}
    return told


def _transformation(kind: str, subtype: str) -> dict[str, str]:
    return {"type": kind, "subtype": subtype}


def send(told: Mapping[str, Any], *, folder: Path, address: str = "") -> Path:
    """Append an event to the day's file (one write, so that processes do not mix), then post it where an address is set.

    Raises:
        ReceiverUnavailable: the address did not take it; the line stands already, and sending again repeats the same ``runId``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{str(told['eventTime'])[:10]}.jsonl"
    line = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, line)
    finally:
        os.close(descriptor)
    if address:
        request = urllib.request.Request(address, data=line, headers={"Content-Type": "application/json"})  # noqa: S310 the operator's own address
        try:
            urllib.request.urlopen(request, timeout=5).close()  # noqa: S310
        except (urllib.error.URLError, OSError, ValueError) as error:
            raise ReceiverUnavailable() from error
    return file
