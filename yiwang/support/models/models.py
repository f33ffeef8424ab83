"""The tables of the register: versions, evaluations, filing records, predictions and their daily counts, findings."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from yiwang.base.ids.api import new_id
from yiwang.support.models.states import FREE


class Version(models.Model):
    """One version of a model. Its file never changes; ``lock`` counts the steps."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "made_by": "account of whoever trained or registered it: may not approve it",
        "made_by_name": "for reading",
        "approved_by": "account of the second person",
        "approved_by_name": "for reading",
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    fingerprint = models.CharField(max_length=64)
    card = models.JSONField()
    labels = models.JSONField(default=list)
    origin = models.CharField(max_length=10, default="upload")
    source = models.TextField()
    parent = models.PositiveIntegerField(null=True)
    evaluation = models.ForeignKey("Evaluation", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(default="")
    made_by = models.CharField(max_length=100)
    made_by_name = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    approved_by = models.CharField(max_length=100, default="")
    approved_by_name = models.CharField(max_length=100, default="")
    approved_at = models.DateTimeField(null=True)
    live_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    lock = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "model_version"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "number"], name="model_version_number"),
            models.UniqueConstraint(fields=["key", "digest"], name="model_version_file"),
            models.UniqueConstraint(fields=["key"], condition=Q(state="live"), name="model_one_live"),
            models.CheckConstraint(
                condition=Q(state__in=FREE) | (Q(evaluation__isnull=False) & ~Q(approved_by="")), name="model_nothing_without_evaluation"
            ),
            models.CheckConstraint(condition=~Q(approved_by=F("made_by")), name="model_two_people"),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.number}"


class Evaluation(models.Model):
    """A version measured on a named test set. No text of the set is kept."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"made_by_name": "who had it measured", "failing": "ids of rows of the test set"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="evaluations")
    name = models.CharField(max_length=100)
    how = models.CharField(max_length=16)
    fingerprint = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    scores = models.JSONField()
    regions = models.JSONField(default=list)
    groups = models.JSONField(default=list)
    labels = models.JSONField(default=list)
    failing = models.JSONField(default=list)
    failed = models.PositiveIntegerField()
    left_out = models.JSONField(default=list)
    reference = models.JSONField()
    made_by_name = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        db_table = "model_evaluation"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["version", "-at"], name="model_evaluation_of")]


class Filing(models.Model):
    """What was reported to the authority about a model; only added to, the newest row counts."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"responsible": "who answers for the algorithm", "made_by_name": "who wrote it down"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=60, db_index=True)
    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=80, default="")
    on = models.DateField()
    responsible = models.CharField(max_length=60)
    link = models.CharField(max_length=300, default="")
    note = models.TextField(default="")
    made_by_name = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        db_table = "model_filing"


class Prediction(models.Model):
    """One answer, or one correction of an answer, until the job has counted it; rows are only added and taken away.

    ``region`` and ``group`` (an age band and a gender, or company) say of whom and name nobody; the job counts each by itself.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"group": "age band and gender of whom an answer is about, without name, until it is counted"}

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    label = models.CharField(max_length=80)
    band = models.SmallIntegerField()
    pieces = models.SmallIntegerField()
    corrected = models.BooleanField(default=False)
    region = models.CharField(max_length=12, default="")
    group = models.CharField(max_length=40, default="")

    class Meta:
        db_table = "model_prediction"


class Day(models.Model):
    """What one version answered on one day, as counts; ``parts``: region or group → part → [answers, corrections]."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    key = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    day = models.DateField()
    answers = models.PositiveIntegerField(default=0)
    corrections = models.PositiveIntegerField(default=0)
    labels = models.JSONField(default=dict)
    bands = models.JSONField(default=dict)
    pieces = models.JSONField(default=dict)
    parts = models.JSONField(default=dict)

    class Meta:
        db_table = "model_day"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "number", "day"], name="model_one_row_a_day")
        ]


class Finding(models.Model):
    """Drift beyond its limit: something for people to do until one of them says what was done."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"settled_by_name": "who said what was done"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    measure = models.CharField(max_length=16)
    value = models.FloatField()
    limit = models.FloatField()
    answers = models.PositiveIntegerField()
    state = models.CharField(max_length=8, default="open")
    note = models.TextField(default="")
    settled_by_name = models.CharField(max_length=100, default="")
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "model_finding"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "number", "measure"], condition=Q(state="open"), name="model_one_open_finding")
        ]
