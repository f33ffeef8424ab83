"""The door of the design system: how an end draws a page, a form, a chart, and says what went wrong.

Templates extend ``layout`` (given by ``render``: ``pages/base.html`` or, in elder mode, ``pages/base_elder.html``) or
``pages/base_office.html``; components are in ``{% load pages %}``.
"""

from yiwang.base.pages.charts import bars, dial, donut, line, share
from yiwang.base.pages.errors import bad_request, csrf_failure, error_response, failure, forbidden, not_found, server_error, wants_json
from yiwang.base.pages.flow import Node, flow
from yiwang.base.pages.forms import FieldView, field_view, option_pairs, typed_into
from yiwang.base.pages.icons import icon
from yiwang.base.pages.maps import MapArea, MapMark, city_map
from yiwang.base.pages.paging import Pager, page_number, pager, window
from yiwang.base.pages.render import ELDER_COOKIE, is_elder, page_context, render
from yiwang.base.pages.templatetags.pages import day, moment, pill, shown

__all__ = [
    "ELDER_COOKIE",
    "FieldView",
    "MapArea",
    "MapMark",
    "Node",
    "Pager",
    "bad_request",
    "bars",
    "city_map",
    "csrf_failure",
    "day",
    "dial",
    "donut",
    "error_response",
    "failure",
    "field_view",
    "flow",
    "forbidden",
    "icon",
    "is_elder",
    "line",
    "moment",
    "not_found",
    "option_pairs",
    "page_context",
    "page_number",
    "pager",
    "pill",
    "render",
    "server_error",
    "share",
    "shown",
    "typed_into",
    "wants_json",
    "window",
]
