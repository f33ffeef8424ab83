"""The tables of the decisions room: versions of decision tables and the steps they went through."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from yiwang.base.ids.api import new_id
from yiwang.data.decisions.states import OPEN


class Version(models.Model):
    """One version of a table; ``lock`` counts the saves, ``sheet`` holds every cell as typed, ``source`` the DMN once published."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "editors": "accounts of the officials who wrote it: none of them may publish it",
        "edited_by_name": "the last of them, for reading",
        "published_by": "account of the second official who published it",
        "published_by_name": "the same, for reading",
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=120)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10)
    department = models.CharField(max_length=60)
    region = models.CharField(max_length=12, blank=True)
    sheet = models.JSONField()
    cases = models.JSONField(default=list)
    source = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    lock = models.PositiveIntegerField(default=1)
    note = models.TextField(blank=True)
    warnings_reason = models.TextField(blank=True)
    return_reason = models.TextField(blank=True)
    effective_from = models.DateField(null=True, blank=True)
    editors = models.JSONField(default=list)
    edited_by_name = models.CharField(max_length=100, blank=True)
    edited_at = models.DateTimeField()
    published_by = models.CharField(max_length=100, blank=True)
    published_by_name = models.CharField(max_length=100, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="decisions_version_number"),
            models.UniqueConstraint(fields=["key"], condition=models.Q(state__in=OPEN), name="decisions_one_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.number}"


class Step(models.Model):
    """One step of a version: who, when, why. Only added to."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"by": "account of the official who took the step", "by_name": "the same, for reading"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=10)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    by_name = models.CharField(max_length=100, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.version_id} {self.step}"
