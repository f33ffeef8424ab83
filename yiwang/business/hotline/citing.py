"""What the duties cite: the clause by which each department answers, so that a change of the law is seen by whoever keeps them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from yiwang.business.hotline.models import DutyRow
from yiwang.data.laws.api import Cited


def cited() -> Iterator[Cited]:
    """Every duty in force with its words, since when it counts, and the department in charge."""
    for row in DutyRow.objects.filter(ended_at=None).order_by("category", "region"):
        where = f"duty {row.category} {row.region}".strip()
        department = "" if row.department.startswith("@") else row.department
        yield Cited(f"《{row.law}》{row.article}", timezone.localdate(row.since), where, row.clause, department)
