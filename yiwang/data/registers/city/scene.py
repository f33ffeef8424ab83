"""The fixed people of every city: the same names and records whatever the seed and the size, so that a story can be told.

Days that a story needs (a birth five days ago, a retirement next month, a child of six) move with the city's day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
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


def _home(stage: Stage, place: tuple[str, str], where: str) -> Home:
    return Home(f"{place[0]}9{stage.next():07d}", place[0], place[1] + where)


def _number(division: str, birth: date, sequence: int) -> str:
    return id_card.make(division, birth, sequence)


def _person(
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
    number = number or _number(home.street[:6], birth, 900 + 2 * (index % 49) + (1 if sex == "1" else 0))
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


def _insured(stage: Stage, home: Home, name: str, number: str, birth: date, *, months: int, started: date, medical_name: str = "") -> None:
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
    _covered(stage, home, medical_name or name, number, employed=True)
    _account(stage, number)


def _covered(stage: Stage, home: Home, name: str, number: str, *, employed: bool) -> None:
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


def _account(stage: Stage, number: str) -> None:
    index = stage.next()
    stage.add("bank_account", account_no=f"99019{index:014d}", holder=number, bank_name=words.BANKS[0])
    stage.add("social_security_card", id_number=number, card_no=f"K9{index:07d}", issued_on=stage.ago(900))


def _household(stage: Stage, home: Home, head: str, head_name: str, members: int) -> None:
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


def _wedding(stage: Stage, husband: tuple[str, str], wife: tuple[str, str], on: date) -> str:
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


def _birth(
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


def _expected(stage: Stage, mother: str, father: str | None, born: date) -> None:
    on = born - timedelta(days=160)
    stage.add(
        "maternity", registration_no=f"Y{on.year}9{stage.next():06d}", mother_id_number=mother, father_id_number=father, registered_on=on
    )


def _introduce(stage: Stage, key: str, name: str, number: str, story: str, subject: Subject | None = None, **keys: str) -> None:
    stage.personas.append(Persona(key, name, number, subject or Subject("person", number), story, keys))


def _newborn_family(stage: Stage) -> None:
    home = _home(stage, LINJIANG, "18号6栋2单元1203室")
    born = stage.ago(5)
    mother = (_person(stage, home, "林晓雨", "2", date(1995, 3, 12), relation="10"), "林晓雨")
    father = (_person(stage, home, "陈志远", "1", date(1993, 7, 8)), "陈志远")
    _household(stage, home, *father, 2)
    wedding = _wedding(stage, father, mother, date(2021, 5, 20))
    _insured(stage, home, mother[1], mother[0], date(1995, 3, 12), months=98, started=date(2018, 7, 1))
    _insured(stage, home, father[1], father[0], date(1993, 7, 8), months=120, started=date(2016, 7, 1))
    _expected(stage, mother[0], father[0], born)
    record = _birth(stage, mother, father, born, "2")
    keys = {"birth": record, "household": home.number, "marriage": wedding}
    _introduce(
        stage, "newborn_mother", mother[1], mother[0], "五天前在市妇幼保健院生下女儿,来办新生儿出生一件事。", **keys, spouse=father[0]
    )
    _introduce(stage, "newborn_father", father[1], father[0], "新生儿的父亲,户主。", **keys, spouse=mother[0])
    story = "五天前出生的女婴:医院已登记出生,还没有姓名、出生医学证明和身份号码。"
    _introduce(stage, "newborn", "新生儿(待取名)", "", story, Subject("person", mother[0]), **keys)


def _single_mother(stage: Stage) -> None:
    home = _home(stage, SHUYUAN, "27号3栋1单元502室")
    mother = (_person(stage, home, "何静", "2", date(1997, 11, 3), marital="10"), "何静")
    _household(stage, home, *mother, 1)
    _insured(stage, home, mother[1], mother[0], date(1997, 11, 3), months=50, started=date(2021, 3, 1))
    _expected(stage, mother[0], None, stage.ago(12))
    record = _birth(stage, mother, None, stage.ago(12), "1", hospital=2)
    _introduce(
        stage, "single_parent_mother", mother[1], mother[0], "未婚母亲,儿子出生记录中没有父亲。", birth=record, household=home.number
    )


def _twins(stage: Stage) -> None:
    home = _home(stage, SHUYUAN, "5号11栋1单元1801室")
    born = stage.ago(9)
    mother = (_person(stage, home, "郭雨桐", "2", date(1994, 1, 25), relation="10"), "郭雨桐")
    father = (_person(stage, home, "马俊杰", "1", date(1992, 9, 14)), "马俊杰")
    _household(stage, home, *father, 2)
    wedding = _wedding(stage, father, mother, date(2020, 10, 1))
    _insured(stage, home, mother[1], mother[0], date(1994, 1, 25), months=88, started=date(2018, 1, 1))
    _insured(stage, home, father[1], father[0], date(1992, 9, 14), months=130, started=date(2015, 7, 1))
    _expected(stage, mother[0], father[0], born)
    first = _birth(stage, mother, father, born, "1")
    second = _birth(stage, mother, father, born, "2", order=2)
    story = "九天前生下一对龙凤胎,两条出生记录同一天。"
    _introduce(
        stage,
        "twins_mother",
        mother[1],
        mother[0],
        story,
        birth=first,
        birth_2=second,
        household=home.number,
        marriage=wedding,
        spouse=father[0],
    )


def _retiree(stage: Stage) -> None:
    """A man who reaches the statutory age within the next month."""
    home = _home(stage, LINJIANG, "66号2栋3单元301室")
    wanted = stage.as_of + timedelta(days=20)
    months = next(back for back in range(720, 757) if statutory_date(add_months(wanted, -back), "male") <= wanted)
    birth = add_months(wanted, -months)
    number = _person(stage, home, "周建国", "1", birth)
    wife = _person(stage, home, "李秀兰", "2", date(1966, 2, 9), relation="10")
    _household(stage, home, number, "周建国", 2)
    _wedding(stage, (number, "周建国"), (wife, "李秀兰"), date(1989, 10, 2))
    _insured(stage, home, "周建国", number, birth, months=386, started=date(1986, 9, 1))
    _covered(stage, home, "李秀兰", wife, employed=False)
    stage.add("pension", id_number=wife, monthly_yuan=3120, started_on=date(2016, 2, 9))
    _introduce(
        stage, "retiree", "周建国", number, "下月到达法定退休年龄,累计缴费 386 个月,来办退休一件事。", household=home.number, spouse=wife
    )


def _company(stage: Stage, which: tuple[str, str], owner: tuple[str, str], address: str, **values: Value | date) -> None:
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


def _premises(stage: Stage, owner: tuple[str, str], address: str, use: str, area: float, on: date, district: str = "河东区") -> str:
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


def _restaurant(stage: Stage) -> None:
    home = _home(stage, LINJIANG, "40号9栋1单元902室")
    owner = (_person(stage, home, "赵丽娜", "2", date(1988, 6, 30), marital="10"), "赵丽娜")
    _household(stage, home, *owner, 1)
    _insured(stage, home, owner[1], owner[0], date(1988, 6, 30), months=140, started=date(2011, 8, 1))
    address = f"{LINJIANG[1]}3号一层"
    _company(
        stage, RESTAURANT, owner, address, division="990102001", capital_yuan=50000, established_on=stage.ago(20), kind="2",
        industry_code="6210", scope="餐饮服务", phone="15499990001",
    )  # fmt: skip
    premises = _premises(stage, owner, address, "2", 126.5, date(2022, 3, 15))
    stage.add("fire_check", credit_code=RESTAURANT[1], passed=True, checked_on=stage.ago(8))
    stage.add("hygiene_check", credit_code=RESTAURANT[1], passed=True, checked_on=stage.ago(7))
    story = "刚登记了餐饮店,有自有铺面,消防与卫生检查已合格,还缺食品经营许可。"
    _introduce(stage, "restaurant_owner", owner[1], owner[0], story, company=RESTAURANT[1], property=premises, household=home.number)


def _changer(stage: Stage) -> None:
    home = _home(stage, SHUYUAN, "88号1栋2单元1501室")
    owner = (_person(stage, home, "孙宏达", "1", date(1980, 12, 5), marital="40"), "孙宏达")
    _household(stage, home, *owner, 1)
    _insured(stage, home, owner[1], owner[0], date(1980, 12, 5), months=232, started=date(2004, 7, 1))
    address = f"{SHUYUAN[1]}100号8层"
    _company(
        stage, EMPLOYER, owner, address, division="990103001", capital_yuan=5_000_000, established_on=date(2012, 4, 18), kind="1",
        industry_code="6510", scope="软件开发、信息系统集成服务", phone="15499990002",
    )  # fmt: skip
    premises = _premises(stage, (EMPLOYER[1], EMPLOYER[0]), address, "3", 860.0, date(2013, 1, 9), "河西区")
    story = "公司要变更名称、住所和法定代表人,来办企业信息变更一件事。"
    _introduce(stage, "company_changer", owner[1], owner[0], story, company=EMPLOYER[1], property=premises, household=home.number)


def _school_family(stage: Stage) -> None:
    """A child of six who starts school next September: six by 31 August of that year, not of the last."""
    home = _home(stage, LINJIANG, "9号4栋2单元701室")
    year = stage.as_of.year
    birth = date(year - 6, 9, 1) if stage.as_of.month >= 9 else date(year - 7, 10, 10)
    mother = (_person(stage, home, "吴敏", "2", date(1991, 4, 17), relation="10"), "吴敏")
    father = (_person(stage, home, "郑凯", "1", date(1990, 8, 21)), "郑凯")
    child = (_person(stage, home, "郑一诺", "1", birth, relation="20", marital="10", phone=""), "郑一诺")
    _household(stage, home, *father, 3)
    wedding = _wedding(stage, father, mother, date(2016, 9, 9))
    _insured(stage, home, mother[1], mother[0], date(1991, 4, 17), months=140, started=date(2014, 7, 1))
    _insured(stage, home, father[1], father[0], date(1990, 8, 21), months=150, started=date(2013, 7, 1))
    _covered(stage, home, child[1], child[0], employed=False)
    record = _birth(
        stage, mother, father, birth, "1", certificate_no=f"Z{birth.year}90000001", child_name=child[1], child_id_number=child[0]
    )
    stage.add(
        "vaccination",
        certificate_no=f"V{record[1:]}",
        record_no=record,
        id_number=child[0],
        clinic_name="临江街道社区卫生服务中心",
        issued_on=birth,
    )
    premises = _premises(stage, father, home.address, "1", 108.4, date(2017, 5, 6))
    story = "儿子六周岁,明年九月上小学,户口与房产在同一学区。"
    _introduce(
        stage, "school_parent", mother[1], mother[0], story,
        child=child[0], birth=record, property=premises, household=home.number, marriage=wedding, spouse=father[0],
    )  # fmt: skip


def _foreigner(stage: Stage) -> None:
    home = _home(stage, SHUYUAN, "31号7栋1单元1002室")
    birth = date(1985, 5, 5)
    number = id_card.make("999840", birth, 901)
    without_domicile: dict[str, Value] = {"household_no": "", "domicile_division": "", "domicile_address": ""}
    _person(stage, home, "史密斯·艾伦", "1", birth, number=number, marital="10", nationality="USA", ethnicity="", **without_domicile)
    _covered(stage, home, "史密斯·艾伦", number, employed=False)
    _account(stage, number)
    _introduce(stage, "foreigner", "史密斯·艾伦", number, "持外国人永久居留身份证的美国人,没有户籍。")


def _odd_ones(stage: Stage) -> None:
    """Registers as they really are: a pension after death, two registers that disagree, a stale row, a missing one."""
    home = _home(stage, LINJIANG, "12号1栋1单元101室")
    birth = date(1942, 10, 1)
    dead = _person(stage, home, "吕德福", "1", birth, marital="30", status="9")
    stage.add("death", id_number=dead, name="吕德福", died_on=stage.ago(200), certificate_no="D90000001", place=words.HOSPITALS[0][0])
    stage.add("pension", id_number=dead, status="1", monthly_yuan=4215.5, started_on=date(2002, 10, 1))
    stage.add("benefit_payment", payment_no="BP9000000001", id_number=dead, kind="1", monthly_yuan=100, started_on=date(2022, 10, 1))
    _introduce(stage, "dead_pensioner", "吕德福", dead, "二百天前去世,养老金和高龄津贴仍在发放。")

    home = _home(stage, SHUYUAN, "45号2栋2单元602室")
    birth = date(1979, 2, 14)
    number = _person(stage, home, "谢文娟", "2", birth, marital="40")
    _household(stage, home, number, "谢文娟", 1)
    _insured(stage, home, "谢文娟", number, birth + timedelta(days=31), months=190, started=date(2003, 1, 1), medical_name="谢文涓")
    _introduce(stage, "disagreeing", "谢文娟", number, "医保登记的名字错了一个字,社保登记的出生日期晚一个月。", household=home.number)

    home = _home(stage, LINJIANG, "71号5栋1单元303室")
    birth = date(1986, 8, 8)
    number = _person(stage, home, "石磊", "1", birth, marital="10")
    _household(stage, home, number, "石磊", 1)
    _insured(stage, home, "石磊", number, birth, months=60, started=date(2010, 1, 1))
    register, row = next((name, values) for name, values in reversed(stage.rows) if name == "social_insurance")
    row["updated_at"] = f"{stage.ago(1100).isoformat()} 00:00:00+08"
    _introduce(stage, "stale", "石磊", number, f"社会保险登记({register})三年没有更新,仍写着旧单位。", household=home.number)

    home = _home(stage, SHUYUAN, "19号3栋2单元404室")
    birth = date(1990, 12, 24)
    number = _person(stage, home, "龙佳欣", "2", birth, marital="10")
    _household(stage, home, number, "龙佳欣", 1)
    _account(stage, number)
    _introduce(stage, "missing", "龙佳欣", number, "医疗保险和社会保险登记册中都没有她的记录。", household=home.number)


@lru_cache(maxsize=8)
def stage(as_of: date) -> Stage:
    """The fixed people of a city's day, with all their rows."""
    made = Stage(as_of)
    for scene in (_newborn_family, _retiree, _restaurant, _changer, _school_family, _single_mother, _twins, _foreigner, _odd_ones):
        scene(made)
    return made
