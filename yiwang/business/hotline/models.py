"""Tables of this room: tickets and their steps, duties, corrections, topics with warnings and incidents."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from yiwang.base.ids.api import new_id
from yiwang.business.hotline import states

_OPEN = models.Q(state__in=states.OPEN)
_NEW = models.Q(state__in=states.BEFORE_WORK, lead=None)
_WORKED = models.Q(state__in=states.WORKED)


class TicketRow(models.Model):
    """One person's concern. ``contact`` (name, telephone, mail) is encrypted; ``reporter`` is whose it is, '' when anonymous."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "reporter": "who filed it ('' when anonymous)",
        "contact": "name, telephone, mail; encrypted",
        "title": "in the person's words",
        "text": "in the person's words, may name others",
        "reply": "the answer may repeat them",
        "place": "where it happened",
        "lat": "where it happened",
        "lon": "where it happened",
        "files": "pictures handed in",
        "flags": "spans of personal data found in the text",
        "facts": "notes of the work",
    }

    id = models.UUIDField(primary_key=True, default=new_id)
    no = models.CharField(max_length=20, unique=True)
    code_digest = models.CharField(max_length=64, default="")
    channel = models.CharField(max_length=10)
    key = models.CharField(max_length=80, default="")
    reporter = models.CharField(max_length=80, default="")
    contact = models.BinaryField(default=b"")
    privacy = models.CharField(max_length=14, default="open")
    public = models.BooleanField(default=False)
    title = models.CharField(max_length=120)
    text = models.TextField()
    kind = models.CharField(max_length=12)
    category = models.CharField(max_length=40)
    urgency = models.SmallIntegerField(default=0)
    people = models.IntegerField(default=0)
    place = models.CharField(max_length=80, default="")
    region = models.CharField(max_length=12)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    files = models.JSONField(default=list)
    flags = models.JSONField(default=dict)
    suggested = models.JSONField(default=dict)
    against = models.CharField(max_length=32, default="")
    state = models.CharField(max_length=12)
    department = models.CharField(max_length=32, default="")
    co = ArrayField(models.CharField(max_length=32), default=list)
    duty = models.TextField(default="")
    automatic = models.BooleanField(default=False)
    first_contact = models.CharField(max_length=100, default="")
    assigned = models.BooleanField(default=False)
    returns = models.SmallIntegerField(default=0)
    redos = models.SmallIntegerField(default=0)
    extensions = models.JSONField(default=list)
    exclusion = models.JSONField(default=dict)
    level = models.SmallIntegerField(default=0)
    reply = models.TextField(default="")
    outcome = models.CharField(max_length=12, default="")
    quality = models.FloatField(null=True)
    contacted = models.BooleanField(null=True)
    solved = models.BooleanField(null=True)
    satisfaction = models.SmallIntegerField(null=True)
    facts = models.JSONField(default=dict)
    lead = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followers")
    filed_at = models.DateTimeField()
    filed_by_name = models.CharField(max_length=100, default="")
    dispatched_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    contacted_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    sign_due = models.DateTimeField(null=True)
    contact_due = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)
    overdue_noted = models.BooleanField(default=False)
    version = models.IntegerField(default=1)
    kept: dict[str, Any]  # of a row read by ``storing``: its columns as they stand in the table

    class Meta:
        db_table = "hotline_ticket"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "-urgency", "due", "filed_at"], name="ticket_queue", condition=_OPEN),
            models.Index(fields=["-urgency", "filed_at"], name="ticket_new", condition=_NEW),
            models.Index(fields=["due"], name="ticket_late", condition=_WORKED),
            models.Index(fields=["department", "state"], name="ticket_desk", condition=_OPEN),
            GinIndex(fields=["co"], name="ticket_helped", condition=~models.Q(co=[])),
            models.Index(fields=["closed_at"], name="ticket_closed", condition=models.Q(state="closed")),
            models.Index(fields=["reporter", "-filed_at"], name="ticket_reporter"),
            models.Index(fields=["place", "category", "-filed_at"], name="ticket_cause"),
            models.Index(fields=["department", "-filed_at"], name="ticket_department"),
            models.Index(fields=["region", "-filed_at"], name="ticket_region"),
            models.Index(fields=["-filed_at"], name="ticket_filed"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["reporter", "key"], condition=~models.Q(key=""), name="one_ticket_per_key")
        ]


