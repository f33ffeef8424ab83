"""Drafting from data: files, a folder of files, a database or an API are looked at; what is proposed waits for a person's word."""

from __future__ import annotations

import re
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yiwang.data.catalogue import api as catalogue
from yiwang.data.intake import api as intake
from yiwang.data.sensing import api as sensing
from yiwang.ends.official.page import actor_of, page
from yiwang.security.access.api import Actor, policy
from yiwang.standards.errors import InvalidInput

MOST_BYTES: Final = 20 * 1024 * 1024
MOST_FILES: Final = 50
SAMPLE: Final = {"rows": 10_000, "tables": 50, "seconds": 20}  # what a page may wait for; the command line reads more


@policy("catalogue.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest) -> HttpResponse:
    """Have files or an address looked at; bad files are told one by one, the good ones are kept."""
    actor, error, typed = actor_of(request), "", {name: request.POST.get(name, "").strip()[:500] for name in ("address", "header")}
    if request.method == "POST":
        try:
            tables, problems, origin = _of_address(request, typed) if typed["address"] else _of_files(request)
            made = _kept(tables, origin, actor)
        except InvalidInput as refused:
            error = refused.message
            typed["address"] = re.sub(r"(://[^:@/]*):[^@/]*@", r"\1@", typed["address"])  # a password is not shown again
        else:
            for problem in problems:
                messages.warning(request, problem)
            if made:
                messages.success(request, _("识别了 %(n)s 张表,请逐张确认。") % {"n": made})
            return redirect("official:catalogue_work")
    return page(request, "catalogue_look", {"error": error, "typed": typed, **SAMPLE}, tab="catalogue", status=422 if error else 200)


def _kept(tables: dict[str, Any], origin: str, actor: Actor) -> int:
    return len(catalogue.look_at(tables, origin=origin, department=actor.department, region=actor.region, actor=actor))


def _of_files(request: HttpRequest) -> tuple[dict[str, Any], list[str], str]:
    files = request.FILES.getlist("file")
    if not files or len(files) > MOST_FILES or sum(one.size or 0 for one in files) > MOST_BYTES:
        raise InvalidInput(_("请选择文件,或填写数据库、接口的地址。文件最多 50 个,合计 20 MB 以内。"), field="file")
    tables: dict[str, Any] = {}
    problems = []
    for file in files:
        try:
            tables |= sensing.read_bytes(file.name or "", content=file.read())
        except sensing.UnreadableSource as refused:
            problems.append(refused.message)
    if not tables:
        raise InvalidInput(" ".join(problems), field="file")
    return tables, problems, (files[0].name or "") if len(files) == 1 else _("上传的 %(n)s 个文件") % {"n": len(files)}


def _of_address(request: HttpRequest, typed: dict[str, str]) -> tuple[dict[str, Any], list[str], str]:
    secret = request.POST.get("secret", "")[:500]
    reached = intake.address_for(typed["address"], secret=secret)
    headers = {typed["header"] or "Authorization": secret} if secret and reached.startswith("http") else {}
    tables, problems = sensing.read_address(reached, headers=headers, **SAMPLE)
    if not tables:
        raise InvalidInput(" ".join([_("这个地址里没有可以识别的表。"), *problems]), field="address")
    return tables, problems, intake.address_for(typed["address"]).rpartition("@")[2].partition("?")[0]
