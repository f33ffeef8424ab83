"""The one API object of the gateway and how its refusals look."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from yiwang.standards.errors import YiwangError

api = NinjaAPI(
    title="一网 yiwang",
    version="1",
    description="Everything the pages can do, for machines, under the same permissions. Errors: {code, message, field, details}.",
    urls_namespace="gateway",
)


@api.exception_handler(YiwangError)
def refused(request: HttpRequest, error: YiwangError) -> HttpResponse:
    """An error of the house as JSON with its own status."""
    return api.create_response(request, error.to_json(), status=error.status)


@api.exception_handler(ValidationError)
def misread(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A body or parameter of the wrong shape: every fault with its place."""
    faults = [{"place": ".".join(str(part) for part in fault["loc"]), "fault": fault["msg"]} for fault in error.errors]
    places = "、".join(str(fault["place"]) for fault in faults[:5])
    body = {
        "code": "wrong_shape",
        "message": f"请求的格式不对:{places}。请对照接口说明(/api/v1/docs)修改。",
        "field": "",
        "details": {"faults": faults},
    }
    return api.create_response(request, body, status=422)


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that is not JSON at all."""
    body: dict[str, Any] = {
        "code": "unreadable",
        "message": f"读不懂请求:{error.message}。请发送 UTF-8 编码的 JSON。",
        "field": "",
        "details": {},
    }
    return api.create_response(request, body, status=error.status_code)
