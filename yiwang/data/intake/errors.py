"""Refusals of intake."""

from __future__ import annotations

from yiwang.standards.errors import Conflict, InvalidInput, NotFound


class NoSuchSource(NotFound):
    """没有这个数据来源,或不属于您的部门。请返回列表查看。"""

    code = "intake_source_unknown"


class NoSuchRun(NotFound):
    """没有这次归集,或不属于您的部门。请返回列表查看。"""

    code = "intake_run_unknown"


class NoSuchWaitingRow(NotFound):
    """这一行已不在隔离区,可能已经修好,或不属于您的部门。请返回列表查看。"""

    code = "intake_row_unknown"


class BadSource(InvalidInput):
    """A source cannot be registered as it was typed."""

    code = "intake_source_invalid"
    template = "数据来源没有保存:{reason}。"


class BadUpload(InvalidInput):
    """A file cannot be taken."""

    code = "intake_upload_refused"
    template = "文件「{name}」不能上传:{reason}。"


class BadPurpose(InvalidInput):
    """查看完整内容须写明目的和依据。"""

    code = "intake_purpose_missing"


class BadKey(InvalidInput):
    """A key that cannot be asked for."""

    code = "intake_key_invalid"
    template = "不能查询:{reason}。"


class SourceChanged(Conflict):
    """别人刚刚修改了这个来源。请查看最新的内容后再改。"""

    code = "intake_source_changed"


class SourcePaused(Conflict):
    """这个来源已停用。请先启用,再归集。"""

    code = "intake_source_paused"


class RunWaiting(Conflict):
    """这个来源已有一次归集在等待或进行中,请等它完成。"""

    code = "intake_run_waiting"
