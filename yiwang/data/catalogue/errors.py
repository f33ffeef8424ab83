"""What the catalogue refuses, in sentences for people."""

from __future__ import annotations

from yiwang.standards.errors import Conflict, Forbidden, InvalidInput, NotFound


class NoSuchResource(NotFound):
    """目录中没有这个数据资源。"""

    code = "no_such_resource"
    template = "数据目录中没有找到“{resource}”,请从目录中选择。"


class NoResourceDraft(NotFound):
    """数据资源没有草稿。"""

    code = "no_resource_draft"
    template = "“{resource}”没有草稿,请先编辑并保存。"


class NoSuchProposal(NotFound):
    """没有这项起草建议,可能已被确认,或属于其他部门。"""

    code = "no_such_proposal"


class BadResource(InvalidInput):
    """数据资源的内容不对。"""

    code = "bad_resource"
    template = "数据资源无法读取:{why}(位置:{field})。请修改后重试。"


class StaleResource(Conflict):
    """草稿已被别人改过。"""

    code = "stale_resource"
    template = (
        "“{title}”的草稿刚刚被{editor}改过(您打开的是第 {yours} 次保存,现在是第 {current} 次)。您填写的内容没有丢失,请比对后重新保存。"
    )


class WrongResourceStep(Conflict):
    """这一状态下不能这样办理。"""

    code = "wrong_resource_step"
    template = "“{title}”的草稿现在是“{state}”,不能{step}。请刷新页面查看最新状态。"


class SameCataloguer(Forbidden):
    """编目和审核不能是同一个人。"""

    code = "same_cataloguer"
    template = "“{title}”的草稿您编辑或提交过,须由数据主管部门的另一位人员审核。"


class ResourceHasFindings(InvalidInput):
    """草稿还有错误。"""

    code = "resource_has_findings"
    template = "“{title}”还有 {count} 处错误,不能{step}:{findings}"


class ResourceNeedsReason(InvalidInput):
    """须写明理由。"""

    code = "resource_needs_reason"
    template = "请写明{why}。"


class UnreadableCatalogue(InvalidInput):
    """目录文件无法读取。"""

    code = "unreadable_catalogue"
    template = "目录文件无法读取:{reason}。请修改后重新导入。"
