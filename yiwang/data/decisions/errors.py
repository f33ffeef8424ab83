"""What the decisions room refuses, in sentences for people."""

from __future__ import annotations

from yiwang.standards.errors import Conflict, Forbidden, InvalidInput, NotFound


class NoSuchTable(NotFound):
    """没有这张决策表。"""

    code = "no_such_table"
    template = "没有找到决策表“{key}”,请从决策表列表中选择。"


class NoSuchTableVersion(NotFound):
    """决策表没有这个版本。"""

    code = "no_such_table_version"
    template = "决策表没有版本“{version}”,请从版本列表中选择。"


class NoTableDraft(NotFound):
    """决策表没有草稿。"""

    code = "no_table_draft"
    template = "“{title}”没有草稿。请先编辑并保存。"


class StaleTable(Conflict):
    """草稿已被别人改过。"""

    code = "stale_table"
    template = (
        "“{title}”的草稿刚刚被{editor}改过(您打开的是第 {yours} 次保存,现在是第 {current} 次)。您填写的内容没有丢失,请比对后重新保存。"
    )


class WrongTableStep(Conflict):
    """这一状态下不能这样办理。"""

    code = "wrong_table_step"
    template = "“{title}”的草稿现在是“{state}”,不能{step}。请刷新页面查看最新状态。"


class SameAuthor(Forbidden):
    """编辑和发布不能是同一个人。"""

    code = "same_author"
    template = "“{title}”的草稿您编辑或提交过,须由另一位审核员发布或退回。"


class TableHasFindings(InvalidInput):
    """草稿还有错误。"""

    code = "table_has_findings"
    template = "“{title}”还有 {count} 处错误,不能{step}:{findings}"


class TableNeedsReason(InvalidInput):
    """须写明理由。"""

    code = "table_needs_reason"
    template = "请写明理由:{why}。"


class TableTooLarge(InvalidInput):
    """决策表太大。"""

    code = "table_too_large"
    template = "{what}有 {count} 个,最多 {most} 个。请拆分后再保存。"


class UnreadableTable(InvalidInput):
    """决策表文件无法读取。"""

    code = "unreadable_table"
    template = "决策表无法读取:{reason}。请修改后重试。"
