"""Correction orders; rules, runs, results and failing rows."""

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
        "row_key": "number of the row in its register, for orders of a rule",
        "suggestions": "values that could be meant",
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
    resource = models.CharField(max_length=64, default="")
    rule = models.CharField(max_length=64, default="")
    row_key = models.CharField(max_length=120, default="")
    suggestions = models.JSONField(default=list)

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
            models.Index(fields=["resource", "rule"], condition=~models.Q(resource=""), name="correction_of_rule"),
        ]


class RuleSetRow(models.Model):
    """A saved version of a resource's rules; the shipped rules are version 0 and no row."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"changed_by": "account of the official", "changed_by_name": "the same, for reading"}

    id = models.UUIDField(primary_key=True, default=new_id)
    resource = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    rules = models.JSONField()
    note = models.CharField(max_length=300)
    changed_by = models.CharField(max_length=100)
    changed_by_name = models.CharField(max_length=100)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "quality_rules"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["resource", "version"], name="quality_rules_once")
        ]


class ScoringRow(models.Model):
    """A saved version of weights and limits; the shipped ones are version 0 and no row."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"changed_by": "account of the official", "changed_by_name": "the same, for reading"}

    id = models.UUIDField(primary_key=True, default=new_id)
    version = models.PositiveIntegerField(unique=True)
    weights = models.JSONField()
    green = models.FloatField()
    yellow = models.FloatField()
    note = models.CharField(max_length=300)
    changed_by = models.CharField(max_length=100)
    changed_by_name = models.CharField(max_length=100)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "quality_scoring"


class RunRow(models.Model):
    """One run over a resource; ``profile`` is what drift compares with (distributions, no values of persons)."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"started_by": "account of who started it"}

    id = models.UUIDField(primary_key=True, default=new_id)
    resource = models.CharField(max_length=64)
    department = models.CharField(max_length=32)
    as_of = models.DateField()
    started_at = models.DateTimeField()
    seconds = models.FloatField(default=0)
    rows = models.BigIntegerField(default=0)
    rules_version = models.PositiveIntegerField(default=0)
    scoring_version = models.PositiveIntegerField(default=0)
    available = models.BooleanField(default=True)
    accepted = models.BooleanField(default=False)
    overall = models.FloatField()
    grade = models.CharField(max_length=8)
    dimensions = models.JSONField(default=dict)
    fields = models.JSONField(default=dict)
    profile = models.JSONField(default=dict)
    started_by = models.CharField(max_length=100)

    class Meta:
        db_table = "quality_run"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["resource", "-started_at"], name="quality_run_newest")]


class ResultRow(models.Model):
    """What one rule said in a run."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    id = models.UUIDField(primary_key=True, default=new_id)
    run = models.ForeignKey(RunRow, on_delete=models.CASCADE, related_name="results")
    code = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=16)
    dimension = models.CharField(max_length=4)
    columns = models.JSONField()
    looked = models.BigIntegerField()
    failed = models.BigIntegerField()
    note = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "quality_result"
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["run", "code"], name="quality_result_once")]


class FailingRow(models.Model):
    """A failing row of a rule, kept for the last two runs of its resource."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "key": "number of the row in its register",
        "values": "the values the rule looked at",
        "suggestions": "values that could be meant",
    }

    id = models.UUIDField(primary_key=True, default=new_id)
    result = models.ForeignKey(ResultRow, on_delete=models.CASCADE, related_name="failing")
    place = models.PositiveIntegerField()
    key = models.CharField(max_length=120)
    values = models.JSONField()
    suggestions = models.JSONField(default=list)

    class Meta:
        db_table = "quality_failing"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["result", "place"], name="quality_failing_once")
        ]
