"""Notices, their deliveries through outer channels, and what recipients chose."""

from __future__ import annotations

from django.db import models


class Notice(models.Model):
    """One notice to one recipient, worded once in both languages; later changes of the template do not touch it."""

    PERSONAL_DATA = {
        "recipient": "identity number or credit code: whose notice it is",
        "title": "may name a matter of the recipient",
        "body": "tells the recipient about a case, licence or record of theirs",
        "title_en": "as title",
        "body_en": "as body",
    }

    id = models.UUIDField(primary_key=True)
    recipient = models.CharField(max_length=80)
    template = models.CharField(max_length=40)
    category = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    body = models.TextField()
    title_en = models.CharField(max_length=300)
    body_en = models.TextField()
    about = models.CharField(max_length=20)
    ref = models.CharField(max_length=64)
    case_id = models.UUIDField(null=True)
    urgent = models.BooleanField()
    key = models.CharField(max_length=100)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    superseded = models.BooleanField(default=False)  # overtaken within a minute: kept, but no longer shown

    class Meta:
        db_table = "notices_notice"
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="notices_once", condition=~models.Q(key="")),
        ]
        indexes = [
            models.Index(fields=["recipient", "-at", "-id"], name="notices_inbox"),
            models.Index(fields=["recipient"], name="notices_unread", condition=models.Q(read_at__isnull=True, superseded=False)),
            models.Index(fields=["case_id"], name="notices_case", condition=models.Q(read_at__isnull=True, superseded=False)),
        ]


class Delivery(models.Model):
    """One notice through one outer channel; the in-app channel is the notice itself."""

    PERSONAL_DATA = {"last_error": "a gateway's answer may repeat an address"}

    id = models.BigAutoField(primary_key=True)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=20)
    state = models.CharField(max_length=10)  # waiting, held, sent, failed, dropped
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, default="")

    class Meta:
        db_table = "notices_delivery"
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="notices_once_per_channel")]
        indexes = [models.Index(fields=["due_at"], name="notices_due", condition=models.Q(state__in=["waiting", "held"]))]


class Preference(models.Model):
    """What a recipient chose; no row means the defaults of ``values.Preferences``."""

    PERSONAL_DATA = {"recipient": "identity number or credit code: whose choice it is"}

    recipient = models.CharField(max_length=80, primary_key=True)
    muted = models.JSONField(default=list)
    channels = models.JSONField(default=list)
    quiet_from = models.TimeField()
    quiet_until = models.TimeField()
    language = models.CharField(max_length=10)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "notices_preference"
