"""Existing licences in bulk, signed for real: what the people of a demonstration city already hold.

What stands on them is what the issuing department's own register says; who reads it here is the loader of the city.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from yiwang.data.registers import api as registers
from yiwang.security.access.api import SYSTEM
from yiwang.standards.subjects import Subject
from yiwang.support.identity.api import department
from yiwang.support.licences import issuing, queries
from yiwang.support.licences.words import NewLicence

Progress = Callable[[str, int, int], None]
_BATCH = 1_000
_SEX = {"1": "男", "2": "女"}
_RELATIONS = {"01": "户主", "02": "配偶", "10": "配偶", "20": "子", "21": "长子", "30": "女", "31": "长女"}


@dataclass(frozen=True, slots=True)
class Recipe:
    """A kind of licence made from one register: by which kind of key it is read, which columns, and how the face is written.

    ``since`` names the column of the day it was issued, '' for a day long ago. ``face`` gives the data, or None for no licence.
    """

    kind: str
    register: str
    by: str
    columns: tuple[str, ...]
    face: Callable[[Mapping[str, Any], Subject], dict[str, Any] | None]
    since: str = ""


def seed(rows: Sequence[NewLicence], progress: Progress | None) -> int:
    """Issue in transactions of a thousand."""
    for start in range(0, len(rows), _BATCH):
        with transaction.atomic():
            issuing.issue_many(None, licences=rows[start : start + _BATCH], actor=SYSTEM, collect=None)
        if progress is not None:
            progress("licences", min(start + _BATCH, len(rows)), len(rows))
    return len(rows)


def seed_city(personas: Iterable[registers.Persona], progress: Progress | None) -> int:
    """The licences of the personas, their companies and their properties."""
    names = {persona.subject: persona.name for persona in personas if persona.id_number}  # a newborn has no number yet and holds nothing
    people = [subject for subject in names if subject.kind == "person"]
    owned = registers.related(people, kinds=["company", "property"])
    companies = {one.key: one.label for one in owned if isinstance(one.key, Subject)}
    properties = {one.key.value: one.subject for one in owned if isinstance(one.key, registers.Key)}
    wanted = [(subject, recipe) for recipe in _RECIPES for subject in (*people, *companies) if subject.kind == recipe.by]
    asks = [
        registers.Ask(recipe.register, recipe.by, tuple(subject.key for subject, of in wanted if of is recipe), recipe.columns)
        for recipe in _RECIPES
    ]
    asks.append(registers.Ask("property", "property", tuple(properties), _PROPERTY))
    answer = registers.read([ask for ask in asks if ask.keys])
    already = _already([*people, *companies])
    rows = []
    for subject, recipe in wanted:
        found = answer.rows.get((recipe.register, recipe.by, subject.key))
        if found is not None and (recipe.kind, queries.holder_digest(subject)) not in already:
            rows += _licence(recipe, subject, found.values, names.get(subject, ""))
    for number, owner in properties.items():
        found = answer.rows.get(("property", "property", number))
        if found is not None and ("property_certificate", queries.holder_digest(owner)) not in already:
            rows += _licence(_OF_PROPERTY, owner, found.values, names[owner])
    return seed(rows, progress)


def _already(subjects: Sequence[Subject]) -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT kind, holder FROM licence WHERE holder = ANY(%s)", [[queries.holder_digest(one) for one in subjects]]
        )
        return set(cursor.fetchall())


def _licence(recipe: Recipe, holder: Subject, values: Mapping[str, Any], name: str) -> list[NewLicence]:
    face = recipe.face(values, holder)
    if face is None:
        return []
    since = date.fromisoformat(str(values[recipe.since])[:10]) if recipe.since else date(2020, 1, 1)
    issuer = registers.register(recipe.register).department
    holder_name = str(values.get("name") or name)
    return [NewLicence(recipe.kind, holder, holder_name, face, issuer, since)]


def _id_card(row: Mapping[str, Any], holder: Subject) -> dict[str, Any] | None:
    if row["status"] != "1" or row["nationality"] != "CHN":
        return None
    face = {"姓名": row["name"], "性别": _SEX[row["sex"]], "出生日期": row["birth_date"], "住址": row["domicile_address"]}
    return face | {"身份证号": holder.key, "签发机关": department("police").name}


def _household(row: Mapping[str, Any], holder: Subject) -> dict[str, Any] | None:
    if row["status"] != "1" or not row["household_no"]:
        return None
    face = {"姓名": row["name"], "性别": _SEX[row["sex"]], "出生日期": row["birth_date"], "户号": row["household_no"]}
    return face | {"与户主关系": _RELATIONS.get(row["relation_to_head"], "家庭成员"), "户籍地址": row["domicile_address"]}


def _marriage(row: Mapping[str, Any], holder: Subject) -> dict[str, Any] | None:
    if row["status"] != "1":
        return None
    husband = row["husband_id_number"] == holder.key
    own, spouse = ("husband_name", "wife_name") if husband else ("wife_name", "husband_name")
    return {"持证人": row[own], "配偶姓名": row[spouse], "登记日期": row["registered_on"], "结婚证字号": row["certificate_no"]}


def _business(row: Mapping[str, Any], holder: Subject) -> dict[str, Any] | None:
    if row["status"] != "1":
        return None
    face = {"名称": row["name"], "统一社会信用代码": holder.key, "法定代表人": row["legal_representative"], "住所": row["address"]}
    capital = f"{float(row['capital_yuan']) / 10_000:g} 万元"
    return face | {"注册资本": capital, "成立日期": row["established_on"], "经营范围": row["scope"]}


def _property(row: Mapping[str, Any], _: Subject) -> dict[str, Any]:
    face = {"权利人": row["owner_name"], "不动产权证号": row["certificate_no"], "坐落": row["address"]}
    return face | {"面积": str(row["area_m2"]), "用途": row["use"]}


_PERSON = ("name", "sex", "birth_date", "nationality", "household_no", "relation_to_head", "domicile_address", "status")
_MARRIAGE = ("certificate_no", "husband_id_number", "husband_name", "wife_name", "registered_on", "status")
_COMPANY = ("name", "legal_representative", "address", "capital_yuan", "established_on", "scope", "status")
_PROPERTY = ("certificate_no", "address", "area_m2", "use", "owner_name", "registered_on")
_OF_PROPERTY = Recipe("property_certificate", "property", "property", _PROPERTY, _property, since="registered_on")
_RECIPES = (
    Recipe("id_card", "person", "person", _PERSON, _id_card),
    Recipe("household_register", "person", "person", _PERSON, _household),
    Recipe("marriage_certificate", "marriage", "person", _MARRIAGE, _marriage, since="registered_on"),
    Recipe("business_licence", "company", "company", _COMPANY, _business, since="established_on"),
)
