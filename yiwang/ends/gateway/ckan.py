"""The open portal in the words of CKAN's action API (version 3), so that its clients and harvesters work unchanged. Read only.

Organisations are departments, groups are themes, tags are keywords; a package's name is the data set's code, a resource's id is
``<code>-<format>``, and every resource answers ``datastore_search``. Calls are counted by key (``Authorization`` or ``X-CKAN-API-Key``)
or by network address; the answer says in ``X-RateLimit-*`` what is left.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from yiwang.data.opening import api as opening
from yiwang.security.access.api import policy
from yiwang.standards.errors import InvalidInput, NotFound, YiwangError
from yiwang.support.identity import api as identity

Asked = Mapping[str, Any]
TYPES: Final = {"text": "text", "integer": "int", "number": "float", "date": "date", "boolean": "bool"}
FILTERS: Final = {"organization": "department", "owner_org": "department", "groups": "theme"}
_ERRORS: Final = {403: "Authorization Error", 404: "Not Found Error", 429: "Too Many Requests"}


class NoSuchAction(NotFound):
    """没有这个动作。"""

    code = "no_such_action"
    template = "没有动作“{action}”,可用:{known}。"


@csrf_exempt
@policy("public")
def action(request: HttpRequest, name: str) -> JsonResponse:
    """One action; the envelope ``{help, success, result | error}``."""
    told: dict[str, Any] = {"help": request.build_absolute_uri(f"/api/3/action/help_show?name={name}")}
    headers = {"Access-Control-Allow-Origin": "*"}
    try:
        quota = opening.count_call(_key(request), address=request.META.get("REMOTE_ADDR", ""))
        headers |= {"X-RateLimit-Limit": str(quota.most), "X-RateLimit-Remaining": str(quota.left), "X-RateLimit-Reset": str(quota.wait)}
        act = ACTIONS.get(name)
        if act is None:
            raise NoSuchAction(action=name[:60], known="、".join(ACTIONS))
        result = act(_asked(request), request.build_absolute_uri("/").rstrip("/"))
    except YiwangError as error:
        if isinstance(error, opening.TooManyCalls):
            headers["Retry-After"] = str(error.details["wait"])
        status = 409 if error.status == 422 else error.status
        fault: dict[str, Any] = {"__type": _ERRORS.get(status, "Validation Error"), "message": error.message}
        return JsonResponse({**told, "success": False, "error": fault}, status=status, headers=headers, json_dumps_params=_PLAIN)
    return JsonResponse({**told, "success": True, "result": result}, headers=headers, json_dumps_params=_PLAIN)


_PLAIN: Final = {"ensure_ascii": False}


def _key(request: HttpRequest) -> str:
    found = request.headers.get("X-CKAN-API-Key") or request.headers.get("Authorization", "")
    return found.removeprefix("Bearer ").strip()[:200]


def _asked(request: HttpRequest) -> Asked:
    """The parameters: JSON of a POST, else the form and the address."""
    if request.method == "POST" and request.content_type == "application/json":
        try:
            found = json.loads(request.body or b"{}")
        except ValueError as error:
            raise InvalidInput("请求不是 JSON,请核对后重试。") from error
        if not isinstance(found, dict):
            raise InvalidInput("请求应为 JSON 对象。")
        return found
    return {**request.GET.dict(), **request.POST.dict()}


def _number(asked: Asked, name: str, default: int) -> int:
    value = asked.get(name, default)
    try:
        return max(0, int(value))
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"参数 {name} 应为不小于 0 的整数。", field=name) from error


def _name(asked: Asked, *names: str) -> str:
    found = next((asked[name] for name in names if asked.get(name)), None)
    if not isinstance(found, str):
        raise InvalidInput(f"缺少参数 {names[0]}。", field=names[0])
    return found


def _codes() -> list[str]:
    return sorted(line.code for line in opening.search().rows)


def package_list(asked: Asked, base: str) -> list[str]:
    """Names of all packages, paged by ``limit`` and ``offset``."""
    codes, start = _codes(), _number(asked, "offset", 0)
    return codes[start : start + _number(asked, "limit", len(codes))]


def package_search(asked: Asked, base: str) -> dict[str, Any]:
    """Packages by words ``q`` and filters ``fq`` (``organization:x groups:y tags:z res_format:CSV``)."""
    words = str(asked.get("q") or "").replace("*:*", "").replace("*", " ")
    chosen, tags = {}, []
    for part in str(asked.get("fq") or "").replace("+", " ").split():
        field, _, value = part.partition(":")
        value = value.strip("\"'()")
        if field in FILTERS:
            chosen[FILTERS[field]] = value
        elif field == "tags":
            tags.append(value)
        elif field not in ("res_format", "license_id", "capacity", "state", "dataset_type"):
            raise InvalidInput(f"不能按 {field[:40]} 筛选,可用:organization、groups、tags、res_format。", field="fq")
    found = [line for line in opening.search(words, chosen=chosen).rows if all(tag in line.keywords for tag in tags)]
    start, rows = _number(asked, "start", 0), min(_number(asked, "rows", 10), 1000)
    results = [package(line.code, base) for line in found[start : start + rows]]
    return {"count": len(found), "sort": "metadata_modified desc", "facets": {}, "search_facets": {}, "results": results}


def package_show(asked: Asked, base: str) -> dict[str, Any]:
    """One package by name."""
    return package(_name(asked, "id", "name_or_id"), base)


def package(code: str, base: str) -> dict[str, Any]:
    """A data set as a package."""
    one = opening.data_set(code)
    line, licence = one.line, opening.words()["licences"][one.line.licence]
    return {
        "id": code,
        "name": code,
        "title": line.title,
        "notes": line.summary,
        "url": f"{base}/data/{code}",
        "type": "dataset",
        "state": "active",
        "private": False,
        "isopen": True,
        "version": str(line.number),
        "license_id": line.licence,
        "license_title": licence["name"],
        "license_url": f"{base}/data/licences#{line.licence}",
        "metadata_created": one.first_opened_at.isoformat(),
        "metadata_modified": line.opened_at.isoformat(),
        "owner_org": line.department,
        "organization": _organisation(line.department),
        "groups": [_group(line.theme)],
        "tags": [{"id": word, "name": word, "display_name": word, "state": "active"} for word in line.keywords],
        "num_tags": len(line.keywords),
        "num_resources": len(one.files),
        "resources": [_resource(one, file, base) for file in one.files],
        "extras": [
            {"key": "title_en", "value": line.title_en},
            {"key": "update_cycle", "value": line.cycle},
            {"key": "quality", "value": str(line.quality)},
            {"key": "protection", "value": one.method},
        ],
    }


def _resource(one: opening.OpenSet, file: opening.FileView, base: str) -> dict[str, Any]:
    line = one.line
    return {
        "id": file.id,
        "package_id": line.code,
        "name": f"{line.title}({file.name})",
        "description": line.summary,
        "format": file.format.upper(),
        "mimetype": file.media_type.partition(";")[0],
        "url": f"{base}/data/{line.code}/files/{line.number}.{file.format}",
        "url_type": "upload",
        "created": line.opened_at.isoformat(),
        "last_modified": line.opened_at.isoformat(),
        "state": "active",
        "datastore_active": True,
        "hash": one.digest if file.format == "parquet" else "",
        "size": one.size if file.format == "parquet" else None,
    }


def _organisation(code: str) -> dict[str, Any]:
    place = identity.department(code)
    return {"id": code, "name": code, "title": place.name, "type": "organization", "is_organization": True, "state": "active"}


def _group(theme: str) -> dict[str, Any]:
    title = opening.words()["themes"][theme][0]
    return {"id": theme, "name": theme, "title": title, "display_name": title}


def _split(resource: str) -> tuple[str, str]:
    """The data set and the format of a resource's id."""
    code, _, form = resource.rpartition("-")
    if not code:
        raise opening.NoSuchSet(code=resource[:60])
    return code, form


