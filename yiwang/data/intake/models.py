"""Sources and their runs."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from yiwang.base.ids.api import new_id


class SourceRow(models.Model):
    """Where rows of a data set come from; ``secret`` is sealed, ``options`` say what of the address is meant."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"created_by": "account of who registered it"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=12)
    address = models.CharField(max_length=500, blank=True)
    options = models.JSONField(default=dict)
    secret = models.BinaryField(default=b"")
    dataset = models.CharField(max_length=40)
    department = models.CharField(max_length=32)
    region = models.CharField(max_length=12)
    every_minutes = models.PositiveIntegerField(default=0)
    keep_days = models.PositiveIntegerField(default=90)
    state = models.CharField(max_length=8, default="active")
    next_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.CharField(max_length=100)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "intake_source"
        constraints = [models.UniqueConstraint(fields=["department", "region", "name"], name="intake_source_once")]
        indexes = [models.Index(fields=["state", "next_at"], name="intake_source_due")]


class RunRow(models.Model):
    """One run of a source with all its tries; ``file`` is an upload's place in the lake's folder, or a raw file's digest."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"asked_by": "account of who asked for it; 'system' by the clock"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.ForeignKey(SourceRow, on_delete=models.CASCADE, related_name="runs")
    cause = models.CharField(max_length=10)
    file = models.CharField(max_length=200, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, default="queued")
    tries = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0)
    rows_read = models.BigIntegerField(default=0)
    rows_good = models.BigIntegerField(default=0)
    rows_quarantined = models.BigIntegerField(default=0)
    reasons = models.JSONField(default=dict)
    notes = models.JSONField(default=dict)
    error = models.CharField(max_length=500, blank=True)
    asked_by = models.CharField(max_length=100)
    asked_at = models.DateTimeField()

    class Meta:
        db_table = "intake_run"
        indexes = [
            models.Index(fields=["source", "-asked_at"], name="intake_run_list"),
            models.Index(fields=["state", "due_at"], name="intake_run_due"),
        ]
