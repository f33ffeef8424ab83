"""What of each row is proven, and the one way this room writes its audit records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from hashlib import sha256

from django.db.models import Model

from yiwang.security.access.api import Actor
from yiwang.security.audit import api as audit
from yiwang.support.identity.models import Account, CompanyLink, Delegation, MachineToken

Content = dict[str, object]


def _account(row: Account) -> Content:
    """Preferences and the last sign-in are left out: they give nobody a right and change without a decision."""
    return {
        "username": row.username,
        "kind": row.kind,
        "subject": f"{row.subject_kind}:{row.subject_key}",
        "display_name": row.display_name,
        "department": row.department,
        "region": row.region,
        "posts": list(row.posts),
        "roles": list(row.roles),
        "real_name_level": row.real_name_level,
        "is_active": row.is_active,
        "password": sha256(row.password.encode()).hexdigest(),
        **({"password_given": True} if row.password_given else {}),
    }


def _token(row: MachineToken) -> Content:
    return {
        "account": str(row.account_id),
        "name": row.name,
        "digest": row.digest,
        "expires_at": row.expires_at.astimezone(UTC).isoformat(),
        "revoked": row.revoked_at is not None,
    }


def _delegation(row: Delegation) -> Content:
    return {
        "grantor": row.grantor_key,
        "agent": row.agent_key,
        "scope": list(row.scope),
        "until": row.until.isoformat(),
        "consent": row.consent,
        "revoked": row.revoked_at is not None,
    }


def _company_link(row: CompanyLink) -> Content:
    return {"person": row.person_key, "credit_code": row.credit_code, "ended": row.ended_at is not None}


# kind in the audit log → model and the content that is proven
_PROVEN: dict[str, tuple[type[Model], Callable[..., Content]]] = {
    "account": (Account, _account),
    "machine_token": (MachineToken, _token),
    "delegation": (Delegation, _delegation),
    "company_link": (CompanyLink, _company_link),
}
_KIND = {model: kind for kind, (model, _) in _PROVEN.items()}


def _loader(kind: str) -> Callable[[Sequence[str]], Mapping[str, Content]]:
    model, content = _PROVEN[kind]

    def load(refs: Sequence[str]) -> Mapping[str, Content]:
        return {str(row.pk): content(row) for row in model._default_manager.filter(pk__in=refs)}

    return load


LOADERS = {kind: _loader(kind) for kind in _PROVEN}


def record_of(act: str, row: Model, *, actor: Actor, detail: Mapping[str, object] | None = None) -> audit.Record:
    """The audit record of an act on one row as it stands after the act; the caller writes it in the same transaction."""
    kind = _KIND[type(row)]
    return audit.Record(
        act=act, actor=actor, kind=kind, ref=str(row.pk), case_id=None, detail=dict(detail or {}), row=_PROVEN[kind][1](row)
    )


def write(act: str, row: Model, *, actor: Actor, detail: Mapping[str, object] | None = None) -> None:
    """Record one act in the caller's transaction."""
    audit.record_many([record_of(act, row, actor=actor, detail=detail)])
