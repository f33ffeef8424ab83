"""The tables of the law library: law → version → article, and parameters that officials have set."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from yiwang.base.ids.api import new_id


class LawRow(models.Model):
    """A law by its title; ``key`` is the title without 中华人民共和国, brackets and spaces."""

    PERSONAL_DATA: dict[str, str] = {}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=300, unique=True)
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=20)
    organ = models.CharField(max_length=200, blank=True)
    first_date = models.DateField(null=True)
    repealed_on = models.DateField(null=True)
    repealed_by = models.CharField(max_length=400, blank=True)

    class Meta:
        db_table = "laws_law"


class VersionRow(models.Model):
    """One dated text. ``events`` are the dates of its heading; ``text_digest`` is of the articles alone, ``digest`` of everything."""

    PERSONAL_DATA: dict[str, str] = {}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    law = models.ForeignKey(LawRow, on_delete=models.PROTECT, related_name="versions")
    version_date = models.DateField(null=True)
    in_force_from = models.DateField(null=True)
    in_force_to = models.DateField(null=True)
    basis = models.CharField(max_length=12)
    events = models.JSONField(default=list)
    preamble = models.TextField(blank=True)
    annex = models.TextField(blank=True)
    articles = models.PositiveIntegerField()
    warnings = models.JSONField(default=list)
    source = models.CharField(max_length=400)
    digest = models.CharField(max_length=64)
    text_digest = models.CharField(max_length=64)
    imported_at = models.DateTimeField()

    class Meta:
        db_table = "laws_version"
        constraints = [models.UniqueConstraint(fields=["law", "version_date"], name="laws_one_text_per_date")]


class ArticleRow(models.Model):
    """One article of one version; ``grams`` are its pairs of neighbouring characters, for search."""

    PERSONAL_DATA: dict[str, str] = {}

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(VersionRow, on_delete=models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()
    sub = models.PositiveSmallIntegerField(default=0)
    part = models.CharField(max_length=200, blank=True)
    chapter = models.CharField(max_length=200, blank=True)
    section = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    grams = ArrayField(models.IntegerField())

    class Meta:
        db_table = "laws_article"
        constraints = [models.UniqueConstraint(fields=["version", "number", "sub"], name="laws_article_once")]
        indexes = [GinIndex(fields=["grams"], name="laws_article_grams")]


class ParameterRow(models.Model):
    """A value set by an official; it holds until the next value of the same code, or ``valid_to``."""

    PERSONAL_DATA = {"set_by": "account of the official who answers for the value", "set_by_name": "the same, for reading"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    value = models.JSONField()
    unit = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=400)
    kind = models.CharField(max_length=16)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    set_by = models.CharField(max_length=100)
    set_by_name = models.CharField(max_length=100, blank=True)
    set_at = models.DateTimeField()

    class Meta:
        db_table = "laws_parameter"
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="laws_parameter_once_a_day")]
