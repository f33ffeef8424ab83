"""The tables of audit: appended to, never changed. Triggers refuse it and the runtime role has no right to."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class AuditRecord(models.Model):
    """One act, done or refused. ``detail`` is canonical JSON text; ``row_digest`` is SHA-256 of the changed row, '' if none."""

    PERSONAL_DATA = {
        "actor_name": "who acted: the duty to log every user's acts (GB/T 22239, 8.1.4.3)",
        "detail": "what changed; rooms put codes and ids there, not contact data",
    }
    APPEND_ONLY = True

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    act = models.TextField()
    actor_kind = models.TextField()
    actor_id = models.TextField()
    actor_name = models.TextField()
    department = models.TextField()
    region = models.TextField()
    kind = models.TextField()
    ref = models.TextField()
    case_id = models.UUIDField(null=True)
    allowed = models.BooleanField()
    detail = models.TextField()
    row_digest = models.TextField()

    class Meta:
        db_table = "audit_record"
        indexes = [
            models.Index(fields=["kind", "ref", "id"], name="audit_of_row"),
            models.Index(fields=["case_id"], name="audit_of_case", condition=models.Q(case_id__isnull=False)),
        ]


class AccessEntry(models.Model):
    """Who looked at whose data, for what. The person is a keyed digest and a masked number, so the log itself reveals nobody."""

    PERSONAL_DATA = {
        "actor_name": "who looked: shown to the person concerned",
        "subject": "keyed digest of the number, to find a person's own rows",
        "subject_masked": "masked number, for readers of the log",
    }
    APPEND_ONLY = True

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    case_id = models.UUIDField(null=True)
    actor_name = models.TextField()
    department = models.TextField()
    purpose = models.TextField()
    legal_basis = models.TextField()
    subject = models.TextField()
    subject_masked = models.TextField()
    elements = ArrayField(models.TextField())
    allowed = models.BooleanField()
    reason = models.TextField()

    class Meta:
        db_table = "audit_access"
        indexes = [
            models.Index(fields=["subject", "id"], name="audit_access_subject"),
            models.Index(fields=["case_id"], name="audit_access_case", condition=models.Q(case_id__isnull=False)),
        ]
