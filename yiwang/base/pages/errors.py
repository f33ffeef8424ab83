"""Answers to what went wrong, in the design for people and as JSON for machines. No answer here asks the database."""

from __future__ import annotations

import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from yiwang.base.pages.render import render
from yiwang.standards.errors import YiwangError


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller is a machine: an API path, or JSON preferred over a page."""
    return request.path.startswith("/api/") or request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def explanation(status: int) -> tuple[str, str, str]:
    """Title, cause and remedy of a status, in the reader's language."""
    known = {
        400: (_("请求无法识别"), _("浏览器发来的内容不完整或格式不对。"), _("请返回上一页重新填写后再提交。")),
        401: (_("请先登录"), _("这一页需要知道您是谁。"), _("请登录后再试;如果您刚才在填表,返回上一页内容仍在。")),
        403: (_("您没有权限查看或办理"), _("这一页只对特定的人开放。"), _("请确认登录的账号;如需他人代办,请先在“我的”中设置授权。")),
        404: (_("没有找到这一页"), _("网址可能写错了,内容可能已移走,也可能您没有查看权限。"), _("请用搜索查找,或从首页重新进入。")),
        405: (_("这里不能这样操作"), _("网址和操作方式不匹配。"), _("请从页面上的按钮进入。")),
        409: (_("这一步现在不能办"), _("在您操作期间,这件事已有新的进展。"), _("请返回并刷新页面,查看最新情况后再操作。")),
        410: (_("已经失效"), _("这个链接或出示码已过期。"), _("请让对方重新生成。")),
        413: (_("上传的内容太大"), _("单次提交的文件总大小超过了限制。"), _("请压缩图片或分次上传,单个文件不超过 4 MB。")),
        422: (_("内容需要修改"), _("有内容不符合要求。"), _("请返回上一页,按提示修改后再提交。")),
        429: (_("操作太频繁"), _("短时间内提交次数过多。"), _("请稍等片刻再试。")),
        503: (_("服务暂时不可用"), _("系统正在维护或负载过高,您已提交的内容不会丢失。"), _("请稍后再试。")),
    }
    return known.get(status, (_("系统出了问题"), _("这不是您的操作造成的,我们已记录。您已提交的内容不会丢失。"), _("请稍后再试。")))


def failure(
    request: HttpRequest, status: int, *, message: str = "", code: str = "", extra: dict[str, Any] | None = None, title: str = ""
) -> HttpResponse:
    """The answer for ``status``; ``message`` (already for people) replaces the general cause and remedy, ``title`` its title."""
    general, cause, remedy = explanation(status)
    title = title or general
    if wants_json(request):
        body = {"code": code or f"http_{status}", "message": message or f"{title}。{cause}{remedy}", **(extra or {})}
        return JsonResponse({"error": body}, status=status, json_dumps_params={"ensure_ascii": False})
    context = {"status": status, "failure_title": title, "cause": message or cause, "remedy": "" if message else remedy}
    return render(request, "pages/failure.html", context, status=status)


def error_response(request: HttpRequest, error: YiwangError) -> HttpResponse:
    """The answer to a refusal of our own: its sentence already names cause, place and remedy."""
    details = {key: value for key, value in error.to_json().items() if key not in ("code", "message")}
    return failure(
        request, error.status, message=error.message, code=error.code, extra=details, title=_(error.title) if error.title else ""
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400; too much data is said as 413."""
    return failure(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return failure(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    return failure(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500; a database out of reach (restarting, say) is a state that passes, not a fault: 503, ask again."""
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return failure(request, 500)
    answer = failure(request, 503)
    answer.headers["Retry-After"] = "2"
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: says what to do instead of what a token is."""
    return failure(
        request, 403, code="csrf", message=_("为保护您的账号,这个页面已过期。请返回上一页刷新后重新提交;若仍不行,请允许本站使用 Cookie。")
    )
