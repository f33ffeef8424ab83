"""Opening, changing and closing accounts: by the administrator of the region, and never one's own rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.contrib.auth.hashers import check_password
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from yiwang.base.clock.api import now
from yiwang.security.access import api as access
from yiwang.security.access.api import Actor
from yiwang.standards.errors import Forbidden, InvalidInput, NotFound
from yiwang.standards.identifiers import id_card
from yiwang.standards.subjects import Subject
from yiwang.support.identity import passwords, rows, sign_in
from yiwang.support.identity.actors import account_key, actor_of
from yiwang.support.identity.departments import department
from yiwang.support.identity.errors import AccountExists
from yiwang.support.identity.models import Account

MANAGE = "account.manage"
PAGE = 50
# Duties that one person may not hold together (权限分离: who administers is not who audits).
APART: tuple[frozenset[str], ...] = (frozenset({"admin", "auditor"}), frozenset({"matter_editor", "matter_publisher"}))
LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as an administrator or its owner sees it; the subject is masked."""

    id: UUID
    username: str
    kind: str
    name: str
    subject: str
    department: str
    region: str
    posts: tuple[str, ...]
    roles: tuple[str, ...]
    real_name_level: int
    is_active: bool
    language: str
    elder_mode: bool
    demonstration: bool
    created_at: datetime


def view_of(row: Account) -> AccountView:
    """The frozen picture of a row."""
    return AccountView(
        id=row.id,
        username=row.username,
        kind=row.kind,
        name=row.display_name,
        subject=row.subject.masked if row.subject else "",
        department=row.department,
        region=row.region,
        posts=tuple(row.posts),
        roles=tuple(row.roles),
        real_name_level=row.real_name_level,
        is_active=row.is_active,
        language=row.language,
        elder_mode=row.elder_mode,
        demonstration=row.demonstration,
        created_at=row.created_at,
    )


def create_staff(
    username: str, password: str, *, name: str, department_code: str, posts: Sequence[str], roles: Sequence[str], actor: Actor
) -> AccountView:
    """Open the account of an official; the region is the department's. Raises Forbidden, WeakPassword, AccountExists, InvalidInput."""
    place = department(department_code)
    access.require(actor, MANAGE, region=place.region)
    return _open(
        Account(
            username=sign_in.normal(username),
            password=passwords.checked(password, username=username),
            password_given=True,
            kind=Account.STAFF,
            display_name=_name(name),
            department=place.code,
            region=place.region,
            posts=list(posts),
            roles=_roles(roles),
            real_name_level=3,
        ),
        actor=actor,
    )


def create_machine(username: str, *, name: str, department_code: str, roles: Sequence[str], actor: Actor) -> AccountView:
    """Open the account of a system of a department; it has no password and enters by token only."""
    place = department(department_code)
    access.require(actor, MANAGE, region=place.region)
    row = Account(
        username=sign_in.normal(username),
        kind=Account.MACHINE,
        display_name=_name(name),
        department=place.code,
        region=place.region,
        roles=_roles(roles),
    )
    row.set_unusable_password()
    return _open(row, actor=actor)


def create_citizen(
    username: str, password: str, *, name: str, id_number: str, actor: Actor, real_name_level: int = 3, region: str = ""
) -> AccountView:
    """Open a citizen's account at the window against the identity card; the official's name goes on record.

    Raises:
        Forbidden: the actor may not manage accounts there.
        BadIdentifier: the identity number is wrong (says where).
        AccountExists: the name is taken or the person has an account.
    """
    access.require(actor, MANAGE, region=region or actor.region)
    card = id_card.parse(id_number)
    return _open(
        Account(
            username=sign_in.normal(username),
            password=passwords.checked(password, username=username),
            password_given=True,
            kind=Account.CITIZEN,
            subject_kind="person",
            subject_key=card.number,
            display_name=_name(name),
            region=region or actor.region,
            real_name_level=real_name_level,
        ),
        actor=actor,
    )


def _open(row: Account, *, actor: Actor) -> AccountView:
    if not row.username:
        raise InvalidInput("没有填写用户名,请填写后再提交。", field="username")
    row.created_at = now()
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            rows.write("account.opened", row, actor=actor, detail={"kind": row.kind, "roles": row.roles})
    except IntegrityError as error:
        raise AccountExists(username=row.username) from error
    return view_of(row)


def _name(name: str) -> str:
    if not name.strip():
        raise InvalidInput("没有填写姓名,请填写后再提交。", field="name")
    return name.strip()[:100]


def _roles(roles: Sequence[str]) -> list[str]:
    unknown = sorted(set(roles) - {one.code for one in access.roles()})
    if unknown:
        raise InvalidInput(f"没有名为「{'、'.join(unknown)}」的角色,请从角色表中选择。", field="roles")
    for apart in APART:
        if apart <= set(roles):
            raise InvalidInput(f"角色「{'、'.join(sorted(apart))}」不能由同一人担任(权限分离),请分给两个人。", field="roles")
    return sorted(set(roles))


def change_roles(account_id: UUID, *, roles: Sequence[str], posts: Sequence[str], actor: Actor) -> AccountView:
    """Give an official other posts and roles; Forbidden for one's own account, InvalidInput for roles that must stay apart."""
    wanted = _roles(roles)
    with _managed(account_id, actor) as row:
        row.roles, row.posts = wanted, list(posts)
        return _saved(row, "account.roles_changed", actor=actor, detail={"roles": wanted, "posts": list(posts)})


