"""The fixed people of every city: the same names and records whatever the seed and the size, so that a story can be told.

Days that a story needs (a birth five days ago, a retirement next month, a child of six) move with the city's day.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from yiwang.data.registers.city import words
from yiwang.data.registers.city.retirement import add_months, statutory_date
from yiwang.data.registers.city.stage import (
    EMPLOYER,
    LINJIANG,
    RESTAURANT,
    SHUYUAN,
    Stage,
    account,
    birth_record,
    company,
    covered,
    employee,
    expected,
    home_of,
    household,
    inhabitant,
    introduce,
    premises,
    wedding,
)
from yiwang.data.registers.values import Persona
from yiwang.standards.identifiers import id_card
from yiwang.standards.subjects import Subject


def _newborn_family(stage: Stage) -> None:
    home = home_of(stage, LINJIANG, "18号6栋2单元1203室")
    born = stage.ago(5)
    mother = (inhabitant(stage, home, "林晓雨", "2", date(1995, 3, 12), relation="10"), "林晓雨")
    father = (inhabitant(stage, home, "陈志远", "1", date(1993, 7, 8)), "陈志远")
    household(stage, home, *father, 2)
    certificate = wedding(stage, father, mother, date(2021, 5, 20))
    employee(stage, home, mother[1], mother[0], date(1995, 3, 12), months=98, started=date(2018, 7, 1))
    employee(stage, home, father[1], father[0], date(1993, 7, 8), months=120, started=date(2016, 7, 1))
    expected(stage, mother[0], father[0], born)
    record = birth_record(stage, mother, father, born, "2")
    keys = {"birth": record, "household": home.number, "marriage": certificate}
    introduce(
        stage, "newborn_mother", mother[1], mother[0], "五天前在市妇幼保健院生下女儿,来办新生儿出生一件事。", **keys, spouse=father[0]
    )
    introduce(stage, "newborn_father", father[1], father[0], "新生儿的父亲,户主。", **keys, spouse=mother[0])
    story = "五天前出生的女婴:医院已登记出生,还没有姓名、出生医学证明和身份号码。"
    stage.personas.append(Persona("newborn", "新生儿(待取名)", "", Subject("person", mother[0]), story, keys))


def _single_mother(stage: Stage) -> None:
    home = home_of(stage, SHUYUAN, "27号3栋1单元502室")
    mother = (inhabitant(stage, home, "何静", "2", date(1997, 11, 3), marital="10"), "何静")
    household(stage, home, *mother, 1)
    employee(stage, home, mother[1], mother[0], date(1997, 11, 3), months=50, started=date(2021, 3, 1))
    expected(stage, mother[0], None, stage.ago(12))
    record = birth_record(stage, mother, None, stage.ago(12), "1", hospital=2)
    introduce(stage, "single_parent_mother", mother[1], mother[0], "未婚母亲,儿子出生记录中没有父亲。", birth=record, household=home.number)


def _twins(stage: Stage) -> None:
    home = home_of(stage, SHUYUAN, "5号11栋1单元1801室")
    born = stage.ago(9)
    mother = (inhabitant(stage, home, "郭雨桐", "2", date(1994, 1, 25), relation="10"), "郭雨桐")
    father = (inhabitant(stage, home, "马俊杰", "1", date(1992, 9, 14)), "马俊杰")
    household(stage, home, *father, 2)
    certificate = wedding(stage, father, mother, date(2020, 10, 1))
    employee(stage, home, mother[1], mother[0], date(1994, 1, 25), months=88, started=date(2018, 1, 1))
    employee(stage, home, father[1], father[0], date(1992, 9, 14), months=130, started=date(2015, 7, 1))
    expected(stage, mother[0], father[0], born)
    first = birth_record(stage, mother, father, born, "1")
    second = birth_record(stage, mother, father, born, "2", order=2)
    story = "九天前生下一对龙凤胎,两条出生记录同一天。"
    introduce(
        stage,
        "twins_mother",
        mother[1],
        mother[0],
        story,
        birth=first,
        birth_2=second,
        household=home.number,
        marriage=certificate,
        spouse=father[0],
    )


def _retiree(stage: Stage) -> None:
    """A man who reaches the statutory age within the next month."""
    home = home_of(stage, LINJIANG, "66号2栋3单元301室")
    wanted = stage.as_of + timedelta(days=20)
    months = next(back for back in range(720, 757) if statutory_date(add_months(wanted, -back), "male") <= wanted)
    birth = add_months(wanted, -months)
    number = inhabitant(stage, home, "周建国", "1", birth)
    wife = inhabitant(stage, home, "李秀兰", "2", date(1966, 2, 9), relation="10")
    household(stage, home, number, "周建国", 2)
    wedding(stage, (number, "周建国"), (wife, "李秀兰"), date(1989, 10, 2))
    employee(stage, home, "周建国", number, birth, months=386, started=date(1986, 9, 1))
    covered(stage, home, "李秀兰", wife, employed=False)
    stage.add("pension", id_number=wife, monthly_yuan=3120, started_on=date(2016, 2, 9))
    introduce(
        stage, "retiree", "周建国", number, "下月到达法定退休年龄,累计缴费 386 个月,来办退休一件事。", household=home.number, spouse=wife
    )


def _restaurant(stage: Stage) -> None:
    home = home_of(stage, LINJIANG, "40号9栋1单元902室")
    owner = (inhabitant(stage, home, "赵丽娜", "2", date(1988, 6, 30), marital="10"), "赵丽娜")
    household(stage, home, *owner, 1)
    employee(stage, home, owner[1], owner[0], date(1988, 6, 30), months=140, started=date(2011, 8, 1))
    address = f"{LINJIANG[1]}3号一层"
    company(
        stage, RESTAURANT, owner, address, division="990102001", capital_yuan=50000, established_on=stage.ago(20), kind="2",
        industry_code="6210", scope="餐饮服务", phone="15499990001",
    )  # fmt: skip
    title = premises(stage, (RESTAURANT[1], RESTAURANT[0]), address, "2", 126.5, date(2022, 3, 15))
    stage.add("fire_check", credit_code=RESTAURANT[1], passed=True, checked_on=stage.ago(8))
    stage.add("hygiene_check", credit_code=RESTAURANT[1], passed=True, checked_on=stage.ago(7))
    story = "刚登记了餐饮店,有自有铺面,消防与卫生检查已合格,还缺食品经营许可。"
    introduce(stage, "restaurant_owner", owner[1], owner[0], story, company=RESTAURANT[1], property=title, household=home.number)


def _changer(stage: Stage) -> None:
    home = home_of(stage, SHUYUAN, "88号1栋2单元1501室")
    owner = (inhabitant(stage, home, "孙宏达", "1", date(1980, 12, 5), marital="40"), "孙宏达")
    household(stage, home, *owner, 1)
    employee(stage, home, owner[1], owner[0], date(1980, 12, 5), months=232, started=date(2004, 7, 1))
    address = f"{SHUYUAN[1]}100号8层"
    company(
        stage, EMPLOYER, owner, address, division="990103001", capital_yuan=5_000_000, established_on=date(2012, 4, 18), kind="1",
        industry_code="6510", scope="软件开发、信息系统集成服务", phone="15499990002",
    )  # fmt: skip
    _figures_of_employer(stage)
    title = premises(stage, (EMPLOYER[1], EMPLOYER[0]), address, "3", 860.0, date(2013, 1, 9), "河西区")
    story = "公司要变更名称、住所和法定代表人,来办企业信息变更一件事。"
    introduce(stage, "company_changer", owner[1], owner[0], story, company=EMPLOYER[1], property=title, household=home.number)


def _figures_of_employer(stage: Stage) -> None:
    """What the registers know of the software company: figures that several policies look at."""
    code = EMPLOYER[1]
    stage.add(
        "company_insurance", credit_code=code, insured_staff=48, staff_a_year_ago=43, graduates_hired=4, hardship_hired=1,
        veterans_hired=1, disabled_staff=1, trained_staff=9, interns=3,
    )  # fmt: skip
    stage.add(
        "tax_filing", credit_code=code, turnover_yuan=18_600_000, turnover_before_yuan=15_100_000, paid_yuan=820_000,
        research_yuan=1_480_000, grade="A",
    )  # fmt: skip
    stage.add("innovation", credit_code=code, hightech_until=stage.ago(-400), patents_granted=5, invention_patents=2, specialised="1")
    stage.add(
        "operation", credit_code=code, equipment_yuan=420_000, digital_yuan=260_000, exhibition_yuan=36_000, loan_interest_yuan=118_000
    )


def _school_family(stage: Stage) -> None:
    """A child of six who starts school next September: six by 31 August of that year, not of the last."""
    home = home_of(stage, LINJIANG, "9号4栋2单元701室")
    year = stage.as_of.year
    birth = date(year - 6, 9, 1) if stage.as_of.month >= 9 else date(year - 7, 10, 10)
    mother = (inhabitant(stage, home, "吴敏", "2", date(1991, 4, 17), relation="10"), "吴敏")
    father = (inhabitant(stage, home, "郑凯", "1", date(1990, 8, 21)), "郑凯")
    child = (inhabitant(stage, home, "郑一诺", "1", birth, relation="20", marital="10", phone=""), "郑一诺")
    household(stage, home, *father, 3)
    certificate = wedding(stage, father, mother, date(2016, 9, 9))
    employee(stage, home, mother[1], mother[0], date(1991, 4, 17), months=140, started=date(2014, 7, 1))
    employee(stage, home, father[1], father[0], date(1990, 8, 21), months=150, started=date(2013, 7, 1))
    covered(stage, home, child[1], child[0], employed=False)
    record = birth_record(
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
    title = premises(stage, mother, home.address, "1", 108.4, date(2017, 5, 6))
    story = "儿子六周岁,明年九月上小学,户口与房产在同一学区。"
    introduce(
        stage, "school_parent", mother[1], mother[0], story,
        child=child[0], birth=record, property=title, household=home.number, marriage=certificate, spouse=father[0],
    )  # fmt: skip


def _foreigner(stage: Stage) -> None:
    home = home_of(stage, SHUYUAN, "31号7栋1单元1002室")
    birth = date(1985, 5, 5)
    number = id_card.make("999840", birth, 901)
    inhabitant(stage, home, "史密斯·艾伦", "1", birth, number=number, marital="10", nationality="USA", ethnicity="")
    stage.rows[-1][1].update(household_no="", domicile_division="", domicile_address="")
    covered(stage, home, "史密斯·艾伦", number, employed=False)
    account(stage, number)
    introduce(stage, "foreigner", "史密斯·艾伦", number, "持外国人永久居留身份证的美国人,没有户籍。")


def _odd_ones(stage: Stage) -> None:
    """Registers as they really are: a pension after death, two registers that disagree, a stale row, a missing one."""
    home = home_of(stage, LINJIANG, "12号1栋1单元101室")
    birth = date(1942, 10, 1)
    dead = inhabitant(stage, home, "吕德福", "1", birth, marital="30", status="9")
    stage.add("death", id_number=dead, name="吕德福", died_on=stage.ago(200), certificate_no="D90000001", place=words.HOSPITALS[0][0])
    stage.add("pension", id_number=dead, status="1", monthly_yuan=4215.5, started_on=date(2002, 10, 1))
    stage.add("benefit_payment", payment_no="BP9000000001", id_number=dead, kind="1", monthly_yuan=100, started_on=date(2022, 10, 1))
    introduce(stage, "dead_pensioner", "吕德福", dead, "二百天前去世,养老金和高龄津贴仍在发放。")

    home = home_of(stage, SHUYUAN, "45号2栋2单元602室")
    birth = date(1979, 2, 14)
    number = inhabitant(stage, home, "谢文娟", "2", birth, marital="40")
    household(stage, home, number, "谢文娟", 1)
    employee(stage, home, "谢文娟", number, birth + timedelta(days=31), months=190, started=date(2003, 1, 1), medical_name="谢文涓")
    introduce(stage, "disagreeing", "谢文娟", number, "医保登记的名字错了一个字,社保登记的出生日期晚一个月。", household=home.number)

    home = home_of(stage, LINJIANG, "71号5栋1单元303室")
    birth = date(1986, 8, 8)
    number = inhabitant(stage, home, "石磊", "1", birth, marital="10")
    household(stage, home, number, "石磊", 1)
    employee(stage, home, "石磊", number, birth, months=60, started=date(2010, 1, 1))
    register, row = next((name, values) for name, values in reversed(stage.rows) if name == "social_insurance")
    row["updated_at"] = f"{stage.ago(1100).isoformat()} 00:00:00+08"
    introduce(stage, "stale", "石磊", number, f"社会保险登记({register})三年没有更新,仍写着旧单位。", household=home.number)

    home = home_of(stage, SHUYUAN, "19号3栋2单元404室")
    birth = date(1990, 12, 24)
    number = inhabitant(stage, home, "龙佳欣", "2", birth, marital="10")
    household(stage, home, number, "龙佳欣", 1)
    account(stage, number)
    introduce(stage, "missing", "龙佳欣", number, "医疗保险和社会保险登记册中都没有她的记录。", household=home.number)


def _entitled(stage: Stage) -> None:
    """People whom a benefit should find: three old people and somebody without work, none of them paid; and one who is paid twice."""
    for key, name, sex, years, where, story in (
        ("elder", "沈桂芳", "2", 84, "3号1栋2单元201室", "八十四岁,从来没有申请过高龄津贴。"),
        ("elder_content", "戴维明", "1", 92, "3号2栋1单元101室", "九十二岁,没有领高龄津贴,也不打算领。"),
        ("elder_disputing", "翁秀珍", "2", 81, "3号5栋3单元302室", "八十一岁,认为登记的出生日期写晚了一年。"),
        ("paid_twice", "霍玉兰", "2", 86, "9号4栋1单元402室", "高龄津贴在发放册里有两条,每月领了两份。"),
    ):
        home = home_of(stage, LINJIANG, where)
        number = inhabitant(stage, home, name, sex, add_months(stage.as_of, -12 * years - 5), marital="30")
        household(stage, home, number, name, 1)
        covered(stage, home, name, number, employed=False)
        account(stage, number)
        introduce(stage, key, name, number, story, household=home.number)
        if key == "paid_twice":
            for payment in ("BP9000000002", "BP9000000003"):
                stage.add("benefit_payment", payment_no=payment, id_number=number, kind="1", monthly_yuan=100, started_on=stage.ago(900))
    _missed(stage)
    _without_work(stage)


def _missed(stage: Stage) -> None:
    """Two registers disagree by two years on an old man's birth: which one is right decides what he is entitled to at 75."""
    home = home_of(stage, LINJIANG, "15号3栋1单元201室")
    birth = add_months(stage.as_of, -12 * 74 - 5)
    number = inhabitant(stage, home, "易长青", "1", birth, marital="30")
    household(stage, home, number, "易长青", 1)
    employee(stage, home, "易长青", number, add_months(birth, -24), months=300, started=date(1978, 5, 1))
    introduce(stage, "two_birth_dates", "易长青", number, "户籍登记七十四岁,社保登记七十六岁。", household=home.number)


def _without_work(stage: Stage) -> None:
    home = home_of(stage, SHUYUAN, "52号6栋1单元803室")
    birth = date(1988, 4, 17)
    number = inhabitant(stage, home, "邱海波", "1", birth, marital="10")
    household(stage, home, number, "邱海波", 1)
    employee(stage, home, "邱海波", number, birth, months=126, started=date(2013, 7, 1))
    for register, row in stage.rows:
        if register == "social_insurance" and row["id_number"] == number:
            row.update(status="2", employer_name="", employer_credit_code="", base_yuan=0)
        if register == "employment" and row["id_number"] == number:
            row.update(ended_on=stage.ago(40).isoformat(), end_reason="closed")
    introduce(stage, "without_work", "邱海波", number, "四十天前工厂停产,失去了工作,缴过十年半的保险。", household=home.number)


@lru_cache(maxsize=8)
def stage(as_of: date) -> Stage:
    """The fixed people of a city's day, with all their rows."""
    made = Stage(as_of)
    for scene in (
        _newborn_family,
        _retiree,
        _restaurant,
        _changer,
        _school_family,
        _single_mother,
        _twins,
        _foreigner,
        _odd_ones,
        _entitled,
    ):
        scene(made)
    return made
