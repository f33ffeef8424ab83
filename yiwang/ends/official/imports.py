"""Reports of imports, kept as files so that a page can be read again, leafed through and taken along as CSV."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import Any

from yiwang.base.storage import api as storage
from yiwang.business.matters.api import ImportReport
from yiwang.security.access.api import Actor
from yiwang.standards.errors import NotFound

KIND = "matters_import"


@dataclass(frozen=True)
class Kept:
    """A report: its figures and its rows ``{number, outcome, name, messages}``."""

    digest: str
    figures: dict[str, int]
    rows: list[dict[str, Any]]

    @property
    def faulty(self) -> list[dict[str, Any]]:
        """The rows that say something: refused, or loaded with findings."""
        return [row for row in self.rows if row["messages"]]


def keep(report: ImportReport, *, actor: Actor) -> str:
    """Keep a report for this official; returns its digest."""
    rows = [
        {
            "number": row.number,
            "outcome": row.outcome,
            "name": row.name,
            "short": row.short,
            "messages": [one.message for one in row.findings],
        }
        for row in report.rows
    ]
    figures = {
        name: getattr(report, name) for name in ("rows_read", "loaded", "refused", "created", "updated", "unchanged", "with_findings")
    }
    text = json.dumps({"kind": KIND, "account": actor.account_id, "figures": figures, "rows": rows}, ensure_ascii=False)
    return storage.put(text.encode(), media_type="application/json").digest


def kept(digest: str, *, actor: Actor) -> Kept:
    """The report; NotFound for anything that is not this official's own."""
    if not storage.exists(digest):
        raise NotFound
    try:
        told = json.loads(storage.read(digest))
    except ValueError as error:  # some other file
        raise NotFound from error
    if not isinstance(told, dict) or told.get("kind") != KIND or told.get("account") != actor.account_id:
        raise NotFound
    return Kept(digest, told["figures"], told["rows"])


def as_csv(report: Kept) -> bytes:
    """One line per row with all its messages, readable by spreadsheet programs (UTF-8 with its mark)."""
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(["行", "事项", "结果", "问题"])
    for row in report.rows:
        sheet.writerow([row["number"], _inert(row["name"]), row["outcome"], _inert("\n".join(row["messages"]))])
    return out.getvalue().encode("utf-8-sig")


def _inert(text: str) -> str:
    """Text that a spreadsheet program does not take for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
