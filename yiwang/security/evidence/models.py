"""The tables of the log. What is in the tree is never changed: triggers refuse it and the runtime role has no right to."""

from __future__ import annotations

from django.db import models


class PendingLeaf(models.Model):
    """A leaf written in the transaction of its act, waiting for its index. A queue: rows leave it when sequenced."""

    PERSONAL_DATA: dict[str, str] = {}

    id = models.BigAutoField(primary_key=True)
    leaf_hash = models.BinaryField()
    ref = models.TextField()

    class Meta:
        db_table = "evidence_pending"


class Leaf(models.Model):
    """A leaf of the tree: contiguous indexes from 0; ``ref`` names the record it proves (``audit:<id>``)."""

    PERSONAL_DATA: dict[str, str] = {}
    APPEND_ONLY = True

    index = models.BigIntegerField(primary_key=True)
    leaf_hash = models.BinaryField()
    ref = models.TextField(db_index=True)

    class Meta:
        db_table = "evidence_leaf"


class Tile(models.Model):
    """A full tile of C2SP tlog-tiles: 256 hashes of one level and the root over them."""

    PERSONAL_DATA: dict[str, str] = {}
    APPEND_ONLY = True

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()
    root = models.BinaryField()

    class Meta:
        db_table = "evidence_tile"


class Checkpoint(models.Model):
    """A signed statement of the tree's size and root; all are kept."""

    PERSONAL_DATA: dict[str, str] = {}
    APPEND_ONLY = True

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        db_table = "evidence_checkpoint"
