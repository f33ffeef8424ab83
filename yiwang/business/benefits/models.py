"""Runs, awards, payment lists with their ledger, findings, recoveries, rehearsals. Amounts are in fen (1/100 yuan)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from yiwang.base.ids.api import new_id


class RunRow(models.Model):
    """One scan or recheck of one benefit: what was read and what came out. ``total``: rows of the population when it began, for progress;
    ``state``: waiting (asked for on a page, the worker takes it), running, done, failed (with its ``error``).
    """

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"by_name": "name of the official who started it"}

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=12)  # scan, recheck
    benefit = models.CharField(max_length=32)
    department = models.CharField(max_length=32)
    by_id = models.CharField(max_length=64)
    by_name = models.CharField(max_length=100)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    scanned = models.IntegerField(default=0)
    entitled = models.IntegerField(default=0)
    undetermined = models.IntegerField(default=0)
    receiving = models.IntegerField(default=0)
    told = models.IntegerField(default=0)
    seconds = models.FloatField(default=0)
    rules_digest = models.CharField(max_length=64, default="")
    state = models.CharField(max_length=12, default="running")
    total = models.IntegerField(default=0)
    error = models.CharField(max_length=300, default="")

    class Meta:
        db_table = "benefits_run"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["department", "-started_at"], name="benefit_runs")]


class AwardRow(models.Model):
    """What one person (or child) is entitled to, from being found to its end."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "subject": "the record or person the benefit is for",
        "recipient": "who receives it",
        "recipient_name": "name of who receives it",
        "facts": "the facts the decision rests on",
        "outcome": "the decision with every condition",
        "note": "words of the citizen or the official",
    }

    id = models.UUIDField(primary_key=True, default=new_id)
    benefit = models.CharField(max_length=32)
    subject = models.CharField(max_length=64)
    recipient = models.CharField(max_length=64)
    recipient_name = models.CharField(max_length=100, default="")
    department = models.CharField(max_length=32)
    region = models.CharField(max_length=12, default="")
    state = models.CharField(max_length=16)
    amount_fen = models.BigIntegerField(default=0)
    facts = models.JSONField(default=list)
    outcome = models.JSONField(default=dict)
    missing = models.JSONField(default=list)
    run_id = models.UUIDField()
    correction_id = models.UUIDField(null=True)
    found_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    answer_due = models.DateField(null=True)
    reminded_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    note = models.TextField(default="")
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "benefits_award"
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["benefit", "subject"], name="one_award")]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["recipient"], name="award_recipient"),
            models.Index(fields=["department", "state"], name="award_department"),
            models.Index(fields=["answer_due"], condition=models.Q(state="told"), name="award_waiting"),
        ]


class ListRow(models.Model):
    """A payment list of a department for a month: frozen with its digest, approved by a second person."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"prepared_by_name": "official", "approved_by_name": "official"}

    id = models.UUIDField(primary_key=True, default=new_id)
    department = models.CharField(max_length=32)
    month = models.CharField(max_length=7)
    sequence = models.IntegerField()
    state = models.CharField(max_length=12, default="frozen")
    count = models.IntegerField()
    total_fen = models.BigIntegerField()
    without_account = models.IntegerField(default=0)
    digest = models.CharField(max_length=64)
    prepared_by = models.CharField(max_length=64)
    prepared_by_name = models.CharField(max_length=100)
    prepared_at = models.DateTimeField()
    approved_by = models.CharField(max_length=64, default="")
    approved_by_name = models.CharField(max_length=100, default="")
    approved_at = models.DateTimeField(null=True)
    note = models.TextField(default="")

    class Meta:
        db_table = "benefits_list"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["department", "month", "sequence"], name="one_payment_list")
        ]


class PaymentRow(models.Model):
    """One line of a payment list: one award, one month, one bank account."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "recipient": "who is paid",
        "recipient_name": "name of who is paid",
        "account": "bank account, encrypted",
        "reason": "why the bank returned it",
    }

    id = models.UUIDField(primary_key=True, default=new_id)
    list = models.ForeignKey(ListRow, on_delete=models.PROTECT, related_name="payments")
    award_id = models.UUIDField()
    benefit = models.CharField(max_length=32)
    month = models.CharField(max_length=7)
    number = models.IntegerField()
    recipient = models.CharField(max_length=64)
    recipient_name = models.CharField(max_length=100, default="")
    bank = models.CharField(max_length=100)
    account = models.BinaryField()
    amount_fen = models.BigIntegerField()
    state = models.CharField(max_length=12, default="planned")
    reason = models.CharField(max_length=200, default="")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "benefits_payment"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["list", "number"], name="one_payment_number"),
            models.UniqueConstraint(
                fields=["award_id", "month"], condition=models.Q(state__in=["planned", "paid"]), name="paid_once_a_month"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["award_id", "month"], name="payment_award"),
            models.Index(fields=["recipient"], name="payment_recipient"),
        ]


