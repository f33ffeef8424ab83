"""What the room refuses."""

from yiwang.standards.errors import Conflict, Forbidden, InvalidInput, NotFound


class RatingNotFound(NotFound):
    """没有找到这条评价,可能您没有查看权限。"""

    code = "rating_not_found"


class BadRatingInput(InvalidInput):
    """评价内容不符合要求,请按提示修改。"""

    code = "bad_rating_input"


class NotTheApplicant(Forbidden):
    """只有申请人本人(或其代办人)可以评价自己的办件。"""

    code = "not_the_applicant"


class NotFinished(Conflict):
    """办件还没有办结,办结后即可评价。"""

    code = "case_not_finished"


class TooLate(Conflict):
    """评价期限已过,如有意见请拨打 12345 热线反映。"""

    code = "rating_too_late"


class AlreadyRated(Conflict):
    """这件办件已经评价过,一件只评价一次;如需补充意见,请在「我的评价」中查看处理进展。"""

    code = "already_rated"


class WrongStep(Conflict):
    """这条评价的处理状态已变化,请刷新页面后再试,您填写的内容不会丢失。"""

    code = "wrong_rating_step"
