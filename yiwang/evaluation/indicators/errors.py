"""What the room refuses."""

from yiwang.standards.errors import InvalidInput, NotFound


class BadPeriod(InvalidInput):
    """统计区间不正确:开始日不能晚于结束日。"""

    code = "bad_period"


class UnknownFigure(NotFound):
    """没有这个指标,请从指标列表中选择。"""

    code = "unknown_figure"
