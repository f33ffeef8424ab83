"""Figures of a company: staff, taxes, inventions, operation. Drawn from the company's own code, so that no other row of the city moves.

The counts are drawn for each company; they are not the sums of the persons' registers.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Final

from yiwang.data.registers.city import words
from yiwang.data.registers.city.companies import Identity
from yiwang.data.registers.city.sheets import Sheets

_MAKERS: Final = frozenset({"3499", "1711"})
_DIGITAL: Final = "6510"
_GRADES: Final = ("A",) * 22 + ("B",) * 48 + ("M",) * 18 + ("C",) * 9 + ("D",) * 3
NOT_FILED: Final = 0.03  # companies of which a register has no row yet


def company_figures(sheets: Sheets, company: Identity, *, sole: bool, since: date) -> None:
    """The rows of the four registers of figures; a company of this year has no figures of last year."""
    rng = Random(f"figures:{company.credit_code}")  # noqa: S311 (repeatable by design)
    industry = words.INDUSTRIES[company.trade][1]
    staff = max(1, int(rng.lognormvariate(1.0 if sole else 2.7, 0.8)))
    young = (sheets.at.as_of - since).days < 365
    if rng.random() >= NOT_FILED:
        _staff(sheets, rng, company.credit_code, staff, young=young)
    turnover = int(staff * rng.lognormvariate(12.6, 0.55)) // 1000 * 1000
    if rng.random() >= NOT_FILED:
        _taxes(sheets, rng, company.credit_code, turnover, inventive=industry in _MAKERS or industry == _DIGITAL, young=young)
    if industry == _DIGITAL or industry in _MAKERS or rng.random() < 0.06:
        _inventions(sheets, rng, company.credit_code, staff)
    if not sole or rng.random() < 0.3:
        _operation(sheets, rng, company.credit_code, turnover, industry)


def _staff(sheets: Sheets, rng: Random, code: str, staff: int, *, young: bool) -> None:
    some = rng.random
    before = 0 if young else max(0, int(staff * (0.75 + some() * 0.4)))
    sheets.add(
        "company_insurance",
        code,
        staff,
        before,
        int(staff * 0.12 * some() + some() * 0.7),
        int(staff * 0.06 * some() + some() * 0.5),
        int(some() * 1.15),
        int(staff * 0.02 + some() * 1.05),
        int(staff * 0.5 * some()),
        int(some() * 1.3) * int(1 + some() * 5),
        "t" if some() < 0.03 else "f",
    )


def _taxes(sheets: Sheets, rng: Random, code: str, turnover: int, *, inventive: bool, young: bool) -> None:
    some = rng.random
    before = None if young else int(turnover / (0.8 + some() * 0.5)) // 1000 * 1000
    research = int(turnover * (0.02 + some() * 0.08)) if inventive and some() < 0.7 else 0
    grade = "M" if young else _GRADES[int(some() * len(_GRADES))]
    sheets.add(
        "tax_filing", code, turnover, before, int(turnover * (0.01 + some() * 0.05)), research, grade, "t" if some() < 0.025 else "f"
    )


def _inventions(sheets: Sheets, rng: Random, code: str, staff: int) -> None:
    some = rng.random
    granted = int(some() ** 2 * min(staff, 40) / 4)
    until = sheets.at.as_of + timedelta(days=int(some() * 1400) - 300) if granted and some() < 0.55 else None
    level = ("0", "0", "0", "1", "1", "2", "3")[int(some() * 7)] if granted else "0"
    sheets.add("innovation", code, until and until.isoformat(), granted, int(granted * some()), level, "t" if some() < 0.05 else "f")


def _operation(sheets: Sheets, rng: Random, code: str, turnover: int, industry: str) -> None:
    some = rng.random
    maker = industry in _MAKERS
    sheets.add(
        "operation",
        code,
        int(turnover * some() * 0.15) if some() < (0.6 if maker else 0.15) else 0,
        int(turnover * some() * 0.03) if some() < 0.4 else 0,
        int(some() * 220) if maker and some() < 0.5 else 0,
        int(some() * 9000) if maker and some() < 0.4 else 0,
        "t" if maker and some() < 0.15 else "f",
        int(turnover * some() * 0.5) if some() < (0.35 if maker else 0.08) else 0,
        int(turnover * some() * 0.4) if some() < 0.3 else 0,
        int(some() * 90_000) if some() < 0.2 else 0,
        int(turnover * some() * 0.02) if some() < 0.4 else 0,
        int(some() * 240_000) if some() < 0.25 else 0,
        int(1 + some() * 8) if industry == "5430" and some() < 0.4 else 0,
        "t" if turnover >= 20_000_000 else "f",
    )
