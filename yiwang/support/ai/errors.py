"""What can go wrong with models and their data: cause, place and remedy."""

from __future__ import annotations

from yiwang.standards.errors import InvalidInput


class ColumnMissing(InvalidInput):
    """The file lacks a column that is needed."""

    code = "ai_column_missing"
    template = "文件「{path}」的表头里没有「{column}」列(现有:{found})。可用的列名:{aliases}。请改表头后重试。"


class UnreadableTable(InvalidInput):
    """The file is no table that can be read."""

    code = "ai_unreadable_table"
    template = "文件「{path}」读不出来:{reason}。请另存为 UTF-8 编码的 CSV(或 xlsx)后重试。"


class TooLittleData(InvalidInput):
    """Not enough labelled rows to train on."""

    code = "ai_too_little_data"
    template = "训练数据不够:{reason}。请补充后重试;每个类别至少要有 5 条互不重复的来件。"


class UnreadableModel(InvalidInput):
    """The file is no model of this platform."""

    code = "ai_unreadable_model"
    template = "「{path}」不是本平台的模型文件:{reason}。请用 yiwang hotline train 重新训练,或换成登记过的版本。"
