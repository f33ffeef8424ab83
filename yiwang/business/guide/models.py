"""The tables of the guide: articles of the knowledge desk, what was asked, what was said of answers, what a language model was sent."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from yiwang.base.ids.api import new_id
from yiwang.business.guide.states import OPEN


class Article(models.Model):
    """One version of an article; versions of one article share ``series``. ``lock`` counts the saves."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "owner": "account of the official who answers for it",
        "owner_name": "the same, for reading",
        "editors": "accounts of who wrote it: none of them may publish it",
        "edited_by_name": "the last of them, for reading",
        "published_by": "account of the second official",
        "published_by_name": "the same, for reading",
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    series = models.UUIDField(db_index=True)
    number = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=100)
    phrases = models.JSONField(default=list)
    text = models.TextField()
    citations = models.JSONField(default=list)
    target = models.CharField(max_length=120, blank=True)
    department = models.CharField(max_length=60)
    region = models.CharField(max_length=12, blank=True)
    owner = models.CharField(max_length=100)
    owner_name = models.CharField(max_length=100)
    state = models.CharField(max_length=10)
    origin = models.CharField(max_length=10, default="desk")
    origin_ref = models.CharField(max_length=100, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    return_reason = models.TextField(blank=True)
    lock = models.PositiveIntegerField(default=1)
    editors = models.JSONField(default=list)
    edited_by_name = models.CharField(max_length=100)
    edited_at = models.DateTimeField()
    published_by = models.CharField(max_length=100, blank=True)
    published_by_name = models.CharField(max_length=100, blank=True)
    published_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="guide_article_number"),
            models.UniqueConstraint(fields=["series"], condition=models.Q(state__in=OPEN), name="guide_one_draft"),
            models.UniqueConstraint(fields=["series"], condition=models.Q(state="published"), name="guide_one_published"),
            models.UniqueConstraint(
                fields=["origin_ref"],
                condition=models.Q(origin="ticket", state__in=OPEN),
                name="guide_one_draft_per_ticket",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"


class Turn(models.Model):
    """One question as it was answered. Who asked is not kept; the words are masked before they are written."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"question": "free words of a person, personal data masked; deleted after the retention"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(db_index=True)
    question = models.CharField(max_length=400)
    outcome = models.CharField(max_length=10)
    entry = models.CharField(max_length=120, blank=True)
    confidence = models.FloatField(default=0.0)
    helpful = models.BooleanField(null=True, blank=True)
    settled = models.CharField(max_length=10, blank=True)  # '' open, 'article' being written, 'dismissed'
    settled_note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["outcome", "settled", "at"], name="guide_turn_open")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.at}"


class Prompt(models.Model):
    """What a language model was sent and said, masked, and whether it was shown."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "prompt": "holds a question, personal data masked; deleted after the retention",
        "reply": "the answer to it, personal data masked; deleted after the retention",
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(db_index=True)
    model = models.CharField(max_length=100, blank=True)
    prompt = models.TextField()
    reply = models.TextField(blank=True)
    shown = models.BooleanField()
    reason = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.model} {self.at}"
