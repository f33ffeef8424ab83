"""What licences refuse."""

from __future__ import annotations

from yiwang.standards.errors import Conflict, InvalidInput, NotFound


class UnknownKind(InvalidInput):
    """The catalogue has no such kind of licence."""

    code = "unknown_licence_kind"
    template = "电子证照目录中没有“{kind}”这一种类,请核对证照类型。"


class WrongHolder(InvalidInput):
    """A person cannot hold this, or a company cannot."""

    code = "wrong_licence_holder"
    template = "“{name}”只能颁发给{expected},请核对持证主体。"


class NoLicence(NotFound):
    """没有找到这本电子证照,请核对编号;他人的证照须由持证人出示。"""

    code = "no_licence"


class NotInForce(Conflict):
    """The licence is in a state that does not allow the act."""

    code = "licence_not_in_force"
    template = "这本“{name}”目前的状态是“{state}”,不能{act}。"


class PresentationEnded(NotFound):
    """出示码无效或已过期:请持证人重新出示。"""

    code = "presentation_ended"


class ReasonNeeded(InvalidInput):
    """请写明理由:改变证照状态须有事实和依据,并会告知持证人。"""

    code = "reason_needed"


class UnknownAct(InvalidInput):
    """对证照只能撤销、注销、暂扣、恢复,或者作为处罚吊销。"""

    code = "unknown_licence_act"


class TextUnusable(InvalidInput):
    """Reason or legal basis longer than is kept."""

    code = "licence_text_unusable"
    template = "理由或依据过长(最多 {most} 个字)或含有不能保存的字符,请精简后再提交。"


class UnknownField(InvalidInput):
    """The holder chose to show something the licence does not have."""

    code = "unknown_licence_field"
    template = "证照上没有“{names}”,请从证照已有的内容中选择。"
