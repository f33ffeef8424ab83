"""What was seen of the cases: the facts as they came, and one line per case rolled up from them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Fact(models.Model):
    """One event of a case, without a word about the person: append-only, once per event."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    id = models.BigAutoField(primary_key=True)
    event_id = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=60)
    at = models.DateTimeField()
    case_id = models.UUIDField()
    department = models.CharField(max_length=40)
    region = models.CharField(max_length=12)
    matter = models.CharField(max_length=80)
    data = models.JSONField()
    folded = models.BooleanField(default=False)

    class Meta:
        db_table = "indicators_fact"
        indexes = [
            models.Index(fields=["case_id"], name="indicators_fact_case"),
            models.Index(fields=["case_id"], name="indicators_fact_new", condition=models.Q(folded=False)),
        ]


class CaseLine(models.Model):
    """One case in one line, as its facts add up; can be thrown away and made again."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    case_id = models.UUIDField(primary_key=True)
    department = models.CharField(max_length=40)
    region = models.CharField(max_length=12)
    matter = models.CharField(max_length=80)
    submitted_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    not_accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, null=True)  # NULL: no decision yet
    automatic = models.BooleanField(null=True)
    days_used = models.IntegerField(null=True)
    on_time = models.BooleanField(null=True)
    supplemented = models.BooleanField()
    overdue = models.BooleanField()
    fields_total = models.IntegerField(null=True)
    fields_not_asked = models.IntegerField(null=True)
    materials_total = models.IntegerField(null=True)
    materials_not_asked = models.IntegerField(null=True)

    class Meta:
        db_table = "indicators_case"
        indexes = [
            models.Index(fields=["decided_at"], name="indicators_decided"),
            models.Index(fields=["submitted_at"], name="indicators_submitted"),
            models.Index(fields=["ended_at"], name="indicators_ended"),
            models.Index(fields=["accepted_at"], name="indicators_accepted"),
            models.Index(fields=["not_accepted_at"], name="indicators_not_accepted", condition=models.Q(not_accepted_at__isnull=False)),
            models.Index(
                fields=["department"],
                name="indicators_overdue",
                condition=models.Q(overdue=True, decided_at__isnull=True, ended_at__isnull=True),
            ),
            models.Index(
                fields=["case_id"],
                name="indicators_uncounted",
                condition=models.Q(decided_at__isnull=False, fields_total__isnull=True),
            ),
        ]
