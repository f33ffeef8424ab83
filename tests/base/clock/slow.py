"""The slow, obvious clock: walks day by day and asks the holidays package itself. Shares no code with the room."""

from datetime import date, datetime, timedelta

import holidays

CHINA = holidays.country_holidays("CN", years=range(1999, 2061))
DAY = timedelta(days=1)


def worked(day):
    return CHINA.is_working_day(day)


def stopped(day, stops):
    return any(stop.start <= day and (stop.end is None or day <= stop.end) for stop in stops)


def corresponding(start, amount):
    year, month = start.year, start.month
    for _ in range(amount):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    for day in (start.day, 30, 29, 28):
        if day <= start.day:
            try:
                return date(year, month, day)
            except ValueError:
                continue
    raise AssertionError


def total_days(start, unit, amount):
    if unit in ("workday", "calendar_day"):
        return amount
    end = corresponding(start, amount * (12 if unit == "year" else 1))
    count = 0
    while start < end:
        start += DAY
        count += 1
    return count


def due(start, unit, total, stops):
    """The last day, or None when an open stop keeps it from coming."""
    day, counted = start, 0
    never = max([stop.start for stop in stops if stop.end is None], default=None)
    while counted < total:
        day += DAY
        if never and day > never and stopped(day, stops) and all(stopped(day + DAY * n, stops) for n in range(3)):
            return None
        if not stopped(day, stops) and (unit != "workday" or worked(day)):
            counted += 1
    while not worked(day) or (day != start and stopped(day, stops)) or (total == 0 and stopped(day, stops)):
        day += DAY
        if never and day > never:
            return None
    return day


def used(start, unit, total, stops, asof):
    """Days counted until ``asof``, that day included."""
    last = due(start, unit, total, stops)
    counted, day = 0, start
    while day < asof:
        day += DAY
        if stopped(day, stops) or (unit == "workday" and not worked(day)):
            continue
        if last is not None and day > last:
            counted += 1
        elif total == 0:
            continue
        elif unit == "workday" or counted + 1 < total or day == last:
            counted += 1
    return counted


def hours_end(start, hours, stops):
    """For limits in hours: minute by minute."""
    moment, left = start, hours * 60
    while left:
        if not stopped(moment.date(), stops):
            left -= 1
        moment += timedelta(minutes=1)
    return moment


def moment(day, hour):
    return datetime(day.year, day.month, day.day, hour)
