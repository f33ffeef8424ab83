"""Addresses of the officials end."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "official"
urlpatterns: list[URLPattern] = []
