"""Tables of this room: budgets, matches, pushes, preferences, claims, payment lists with their ledger, weights, runs."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from yiwang.base.ids.api import new_id


class BudgetRow(models.Model):
    """What a policy may spend in a year; the database itself refuses to go beyond."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    id = models.UUIDField(primary_key=True, default=new_id)
    policy = models.CharField(max_length=48)
    year = models.IntegerField()
    total_fen = models.BigIntegerField()
    reserved_fen = models.BigIntegerField(default=0)
    spent_fen = models.BigIntegerField(default=0)

    class Meta:
        db_table = "policies_budget"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["policy", "year"], name="one_policy_budget"),
            models.CheckConstraint(
                condition=models.Q(reserved_fen__gte=0, spent_fen__gte=0, total_fen__gte=models.F("reserved_fen") + models.F("spent_fen")),
                name="policy_budget_never_overspent",
            ),
        ]


class CompanyRow(models.Model):
    """A company as it was last matched: a digest of its facts, and the traits that rank its pushes. No fact is copied."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"name": "name of a company; a sole trader's may contain a person's name"}

    company = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=200)
    region = models.CharField(max_length=12, default="")
    traits = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    matched_at = models.DateTimeField()

    class Meta:
        db_table = "policies_company"


class MatchRow(models.Model):
    """What a policy says of a company: it can have it, nearly, or one fact is missing. Plain refusals are not kept."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"company": "which company", "short": "what it falls short of"}

    id = models.UUIDField(primary_key=True, default=new_id)
    policy = models.CharField(max_length=48)
    company = models.CharField(max_length=64)
    result = models.CharField(max_length=12)
    amount_fen = models.BigIntegerField(default=0)
    missing = models.JSONField(default=list)
    short = models.JSONField(default=list)
    rules_digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "policies_match"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["policy", "company"], name="one_policy_match")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["company"], name="policy_match_company")]


class PushRow(models.Model):
    """One message about one policy to one company, ever: sent, opened, ignored."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"company": "which company"}

    id = models.UUIDField(primary_key=True, default=new_id)
    policy = models.CharField(max_length=48)
    company = models.CharField(max_length=64)
    amount_fen = models.BigIntegerField()
    traits = models.JSONField(default=dict)
    score = models.FloatField()
    because = models.JSONField(default=list)
    at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    ignored_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "policies_push"
        constraints: ClassVar[list[models.BaseConstraint]] = [models.UniqueConstraint(fields=["policy", "company"], name="one_policy_push")]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["company", "at"], name="policy_push_company")]


class PreferenceRow(models.Model):
    """What a company wants to be told of: nothing, or all but some topics. Channels and quiet hours are those of its messages."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"company": "which company"}

    company = models.CharField(max_length=64, primary_key=True)
    off = models.BooleanField(default=False)
    muted_topics = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        db_table = "policies_preference"


class ClaimRow(models.Model):
    """A claim with the facts and the outcome it rests on."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "company": "which company",
        "company_name": "its name",
        "claimed_by_name": "who claimed for it",
        "facts": "facts of the company with their source",
        "outcome": "conditions and values",
        "reviewed_by_name": "official",
        "reason": "why it was refused",
    }

    id = models.UUIDField(primary_key=True, default=new_id)
    policy = models.CharField(max_length=48)
    department = models.CharField(max_length=32)
    company = models.CharField(max_length=64)
    company_name = models.CharField(max_length=200)
    region = models.CharField(max_length=12, default="")
    year = models.IntegerField()
    state = models.CharField(max_length=12)
    amount_fen = models.BigIntegerField(default=0)
    facts = models.JSONField(default=list)
    outcome = models.JSONField(default=dict)
    reason = models.TextField(default="")
    remedy = models.TextField(default="")
    claimed_by = models.CharField(max_length=64)
    claimed_by_name = models.CharField(max_length=100)
    claimed_at = models.DateTimeField()
    reviewed_by_name = models.CharField(max_length=100, default="")
    approved_at = models.DateTimeField(null=True)
    listed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "policies_claim"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["policy", "company", "year"],
                condition=models.Q(state__in=["review", "approved", "listed", "paid", "returned"]),
                name="one_policy_claim_a_year",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["company"], name="policy_claim_company"),
            models.Index(fields=["department", "state"], name="policy_claim_department"),
        ]


class ListRow(models.Model):
    """A payment list of a department: frozen with its digest, approved by a second person."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"prepared_by_name": "official", "approved_by_name": "official"}

    id = models.UUIDField(primary_key=True, default=new_id)
    department = models.CharField(max_length=32)
    number = models.IntegerField()
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
    note = models.TextField(default="")

    class Meta:
        db_table = "policies_list"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["department", "number"], name="one_policy_list")
        ]


class PaymentRow(models.Model):
    """One line of a payment list: one claim, one account."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"payee": "name of the account's holder", "account": "bank account, encrypted"}

    id = models.UUIDField(primary_key=True, default=new_id)
    list = models.ForeignKey(ListRow, on_delete=models.PROTECT, related_name="payments")
    claim = models.ForeignKey(ClaimRow, on_delete=models.PROTECT, related_name="payments")
    number = models.IntegerField()
    payee = models.CharField(max_length=200)
    bank = models.CharField(max_length=100)
    account = models.BinaryField()
    amount_fen = models.BigIntegerField()
    state = models.CharField(max_length=12, default="planned")
    reason = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "policies_payment"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["list", "number"], name="one_policy_payment_number"),
            models.UniqueConstraint(fields=["claim"], condition=models.Q(state__in=["planned", "paid"]), name="policy_claim_paid_once"),
        ]


class EntryRow(models.Model):
    """A line of the double-entry ledger: what one act debits and credits; both sides of an act are equal."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    id = models.UUIDField(primary_key=True, default=new_id)
    list = models.ForeignKey(ListRow, on_delete=models.PROTECT, related_name="entries")
    act = models.CharField(max_length=32)
    account = models.CharField(max_length=120)
    debit_fen = models.BigIntegerField(default=0)
    credit_fen = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        db_table = "policies_entry"


class WeightsRow(models.Model):
    """A ranking learned from what companies did with pushes: weights by feature; the newest ranks."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    id = models.UUIDField(primary_key=True, default=new_id)
    at = models.DateTimeField()
    samples = models.IntegerField()
    positives = models.IntegerField()
    weights = models.JSONField()
    counts = models.JSONField()

    class Meta:
        db_table = "policies_weights"


class MarkRow(models.Model):
    """Up to which moment the changes of a register have been looked at, and which of its loads was last seen."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    register = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField()
    loaded_at = models.DateTimeField()

    class Meta:
        db_table = "policies_mark"


class RunRow(models.Model):
    """One matching: of all companies, of those that changed, or of those whose register was loaded anew."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=12)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    scanned = models.IntegerField(default=0)
    decided = models.IntegerField(default=0)
    yes = models.IntegerField(default=0)
    near = models.IntegerField(default=0)
    undetermined = models.IntegerField(default=0)
    pushed = models.IntegerField(default=0)
    seconds = models.FloatField(default=0)

    class Meta:
        db_table = "policies_run"


class RehearsalRow(models.Model):
    """The summary of a draft replayed over all companies; nothing about any company."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"by_name": "official"}

    id = models.UUIDField(primary_key=True, default=new_id)
    policy = models.CharField(max_length=48)
    department = models.CharField(max_length=32)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=100)
    draft = models.JSONField()
    summary = models.JSONField()

    class Meta:
        db_table = "policies_rehearsal"