class OpenedRow(models.Model):
    """A ticket whose reporter lets everybody read it: what a person at the centre lets be read, and how many say 「我也遇到」."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "title": "in the person's words, numbers and names covered",
        "words": "in the person's words, numbers and names covered",
        "files": "pictures that a person found to show nobody",
        "by_name": "official",
    }

    ticket = models.OneToOneField(TicketRow, on_delete=models.PROTECT, primary_key=True, related_name="opened")
    state = models.CharField(max_length=8, default="waiting")
    title = models.CharField(max_length=120, default="")
    words = models.TextField(default="")
    files = models.JSONField(default=list)
    endorsed = models.IntegerField(default=0)
    by_name = models.CharField(max_length=100, default="")
    at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hotline_opened"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "-endorsed"], name="opened_state")]


class EndorsementRow(models.Model):
    """One person says of an opened ticket: this happens to me too (附议)."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"person": "keyed digest of who; nobody is read back from it"}

    id = models.UUIDField(primary_key=True, default=new_id)
    ticket = models.ForeignKey(TicketRow, on_delete=models.PROTECT, related_name="endorsements")
    person = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "hotline_endorsement"
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["ticket", "person"], name="one_endorsement")]


class SketchRow(models.Model):
    """What the text of a ticket that stands by itself looks like in numbers (400 bytes): written once, dropped when it is old."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"sketch": "numbers drawn from the text; the text cannot be read back"}

    ticket = models.OneToOneField(TicketRow, on_delete=models.PROTECT, primary_key=True, related_name="marks")
    sketch = models.BinaryField()

    class Meta:
        db_table = "hotline_sketch"


class BandRow(models.Model):
    """A key of a sketch: tickets that share one may say nearly the same. 20 rows a ticket, found and bounded by the primary key alone."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    pk = models.CompositePrimaryKey("key", "ticket")
    key = models.BigIntegerField()
    ticket = models.UUIDField()

    class Meta:
        db_table = "hotline_band"


class StepRow(models.Model):
    """One step of a ticket: who did what when, with what was said."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"by_name": "official, or '诉求人'", "inputs": "what was written"}

    id = models.UUIDField(primary_key=True, default=new_id)
    ticket = models.ForeignKey(TicketRow, on_delete=models.PROTECT, related_name="steps")
    act = models.CharField(max_length=20)
    state = models.CharField(max_length=12)
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=100)
    department = models.CharField(max_length=32, default="")
    inputs = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        db_table = "hotline_step"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["ticket", "at"], name="step_of_ticket")]


class DutyRow(models.Model):
    """Which department answers for a part of the tree, by which clause, and how far this route is trusted."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    id = models.UUIDField(primary_key=True, default=new_id)
    category = models.CharField(max_length=40)
    region = models.CharField(max_length=12, default="")
    department = models.CharField(max_length=32)
    law = models.CharField(max_length=100)
    article = models.CharField(max_length=40)
    clause = models.CharField(max_length=300)
    held = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hotline_duty"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["category", "region"], condition=models.Q(ended_at=None), name="one_duty_in_force")
        ]


