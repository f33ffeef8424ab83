"""Refusals of the gateway: each names cause and remedy, and is logged before it is answered."""

from __future__ import annotations

from yiwang.standards.errors import Forbidden, InvalidInput, NotFound, Unavailable, YiwangError


class BadRequest(InvalidInput):
    """请求内容不符合要求,请对照接口说明修改后重试。"""

    code = "bad_request"
    status = 400


class TooLarge(InvalidInput):
    """请求过大:一次最多查询 1000 个键、1 MB 内容,请分批调用。"""

    code = "too_large"
    status = 413


class BadSignature(YiwangError):
    """签名不正确:请核对密钥编号、待签文本(方法、路径、时间、随机数、网关名、内容摘要)和算法。"""

    code = "bad_signature"
    status = 401


class WrongTime(YiwangError):
    """请求时间与网关相差超过 60 秒:请校准调用方时钟后重新签名。"""

    code = "wrong_time"
    status = 401


class Replayed(YiwangError):
    """该请求已经用过:每次调用须换新的随机数并重新签名。"""

    code = "replayed"
    status = 401


class NotGranted(Forbidden):
    """没有这项数据的授权,请先在共享平台提出申请。"""

    code = "not_granted"


class ChangesGone(YiwangError):
    """要续取的位置已不在保留范围内:请先整体下载一次,再从应答所示的版本续取变更。"""

    code = "changes_gone"
    status = 410


class NoBroker(YiwangError):
    """这个网关没有开通消息订阅:请改用 GET …/changes 续取变更,或联系网关运维启用消息服务。"""

    code = "no_broker"
    status = 409


class TooFast(YiwangError):
    """调用过快:请按授权的每秒次数放慢后重试。"""

    code = "too_fast"
    status = 429


class QuotaUsed(YiwangError):
    """今天的查询数量已用完:请明天再查,或在共享平台申请提高每日数量。"""

    code = "quota_used"
    status = 429


class LooksLikeScraping(YiwangError):
    """连续猜测或遍历键值,已暂停应答并通知数据提供部门;确有需要请申请批量下载。"""

    code = "scraping"
    status = 429


class NoSuchResource(NotFound):
    """没有这个数据资源,请核对资源代码。"""

    code = "no_such_resource"


class PolicyUnusable(Unavailable):
    """共享策略无法使用,网关暂不应答;请检查策略文件及其签名。"""

    code = "policy_unusable"


class SnapshotUnusable(Unavailable):
    """数据快照无法使用,请重新发布该数据资源。"""

    code = "snapshot_unusable"


class JournalUnusable(Unavailable):
    """调用日志无法写入,为保证留痕网关停止应答;请检查磁盘空间和权限。"""

    code = "journal_unusable"


class BadReceipt(InvalidInput):
    """回执不成立:内容、路径或签名与网关公钥不符。"""

    code = "bad_receipt"


class FollowRefused(Forbidden):
    """网关没有同意订阅:请核对密钥、资源、字段、用途和办件编号。"""

    code = "follow_refused"


class MustDownload(YiwangError):
    """变更已无法从原来的位置接续:请重新整体下载,再以应答头 X-Version 的版本号(--after)重新订阅。"""

    code = "must_download"
    status = 410
