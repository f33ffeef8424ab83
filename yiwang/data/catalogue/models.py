"""The tables of the catalogue: versions of resources, what a release brought, duties added here, drafts that a machine proposed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from yiwang.base.ids.api import new_id
from yiwang.data.catalogue.states import OPEN


class ResourceVersion(models.Model):
    """One version of a resource; ``body`` is its JSON (see ``values.to_json``), ``lock`` counts the saves."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "editors": "accounts of the officials who wrote it: none of them may publish it",
        "edited_by_name": "the last of them, for reading",
        "published_by": "account of the official who published it",
        "published_by_name": "the same, for reading",
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10)
    department = models.CharField(max_length=60)
    region = models.CharField(max_length=12, blank=True)
    body = models.JSONField()
    catalogue_code = models.CharField(max_length=40, blank=True)
    lock = models.PositiveIntegerField(default=0)
    note = models.TextField(blank=True)
    changed_on = models.DateField(null=True, blank=True)
    extended = models.BooleanField(default=False)
    overdue = models.JSONField(default=list)
    return_reason = models.TextField(blank=True)
    editors = models.JSONField(default=list)
    edited_by_name = models.CharField(max_length=100, blank=True)
    edited_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_by = models.CharField(max_length=100, blank=True)
    published_by_name = models.CharField(max_length=100, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="catalogue_version_number"),
            models.UniqueConstraint(fields=["code"], condition=models.Q(state__in=OPEN), name="catalogue_one_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.number}"


class Shipped(models.Model):
    """A resource, data element or code table as a release of the platform brought it: version 0, entered into the evidence log once."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12)
    code = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    body = models.JSONField()
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "code", "digest"], name="catalogue_shipped_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class CatalogueDuty(models.Model):
    """A duty of a department, in place of the shipped one of its code; ``removed`` takes it out of the list."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    code = models.CharField(primary_key=True, max_length=64)
    title = models.CharField(max_length=200)
    department = models.CharField(max_length=60)
    region = models.CharField(max_length=12, blank=True)
    basis = models.CharField(max_length=300, blank=True)
    removed = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.code


class Proposal(models.Model):
    """A table that was looked at, with what the machine proposes per field; a person confirms it into a resource's draft.

    ``profile`` holds counts, types and masked examples, never a row; ``state`` is proposed, confirmed or rejected.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "profile": "a few masked example values per field",
        "decided_by_name": "the official who confirmed it",
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    department = models.CharField(max_length=60)
    region = models.CharField(max_length=12, blank=True)
    name = models.CharField(max_length=200)
    origin = models.CharField(max_length=300)
    profile = models.JSONField()
    state = models.CharField(max_length=10, default="proposed")
    resource = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()
    decided_by_name = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["department", "state"], name="catalogue_proposal_todo")]

    def __str__(self) -> str:
        return self.name
