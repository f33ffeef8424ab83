"""The door of the exchange gateway: publish resources and policies, read and check what it wrote. No framework inside."""

from __future__ import annotations

from yiwang.data.gateway.answering import MOST_KEYS
from yiwang.data.gateway.errors import (
    BadReceipt,
    FollowRefused,
    JournalUnusable,
    MustDownload,
    NoSuchResource,
    PolicyUnusable,
    SnapshotUnusable,
)
from yiwang.data.gateway.following import Followed, follow
from yiwang.data.gateway.journal import Batch, check_receipt
from yiwang.data.gateway.journal import read as read_journal
from yiwang.data.gateway.policy import Policy, sealed_secret
from yiwang.data.gateway.policy import read as read_policy
from yiwang.data.gateway.policy import write as write_policy
from yiwang.data.gateway.serving import Place, serve
from yiwang.data.gateway.signing import canonical, signed_headers
from yiwang.data.gateway.snapshots import contained, publish, sealed_columns
from yiwang.data.gateway.streaming import stream

__all__ = [
    "MOST_KEYS",
    "BadReceipt",
    "Batch",
    "FollowRefused",
    "Followed",
    "JournalUnusable",
    "MustDownload",
    "NoSuchResource",
    "Place",
    "Policy",
    "PolicyUnusable",
    "SnapshotUnusable",
    "canonical",
    "check_receipt",
    "contained",
    "follow",
    "publish",
    "read_journal",
    "read_policy",
    "sealed_columns",
    "sealed_secret",
    "serve",
    "signed_headers",
    "stream",
    "write_policy",
]
