"""The one API object of the gateway and how its refusals look."""

from __future__ import annotations

import logging
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from ninja.renderers import JSONRenderer

from yiwang.ends.gateway.describing import Description
from yiwang.ends.gateway.reading import Page
from yiwang.standards.errors import NullCharacter, YiwangError

_log = logging.getLogger("yiwang.gateway")


class Refusal(Schema):
    """Every answer that is not a success: ``code`` for programs, ``message`` for people, the field it belongs to, details."""

    code: str
    message: str
    field: str = ""
    details: dict[str, Any] = {}


class Gateway(NinjaAPI):
    """The API; its description says of every operation what a refusal looks like."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None) -> Any:
        """The description with ``Refusal`` as the default answer, every shape under a name of its own."""
        told = Description(self, self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)
        told["components"]["schemas"]["Refusal"] = Refusal.model_json_schema()
        shape = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
        for path in told["paths"].values():
            for operation in path.values():
                operation["responses"]["default"] = {"description": "Refused, with cause and remedy", "content": shape}
        return told


class Readable(JSONRenderer):
    """JSON with Chinese as it is written: half the bytes, and readable by people."""

    json_dumps_params = {"ensure_ascii": False}


api = Gateway(
    title="一网 yiwang",
    version="1",
    description="Everything the pages can do, for machines, under the same permissions. Errors: {code, message, field, details}.",
    urls_namespace="gateway",
    renderer=Readable(),
    docs=Page(),
)


def answer(request: HttpRequest, code: str, message: str, *, status: int, **details: object) -> HttpResponse:
    """A refusal in its one shape."""
    return api.create_response(request, {"code": code, "message": message, "field": "", "details": details}, status=status)


@api.exception_handler(YiwangError)
def refused(request: HttpRequest, error: YiwangError) -> HttpResponse:
    """An error of the house as JSON with its own status."""
    return api.create_response(request, error.to_json(), status=error.status)


@api.exception_handler(ValidationError)
def misread(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A body or parameter of the wrong shape: every fault with its place."""
    faults = [{"place": ".".join(str(part) for part in fault["loc"]), "fault": fault["msg"]} for fault in error.errors]
    places = "、".join(str(fault["place"]) for fault in faults[:5])
    return answer(request, "wrong_shape", f"请求的格式不对:{places}。请对照接口说明(/api/v1/docs)修改。", status=422, faults=faults[:50])


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that is not JSON at all."""
    return answer(request, "unreadable", f"读不懂请求:{error.message}。请发送 UTF-8 编码的 JSON。", status=error.status_code)


@api.exception_handler(Exception)
def failed(request: HttpRequest, error: Exception) -> HttpResponse:
    """A fault of ours: logged with its trace; a database out of reach is a state that passes (503)."""
    if NullCharacter.behind(error):
        return refused(request, NullCharacter())
    if isinstance(error, OperationalError | InterfaceError):
        return answer(request, "unavailable", "数据库暂时无法访问,请稍后重试;已提交的内容不会丢失。", status=503)
    _log.error("%s %s failed", request.method, request.path, exc_info=error)
    return answer(request, "fault", "系统出了问题,我们已记录,请稍后重试。", status=500)
