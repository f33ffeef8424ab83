"""A run of `yiwang data ingest` as an OpenLineage event: files in, theme table out, and which field became which columns."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from yiwang.ends.cli import install


def tell(report: dict[str, Any], *, lake: Path | None) -> None:
    """Write the event beside the lake (`lineage` in its folder, or in the platform's) and post it where an address is set.

    A receiver that does not answer is told on the error output: the rows are in the lake, and the event stands in the file.
    """
    from yiwang.data.lineage import api as lineage

    manifest = json.loads(Path(report["outputs"]["manifest"]).read_text())
    columns: dict[str, str] = manifest["schema"]
    inputs, edges = [], []
    for file in report["files"]:
        name = f"file/{file['file']}"
        fields = [field for field in file.get("fields", ()) if field]
        checks = [("no row in quarantine", "", not file["rows_quarantined"])]
        inputs.append(lineage.DataSet(name, dict.fromkeys(fields, "text"), checks=checks))
        edges += [lineage.ColumnEdge(column, name, field, "derived") for column in columns if (field := _field_of(column, fields))]
    made = lineage.DataSet(f"lake/{manifest['theme']}", columns, rows=manifest["rows"], edges=edges)
    at = datetime.now(UTC)
    told = lineage.event(
        f"ingest.{report['dataset']}",
        run=f"{manifest['version']} {at.isoformat()}",
        at=at,
        namespace=f"yiwang/{os.environ.get('YIWANG_REGION') or '990100'}",
        inputs=inputs,
        outputs=[made],
    )
    try:
        lineage.send(told, folder=(lake or install.var_folder()) / "lineage", address=os.environ.get("YIWANG_OPENLINEAGE_URL", ""))
    except lineage.ReceiverUnavailable as problem:
        print(problem, file=sys.stderr)


def _field_of(column: str, fields: list[str]) -> str:
    """The field that a column of the table comes from (capital → capital_amount, capital_currency, …), '' for none."""
    return max((field for field in fields if column == field or column.startswith(f"{field}_")), key=len, default="")
