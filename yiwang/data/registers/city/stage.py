"""The stage on which the fixed people stand: how a persona's records are written, so that the registers agree with each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from yiwang.data.registers.city import words
from yiwang.data.registers.city.retirement import add_months, statutory_date
from yiwang.data.registers.values import Persona, Value
from yiwang.standards.identifiers import credit_code, id_card
from yiwang.standards.subjects import Subject

EMPLOYER: Final = ("云汀宏达信息技术有限公司", credit_code.make("9", "1", "990103", "MAYYYY02"))
RESTAURANT: Final = ("云汀江畔小馆餐饮店", credit_code.make("9", "2", "990102", "MAYYYY01"))
LINJIANG: Final = ("990102001", "云汀市河东区临江街道望江社区望江路")
SHUYUAN: Final = ("990103001", "云汀市河西区书院街道文昌社区文昌街")


@dataclass(slots=True)
class Stage:
    """The personas and their rows, as (register, values)."""

    as_of: date
    personas: list[Persona] = field(default_factory=list)
    rows: list[tuple[str, dict[str, Value]]] = field(default_factory=list)
    _count: int = 0

    def next(self) -> int:
        """A running number for documents of personas."""
        self._count += 1
        return self._count

    def add(self, register: str, **values: Value | date) -> None:
        """One row; dates become texts."""
        self.rows.append((register, {column: value.isoformat() if isinstance(value, date) else value for column, value in values.items()}))

    def ago(self, days: int) -> date:
        """A day before the city's day."""
        return self.as_of - timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Home:
    """A persona's household: number, street and address."""

    number: str
    street: str
    address: str


def home_of(stage: Stage, place: tuple[str, str], where: str) -> Home:
    """A persona's home in a place; its number begins, behind the street, with 9."""
    return Home(f"{place[0]}9{stage.next():07d}", place[0], place[1] + where)


def inhabitant(
    stage: Stage,
    home: Home,
    name: str,
    sex: str,
    birth: date,
    *,
    relation: str = "02",
    marital: str = "20",
    number: str = "",
    **more: Value,
) -> str:
    """A person with everything an inhabitant has: returns the identity number."""
    index = stage.next()
    number = number or id_card.make(home.street[:6], birth, 900 + 2 * (index % 49) + (1 if sex == "1" else 0))
    row: dict[str, Value | date] = {
        "id_number": number,
        "name": name,
        "sex": sex,
        "birth_date": birth,
        "household_no": home.number,
        "relation_to_head": relation,
        "domicile_division": home.street,
        "domicile_address": home.address,
        "residence_address": home.address,
        "phone": f"1549999{index:04d}",
        "marital_status": marital,
    }
    stage.add("person", **{**row, **more})
    return number


def employee(stage: Stage, home: Home, name: str, number: str, birth: date, *, months: int, started: date, medical_name: str = "") -> None:
    """An employee's insurances, card, account, fund and work history."""
    index = stage.next()
    male = int(number[16]) % 2 == 1
    stage.add(
        "social_insurance",
        id_number=number,
        number=f"S{number[:17]}",
        name=name,
        birth_date=birth,
        paid_months=months,
        employer_name=EMPLOYER[0],
        employer_credit_code=EMPLOYER[1],
        started_on=started,
        base_yuan=9800,
    )
    post = "male" if male else "female_cadre"
    stage.add("employment", id_number=number, post_kind=post, first_work_on=started, retire_age_date=statutory_date(birth, post))
    stage.add("provident_fund", id_number=number, account_no=f"P9{index:08d}", balance_yuan=68000)
    covered(stage, home, medical_name or name, number, employed=True)
    account(stage, number)


def covered(stage: Stage, home: Home, name: str, number: str, *, employed: bool) -> None:
    """Medical insurance, of employees or of residents."""
    until = add_months(stage.as_of.replace(day=1), 1) - timedelta(days=1) if employed else date(stage.as_of.year, 12, 31)
    stage.add(
        "medical_insurance",
        id_number=number,
        number=f"M9{stage.next():08d}",
        name=name,
        kind="1" if employed else "2",
        paid_until=until,
        maternity_covered=employed,
        contact_address=home.address,
    )