class EntryRow(models.Model):
    """A line of the double-entry ledger: what one act debits and credits; both sides of an act are equal."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    id = models.UUIDField(primary_key=True, default=new_id)
    act = models.CharField(max_length=32)
    ref = models.UUIDField()
    list_id = models.UUIDField(null=True)
    account = models.CharField(max_length=120)
    debit_fen = models.BigIntegerField(default=0)
    credit_fen = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        db_table = "benefits_entry"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["list_id"], name="entry_list"),
            models.Index(fields=["ref"], name="entry_ref"),
        ]


class FindingRow(models.Model):
    """A payment that the recheck holds for wrong, in our awards or in a register of payments."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "source_key": "the award or register row",
        "holder": "who receives the payment",
        "holder_name": "name of who receives it",
        "explanation": "what was found, in words",
        "note": "the official's reason",
        "handled_by_name": "official",
    }

    id = models.UUIDField(primary_key=True, default=new_id)
    source = models.CharField(max_length=32)  # award, or the register's name
    source_key = models.CharField(max_length=64)
    benefit = models.CharField(max_length=64)
    department = models.CharField(max_length=32)
    holder = models.CharField(max_length=64)
    holder_name = models.CharField(max_length=100, default="")
    cause = models.CharField(max_length=12)
    since = models.DateField()
    months = models.IntegerField()
    monthly_fen = models.BigIntegerField()
    wrong_fen = models.BigIntegerField()
    explanation = models.TextField()
    run_id = models.UUIDField()
    found_at = models.DateTimeField()
    state = models.CharField(max_length=12, default="open")
    note = models.TextField(default="")
    handled_by_name = models.CharField(max_length=100, default="")
    handled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "benefits_finding"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "source_key", "cause", "since"], name="one_finding")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["department", "state"], name="finding_department")]


class RecoveryRow(models.Model):
    """An order to give back what was wrongly paid: explained, then repaid, in instalments, or waived by a person."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "debtor": "who is to repay",
        "explanation": "why, in words",
        "note": "the reason for a waiver",
        "handled_by_name": "official",
    }

    id = models.UUIDField(primary_key=True, default=new_id)
    finding_id = models.UUIDField(unique=True)
    department = models.CharField(max_length=32)
    debtor = models.CharField(max_length=64)
    state = models.CharField(max_length=12, default="explained")
    owed_fen = models.BigIntegerField()
    repaid_fen = models.BigIntegerField(default=0)
    waived_fen = models.BigIntegerField(default=0)
    instalments = models.IntegerField(default=1)
    explanation = models.TextField()
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=64)
    due = models.DateField()
    note = models.TextField(default="")
    handled_by_name = models.CharField(max_length=100, default="")
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "benefits_recovery"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["department", "state"], name="recovery_department"),
            models.Index(fields=["debtor"], name="recovery_debtor"),
        ]


class RehearsalRow(models.Model):
    """The summary of a draft replayed over the population; nothing about any person."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"by_name": "official"}

    id = models.UUIDField(primary_key=True, default=new_id)
    benefit = models.CharField(max_length=32)
    department = models.CharField(max_length=32)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=100)
    draft = models.JSONField()
    summary = models.JSONField()

    class Meta:
        db_table = "benefits_rehearsal"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["department", "-at"], name="rehearsals")]
