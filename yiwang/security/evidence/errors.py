"""What evidence refuses."""

from __future__ import annotations

from yiwang.standards.errors import InvalidInput, NotFound, Unavailable


class NoEvidence(NotFound):
    """Nothing was ever logged under this reference."""

    code = "no_evidence"
    template = "没有编号为“{ref}”的存证,请核对编号。"


class NotYetSequenced(Unavailable):
    """The leaf waits for its place in the tree."""

    code = "not_yet_sequenced"
    template = "存证“{ref}”正在写入日志,请约 1 秒后再取。"


class NoSuchTree(InvalidInput):
    """The log never had this size."""

    code = "no_such_tree"
    template = "存证日志没有长度为 {size} 的状态(现长 {now}),请核对长度。"


class BadNote(InvalidInput):
    """签名检查点格式不对:应为 C2SP 检查点文本,请核对是否完整。"""

    code = "bad_note"


class BadReceipt(InvalidInput):
    """存证凭据格式不对:缺少字段或编码错误,请提供完整的凭据文件。"""

    code = "bad_receipt"
