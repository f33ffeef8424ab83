"""What can be refused in this room."""

from yiwang.standards.errors import Conflict, Forbidden, InvalidInput, NotFound, YiwangError


class UnknownDepartment(NotFound):
    """没有这个部门。"""

    code = "unknown_department"
    template = "没有代码为「{department}」的部门,请对照部门名录核对。"


class SignInRefused(YiwangError):
    """Wrong name or password; which of the two is never said."""

    code = "sign_in_refused"
    status = 401
    template = "用户名或密码不正确,请核对大小写和输入法后再试;还可以再试 {left} 次,之后将锁定 {minutes} 分钟。"


class PasswordGiven(YiwangError):
    """这个密码是工作人员为您设置的,只能用一次:请先改成只有您自己知道的密码,再登录。"""

    code = "password_given"
    status = 403


class SignInLocked(YiwangError):
    """Too many failures."""

    code = "sign_in_locked"
    status = 429
    template = "连续多次输错,这个用户名已锁定,请在 {until} 之后再试,或到政务服务大厅凭身份证件重置密码。"


class BadToken(YiwangError):
    """访问令牌无效、已过期或已吊销,请向系统管理员申请新的令牌。"""

    code = "bad_token"
    status = 401


class WeakPassword(InvalidInput):
    """The password is too easily guessed."""

    code = "weak_password"
    template = "密码不符合要求:{causes}。请换一个密码再试。"


class AccountExists(Conflict):
    """The name or the person already has an account."""

    code = "account_exists"
    template = "用户名「{username}」已被使用,或该证件号已有账号,请直接登录或换一个用户名。"


class NotEntitled(Forbidden):
    """You may not act for this person or company."""

    code = "not_entitled"
    template = "您还不能代「{subject}」办事:{cause}。"


class BadDelegation(InvalidInput):
    """委托不完整,请写明受托人、事项范围、截止日期并确认委托。"""

    code = "bad_delegation"
