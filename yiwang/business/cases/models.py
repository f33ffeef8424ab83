"""The tables of a case. Rows are written as whole JSON records (``writing.py``), so every column has a value of its own;
the columns of ``sealing.COLUMNS`` hold a JSON text of encrypted bytes."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models.functions import Coalesce


class Case(models.Model):
    """One application for one matter, from hand-in to archive; ``applicant`` and ``agent`` are ``str(Subject)``."""

    PERSONAL_DATA = {
        "applicant": "identity number or credit code: whose case it is",
        "applicant_name": "named on every document",
        "agent": "identity number of who hands in for the applicant",
        "fields": "the form: only what the matter's law asks for; encrypted",
        "facts": "facts of registers used by this case, with provenance; encrypted",
        "keys": "record numbers the applicant names (birth record, company …); encrypted",
        "answers": "situational answers; encrypted",
        "handler_name": "the official in charge",
    }

    id = models.UUIDField(primary_key=True)
    no = models.CharField(max_length=50, unique=True)
    version = models.IntegerField()
    state = models.CharField(max_length=30)
    kind = models.CharField(max_length=10)
    matter = models.CharField(max_length=80)
    matter_code = models.CharField(max_length=40)
    matter_version = models.UUIDField()
    matter_name = models.CharField(max_length=200)
    department = models.CharField(max_length=40)
    region = models.CharField(max_length=12)
    legal_limit = models.CharField(max_length=20)
    promised_limit = models.CharField(max_length=20)
    applicant = models.CharField(max_length=80)
    applicant_name = models.CharField(max_length=100)
    agent = models.CharField(max_length=80)
    channel = models.CharField(max_length=20)
    life_event_id = models.UUIDField(null=True)
    idempotency_key = models.CharField(max_length=64)
    handler = models.CharField(max_length=64)
    handler_name = models.CharField(max_length=100)
    waiting_for = models.TextField()
    outcome = models.CharField(max_length=12)
    automatic = models.BooleanField()
    submitted_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    warn_on = models.DateField(null=True)
    step_due_on = models.DateField(null=True)
    told_late = models.BooleanField()
    asked_on = models.DateField(null=True)  # the one day on which a supplement or a change was asked for
    supplement_items = models.JSONField()
    extension = models.JSONField()
    fields = models.JSONField()
    facts = models.JSONField()
    keys = models.JSONField()
    answers = models.JSONField()
    licences = models.JSONField()
    package = models.CharField(max_length=64)  # digest of the sealed archive package

    class Meta:
        db_table = "cases_case"
        constraints = [models.UniqueConstraint(fields=["applicant", "idempotency_key"], name="cases_once")]
        indexes = [
            models.Index(fields=["applicant", "id"], name="cases_applicant"),
            models.Index(
                "department",
                Coalesce("step_due_on", "due_on", models.Value(date(9999, 12, 31))),
                "id",
                name="cases_todo",
                condition=models.Q(closed_at__isnull=True),
            ),
            models.Index(fields=["life_event_id"], name="cases_life_event", condition=models.Q(life_event_id__isnull=False)),
            models.Index(fields=["agent", "id"], name="cases_agent", condition=~models.Q(agent="")),
            models.Index(fields=["step_due_on"], name="cases_clock", condition=models.Q(step_due_on__isnull=False)),
            models.Index(fields=["due_on"], name="cases_due", condition=models.Q(decided_at__isnull=True)),
        ]


class Material(models.Model):
    """One material of a case: how it was obtained, or that it is still missing, deferred or only promised."""

    PERSONAL_DATA = {"ref": "digest of a file or number of a licence of the applicant", "name": "file name as given"}

    id = models.UUIDField(primary_key=True)
    case_id = models.UUIDField()
    key = models.CharField(max_length=80)
    label = models.CharField(max_length=200)
    origin = models.CharField(max_length=20)
    state = models.CharField(max_length=12)
    given_as = models.CharField(max_length=12)
    ref = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    why = models.TextField()
    due_on = models.DateField(null=True)
    source = models.JSONField()
    finding = models.TextField()

    class Meta:
        db_table = "cases_material"
        constraints = [models.UniqueConstraint(fields=["case_id", "key"], name="cases_material_once")]
        indexes = [
            models.Index(fields=["due_on"], name="cases_deferred", condition=models.Q(state="deferred")),
            models.Index(fields=["case_id"], name="cases_broken", condition=models.Q(state="broken")),
        ]


class Step(models.Model):
    """One transition that happened (the process data set of GB/T 39046)."""

    PERSONAL_DATA = {
        "actor_name": "who did it",
        "opinion": "what was said about the case",
        "inputs": "what was handed in with the step; encrypted",
    }

    id = models.UUIDField(primary_key=True)
    case_id = models.UUIDField()
    seq = models.IntegerField()
    at = models.DateTimeField()
    action = models.CharField(max_length=40)
    before = models.CharField(max_length=30)
    after = models.CharField(max_length=30)
    actor_id = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=100)
    department = models.CharField(max_length=40)
    opinion = models.TextField()
    clause = models.CharField(max_length=200)
    inputs = models.JSONField()

    class Meta:
        db_table = "cases_step"
        constraints = [models.UniqueConstraint(fields=["case_id", "seq"], name="cases_step_order")]


class Special(models.Model):
    """One special procedure: while it is open the clock stands still."""

    PERSONAL_DATA = {"started_by": "who ordered it", "reason": "why", "result": "what it found"}

    id = models.UUIDField(primary_key=True)
    case_id = models.UUIDField()
    procedure = models.CharField(max_length=20)
    started_on = models.DateField()
    days = models.IntegerField()
    until = models.DateField()
    ended_on = models.DateField(null=True)
    reason = models.TextField()
    result = models.TextField()
    started_by = models.CharField(max_length=100)

    class Meta:
        db_table = "cases_special"
        indexes = [models.Index(fields=["case_id"], name="cases_special_case")]


class Decision(models.Model):
    """One decision or attempt at one: the table by digest, every input with its provenance, the reason of every condition."""

    PERSONAL_DATA = {"inputs": "facts and form values the decision rests on; encrypted", "decided_by": "the official, or the table"}

    id = models.UUIDField(primary_key=True)
    case_id = models.UUIDField()
    at = models.DateTimeField()
    outcome = models.CharField(max_length=12)
    automatic = models.BooleanField()
    table_name = models.CharField(max_length=120)
    table_digest = models.CharField(max_length=64)
    inputs = models.JSONField()
    reading = models.JSONField()  # the outcome as the rules engine gave it: enough to replay
    clauses = models.JSONField()
    settles = models.TextField()
    text = models.TextField()
    decided_by = models.CharField(max_length=100)

    class Meta:
        db_table = "cases_decision"
        indexes = [models.Index(fields=["case_id"], name="cases_decision_case")]


class Document(models.Model):
    """A document of the process, as it was given to the applicant."""

    PERSONAL_DATA = {"body": "names the applicant and says what was decided"}

    id = models.UUIDField(primary_key=True)
    case_id = models.UUIDField()
    kind = models.CharField(max_length=30)
    no = models.CharField(max_length=60)
    title = models.CharField(max_length=100)
    body = models.TextField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "cases_document"
        indexes = [models.Index(fields=["case_id"], name="cases_document_case")]


class DecisionTable(models.Model):
    """A decision table as it was when it decided: kept by digest so that a later edit changes no past decision."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    digest = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=120)
    source = models.TextField()
    kept_at = models.DateTimeField()

    class Meta:
        db_table = "cases_table"
