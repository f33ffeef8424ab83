"""The statutory retirement date, as the employment register shows it.

Source: 国务院关于渐进式延迟法定退休年龄的办法 (in force 2025-01-01): men from 60 to 63 and women of 55 to 58 by one month
for every four months of birth, women of 50 to 55 by one month for every two.
"""

from __future__ import annotations

import calendar
from datetime import date
from typing import Final

# post kind: years, months of the old age after which a month is added, and the most that is added
_OLD_AGE: Final = {"male": (60, 4, 36), "female_cadre": (55, 4, 36), "female_worker": (50, 2, 60)}


def add_months(day: date, months: int) -> date:
    """The same day some months later, the last of the month where there is none."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    month += 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def statutory_date(birth: date, post_kind: str) -> date:
    """The day a person reaches the statutory age; post kind 'male', 'female_cadre' or 'female_worker'."""
    years, step, most = _OLD_AGE[post_kind]
    old = (birth.year + years) * 12 + birth.month - 1
    beyond = old - 2025 * 12  # months after January 2025 in which the old age is reached
    delay = min(beyond // step + 1, most) if beyond >= 0 else 0
    return add_months(birth, years * 12 + delay)
