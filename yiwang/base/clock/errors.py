"""What the clock refuses."""

from yiwang.standards.errors import InvalidInput


class BadTerm(InvalidInput):
    """期限无法推算,请检查起算日、期限和停钟区间。"""

    code = "bad_term"


class BadCalendar(InvalidInput):
    """日历数据不正确,请检查日期和来源文件。"""

    code = "bad_calendar"