class CorrectionRow(models.Model):
    """What a person said instead of the suggestion; the text is read from the ticket when a model is trained."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"by_name": "official"}

    id = models.UUIDField(primary_key=True, default=new_id)
    ticket = models.ForeignKey(TicketRow, on_delete=models.PROTECT, related_name="corrections")
    field = models.CharField(max_length=12)
    suggested = models.CharField(max_length=40)
    corrected = models.CharField(max_length=40)
    by_name = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        db_table = "hotline_correction"


class StrandRow(models.Model):
    """That a ticket speaks of the same as others at its place. ``strand``: the ticket that began it; ``category``: what it counts for.

    '' counts for the ticket's own category.
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"place": "where it happened"}

    id = models.BigAutoField(primary_key=True)
    ticket = models.OneToOneField(TicketRow, on_delete=models.PROTECT, related_name="gathered")
    strand = models.UUIDField()
    place = models.CharField(max_length=80)
    category = models.CharField(max_length=40, default="")
    at = models.DateTimeField()

    class Meta:
        db_table = "hotline_strand"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["strand"], name="strand_members"),
            models.Index(fields=["at"], name="strand_age"),
            models.Index(fields=["place", "category"], name="strand_place"),
        ]


class TopicRow(models.Model):
    """A cause at a place that several people report; it outlives its tickets and reopens when they come back."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"quotes": "sentences of reporters, numbers covered"}

    id = models.UUIDField(primary_key=True, default=new_id)
    place = models.CharField(max_length=80)
    category = models.CharField(max_length=40)
    region = models.CharField(max_length=12)
    name = models.CharField(max_length=120)
    department = models.CharField(max_length=32, default="")
    office = models.CharField(max_length=32, default="")
    state = models.CharField(max_length=12, default="watched")
    tickets = models.IntegerField(default=0)
    people = models.IntegerField(default=0)
    likes = models.IntegerField(default=0)
    growth = models.FloatField(default=0)
    heat = models.FloatField(default=0)
    quotes = models.JSONField(default=list)
    days = models.JSONField(default=list)
    recurrences = models.SmallIntegerField(default=0)
    remedy = models.TextField(default="")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "hotline_topic"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["place", "category"], name="one_topic_per_cause")
        ]


class WarningRow(models.Model):
    """An early warning to a department or street; it is seen by name."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"seen_by_name": "official"}

    id = models.UUIDField(primary_key=True, default=new_id)
    topic = models.ForeignKey(TopicRow, on_delete=models.PROTECT, related_name="warnings")
    department = models.CharField(max_length=32)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()
    due = models.DateTimeField(null=True)
    urged = models.BooleanField(default=False)
    seen_at = models.DateTimeField(null=True)
    seen_by_name = models.CharField(max_length=100, default="")

    class Meta:
        db_table = "hotline_warning"


class IncidentRow(models.Model):
    """What a topic became when it needs more than its tickets: one record for the city's operations."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"opened_by_name": "official"}

    id = models.UUIDField(primary_key=True, default=new_id)
    topic = models.ForeignKey(TopicRow, on_delete=models.PROTECT, related_name="incidents")
    no = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=160)
    department = models.CharField(max_length=32)
    region = models.CharField(max_length=12)
    state = models.CharField(max_length=12, default="open")
    note = models.TextField(default="")
    opened_by_name = models.CharField(max_length=100)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hotline_incident"


class TallyRow(models.Model):
    """How many tickets of a day and place (of a department) have something in common; written by ``tallying`` alone."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    pk = models.CompositePrimaryKey("kind", "day", "region", "department", "name")
    kind = models.CharField(max_length=12)
    day = models.DateField()
    region = models.CharField(max_length=12)
    department = models.CharField(max_length=32)
    name = models.CharField(max_length=80)
    n = models.IntegerField()

    class Meta:
        db_table = "hotline_tally"


class DeltaRow(models.Model):
    """What an act changed in the counts, until it is added to them; written by the database's own trigger."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=12)
    day = models.DateField()
    region = models.CharField(max_length=12)
    department = models.CharField(max_length=32)
    name = models.CharField(max_length=80)
    n = models.IntegerField()

    class Meta:
        db_table = "hotline_delta"
