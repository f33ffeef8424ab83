"""The tables of the open portal: releases of data sets, the ledger of privacy budgets, voices, offers, keys and their use."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from yiwang.base.ids.api import new_id
from yiwang.data.opening.states import UNFINISHED


class Release(models.Model):
    """One version of a data set; its content is a Parquet file kept by digest and never changes. ``lock`` counts the steps."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "made_by": "account of the official who made it: may not approve it",
        "checked_by": "account of the official who had it checked: may not approve it",
        "approved_by": "account of the second official",
        "made_by_name": "for reading",
        "approved_by_name": "for reading",
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12)
    department = models.CharField(max_length=60)
    region = models.CharField(max_length=12, blank=True)
    definition = models.JSONField()
    rows = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    report = models.JSONField(default=dict)
    changes = models.JSONField(default=dict)
    lock = models.PositiveIntegerField(default=1)
    reason = models.TextField(blank=True)
    made_by = models.CharField(max_length=100)
    made_by_name = models.CharField(max_length=100, blank=True)
    made_at = models.DateTimeField()
    checked_by = models.CharField(max_length=100, blank=True)
    approved_by = models.CharField(max_length=100, blank=True)
    approved_by_name = models.CharField(max_length=100, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="opening_release_number"),
            models.UniqueConstraint(fields=["code"], condition=models.Q(state="open"), name="opening_one_open"),
            models.UniqueConstraint(fields=["code"], condition=models.Q(state__in=UNFINISHED), name="opening_one_unfinished"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.number}"


class Spending(models.Model):
    """What one release took of its data set's privacy budget, as an exact fraction. Only added to."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=64, db_index=True)
    number = models.PositiveIntegerField()
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.code} v{self.number}: {self.numerator}/{self.denominator}"


class Voice(models.Model):
    """What a person says: feedback on a data set, or a request for data that is not open; shown once it is answered, without the name."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "account": "account of who wrote it, for the answer",
        "text": "free text, which its author may put anything into; answered ones are shown with numbers masked",
        "answered_by_name": "the official who answered",
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10)
    code = models.CharField(max_length=64, blank=True, db_index=True)
    department = models.CharField(max_length=60)
    account = models.CharField(max_length=100, db_index=True)
    title = models.CharField(max_length=100)
    text = models.TextField()
    state = models.CharField(max_length=10, default="open")
    answer = models.TextField(blank=True)
    answered_by_name = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.title}"


class Offer(models.Model):
    """What somebody offers to the public: an application made with the data (``reuse``) or data of a company or society (``social``)."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "account": "account of who offered it",
        "by_name": "the company or the name under which it is shown",
        "judged_by_name": "the official who moderated it",
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10)
    account = models.CharField(max_length=100, db_index=True)
    by_name = models.CharField(max_length=100)
    title = models.CharField(max_length=100)
    text = models.TextField()
    address = models.CharField(max_length=300, blank=True)
    sets = models.JSONField(default=list)
    licence = models.CharField(max_length=30, blank=True)
    columns = models.JSONField(default=list)
    rows = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, default="offered")
    reason = models.TextField(blank=True)
    judged_by_name = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.title}"


class AccessKey(models.Model):
    """A key for more calls a minute; only its digest is kept, and its first characters to tell it from others."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"account": "whose key it is"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.CharField(max_length=100, db_index=True)
    name = models.CharField(max_length=60)
    head = models.CharField(max_length=8)
    digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.head}…"


class Use(models.Model):
    """Calls of one caller in one minute; rows older than an hour are deleted. Addresses are kept as digests keyed by day."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"caller": "a key's id, or a digest of the network address that changes every day"}

    caller = models.CharField(max_length=64)
    minute = models.BigIntegerField()
    calls = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "minute"], name="opening_use_minute")]

    def __str__(self) -> str:
        return f"{self.caller} {self.minute}: {self.calls}"
