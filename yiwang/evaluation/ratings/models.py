"""Ratings and the steps of handling the bad ones."""

from __future__ import annotations

from django.db import models


class Rating(models.Model):
    """One rating of one case; the columns below ``state`` serve the handling of a bad one."""

    PERSONAL_DATA = {
        "rater": "identity number or credit code: whose rating it is",
        "rater_name": "needed to answer and revisit",
        "text": "the applicant's own words",
        "finding": "what the call with the applicant found",
        "verified_by": "account of the official who verified",
    }

    id = models.UUIDField(primary_key=True)
    case_id = models.UUIDField(unique=True)
    case_no = models.CharField(max_length=50)
    matter = models.CharField(max_length=80)
    matter_name = models.CharField(max_length=200)
    department = models.CharField(max_length=40)
    region = models.CharField(max_length=12)
    life_event_id = models.UUIDField(null=True)
    rater = models.CharField(max_length=80)
    rater_name = models.CharField(max_length=100)
    anonymous = models.BooleanField()
    level = models.CharField(max_length=20)
    bad = models.BooleanField()
    channel = models.CharField(max_length=20)
    reasons = models.JSONField()
    text = models.TextField()
    scores = models.JSONField()
    at = models.DateTimeField()
    state = models.CharField(max_length=20)
    version = models.IntegerField(default=1)
    rounds = models.PositiveSmallIntegerField(default=0)
    entered_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    told_late = models.BooleanField(default=False)
    late_steps = models.PositiveSmallIntegerField(default=0)
    verified_by = models.CharField(max_length=64, default="")
    ground = models.CharField(max_length=20, default="")
    finding = models.TextField(default="")
    measures = models.TextField(default="")
    answer = models.TextField(default="")
    fixed_at = models.DateTimeField(null=True)
    fixed_on_time = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)
    revisited_at = models.DateTimeField(null=True)
    content = models.CharField(max_length=12, default="")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ratings_rating"
        indexes = [
            models.Index(fields=["department", "at"], name="ratings_by_department"),
            models.Index(fields=["at"], name="ratings_by_time"),
            models.Index(fields=["rater", "-at"], name="ratings_mine"),
            models.Index(fields=["department", "due_on"], name="ratings_todo", condition=models.Q(due_on__isnull=False)),
        ]


class Step(models.Model):
    """One step that happened."""

    PERSONAL_DATA = {"actor_name": "who did it", "inputs": "what was found out about the case"}

    id = models.UUIDField(primary_key=True)
    rating = models.ForeignKey(Rating, on_delete=models.CASCADE, related_name="steps")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    action = models.CharField(max_length=30)
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=100)
    department = models.CharField(max_length=40)
    inputs = models.JSONField()

    class Meta:
        db_table = "ratings_step"
        constraints = [models.UniqueConstraint(fields=["rating", "seq"], name="ratings_step_order")]
