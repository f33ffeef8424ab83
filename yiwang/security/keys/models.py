"""The key table: public parts for ever, private parts encrypted under the master key until destroyed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Key(models.Model):
    """One version of a named key. ``wrapped`` is SM4-GCM(nonce ‖ ciphertext ‖ tag), bound to name, version and algorithm."""

    PERSONAL_DATA: dict[str, str] = {}

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    algorithm = models.CharField(max_length=10)
    state = models.CharField(max_length=10)
    public_pem = models.TextField(default="")
    wrapped = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "security_key"
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="key_version"),
            models.UniqueConstraint(fields=["name"], condition=Q(state="active"), name="key_one_active"),
            models.CheckConstraint(condition=Q(state__in=["active", "retired", "destroyed"]), name="key_state"),
            models.CheckConstraint(condition=Q(state="destroyed") ^ Q(wrapped__isnull=False), name="key_destroyed_is_empty"),
        ]
