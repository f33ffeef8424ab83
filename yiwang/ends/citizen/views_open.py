"""数据开放 for everybody: search, a data set with dictionary, preview, versions and map, the cart, and files."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yiwang.base.pages.api import page_context
from yiwang.data.opening import api as opening
from yiwang.ends.citizen.maps import scatter
from yiwang.ends.citizen.page import actor_of, page
from yiwang.ends.citizen.words import department_name, english
from yiwang.security.access.api import policy
from yiwang.standards.errors import YiwangError
from yiwang.support.identity import api as identity

CART: Final = "open_cart"
FORMS: Final = (("csv", "CSV"), ("json", "JSON"), ("xlsx", "Excel"), ("parquet", "Parquet"))
FACETS: Final = ("theme", "department", "method", "cycle")


def said(one: Any, name: str) -> str:
    """A text of a data set in the reader's language."""
    return str(getattr(one, f"{name}_en") if english() and getattr(one, f"{name}_en") else getattr(one, name))


def named_as(kind: str, code: str) -> str:
    """The name of a theme, update cycle, method, department or licence."""
    if kind == "department":
        return department_name(code)
    if kind == "licences":
        one = opening.words()["licences"][code]
        return str(one["name_en"] if english() else one["name"])
    return str(opening.words()[f"{kind}s"][code][1 if english() else 0])


def row_of(line: opening.OpenSetLine) -> dict[str, Any]:
    """A line as the list shows it."""
    return {
        "one": line,
        "title": said(line, "title"),
        "summary": said(line, "summary"),
        "theme": named_as("theme", line.theme),
        "department": department_name(line.department),
        "cycle": named_as("cycle", line.cycle),
        "quality": f"{line.quality * 100:.1f}",
    }


def cart_of(request: HttpRequest) -> list[str]:
    """The data sets in the cart that are open still."""
    wanted = request.COOKIES.get(CART, "").split(".")[:20]
    codes = {line.code for line in opening.search().rows}
    return [code for code in dict.fromkeys(wanted) if code in codes]


@policy("public")
def index(request: HttpRequest) -> HttpResponse:
    """All open data sets, by words and facets."""
    q = request.GET.get("q", "")[:60]
    chosen = {name: request.GET.get(name, "")[:60] for name in FACETS}
    found = opening.search(q, chosen=chosen)
    names = {"theme": _("主题"), "department": _("部门"), "method": _("保护方式"), "cycle": _("更新周期")}
    facets = []
    for name in FACETS:
        values = []
        for facet in found.facets[name]:
            query = {**{key: value for key, value in chosen.items() if value}, "q": q, name: "" if facet.chosen else facet.value}
            values.append({"label": named_as(name, facet.value), "count": facet.count, "chosen": facet.chosen, "query": query})
        facets.append({"label": names[name], "values": values})
    context = {
        "rows": [row_of(line) for line in found.rows],
        "q": q,
        "facets": facets,
        "kept": [(name, value) for name, value in chosen.items() if value],
        "cart": cart_of(request),
    }
    return page(request, "open_sets", context)


