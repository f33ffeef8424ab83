"""What requests and keys are refused for, in sentences for people."""

from __future__ import annotations

from yiwang.standards.errors import Conflict, Forbidden, InvalidInput, NotFound


class NoSuchSharedResource(NotFound):
    """没有这项数据资源。"""

    code = "no_such_shared_resource"
    template = "没有代码为“{resource}”的数据资源,请从资源列表中选择。"


class NoSuchRequest(NotFound):
    """没有找到这件共享申请,或者它与您的部门无关。"""

    code = "no_such_request"


class NoSuchKey(NotFound):
    """没有找到这把密钥,或者它不是您部门的。"""

    code = "no_such_key"


class NotShared(Forbidden):
    """这项数据资源不予共享。"""

    code = "not_shared"
    template = "“{title}”列入不予共享清单:{reason}({basis})。如有异议,可按数据资源目录更正的程序提出。"


class StaleRequest(Conflict):
    """申请已被别人办理。"""

    code = "stale_request"
    template = "申请 {no} 刚刚被别人办理过,现在是“{state}”。您填写的内容没有丢失,请核对后重试。"


class WrongRequestStep(Conflict):
    """这一状态下不能这样办理。"""

    code = "wrong_request_step"
    template = "申请 {no} 现在是“{state}”,不能{step}。{remedy}"


class SameOfficial(Forbidden):
    """编写和审签不能是同一个人。"""

    code = "same_official"
    template = "申请 {no} 由您编写或提交,须由本部门共享工作机构负责人(另一人)审签。"


class RequestIncomplete(InvalidInput):
    """申请没有写全。"""

    code = "request_incomplete"


class GroundMissing(InvalidInput):
    """不同意须写明依据,且不得增设目录以外的条件。"""

    code = "ground_missing"
    template = "不同意须写明依据:请选择目录中列明的共享条件,或者引用法律条款(如《政务数据共享条例》第二十一条)。不得增设目录以外的条件。"


class BadPublicKey(InvalidInput):
    """公钥不能使用,请提交 SM2 公钥(PEM,SubjectPublicKeyInfo)。"""

    code = "bad_public_key"
