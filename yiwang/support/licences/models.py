"""The tables of licences. What stands on a licence lies encrypted; the holder is found by a keyed digest."""

from __future__ import annotations

from django.db import models

from yiwang.support.licences.states import NAMES


class Licence(models.Model):
    """One version of a licence. ``document`` is the signed canonical JSON under SM4-GCM; it never changes, only the state does."""

    PERSONAL_DATA = {
        "holder": "keyed digest of the holder's number: finds the holder's licences",
        "holder_name": "masked name, for officials' lists",
        "document": "what stands on the licence, encrypted: the licence itself",
    }

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=110, unique=True)
    kind = models.CharField(max_length=60)
    holder = models.CharField(max_length=64)
    holder_name = models.CharField(max_length=200)
    department = models.CharField(max_length=40)
    document = models.BinaryField()
    signature = models.BinaryField()
    key_name = models.CharField(max_length=80)
    key_version = models.PositiveIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    version = models.PositiveIntegerField()
    replaces = models.CharField(max_length=110, default="")
    state = models.CharField(max_length=20)
    state_reason = models.TextField(default="")
    state_at = models.DateTimeField()
    case_id = models.UUIDField(null=True)
    issued_at = models.DateTimeField()

    class Meta:
        db_table = "licence"
        indexes = [
            models.Index(fields=["holder", "kind"], name="licence_of_holder"),
            models.Index(fields=["case_id"], name="licence_of_case", condition=models.Q(case_id__isnull=False)),
            models.Index(fields=["valid_to"], name="licence_to_expire", condition=models.Q(state__in=["valid", "suspended"])),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(state__in=list(NAMES)), name="licence_state")]


class Presentation(models.Model):
    """A licence shown by its holder: only the token's hash is kept."""

    PERSONAL_DATA: dict[str, str] = {}

    id = models.UUIDField(primary_key=True)
    licence_id = models.UUIDField()
    token_hash = models.BinaryField(unique=True)
    fields = models.JSONField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    uses = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "licence_presentation"
        indexes = [models.Index(fields=["licence_id"], name="presentation_of_licence")]
