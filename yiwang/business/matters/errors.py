"""What the matters room refuses, in sentences for people."""

from __future__ import annotations

from yiwang.standards.errors import Conflict, Forbidden, InvalidInput, NotFound


class NoSuchMatter(NotFound):
    """没有这个事项。"""

    code = "no_such_matter"
    template = "没有找到事项“{matter}”,它可能已取消或尚未发布。请用搜索查找要办的事。"


class NotInUse(Conflict):
    """事项暂停或者取消。"""

    code = "matter_not_in_use"
    title = "事项暂停受理"
    template = "“{name}”{state_name},暂不能申请。{reason}请留意恢复通知或拨打咨询电话。"


class StaleDraft(Conflict):
    """草稿已被别人改过。"""

    code = "stale_draft"
    template = (
        "“{name}”的草稿刚刚被{editor}改过(您打开的是第 {yours} 次保存,现在是第 {current} 次)。您填写的内容没有丢失,请比对后重新保存。"
    )


class NoDraft(NotFound):
    """没有待发布的草稿。"""

    code = "no_draft"
    template = "“{name}”没有待发布的草稿。请先编辑并保存。"


class SamePerson(Forbidden):
    """编辑和发布不能是同一个人。"""

    code = "same_person"
    template = "“{name}”的草稿由您编辑,须由另一位事项审核员发布。"


class DraftHasFindings(InvalidInput):
    """草稿不符合要素规则。"""

    code = "draft_has_findings"
    template = "“{name}”有 {count} 处不符合事项要素规则,不能发布:{findings}"


class NeedsReason(InvalidInput):
    """须说明理由。"""

    code = "needs_reason"
    template = "请写明{act}“{name}”的理由,理由会告知申请人。"


class UnreadableFile(InvalidInput):
    """导入文件无法读取。"""

    code = "unreadable_file"
    template = "导入文件无法读取:{cause}。"


class WrongAnswer(InvalidInput):
    """情形引导的回答不在选项中。"""

    code = "wrong_answer"
    template = "问题“{question}”的回答“{given}”不在选项中,请从“{labels}”中选择。"
