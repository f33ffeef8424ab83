"""Refusals of the rules engine that are not FEEL errors (those are null with a diagnostic)."""

from __future__ import annotations

from yiwang.standards.errors import InvalidInput, NotFound


class InvalidModel(InvalidInput):
    """规则文件无法读取。"""

    code = "rules_invalid_model"
    template = "规则文件无法读取({place}):{reason}。请修改后重新上传。"


class UnknownDecision(NotFound):
    """规则文件里没有这个决策。"""

    code = "rules_unknown_decision"
    template = "规则文件“{model}”里没有名为“{decision}”的决策,现有:{known}。"


class NotCompilable(InvalidInput):
    """这张决策表不能编译为 SQL。"""

    code = "rules_not_compilable"
    template = "决策表“{decision}”不能编译为 SQL:{reason}。可改为逐条运行。"


class EngineMissing(InvalidInput):
    """所需的计算引擎没有安装。"""

    code = "rules_engine_missing"
    template = "{engine} 不能运行:{reason}。请先安装,或改用 DuckDB。"


class NotRepresentable(InvalidInput):
    """结果放不进表格的列。"""

    code = "rules_not_representable"
    template = "第 {row} 行的结果 {value} 放不进 {kind} 列。请修改规则,或逐条取值。"
