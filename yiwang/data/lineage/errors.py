"""What can be wrong when lineage is asked."""

from __future__ import annotations

from yiwang.standards.errors import InvalidInput, Unavailable


class UnreadableStatement(InvalidInput):
    """语句无法解析,请检查写法;没有列名的「SELECT *」须给出表结构。"""

    code = "unreadable_statement"


class ReceiverUnavailable(Unavailable):
    """血缘事件的接收地址没有应答,稍后会自动重发;长时间如此请核对 YIWANG_OPENLINEAGE_URL。"""

    code = "lineage_receiver_unavailable"
