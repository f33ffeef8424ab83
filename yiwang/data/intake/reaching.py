"""Which addresses a source may have, and how a sealed credential joins its address. Pure but for the look-up of names."""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

from django.conf import settings

from yiwang.data.intake.errors import BadSource
from yiwang.data.intake.states import TABLES

_SCHEMES: Final = {
    "postgresql": ("postgresql", "postgres"),
    "mysql": ("mysql", "mariadb"),
    "http": ("http", "https"),
    "nats": ("nats", "tls"),
}
_SSL: Final = {"postgresql": {"sslmode"}, "mysql": {"ssl"}}


def taken_apart(kind: str, address: str, secret: str) -> tuple[str, str]:
    """(the address without credentials, the credentials); those in the address are taken where none were given. BadSource."""
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadSource(reason="地址写法不对", field="address") from error
    if parts.scheme not in _SCHEMES[kind]:
        raise BadSource(reason=f"地址须以 {' 或 '.join(f'{one}://' for one in _SCHEMES[kind])} 开头", field="address")
    if not host:
        raise BadSource(reason="地址里没有主机名", field="address")
    if kind in TABLES and (strange := {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)} - _SSL[kind]):
        raise BadSource(reason=f"地址里不能带 {'、'.join(sorted(strange))}", field="address")
    if kind in TABLES and not re.fullmatch("/[^/]+", parts.path):
        raise BadSource(reason="地址里没有数据库名", field="address")
    given = parts.username if kind == "nats" and not parts.password else parts.password
    user = "" if kind == "nats" and not parts.password else parts.username or ""
    shown = f"[{host}]" if ":" in host else host
    place = (f"{user}@" if user else "") + shown + (f":{port}" if port else "")
    return urlunsplit((parts.scheme, place, parts.path, parts.query, "")), secret or unquote(given or "")


def joined(kind: str, address: str, secret: str) -> str:
    """The address with its credentials, for connecting; HTTP carries them in a header instead."""
    if kind == "http" or not secret:
        return address
    parts = urlsplit(address)
    user, _, place = parts.netloc.rpartition("@")
    held = f"{user}:{quote(secret, safe='')}" if user or kind in TABLES else quote(secret, safe="")
    return urlunsplit((parts.scheme, f"{held}@{place}", parts.path, parts.query, ""))


def check(address: str) -> None:
    """Refuse this machine, link-local and multicast addresses, unless the operator named the host. BadSource."""
    host = urlsplit(address).hostname or ""
    if host in settings.INTAKE_HOSTS:
        return
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except OSError as error:
        raise BadSource(reason=f"找不到主机 {host}", field="address") from error
    for text in found:
        one = ipaddress.ip_address(str(text).partition("%")[0])
        one = one.ipv4_mapped or one if isinstance(one, ipaddress.IPv6Address) else one
        if one.is_loopback or one.is_link_local or one.is_multicast or one.is_unspecified or one.is_reserved:
            raise BadSource(reason=f"{host} 指向本机或保留地址,须由运维人员在 YIWANG_INTAKE_HOSTS 中允许", field="address")
