"""The tables of the matters room: a matter and its versions; a published version never changes (a trigger sees to it)."""

from __future__ import annotations

from django.db import models

from yiwang.base.ids.api import new_id


class Matter(models.Model):
    """One matter: what identifies it and whether it is in use."""

    PERSONAL_DATA: dict[str, str] = {}

    STATES = [("draft", "草稿"), ("in_use", "在用"), ("suspended", "暂停"), ("cancelled", "取消")]

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    short = models.CharField(max_length=120, unique=True)
    code = models.CharField(max_length=36, blank=True)
    local_code = models.CharField(max_length=100, blank=True, db_index=True)
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=2, blank=True)
    department = models.CharField(max_length=60, blank=True)
    region = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=10, choices=STATES, default="draft")
    reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~models.Q(code=""), name="matters_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.short} {self.name}"


class Version(models.Model):
    """One version: the record of all elements; ``lock`` counts the saves of a draft."""

    PERSONAL_DATA = {
        "edited_by": "account of the official who wrote it: who answers for the text",
        "edited_by_name": "the same, for reading",
        "published_by": "account of the second official who checked and published it",
        "published_by_name": "the same, for reading",
    }

    STATES = [("draft", "草稿"), ("published", "已发布")]

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=STATES, default="draft")
    record = models.JSONField()
    findings = models.JSONField(default=list)
    lock = models.PositiveIntegerField(default=1)
    effective_from = models.DateField(null=True, blank=True)
    edited_by = models.CharField(max_length=100)
    edited_by_name = models.CharField(max_length=100, blank=True)
    edited_at = models.DateTimeField()
    published_by = models.CharField(max_length=100, blank=True)
    published_by_name = models.CharField(max_length=100, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "number"], name="matters_version_number"),
            models.UniqueConstraint(fields=["matter"], condition=models.Q(state="draft"), name="matters_one_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} v{self.number}"
