"""One row per periodic job: when it last ran and how it ended."""

from __future__ import annotations

from django.db import models


class JobRun(models.Model):
    """The last run of a periodic job."""

    PERSONAL_DATA: dict[str, str] = {}

    name = models.CharField(max_length=80, primary_key=True)
    started_at = models.DateTimeField()
    seconds = models.FloatField(default=0)
    runs = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveBigIntegerField(default=0)
    last_error = models.TextField(default="")

    class Meta:
        db_table = "job_run"
