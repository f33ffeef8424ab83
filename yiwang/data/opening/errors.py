"""What the open portal refuses, in sentences for people."""

from __future__ import annotations

from yiwang.standards.errors import Conflict, Forbidden, InvalidInput, NotFound, YiwangError


class NoSuchSet(NotFound):
    """没有这个数据集。"""

    code = "no_such_set"
    template = "没有找到开放的数据集“{code}”,它可能已撤下。请从数据集列表中选择。"


class NoSuchRelease(NotFound):
    """数据集没有这个版本。"""

    code = "no_such_release"
    template = "没有找到数据集“{code}”的这个版本,请从版本列表中选择。"


class WrongReleaseStep(Conflict):
    """这一状态下不能这样办理。"""

    code = "wrong_release_step"
    template = "“{title}”现在是“{state}”,不能{step}。请刷新页面查看最新状态。"


class StaleRelease(Conflict):
    """别人刚刚办理过。"""

    code = "stale_release"
    template = "“{title}”刚刚被别人办理过(您看到的是第 {yours} 次,现在是第 {current} 次)。请刷新页面后重试。"


class UnfinishedRelease(Conflict):
    """还有一个没有办完的版本。"""

    code = "unfinished_release"
    template = "“{title}”第 {number} 版还没有办完。请先办完或放弃它,再生成新的草稿。"


class SameOpener(Forbidden):
    """编制和审批不能是同一个人。"""

    code = "same_opener"
    template = "“{title}”是您编制或检查的,须由另一位有审批权限的人员审批。"


class NotSafe(InvalidInput):
    """开放前检查没有通过。"""

    code = "not_safe"
    template = "“{title}”没有通过开放前检查:{findings}"


class BudgetSpent(InvalidInput):
    """隐私预算不够。"""

    code = "budget_spent"
    template = "“{title}”的隐私预算共 {total},已用 {spent},本次需要 {wanted},不够。继续发布会让多次结果相互抵消噪声,不能再生成新版本。"


class OpeningNeedsReason(InvalidInput):
    """须写明理由。"""

    code = "opening_needs_reason"
    template = "请写明{step}的理由,它会留在记录里。"


class UnreadableDefinition(InvalidInput):
    """数据集的定义有误。"""

    code = "unreadable_definition"
    template = "数据集“{code}”的定义有误:{reason}"


class UnknownColumn(InvalidInput):
    """没有这一列。"""

    code = "unknown_column"
    template = "数据里没有名为“{column}”的列,可用:{known}。"


class UnknownFormat(NotFound):
    """没有这种格式。"""

    code = "unknown_format"
    template = "没有“{format}”格式,可下载:{known}。"


class EmptyCart(InvalidInput):
    """还没有选数据集。"""

    code = "empty_cart"
    template = "请至少选择一个数据集和一种格式,最多 {most} 个数据集。"


class OfferIncomplete(InvalidInput):
    """填写不完整。"""

    code = "offer_incomplete"
    template = "请填写{what}。"


class UnreadableOffer(InvalidInput):
    """提供的数据文件读不出来。"""

    code = "unreadable_offer"
    template = "文件无法读取:{reason}。请提供 UTF-8 编码、首行为列名的 CSV 文件,不超过 {most} MB。"


class HoldsPersonalData(InvalidInput):
    """文件里有个人信息。"""

    code = "holds_personal_data"
    template = "文件里有 {count} 处像身份证号或手机号的内容,不能公开。请删去后重新提交。"


class TooManyCalls(YiwangError):
    """调用太频繁。"""

    code = "too_many_calls"
    status = 429
    template = "一分钟内最多调用 {most} 次,请 {wait} 秒后再试。{advice}"


class TooManyKeys(Conflict):
    """密钥太多。"""

    code = "too_many_keys"
    template = "每个账户最多有 {most} 个有效密钥,请先停用不用的密钥。"


class WrongKey(YiwangError):
    """密钥无效。"""

    code = "wrong_key"
    status = 403
    template = "密钥无效或已停用。不带密钥也能调用;需要更高额度的,请登录后在“我的密钥”中领取。"