def close_account(account_id: UUID, *, reason: str, actor: Actor) -> AccountView:
    """Close an account at once: its sessions and tokens no longer count. The row stays for the record."""
    with _managed(account_id, actor) as row:
        row.is_active = False
        return _saved(row, "account.closed", actor=actor, detail={"reason": reason})


def reopen_account(account_id: UUID, *, reason: str, actor: Actor) -> AccountView:
    """Open a closed account again."""
    with _managed(account_id, actor) as row:
        row.is_active = True
        return _saved(row, "account.reopened", actor=actor, detail={"reason": reason})


def reset_password(account_id: UUID, *, password: str, actor: Actor) -> AccountView:
    """Set a password for one recognised at the window, and lift a lock; it opens nothing but its own change."""
    with _managed(account_id, actor) as row:
        row.password, row.password_given = passwords.checked(password, username=row.username), True
        sign_in.unlock(row.username)
        return _saved(row, "account.password_reset", actor=actor)


def change_password(actor: Actor, *, old: str, new: str) -> None:
    """Change one's own password; InvalidInput when the old one is wrong or kept, WeakPassword for a poor new one."""
    with transaction.atomic():
        row = _own(actor)
        if not check_password(old, row.password):
            raise InvalidInput("原密码不正确,请重新输入。", field="old")
        _renew(row, old, new)


def renew_password(username: str, *, old: str, new: str, request_facts: Mapping[str, str] | None = None) -> None:
    """Change a password by name and old password, without a session: the only thing that one set by somebody else opens.

    Raises:
        SignInRefused, SignInLocked: as for signing in. InvalidInput: the new one is the old one. WeakPassword.
    """
    account = sign_in.proven(username, old, dict(request_facts or {}), given=True)
    with transaction.atomic():
        _renew(Account.objects.select_for_update().get(pk=account.pk), old, new)


def _renew(row: Account, old: str, new: str) -> None:
    if new == old:
        raise InvalidInput("新密码与原密码相同,请换一个。", field="new")
    row.password, row.password_given = passwords.checked(new, username=row.username), False
    _saved(row, "account.password_changed", actor=actor_of(row))


def set_preferences(actor: Actor, *, language: Literal["zh-hans", "en"] | None = None, elder_mode: bool | None = None) -> AccountView:
    """Keep one's language and elder mode (适老模式); what is None stays."""
    if language is not None and language not in LANGUAGES:
        raise InvalidInput("没有这种语言,请选择中文或英文。", field="language")
    with transaction.atomic():
        row = _own(actor)
        row.language = language or row.language
        row.elder_mode = row.elder_mode if elder_mode is None else elder_mode
        return _saved(row, "account.preferences_changed", actor=actor, detail={"language": row.language, "elder_mode": row.elder_mode})


def account_of(actor: Actor) -> AccountView:
    """The actor's own account; NotFound for those without one (the system, nobody)."""
    return view_of(_own(actor, lock=False))


def accounts(actor: Actor, *, text: str = "", department_code: str = "", page: int = 1) -> list[AccountView]:
    """The accounts of staff and systems in the administrator's region, 50 a page, by department and name."""
    access.require(actor, MANAGE, region=actor.region)
    found: QuerySet[Account] = Account.objects.exclude(kind=Account.CITIZEN).order_by("department", "username")
    if text:
        found = found.filter(Q(username__icontains=text) | Q(display_name__icontains=text))
    if department_code:
        found = found.filter(department=department_code)
    visible = [row for row in found if access.covers(actor.region, row.region)]
    return [view_of(row) for row in visible[(page - 1) * PAGE : page * PAGE]]


def find_citizen(subject: Subject) -> AccountView | None:
    """The account of a person, if there is one."""
    row = Account.objects.filter(kind=Account.CITIZEN, subject_kind=subject.kind, subject_key=subject.key).first()
    return view_of(row) if row else None


def _own(actor: Actor, *, lock: bool = True) -> Account:
    found = Account.objects.filter(pk=account_key(actor))
    row = (found.select_for_update() if lock else found).first()
    if row is None:
        raise NotFound("没有找到您的账号,请登录后再试。")
    return row


class _managed:  # noqa: N801 - reads as a word in `with _managed(…) as row`
    """A transaction holding one account that the actor may manage and that is not the actor's own."""

    def __init__(self, account_id: UUID, actor: Actor) -> None:
        self.account_id, self.actor = account_id, actor
        self.transaction = transaction.atomic()

    def __enter__(self) -> Account:
        row = Account.objects.filter(pk=self.account_id).first()
        if row is None or not access.covers(self.actor.region, row.region or self.actor.region):
            raise NotFound("没有找到这个账号,可能不在您管理的地区。")
        access.require(self.actor, MANAGE, region=row.region or self.actor.region)
        if str(row.pk) == self.actor.account_id:
            raise Forbidden("不能修改自己账号的权限,请由另一位管理员办理。")
        self.transaction.__enter__()
        return Account.objects.select_for_update().get(pk=self.account_id)

    def __exit__(self, *error: object) -> None:
        self.transaction.__exit__(*error)  # type: ignore[arg-type]


def _saved(row: Account, act: str, *, actor: Actor, detail: dict[str, object] | None = None) -> AccountView:
    row.save()
    rows.write(act, row, actor=actor, detail=detail)
    return view_of(row)
