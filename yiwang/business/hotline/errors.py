"""Refusals of this room; each says what is wrong, where, and what helps."""

from __future__ import annotations

from yiwang.standards.errors import Conflict, InvalidInput, NotFound


class TicketNotFound(NotFound):
    """没有找到这张工单:请核对工单号和查询码;工单只有本人、承办单位和热线中心可以查看。"""

    code = "ticket_not_found"


class WrongTicketStep(Conflict):
    """工单现在的状态不能办理这一步,请刷新页面后再看。"""

    code = "ticket_wrong_step"


class BadTicket(InvalidInput):
    """工单填写不完整或不正确,请按提示修改,已填的内容不会丢失。"""

    code = "ticket_bad_input"


class ReplyTooThin(InvalidInput):
    """答复质量不够,请补充后再发;确实只能如此的,写明理由后可以坚持发送。"""

    code = "ticket_reply_too_thin"


class EndorsedOtherwise(Conflict):
    """这件事现在不能附议。"""

    code = "ticket_endorsed_otherwise"


class OtherPersonNeeded(Conflict):
    """这一步须由另一人办理:提出的人不能自己批准。"""

    code = "ticket_other_person"


class UnreadableImport(InvalidInput):
    """文件读不懂:请上传 UTF-8 或 GB 18030 编码、有表头的 CSV,或 EML、MBOX 邮件文件。"""

    code = "ticket_unreadable_import"