def resource_show(asked: Asked, base: str) -> dict[str, Any]:
    """One resource by id."""
    resource = _name(asked, "id")
    code, form = _split(resource)
    one = opening.data_set(code)
    file = next((file for file in one.files if file.format == form), None)
    if file is None:
        raise opening.UnknownFormat(format=form, known="、".join(file.format for file in one.files))
    return _resource(one, file, base)


def datastore_search(asked: Asked, base: str) -> dict[str, Any]:
    """Rows of a resource: ``filters``, ``q``, ``fields``, ``sort``, ``limit`` (100), ``offset``."""
    resource = _name(asked, "resource_id", "id")
    resource_show({"id": resource}, base)
    limit, offset = _number(asked, "limit", 100), _number(asked, "offset", 0)
    filters, q = _object(asked, "filters"), asked.get("q") or ""
    fields = asked.get("fields") or []
    names = [part.strip() for part in fields.split(",")] if isinstance(fields, str) else [str(one) for one in fields]
    words = " ".join(map(str, q.values())) if isinstance(q, dict) else str(q)
    sort = str(asked.get("sort") or "")
    found = opening.rows(_split(resource)[0], filters=filters, q=words, fields=names, sort=sort, limit=limit, offset=offset)
    return {
        "resource_id": resource,
        "fields": [{"id": one.name, "type": TYPES[one.kind], "info": {"label": one.title, "notes": one.meaning}} for one in found.columns],
        "records": list(found.rows),
        "records_format": "objects",
        "limit": min(limit, 32_000),
        "offset": offset,
        "total": found.total,
        "total_was_estimated": False,
        "include_total": True,
        "filters": filters,
        "q": q,
        "_links": {"start": "/api/3/action/datastore_search", "next": f"/api/3/action/datastore_search?offset={offset + limit}"},
    }


