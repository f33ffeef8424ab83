"""Writing down a life: insurance, work, pension, school, property and the rest, with the flaws that real registers have."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from yiwang.data.registers.city import words
from yiwang.data.registers.city.companies import Identity, identity
from yiwang.data.registers.city.figures import company_figures
from yiwang.data.registers.city.people import Person, draw_name
from yiwang.data.registers.city.places import home
from yiwang.data.registers.city.retirement import statutory_date
from yiwang.data.registers.city.sheets import Dwelling, Sheets

# The flaws planted, each at its rate; the report counts what came out.
DISAGREEING_NAME: Final = 0.002
DISAGREEING_ADDRESS: Final = 0.006
DISAGREEING_BIRTH_DATE: Final = 0.0015
MISSING_MEDICAL: Final = 0.004
STALE_INSURANCE: Final = 0.004
DEAD_DRAWING: Final = 0.02
UNKNOWN_END: Final = 0.12  # of those without work: nobody wrote down why it ended
WITHOUT_WORK: Final = 0.03  # of employees: lost their work in the past year
# Why work ends, and how often: by the employer, with the contract, with the enterprise, by one's own wish.
ENDS: Final = (("dismissed", 0.35), ("expired", 0.6), ("closed", 0.72), ("resigned", 1.0))


def life_records(sheets: Sheets, person: Person, dwelling: Dwelling) -> None:
    """Everything a person has in the registers besides the household's books."""
    age = person.age(sheets.at.as_of)
    if person.deceased_on is not None:
        _after_death(sheets, person)
        return
    employed = _work(sheets, person, age) if age >= 18 else False
    _medical(sheets, person, dwelling, age, employed)
    if 5 <= age < 19:
        _school(sheets, person, dwelling)
    if age >= 16:
        _accounts(sheets, person, employed)
    if age >= 18:
        _belongings(sheets, person, dwelling)
    _needs(sheets, person, age)
    if dwelling.newcomer and age >= 16:
        until = sheets.at.as_of + timedelta(days=int(sheets.at.rng.random() * 365))
        sheets.add("residence_permit", person.id_number, f"R{person.id_number[-12:]}", until.isoformat(), dwelling.home.text)


def _post_kind(sheets: Sheets, person: Person) -> str:
    if person.sex == "1":
        return "male"
    return "female_cadre" if sheets.chance(0.4) else "female_worker"


