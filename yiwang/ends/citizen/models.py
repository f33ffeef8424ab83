"""What the citizen pages keep: forms that are not handed in yet. Everything handed in belongs to the rooms behind."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Draft(models.Model):
    """A half-filled form of one person for one purpose; encrypted, gone when handed in or left alone for long."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"body": "what the person has typed so far, encrypted"}

    id = models.BigAutoField(primary_key=True)
    owner = models.CharField(max_length=64)
    purpose = models.CharField(max_length=120)
    body = models.BinaryField()
    updated_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "purpose"], name="citizen_one_draft_a_purpose")]
