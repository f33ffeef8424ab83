"""What the lake refuses."""

from __future__ import annotations

from yiwang.standards.errors import Conflict, InvalidInput, NotFound, Unavailable


class UnknownDataset(NotFound):
    """没有登记这种数据集。"""

    code = "unknown_dataset"
    template = "没有登记数据集「{name}」。已登记的有:{known}。"


class NothingToIngest(NotFound):
    """没有可以归集的文件。"""

    code = "nothing_to_ingest"
    template = "{path} 里没有可以归集的文件(csv、tsv、txt、xlsx、json、jsonl、parquet)。请检查路径。"


class LakeBusy(Conflict):
    """这个数据湖正在归集,请等它完成后再试。"""

    code = "lake_busy"
    template = "{path} 正由另一个归集任务写入。请等它完成后再试。"


class UnknownTable(NotFound):
    """数据湖里没有这张表。"""

    code = "unknown_table"
    template = "数据湖里没有表「{name}」。现有的表:{known}。"


class BadQuery(InvalidInput):
    """查询不能执行。"""

    code = "bad_query"
    template = "查询「{name}」不能执行:{cause}"


class UnknownQuery(NotFound):
    """没有登记这个查询。"""

    code = "unknown_query"
    template = "没有登记查询「{name}」。已登记的有:{known}。"


class SourceFailed(Unavailable):
    """来源暂时取不到数据。"""

    code = "source_failed"
    template = "没有从 {source} 取到数据:{cause}。已有的数据不受影响,请检查来源后再运行。"


class NotKept(NotFound):
    """这份原始文件没有保存,或者已经过了保存期。"""

    code = "raw_not_kept"
    template = "原始文件 {digest} 没有保存,或者已经过了保存期。请从来源重新取数。"
