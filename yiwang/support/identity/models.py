"""What the room keeps: accounts, failed sign-ins, machine tokens, delegations, company links."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from yiwang.base.ids.api import new_id
from yiwang.standards.subjects import Subject


class Account(AbstractBaseUser):
    """Someone who can sign in. Rights come from roles (security/access), never from Django's permission tables."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "username": "sign-in name chosen by the person",
        "password": "salted hash, never the password",
        "last_login": "when the person last signed in",
        "subject_key": "identity number or credit code: whose matters these are",
        "display_name": "name on pages and records",
    }
    CITIZEN, STAFF, MACHINE = "citizen", "staff", "machine"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=8, choices=[(CITIZEN, "个人"), (STAFF, "工作人员"), (MACHINE, "系统")])
    subject_kind = models.CharField(max_length=8, blank=True)
    subject_key = models.CharField(max_length=36, blank=True)
    display_name = models.CharField(max_length=100)
    department = models.CharField(max_length=32, blank=True)
    region = models.CharField(max_length=12, blank=True)
    posts = models.JSONField(default=list)
    roles = models.JSONField(default=list)
    real_name_level = models.PositiveSmallIntegerField(default=1)
    language = models.CharField(max_length=8, default="zh-hans")
    elder_mode = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    demonstration = models.BooleanField(default=False)
    password_given = models.BooleanField(default=False)  # set by somebody else: it opens nothing but the change to an own one
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = BaseUserManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_key"], condition=models.Q(kind="citizen"), name="identity_one_account_a_citizen"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="citizen") | (models.Q(subject_kind="person") & ~models.Q(subject_key="")),
                name="identity_citizen_is_somebody",
            ),
            models.CheckConstraint(condition=~models.Q(kind="staff") | ~models.Q(department=""), name="identity_staff_has_department"),
        ]
        indexes: ClassVar = [models.Index(fields=["region", "department"], name="identity_account_place")]

    @property
    def subject(self) -> Subject | None:
        """Whose matters the account is for; None for staff and machines."""
        return Subject(self.subject_kind, self.subject_key) if self.subject_key else None  # type: ignore[arg-type]


class SignInGuard(models.Model):
    """Failed sign-ins of one name, whether or not an account of that name exists: a lock tells nothing about who exists."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}
    digest = models.CharField(max_length=64, primary_key=True)
    failed_count = models.PositiveIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    last_failed_at = models.DateTimeField(db_index=True)


class MachineToken(models.Model):
    """A key to the API; only its hash is kept."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class Delegation(models.Model):
    """亲友代办: one person lets another act for them, for some matters, until a day."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {
        "grantor_key": "identity number of the one who is represented",
        "grantor_name": "name for pages and records",
        "agent_key": "identity number of the one who acts",
        "agent_name": "name for pages and records",
    }
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    grantor_key = models.CharField(max_length=36, db_index=True)
    grantor_name = models.CharField(max_length=100)
    agent_key = models.CharField(max_length=36, db_index=True)
    agent_name = models.CharField(max_length=100)
    scope = models.JSONField(default=list)
    until = models.DateField()
    consent = models.TextField()
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class CompanyLink(models.Model):
    """A person found in the company register as legal representative, and so entitled to act for the company."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {"person_key": "identity number of the legal representative"}
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person_key = models.CharField(max_length=36, db_index=True)
    credit_code = models.CharField(max_length=18)
    company_name = models.CharField(max_length=200)
    source = models.JSONField(default=dict)
    verified_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person_key", "credit_code"], condition=models.Q(ended_at__isnull=True), name="identity_one_link_in_force"
            )
        ]
