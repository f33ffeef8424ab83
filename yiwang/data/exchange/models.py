"""Agreements (which purpose may see which element); requests, keys, the gateways' policy, and what is read from their journals."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from yiwang.base.ids.api import new_id


class AgreementRow(models.Model):
    """One element that a purpose may see, for a consumer department, on a legal basis, from a day until a day."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    purpose = models.CharField(max_length=64)
    element = models.CharField(max_length=64)
    consumer_department = models.CharField(max_length=32)
    legal_basis = models.CharField(max_length=400)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        db_table = "exchange_agreement"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["purpose", "element", "consumer_department"], name="one_agreement")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["element"], name="agreement_element")]


class RequestRow(models.Model):
    """A sharing request: who wants which fields of which resource for what; ``lock`` counts the changes, ``signed_level`` is the highest
    level of data that whoever agreed may agree to, ``daily`` the rows asked for in a day (0: as many as wanted, before there was a limit).
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "writers": "accounts of the officials who wrote or submitted it: none of them may approve it",
        "contact": "the official who answers questions about it",
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    no = models.CharField(max_length=24, unique=True)
    state = models.CharField(max_length=16, db_index=True)
    lock = models.PositiveIntegerField(default=1)
    consumer = models.CharField(max_length=60)
    consumer_region = models.CharField(max_length=12)
    provider = models.CharField(max_length=60)
    provider_region = models.CharField(max_length=12)
    resource = models.CharField(max_length=64)
    resource_title = models.CharField(max_length=100)
    share = models.CharField(max_length=16)
    conditions = models.JSONField(default=list)
    fields = models.JSONField(default=list)
    purpose = models.CharField(max_length=64)
    purpose_kind = models.CharField(max_length=8)
    purpose_title = models.CharField(max_length=200)
    legal_basis = models.CharField(max_length=400)
    basis_remarks = models.JSONField(default=list)
    scene = models.TextField(blank=True)
    operations = models.JSONField(default=list)
    calls = models.PositiveIntegerField(default=10)
    daily = models.PositiveIntegerField(default=0)
    until = models.DateField()
    renewal_until = models.DateField(null=True, blank=True)
    writers = models.JSONField(default=list)
    contact = models.CharField(max_length=100, blank=True)
    asked_on = models.DateField(null=True, blank=True)
    stops = models.JSONField(default=list)
    extended = models.BooleanField(default=False)
    supplemented = models.BooleanField(default=False)
    due = models.DateField(null=True, blank=True)
    signed_level = models.PositiveSmallIntegerField(default=2)
    ground = models.CharField(max_length=400, blank=True)
    answer = models.TextField(blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "exchange_request"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["consumer", "state"], name="request_consumer"),
            models.Index(fields=["provider", "state"], name="request_provider"),
        ]


class RequestStep(models.Model):
    """One step of a request: who, when, why. Only added to."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"by": "account of the official who took the step", "by_name": "the same, for reading"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(RequestRow, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=20)
    state = models.CharField(max_length=16)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    by_name = models.CharField(max_length=100, blank=True)
    department = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        db_table = "exchange_request_step"
        ordering: ClassVar[list[str]] = ["id"]


class KeyRow(models.Model):
    """A caller's key for one request; ``secret`` is encrypted (hmac-sm3) or empty (sm2, then ``public_key`` stands here)."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"issued_by": "account of the official who had it issued"}

    code = models.CharField(max_length=64, primary_key=True)
    request = models.ForeignKey(RequestRow, on_delete=models.PROTECT, related_name="keys")
    algorithm = models.CharField(max_length=10)
    secret = models.BinaryField(default=bytes)
    public_key = models.TextField(blank=True)
    state = models.CharField(max_length=10)
    valid_until = models.DateTimeField()
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "exchange_key"


class PolicyRow(models.Model):
    """The policy in force: one row. ``digest`` tells whether what it says has changed; ``envelope`` is the signed document."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    number = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    envelope = models.TextField(blank=True)
    issued_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_policy"


class PublishedRow(models.Model):
    """A resource as it was last published for the gateways."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    resource = models.CharField(max_length=64, primary_key=True)
    as_of = models.DateTimeField()
    rows = models.PositiveBigIntegerField()
    trouble = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "exchange_published"


class SegmentRow(models.Model):
    """How far a journal segment of a gateway has been read: bytes, last seal, entries. ``trouble`` stops it."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    gateway = models.CharField(max_length=64)
    segment = models.CharField(max_length=120)
    public_key = models.TextField()
    end = models.PositiveBigIntegerField(default=0)
    previous = models.CharField(max_length=64, blank=True)
    entries = models.PositiveBigIntegerField(default=0)
    trouble = models.CharField(max_length=500, blank=True)
    read_at = models.DateTimeField()

    class Meta:
        db_table = "exchange_segment"
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["gateway", "segment"], name="one_segment")]


class UsageRow(models.Model):
    """Calls of a key on a day by outcome ('answered' or the code of the refusal); an unknown caller has the key ''."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    day = models.DateField()
    key = models.CharField(max_length=64)
    resource = models.CharField(max_length=64)
    outcome = models.CharField(max_length=40)
    consumer = models.CharField(max_length=60)
    provider = models.CharField(max_length=60)
    calls = models.PositiveBigIntegerField(default=0)
    asked = models.PositiveBigIntegerField(default=0)
    found = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "exchange_usage"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["day", "key", "resource", "outcome"], name="one_usage")
        ]


class LatencyRow(models.Model):
    """Calls of a key on a day by how long they took: ``bucket`` n holds those of less than 0.1 ms × 1.1ⁿ."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    day = models.DateField()
    key = models.CharField(max_length=64)
    bucket = models.PositiveSmallIntegerField()
    consumer = models.CharField(max_length=60)
    provider = models.CharField(max_length=60)
    calls = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "exchange_latency"
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["day", "key", "bucket"], name="one_latency")]


class DownloadRow(models.Model):
    """A whole resource handed out, in one answer: for everybody's question whether his row was in it."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(db_index=True)
    resource = models.CharField(max_length=64)
    version = models.PositiveBigIntegerField()
    key = models.CharField(max_length=64)
    request_no = models.CharField(max_length=24)
    consumer = models.CharField(max_length=60)
    purpose = models.CharField(max_length=64)
    purpose_title = models.CharField(max_length=200)
    legal_basis = models.CharField(max_length=400)
    fields = models.JSONField(default=list)
    rows = models.PositiveBigIntegerField()

    class Meta:
        db_table = "exchange_download"


class SignalRow(models.Model):
    """Something a person should look at: scraping, a case that does not exist, a damaged journal; once a day and key."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"settled_by_name": "the official who looked at it"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20)
    day = models.DateField()
    key = models.CharField(max_length=64)
    resource = models.CharField(max_length=64)
    consumer = models.CharField(max_length=60)
    provider = models.CharField(max_length=60)
    provider_region = models.CharField(max_length=12)
    count = models.PositiveIntegerField(default=0)
    text = models.CharField(max_length=500, blank=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by_name = models.CharField(max_length=100, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        db_table = "exchange_signal"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "day", "key", "resource"], name="one_signal")
        ]
