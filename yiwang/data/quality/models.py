"""Correction orders."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from yiwang.base.ids.api import new_id


class CorrectionRow(models.Model):
    """A disputed value of one element about one subject or record."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "key": "whose data is disputed: identity number, credit code or record number",
        "held_value": "the value the register holds",
        "claimed_value": "the value its subject says is right",
        "reason": "the citizen's words",
        "opened_by": "who opened it: subject or staff account",
        "opened_by_name": "name of who opened it",
        "note": "the owner's answer",
        "answered_by": "name of the official",
    }

    id = models.UUIDField(primary_key=True, default=new_id)
    case_id = models.UUIDField(null=True)
    element = models.CharField(max_length=64)
    key = models.CharField(max_length=120)
    department = models.CharField(max_length=32)
    held_value = models.TextField()
    claimed_value = models.TextField()
    reason = models.TextField()
    opened_by = models.CharField(max_length=120)
    opened_by_name = models.CharField(max_length=100)
    opened_at = models.DateTimeField()
    due = models.DateField()
    state = models.CharField(max_length=16, default="open")
    note = models.TextField(default="")
    answered_by = models.CharField(max_length=100, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "quality_correction"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["element", "key", "opened_by"], condition=models.Q(state__in=["open", "escalated"]), name="one_open_correction"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["department", "due"], condition=models.Q(state__in=["open", "escalated"]), name="correction_todo"),
            models.Index(fields=["opened_by", "-opened_at"], name="correction_mine"),
        ]
