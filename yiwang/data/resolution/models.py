"""Runs of resolution, their doubtful pairs, and every verdict on them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from yiwang.base.ids.api import new_id


class RunRow(models.Model):
    """One comparison of two sources."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"started_by": "account of who started it"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10)
    left_source = models.CharField(max_length=200)
    right_source = models.CharField(max_length=200)
    department = models.CharField(max_length=32)
    region = models.CharField(max_length=12)
    purpose = models.CharField(max_length=300)
    counts = models.JSONField(default=dict)
    started_by = models.CharField(max_length=100)
    started_at = models.DateTimeField()

    class Meta:
        db_table = "resolution_run"
        indexes = [models.Index(fields=["department", "-started_at"], name="resolution_run_list")]


class PairRow(models.Model):
    """A doubtful pair; ``fields`` is field → [weight in bits, level that was met]. ``version`` counts its changes."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "left_key": "number of the row in the first source",
        "right_key": "number of the row in the second source",
        "left_values": "compared values of the first row",
        "right_values": "compared values of the second row",
        "decided_by": "account of the official who decided",
        "decided_by_name": "the same, for reading",
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(RunRow, on_delete=models.CASCADE, related_name="pairs")
    kind = models.CharField(max_length=10)
    left_source = models.CharField(max_length=200)
    right_source = models.CharField(max_length=200)
    department = models.CharField(max_length=32)
    region = models.CharField(max_length=12)
    left_key = models.CharField(max_length=120)
    right_key = models.CharField(max_length=120)
    left_values = models.JSONField()
    right_values = models.JSONField()
    fields = models.JSONField()
    weight = models.FloatField()
    probability = models.FloatField()
    state = models.CharField(max_length=10, default="open")
    note = models.CharField(max_length=500, blank=True)
    decided_by = models.CharField(max_length=100, blank=True)
    decided_by_name = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "resolution_pair"
        constraints = [
            models.UniqueConstraint(
                fields=["department", "kind", "left_source", "right_source", "left_key", "right_key"], name="resolution_pair_once"
            )
        ]
        indexes = [models.Index(fields=["department", "state", "-weight"], name="resolution_pair_list")]


class VerdictRow(models.Model):
    """One verdict, or one taken back; never changed, never deleted while its pair is there."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"by": "account of the official", "by_name": "the same, for reading"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    pair = models.ForeignKey(PairRow, on_delete=models.CASCADE, related_name="verdicts")
    before = models.CharField(max_length=10)
    after = models.CharField(max_length=10)
    note = models.CharField(max_length=500, blank=True)
    undone = models.BooleanField(default=False)
    by = models.CharField(max_length=100)
    by_name = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        db_table = "resolution_verdict"
        indexes = [models.Index(fields=["pair", "-at"], name="resolution_verdict_of_pair")]