@policy("public")
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One data set; ``?v=`` shows a former version."""
    asked = request.GET.get("v", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 7 else None
    found = opening.data_set(code, number=number)
    preview = opening.preview(code, number=found.line.number, limit=5)
    base = request.build_absolute_uri("/").rstrip("/")
    context = {
        **row_of(found.line),
        "set": found,
        "columns": [(column, column.title_en if english() else column.title) for column in found.columns],
        "preview": [[row[column.name] for column in preview.columns] for row in preview.rows],
        "licence": named_as("licences", found.line.licence),
        "protection": protection(found),
        "current": found.versions[0].number,
        "map": _map(found),
        "curl": f'curl "{base}/api/3/action/datastore_search?resource_id={code}-csv&limit=5"',
        "python": "\n".join(
            (
                "from ckanapi import RemoteCKAN",
                "",
                f'portal = RemoteCKAN("{base}")',
                f'found = portal.action.datastore_search(resource_id="{code}-csv", limit=5)',
                'for row in found["records"]:',
                "    print(row)",
            )
        ),
        "cart": cart_of(request),
        "rules": found.quality.get("rules", []),
        "voices": opening.voices_of(actor_of(request), code=code)[:3],
        "crumbs": [(_("数据开放"), reverse("citizen:open_sets")), (said(found.line, "title"), "")],
    }
    return page(request, "open_set", context)


def protection(found: opening.OpenSet) -> str:
    """How people are protected, in a sentence."""
    told = found.protection
    if found.method == "suppress":
        return _("小于 %(least)s 的数和为保护它们而隐去的数显示为空,共隐去 %(count)s 个。") % {
            "least": told["threshold"],
            "count": told.get("small", 0) + told.get("with_them", 0),
        }
    if found.method == "noise":
        return _("每个数都加了随机噪声(差分隐私,ε = %(epsilon)s),和真实数略有出入。") % {"epsilon": told.get("epsilon", "")}
    if found.method == "rows":
        return _("每种组合至少有 %(k)s 人,另有 %(count)s 行因为少见没有公布。") % {"k": told["k"], "count": told.get("left_out", 0)}
    return _("不含个人信息。")


def _map(found: opening.OpenSet) -> Any:
    if not found.line.located:
        return ""
    name = next((column.name for column in found.columns if column.name in ("station", "name")), "")
    rows = opening.rows(found.line.code, limit=2000, number=found.line.number).rows
    points = {(row["longitude"], row["latitude"]): str(row.get(name, "")) for row in rows}
    outlines = [(area["name_en"] if english() else area["name"], area["ring"]) for area in opening.outlines()]
    label = _("%(title)s的位置,共 %(count)s 处") % {"title": said(found.line, "title"), "count": len(points)}
    return scatter([(x, y, text) for (x, y), text in points.items()], outlines=outlines, label=label)


def attachment(found: tuple[bytes, str, str]) -> HttpResponse:
    """Content, media type and name as a download."""
    answer = HttpResponse(found[0], content_type=found[1])
    answer["Content-Disposition"] = f'attachment; filename="{found[2]}"'
    return answer


@policy("public")
def file(request: HttpRequest, code: str, number: int, form: str) -> HttpResponse:
    """One version in one format."""
    return attachment(opening.file(code, form=form, number=number))


@policy("public")
def cart(request: HttpRequest) -> HttpResponse:
    """The chosen data sets, to be taken as one zip; ``?get=1`` takes it."""
    held = cart_of(request)
    error: YiwangError | None = None
    if request.GET.get("get"):
        try:
            codes, forms = request.GET.getlist("set")[:50], request.GET.getlist("form")[:10]
            return attachment((opening.bundle(codes, forms=forms), "application/zip", "open-data.zip"))
        except YiwangError as refused:
            error = refused
    context = {
        "rows": [row_of(line) for line in opening.search().rows if line.code in held],
        "forms": FORMS,
        "wanted": request.GET.getlist("form") or ["csv"],
        "error": error.message if error else "",
        "crumbs": [(_("数据开放"), reverse("citizen:open_sets")), (_("下载车"), "")],
    }
    return page(request, "open_cart", context, status=error.status if error else 200)


@policy("public")
@require_POST
def cart_change(request: HttpRequest) -> HttpResponse:
    """Put a data set into the cart, take it out, or empty it."""
    held, code = cart_of(request), request.POST.get("code", "")
    act = request.POST.get("act", "")
    if act == "add":
        opening.data_set(code)
        held = [*held, code] if code not in held else held
        messages.success(request, _("已放入下载车。"), extra_tags="ok")
    elif act == "remove":
        held = [each for each in held if each != code]
    else:
        held = []
    back = reverse("citizen:open_set", args=[code]) if act == "add" else reverse("citizen:open_cart")
    answer = HttpResponseRedirect(back)
    answer.set_cookie(CART, ".".join(held[:20]), max_age=7 * 86_400, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return answer


@policy("public")
def licences(request: HttpRequest) -> HttpResponse:
    """What may be done with the data."""
    rows = [
        (code, one["name_en"] if english() else one["name"], one["text_en"] if english() else one["text"])
        for code, one in opening.words()["licences"].items()
    ]
    crumbs = [(_("数据开放"), reverse("citizen:open_sets")), (_("使用许可"), "")]
    return page(request, "open_licences", {"rows": rows, "crumbs": crumbs})


@policy("public")
def feed(request: HttpRequest, form: str, *, valued: bool = False) -> HttpResponse:
    """The catalogue for machines: DCAT-AP as Turtle or JSON-LD; ``valued`` the sets of high value in their profile."""
    names = {one.code: (one.name, one.name_en) for one in identity.departments()}
    base, place = request.build_absolute_uri("/").rstrip("/"), str(page_context(request).get("site_place", ""))
    text = opening.feed(form, base=base, site=place, department=lambda code: names.get(code, (code, code)), valued=valued)
    kind = "text/turtle" if form == "ttl" else "application/ld+json"
    answer = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
