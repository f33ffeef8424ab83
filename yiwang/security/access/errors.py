"""What access refuses."""

from __future__ import annotations

from yiwang.standards.errors import Forbidden


class PermissionDenied(Forbidden):
    """The actor's roles do not allow the act there."""

    code = "permission_denied"
    template = "您没有“{permission_name}”的权限{place},请联系本部门管理员开通,或转请有权限的人员办理。"


class SignInNeeded(Forbidden):
    """请先登录,再继续办理。"""

    code = "sign_in_needed"
    status = 401
