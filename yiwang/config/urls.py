"""Which address belongs to which end."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("yiwang.ends.gateway.urls")),
    path("open311/v2/", include("yiwang.ends.gateway.open311")),
    path("api/", include("yiwang.ends.gateway.ckan")),
    path("office/", include("yiwang.ends.official.urls")),
    path("", include("yiwang.ends.citizen.urls")),
]

handler400 = "yiwang.base.pages.errors.bad_request"
handler403 = "yiwang.base.pages.errors.forbidden"
handler404 = "yiwang.base.pages.errors.not_found"
handler500 = "yiwang.base.pages.errors.server_error"
