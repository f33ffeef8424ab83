"""What the room refuses."""

from yiwang.standards.errors import InvalidInput, NotFound


class UnknownTemplate(NotFound):
    """没有这个通知模板,请核对模板代码。"""

    code = "unknown_notice_template"


class BadNotice(InvalidInput):
    """通知缺少模板需要的内容,请补全后再发送。"""

    code = "bad_notice"


class BadPreference(InvalidInput):
    """通知设置不正确,请按提示修改。"""

    code = "bad_notice_preference"


class NoticeNotFound(NotFound):
    """没有找到这条消息,可能不是发给您的。"""

    code = "notice_not_found"