def account(stage: Stage, number: str) -> None:
    """A bank account for benefits, and the social security card."""
    index = stage.next()
    stage.add("bank_account", account_no=f"99019{index:014d}", holder=number, bank_name=words.BANKS[0])
    stage.add("social_security_card", id_number=number, card_no=f"K9{index:07d}", issued_on=stage.ago(900))


def household(stage: Stage, home: Home, head: str, head_name: str, members: int) -> None:
    """The household's book and its standard address."""
    stage.add(
        "household",
        household_no=home.number,
        head_id_number=head,
        head_name=head_name,
        address=home.address,
        division=home.street,
        member_count=members,
    )
    stage.add(
        "address",
        address_code=home.number,
        text=home.address,
        division=home.street,
        community=home.address[10:14],
        road=home.address[14:17],
    )


def wedding(stage: Stage, husband: tuple[str, str], wife: tuple[str, str], on: date) -> str:
    """A marriage of (number, name) and (number, name); its certificate number comes back."""
    number = f"J990102-{on.year}-9{stage.next():06d}"
    stage.add(
        "marriage",
        certificate_no=number,
        husband_id_number=husband[0],
        husband_name=husband[1],
        wife_id_number=wife[0],
        wife_name=wife[1],
        registered_on=on,
    )
    return number


def birth_record(
    stage: Stage,
    mother: tuple[str, str],
    father: tuple[str, str] | None,
    on: date,
    sex: str,
    *,
    order: int = 1,
    hospital: int = 1,
    **more: Value,
) -> str:
    """A birth that the hospital has recorded; without name, certificate and number unless given in ``more``."""
    number = f"B{on.year}9{stage.next():07d}"
    name, code = words.HOSPITALS[hospital]
    row: dict[str, Value | date] = {
        "record_no": number,
        "child_sex": sex,
        "born_on": on,
        "born_at": "09:42",
        "born_at_hospital": name,
        "hospital_code": code,
        "weight_g": 3280 - 400 * (order - 1),
        "length_cm": 50,
        "gestation_weeks": 39,
        "mother_id_number": mother[0],
        "mother_name": mother[1],
        "father_id_number": father[0] if father else None,
        "father_name": father[1] if father else None,
        "birth_order": order,
    }
    stage.add("birth", **{**row, **more})
    return number


def expected(stage: Stage, mother: str, father: str | None, born: date) -> None:
    """The maternity registration, made months before the birth."""
    on = born - timedelta(days=160)
    stage.add(
        "maternity", registration_no=f"Y{on.year}9{stage.next():06d}", mother_id_number=mother, father_id_number=father, registered_on=on
    )


def introduce(stage: Stage, key: str, name: str, number: str, story: str, **keys: str) -> None:
    """Name a persona with a story and the records it needs."""
    stage.personas.append(Persona(key, name, number, Subject("person", number), story, keys))


def company(stage: Stage, which: tuple[str, str], owner: tuple[str, str], address: str, **values: Value | date) -> None:
    """A company with tax registration and account."""
    stage.add(
        "company",
        credit_code=which[1],
        name=which[0],
        legal_representative=owner[1],
        legal_representative_id_number=owner[0],
        address=address,
        **values,
    )
    stage.add("tax_registration", credit_code=which[1], name=which[0], taxpayer_kind="2" if which is RESTAURANT else "1")
    stage.add("bank_account", account_no=f"99018{stage.next():014d}", holder=which[1], bank_name=words.BANKS[1])


def premises(stage: Stage, owner: tuple[str, str], address: str, use: str, area: float, on: date, district: str = "河东区") -> str:
    """A property; its certificate number comes back."""
    number = f"云({on.year}){district}不动产权第9{stage.next():07d}号"
    stage.add(
        "property",
        certificate_no=number,
        address=address,
        area_m2=area,
        use=use,
        owner_id_number=owner[0],
        owner_name=owner[1],
        registered_on=on,
    )
    return number
