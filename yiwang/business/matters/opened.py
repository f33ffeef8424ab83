"""What of the matters is open data: one public row each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from yiwang.business.matters import queries

SUBJECTS = {"person": "个人", "company": "企业", "both": "个人和企业"}


def rows() -> Iterator[dict[str, Any]]:
    """The matters in use, as the open data set ``matters`` wants them."""
    for one in queries.listing():
        yield {
            "short": one.short,
            "name": one.name,
            "department_name": one.department_name,
            "subject": SUBJECTS.get(one.subject_kind, "个人和企业"),
            "promised_limit": one.promised_limit,
            "online": one.online,
        }
