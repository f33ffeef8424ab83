"""What the room keeps: life events, their matters, drafts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from yiwang.base.ids.api import new_id


class LifeEvent(models.Model):
    """One form handed in.

    ``anchor`` is the record it is about, ``lock`` the same while it bars another, ``form`` the merged form as it was shown
    (without values).
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "applicant": "identity number or credit code of the applicant",
        "applicant_name": "name on pages and notices",
        "agent": "identity number of the one who acts for the applicant",
        "actor_name": "name of the one who handed it in",
        "anchor": "number of the record it is about, for example a birth",
        "lock": "the same number while no second life event may be about it",
        "about": "a word for the record, for example a child's birth",
        "answers": "answers to the questions",
        "keys": "identity numbers and record numbers of those concerned",
        "form": "which fields and materials were asked, with their provenance",
    }
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    no = models.CharField(max_length=32, unique=True)
    code = models.CharField(max_length=40)
    definition_digest = models.CharField(max_length=64)
    title = models.CharField(max_length=100)
    applicant = models.CharField(max_length=80)
    applicant_name = models.CharField(max_length=100)
    agent = models.CharField(max_length=80, blank=True)
    account_id = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=100)
    anchor = models.CharField(max_length=80, blank=True)
    about = models.CharField(max_length=200, blank=True)
    once = models.BooleanField(default=False)
    lock = models.CharField(max_length=80, blank=True)
    answers = models.JSONField(default=dict)
    keys = models.JSONField(default=dict)
    form = models.JSONField(default=dict)
    idempotency_key = models.CharField(max_length=64)
    submitted_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    status = models.CharField(max_length=20, default="in_progress")
    completed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["applicant", "idempotency_key"], name="life_events_once"),
            models.UniqueConstraint(fields=["code", "lock"], condition=~models.Q(lock=""), name="life_events_one_a_record"),
        ]
        indexes: ClassVar = [models.Index(fields=["applicant", "-submitted_at"], name="life_events_mine")]


class Step(models.Model):
    """One matter of a life event, from waiting to its result; holds all it needs to be started later."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "values": "what was typed for this matter",
        "materials": "what was given for this matter",
        "errors": "what this matter still needs, by field",
    }
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    life_event = models.ForeignKey(LifeEvent, on_delete=models.PROTECT, related_name="steps")
    seq = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60)
    matter = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    department = models.CharField(max_length=32)
    limit = models.CharField(max_length=20)
    depends_on = models.JSONField(default=list)
    takes = models.JSONField(default=list)
    answers = models.JSONField(default=dict)
    values = models.JSONField(default=dict)
    materials = models.JSONField(default=dict)
    state = models.CharField(max_length=20)
    outcome = models.CharField(max_length=20, blank=True)
    reason = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    errors = models.JSONField(default=dict)
    case_id = models.UUIDField(null=True, unique=True)
    case_no = models.CharField(max_length=50, blank=True)
    ended_on = models.DateField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["life_event", "key"], name="life_events_step_once")]
        ordering: ClassVar = ["life_event", "seq"]
        indexes: ClassVar = [
            models.Index(fields=["next_try_at"], condition=models.Q(state="to_start"), name="life_events_to_start"),
        ]


class Draft(models.Model):
    """What one person typed into one life event so far."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "applicant": "identity number or credit code",
        "answers": "answers so far",
        "values": "what was typed so far",
        "materials": "what was given so far",
    }
    applicant = models.CharField(max_length=80)
    account_id = models.CharField(max_length=64)
    code = models.CharField(max_length=40)
    answers = models.JSONField(default=dict)
    values = models.JSONField(default=dict)
    materials = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["applicant", "account_id", "code"], name="life_events_one_draft"),
        ]
