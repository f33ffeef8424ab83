"""The outbox table: one row per event and handler still to be served, plus the event itself."""

from __future__ import annotations

from django.db import models


class OutboxEvent(models.Model):
    """An event written in the transaction that caused it; deleted once every handler has had it."""

    PERSONAL_DATA = {"payload": "ids and codes of a case; no names or contact data by rule of standards.events"}

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=80)
    payload = models.JSONField()
    written_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    served = models.JSONField(default=list)  # names of the handlers that have had it
    last_error = models.TextField(default="")
    dead = models.BooleanField(default=False)

    class Meta:
        db_table = "outbox_event"
        indexes = [models.Index(fields=["dead", "due_at", "id"], name="outbox_due")]