def _work(sheets: Sheets, person: Person, age: int) -> bool:
    """Social insurance, work history and pension; whether somebody is employed now."""
    rng, as_of = sheets.at.rng, sheets.at.as_of
    if person.foreign is not None:
        return False
    draw = rng.random()
    if draw > 0.9 or (age < 22 and draw > 0.3):
        return False
    kind = "1" if draw < 0.72 else "2"  # employees' or residents' pension insurance
    post = _post_kind(sheets, person)
    retire_on = statutory_date(person.birth, post)
    started = min(person.birth + timedelta(days=int((18.2 + rng.random() * 6) * 365.25)), as_of - timedelta(days=30))
    until = min(retire_on, as_of)
    months = max(int(((until - started).days // 30.44) * (0.7 + rng.random() * 0.3)), 0)
    retired = retire_on <= as_of
    idle = kind == "1" and not retired and sheets.chance(WITHOUT_WORK)
    employer = (
        identity(int(sheets.companies * rng.random() ** 2)) if kind == "1" and not retired and not idle and sheets.companies else None
    )
    _insurance(sheets, person, kind, "3" if retired else "2" if idle else "1", months, started, employer)
    if kind == "1":
        ended_on, reason = _end_of_work(sheets) if idle else (None, "")
        sheets.add("employment", person.id_number, post, started.isoformat(), retire_on.isoformat(), 0, ended_on, reason)
        if reason in ("dismissed", "expired", "closed") and months >= 12 and sheets.chance(0.6):
            _benefit(sheets, person, "5", "1890.00", as_of - timedelta(days=30))
    if retired and months >= (180 if kind == "1" else 1):
        monthly = f"{(2200 + rng.random() * 4200 if kind == '1' else 180 + rng.random() * 300):.2f}"
        sheets.add("pension", person.id_number, "1", monthly, retire_on.isoformat())
    return employer is not None


def _end_of_work(sheets: Sheets) -> tuple[str, str]:
    """When work ended and why, as registered; why is '' where nobody wrote it down."""
    ended_on = (sheets.at.as_of - timedelta(days=int(sheets.at.rng.random() * 360))).isoformat()
    if sheets.flaw("unknown_end_of_work", UNKNOWN_END):
        return ended_on, ""
    draw = sheets.at.rng.random()
    return ended_on, next(reason for reason, share in ENDS if draw <= share)


def _insurance(sheets: Sheets, person: Person, kind: str, status: str, months: int, started: date, employer: Identity | None) -> None:
    rng, stamp = sheets.at.rng, ""
    if sheets.flaw("stale_social_insurance", STALE_INSURANCE):
        stamp = f"{(sheets.at.as_of - timedelta(days=200 + int(rng.random() * 900))).isoformat()} 00:00:00+08"
    birth = person.birth
    if sheets.flaw("birth_date_disagrees", DISAGREEING_BIRTH_DATE):
        birth -= timedelta(days=1 + int(rng.random() * 400))
    base = (4000 + int(rng.random() ** 2 * 22000)) if employer else 0
    sheets.add(
        "social_insurance",
        person.id_number,
        f"S{person.id_number[:17]}",
        person.name,
        birth.isoformat(),
        status,
        kind,
        months,
        employer.name if employer else "",
        employer.credit_code if employer else "",
        started.isoformat(),
        base,
        stamp=stamp,
    )


def _medical(sheets: Sheets, person: Person, dwelling: Dwelling, age: int, employed: bool) -> None:
    rng, as_of = sheets.at.rng, sheets.at.as_of
    if sheets.flaw("missing_medical_insurance", MISSING_MEDICAL) or sheets.chance(0.03):
        return
    name, address = person.name, dwelling.home.text
    if sheets.flaw("name_disagrees", DISAGREEING_NAME):
        name = draw_name(rng, person.sex, age, person.name[0])
    if sheets.flaw("address_disagrees", DISAGREEING_ADDRESS):
        address = home(rng).text
    month_end = (as_of.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    paid_until = month_end if employed else date(as_of.year, 12, 31)
    number = f"M{sheets.numbers.next('medical'):09d}"
    kind = "1" if employed else "2"
    sheets.add("medical_insurance", person.id_number, number, name, kind, "1", paid_until.isoformat(), "t" if employed else "f", address)


def _school(sheets: Sheets, person: Person, dwelling: Dwelling) -> None:
    """Grade by the school year: six years old by 31 August means first grade."""
    as_of, birth = sheets.at.as_of, person.birth
    school_year = as_of.year if as_of.month >= 9 else as_of.year - 1
    grade = school_year - birth.year - 5 - (1 if (birth.month, birth.day) > (8, 31) else 0)
    if not 1 <= grade <= 12 or (grade > 9 and sheets.chance(0.12)):
        return
    stage, word = ("1", "小学") if grade <= 6 else ("2", "初级中学") if grade <= 9 else ("3", "高级中学")
    school = f"{dwelling.home.street.name[:2]}第{('一', '二', '三')[int(sheets.at.rng.random() * 3)]}{word}"
    sheets.add("education", person.id_number, f"G{person.id_number}", school, stage, grade)


def _accounts(sheets: Sheets, person: Person, employed: bool) -> None:
    draw = sheets.at.rng.random
    if draw() < 0.9:
        number = sheets.numbers.next("bank")
        bank = words.BANKS[int(draw() * len(words.BANKS))]
        sheets.add("bank_account", f"9901{number:015d}", person.id_number, bank)
        issued = sheets.at.as_of - timedelta(days=60 + int(draw() * 3000))
        sheets.add("social_security_card", person.id_number, f"K{number:08d}", issued.isoformat(), "1")
    if employed and draw() < 0.7:
        number = sheets.numbers.next("provident")
        sheets.add("provident_fund", person.id_number, f"P{number:09d}", "1", f"{draw() ** 2 * 180000:.2f}")


def _belongings(sheets: Sheets, person: Person, dwelling: Dwelling) -> None:
    rng, as_of = sheets.at.rng, sheets.at.as_of
    if person.relation == "02" and not dwelling.newcomer and rng.random() < 0.68:
        registered = as_of - timedelta(days=200 + int(rng.random() * 6500))
        street = dwelling.home.street
        number = f"云({registered.year}){street.district}不动产权第{sheets.numbers.next('property'):08d}号"
        area = f"{45 + rng.random() ** 1.5 * 140:.2f}"
        sheets.add("property", number, dwelling.home.text, area, "1", person.id_number, person.name, registered.isoformat())
    if rng.random() < 0.006:
        sheets.add("credit", person.id_number, "t", (as_of - timedelta(days=int(rng.random() * 700))).isoformat())


def _needs(sheets: Sheets, person: Person, age: int) -> None:
    rng, as_of = sheets.at.rng, sheets.at.as_of
    draw = rng.random
    if draw() < (0.012 if age < 60 else 0.06):
        grade = 1 + int(draw() * 4)
        sheets.add("disability", person.id_number, f"{person.id_number}{1 + int(draw() * 7)}{grade}", str(grade), str(1 + int(draw() * 7)))
        if grade <= 2 and draw() < 0.88:
            _benefit(sheets, person, "3", "200.00" if grade == 1 else "150.00", as_of - timedelta(days=400))
    if age >= 80 and draw() < 0.93:
        _benefit(sheets, person, "1", "100.00", person.birth + timedelta(days=29220))
    if age >= 18 and draw() < 0.012:
        _benefit(sheets, person, "2", f"{300 + draw() * 500:.2f}", as_of - timedelta(days=int(draw() * 2000)))
    if age < 3 and draw() < 0.6:
        _benefit(sheets, person, "4", "300.00", person.birth)


def _benefit(sheets: Sheets, person: Person, kind: str, monthly: str, since: date, status: str = "1") -> None:
    sheets.add("benefit_payment", f"BP{sheets.numbers.next('benefit'):010d}", person.id_number, kind, monthly, status, since.isoformat())


def _after_death(sheets: Sheets, person: Person) -> None:
    """The death, and a pension or allowance that stopped, or did not."""
    assert person.deceased_on is not None
    rng = sheets.at.rng
    number = f"D{sheets.numbers.next('death'):09d}"
    sheets.add("death", person.id_number, person.name, person.deceased_on.isoformat(), number, words.HOSPITALS[int(rng.random() * 4)][0])
    retire_on = statutory_date(person.birth, _post_kind(sheets, person))
    if retire_on < person.deceased_on and rng.random() < 0.8:
        drawing = sheets.flaw("dead_drawing_pension", DEAD_DRAWING)
        sheets.add("pension", person.id_number, "1" if drawing else "3", f"{2200 + rng.random() * 3800:.2f}", retire_on.isoformat())


def company_records(sheets: Sheets, index: int, owner: Person) -> None:
    """A company of an owner: register of market subjects, taxes, and for restaurants licence and checks."""
    rng, as_of = sheets.at.rng, sheets.at.as_of
    company = identity(index)
    word, industry, scope = words.INDUSTRIES[company.trade]
    place = home(rng)
    since = as_of - timedelta(days=30 + int(rng.random() ** 1.5 * 7000))
    sole = word.endswith("店")
    capital = 20000 if sole else (10, 50, 100, 200, 500, 1000)[int(rng.random() * 6)] * 10000
    status = "1" if rng.random() < 0.96 else "3"
    phone = f"154{90_000_000 + index % 10_000_000:08d}"
    sheets.add(
        "company",
        company.credit_code,
        company.name,
        owner.name,
        owner.id_number,
        place.text,
        place.street.code,
        capital,
        since.isoformat(),
        status,
        "2" if sole else "1",
        industry,
        scope,
        phone,
    )
    name = company.name
    if sheets.flaw("company_name_disagrees", 0.01):
        name = name.replace("云汀", "云汀市", 1)
    sheets.add("tax_registration", company.credit_code, name, "1", "2" if sole else "1")
    company_figures(sheets, company, sole=sole, since=since)
    if company.is_restaurant:
        until = since + timedelta(days=5 * 365)
        sheets.add("food_licence", company.credit_code, f"JY29901{index:07d}", until.isoformat())
        checked = (since - timedelta(days=20)).isoformat()
        sheets.add("fire_check", company.credit_code, "t" if rng.random() < 0.97 else "f", checked)
        sheets.add("hygiene_check", company.credit_code, "t" if rng.random() < 0.98 else "f", checked)
