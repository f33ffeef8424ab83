"""The staff and the accounts of the demonstration city; everything made here is marked as demonstration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Protocol

from django.contrib.auth.hashers import make_password
from django.db import transaction

from yiwang.base.clock.api import now
from yiwang.security.access.api import SYSTEM
from yiwang.security.audit import api as audit
from yiwang.support.identity import rows
from yiwang.support.identity.accounts import AccountView, view_of
from yiwang.support.identity.departments import Department, department, departments
from yiwang.support.identity.models import Account

_SURNAMES: Final = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜"
_GIVEN: Final = (
    "建国",
    "晓梅",
    "志强",
    "雅琴",
    "海峰",
    "静怡",
    "文博",
    "丽娟",
    "俊杰",
    "春燕",
    "明远",
    "思源",
    "国栋",
    "玉兰",
    "子涵",
    "立新",
    "慧敏",
    "天佑",
    "佳宁",
    "永康",
)


class Persona(Protocol):
    """What is needed of ``data.registers`` personas; the room does not import them."""

    @property
    def key(self) -> str: ...  # noqa: D102

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def id_number(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class _Seat:
    """One chair: the sign-in name is ``<department>.<suffix>``."""

    suffix: str
    post: str
    roles: tuple[str, ...]


# Every department; editor and publisher, clerk and approver are different people.
EVERYWHERE: Final = (
    _Seat("clerk", "综合窗口受理岗", ("clerk",)),
    _Seat("reviewer", "业务审查岗", ("reviewer", "matter_editor")),
    _Seat("approver", "审批决定岗", ("approver", "matter_publisher", "sharing_head")),
    _Seat("data", "综合岗(数据、好差评、档案)", ("data_officer", "rating_officer", "archivist")),
)
# The city's own seats, the hotline's three and the two of the register of models, in the data bureau.
CITY: Final = (
    ("city.leader", "市政府分管领导", ("leader",)),
    ("city.auditor", "安全审计员", ("auditor",)),
    ("city.data", "市级数据管理员", ("data_officer", "sharing_authority")),
    ("city.catalogue", "数据目录审核员", ("catalogue_reviewer",)),
    ("city.editor", "事项管理员", ("matter_editor",)),
    ("city.publisher", "事项审核员", ("matter_publisher",)),
    ("city.rating", "好差评专员", ("rating_officer",)),
    ("city.admin", "系统管理员", ("admin",)),
    ("hotline.agent", "热线话务员", ("hotline_agent",)),
    ("hotline.dispatcher", "热线派单员", ("hotline_dispatcher",)),
    ("hotline.supervisor", "热线督办员", ("hotline_supervisor",)),
    ("model.officer", "模型管理员", ("model_officer",)),
    ("model.approver", "模型审核员", ("model_approver",)),
)


def build_staff(*, password: str) -> list[AccountView]:
    """The staff of all departments, four each, and the city's eight; names follow from the sign-in name.

    The password is hashed once and the same encoded value is given to every account: only for demonstration.
    Accounts that exist stay as they are. Returns all of them.
    """
    wanted = [_staff(f"{place.code}.{seat.suffix}", seat.post, seat.roles, place) for place in departments() for seat in EVERYWHERE]
    wanted += [_staff(username, post, roles, department("data")) for username, post, roles in CITY]
    return _build(wanted, password=password)


def build_accounts(personas: Iterable[Persona], *, password: str) -> list[tuple[Persona, AccountView]]:
    """An account for each persona that is a person with an identity number; the sign-in name is the persona's key.

    The same shared demonstration hash as the staff. Returns each of these personas with its account.
    """
    people = [one for one in personas if one.id_number]
    made = _build([_citizen(one) for one in people], password=password)
    return list(zip(people, made, strict=True))


def _citizen(persona: Persona) -> Account:
    return Account(
        username=persona.key,
        kind=Account.CITIZEN,
        subject_kind="person",
        subject_key=persona.id_number,
        display_name=persona.name,
        region="990100",
        real_name_level=3,
    )


def _staff(username: str, post: str, roles: Sequence[str], place: Department) -> Account:
    return Account(
        username=username,
        kind=Account.STAFF,
        display_name=_person_name(username),
        department=place.code,
        region=place.region,
        posts=[post],
        roles=sorted(roles),
        real_name_level=3,
    )


def _person_name(username: str) -> str:
    """A plausible name that follows from the sign-in name, so that every installation shows the same people."""
    number = int.from_bytes(sha256(username.encode()).digest()[:4])
    return _SURNAMES[number % len(_SURNAMES)] + _GIVEN[number // len(_SURNAMES) % len(_GIVEN)]


@transaction.atomic
def _build(wanted: list[Account], *, password: str) -> list[AccountView]:
    names = [row.username for row in wanted]
    there = set(Account.objects.filter(username__in=names).values_list("username", flat=True))
    new = [row for row in wanted if row.username not in there]
    encoded = make_password(password) if new else ""
    for row in new:
        row.password, row.demonstration, row.created_at = encoded, True, now()
    Account.objects.bulk_create(new)
    audit.record_many([rows.record_of("account.opened", row, actor=SYSTEM, detail={"demonstration": True}) for row in new])
    order = {name: index for index, name in enumerate(names)}
    return sorted(map(view_of, Account.objects.filter(username__in=names)), key=lambda one: order[one.username])