def _object(asked: Asked, name: str) -> dict[str, Any]:
    """A parameter that is an object, or the JSON of one."""
    value = asked.get(name) or {}
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise InvalidInput(f"参数 {name} 应为 JSON 对象。", field=name) from error
    if not isinstance(value, dict):
        raise InvalidInput(f"参数 {name} 应为 JSON 对象。", field=name)
    return value


def organization_list(asked: Asked, base: str) -> list[str]:
    """Departments with open data."""
    return sorted({line.department for line in opening.search().rows})


def group_list(asked: Asked, base: str) -> list[str]:
    """Themes with open data."""
    return sorted({line.theme for line in opening.search().rows})


def tag_list(asked: Asked, base: str) -> list[str]:
    """Keywords in use."""
    return sorted({word for line in opening.search().rows for word in line.keywords})


def license_list(asked: Asked, base: str) -> list[dict[str, Any]]:
    """The licences."""
    return [{"id": code, "title": one["name"], "status": "active"} for code, one in opening.words()["licences"].items()]


def status_show(asked: Asked, base: str) -> dict[str, Any]:
    """What answers here."""
    return {"ckan_version": "2.10.0", "site_url": base, "site_title": "yiwang", "extensions": ["datastore"], "locale_default": "zh_CN"}


def site_read(asked: Asked, base: str) -> bool:
    """Whether one may read: everybody may."""
    return True


ACTIONS: Final[Mapping[str, Callable[[Asked, str], Any]]] = {
    one.__name__: one
    for one in (
        *(package_list, package_search, package_show, resource_show, datastore_search, organization_list, group_list, tag_list),
        *(license_list, status_show, site_read),
    )
}

app_name = "ckan"
urlpatterns = [path("3/action/<str:name>", action, name="action"), path("action/<str:name>", action, name="short_action")]
