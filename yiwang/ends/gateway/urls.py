"""Addresses of the JSON API. Each operation carries its own policy (``Signed``); the description is public."""

from __future__ import annotations

from yiwang.ends.gateway.calls import api
from yiwang.ends.gateway.routes import ROUTERS

for _prefix, _router in ROUTERS:
    api.add_router(_prefix, _router)

urlpatterns, _, app_name = api.urls
for _pattern in urlpatterns:
    _pattern.callback.policy = "gateway"  # type: ignore[union-attr]
