"""What the guide refuses, in sentences for people."""

from __future__ import annotations

from yiwang.standards.errors import Conflict, Forbidden, InvalidInput, NotFound, YiwangError


class NoQuestion(InvalidInput):
    """请写下想问的事。"""

    code = "no_question"
    template = "请写下想问的事,一两个词就够。"


class NoSuchArticle(NotFound):
    """没有这篇知识,或不属于您的部门。"""

    code = "no_such_knowledge"


class NoSuchGap(NotFound):
    """没有这组问题,可能已有人处理。请刷新列表。"""

    code = "no_such_gap"


class NoSuchTurn(NotFound):
    """这次回答已过了可以评价的时间。"""

    code = "no_such_turn"


class WrongStep(Conflict):
    """这一状态下不能这样办理。"""

    code = "wrong_knowledge_step"
    template = "“{title}”现在是“{state}”,不能{step}。请刷新页面查看最新状态。"


class StaleArticle(Conflict):
    """草稿已被别人改过。"""

    code = "stale_knowledge"
    template = "“{title}”刚刚被{editor}改过(您打开的是第 {yours} 次保存,现在是第 {current} 次)。您填写的内容没有丢失,请比对后重新保存。"


class SameAuthor(Forbidden):
    """编辑和审核不能是同一个人。"""

    code = "same_knowledge_author"
    template = "“{title}”您编辑或提交过,须由另一位审核员发布或退回。"


class NeedsReason(InvalidInput):
    """须写明理由。"""

    code = "knowledge_needs_reason"
    template = "请写明为什么{step}。"


class NoRecogniser(NotFound):
    """没有配置语音识别服务,请用文字提问。"""

    code = "no_recogniser"


class NotHeard(YiwangError):
    """没有听清。请靠近话筒再说一次,或用文字提问。"""

    code = "not_heard"
    status = 422
