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
