"""Agreements: which purpose may see which element."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class AgreementRow(models.Model):
    """One element that a purpose may see, for a consumer department, on a legal basis, from a day until a day."""

    PERSONAL_DATA: ClassVar[dict[str, str]] = {}

    purpose = models.CharField(max_length=64)
    element = models.CharField(max_length=64)
    consumer_department = models.CharField(max_length=32)
    legal_basis = models.CharField(max_length=400)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        db_table = "exchange_agreement"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["purpose", "element", "consumer_department"], name="one_agreement")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["element"], name="agreement_element")]
