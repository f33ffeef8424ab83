"""Days that an operator has imported: they stand above what the package of holidays knows."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class CalendarDay(models.Model):
    """One day of one region ('' is the whole country) with the document that arranges it."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    date = models.DateField()
    is_workday = models.BooleanField()
    source_doc = models.CharField(max_length=200)
    region = models.CharField(max_length=12, blank=True, default="")
    imported_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["date", "region"], name="clock_one_plan_per_day_and_region"),
            models.CheckConstraint(condition=~models.Q(source_doc=""), name="clock_every_day_has_a_source"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {'上班' if self.is_workday else '放假'}"
