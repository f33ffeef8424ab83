"""Rules and third parties' models: what decides is code or a bought file, so a version is its manifest: files and packages by digest."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from yiwang.standards.canonical import dumps
from yiwang.support.models import keys
from yiwang.support.models.errors import NotAModel

FORMAT: Final = "yiwang-rules-1"
MOST_BYTES: Final = 64 * 1024
_ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True)
class Manifest:
    """What decides: ``files`` and files of ``packages`` by SHA-256."""

    key: str
    files: dict[str, str]
    packages: dict[str, dict[str, Any]]


def running(key: str) -> bytes:
    """The manifest of what runs in this installation now."""
    model = keys.model(key)
    local = {f"var/{name}": path for name in model.local if (path := Path(settings.YIWANG_VAR) / name).is_file()}
    files = {**dict(_installed(key)), **{name: _digest(path) for name, path in local.items()}}
    packages = {name: {"version": _version(name), **_held(name, given)} for name, given in sorted(model.packages.items())}
    return dumps({"format": FORMAT, "key": key, "files": files, "packages": packages})


def read(data: bytes, title: str) -> Manifest:
    """A manifest from its file; NotAModel says what is wrong with it."""
    if len(data) > MOST_BYTES:
        raise NotAModel(title=title, reason=f"规则清单有 {len(data) / 1024:.0f} KB,最多 {MOST_BYTES // 1024} KB")
    try:
        told = json.loads(data.decode("utf-8"))
        if told["format"] != FORMAT:
            raise NotAModel(title=title, reason=f"规则清单的格式是「{str(told['format'])[:30]}」,这里用「{FORMAT}」")
        found = Manifest(str(told["key"]), dict(told["files"]), dict(told["packages"]))
        if not all(isinstance(mark, str) and len(mark) == 64 for mark in found.files.values()):
            raise ValueError("摘要不完整")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotAModel(title=title, reason=f"不是规则清单({str(error)[:60] or type(error).__name__})") from error
    return found


@cache
def _installed(key: str) -> tuple[tuple[str, str], ...]:
    """Files of the platform itself do not change while a process runs."""
    return tuple((f"yiwang/{name}", _digest(_ROOT / name)) for name in sorted(keys.model(key).files))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def _version(name: str) -> str:
    return metadata.version(name)


def _held(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the package itself says of its model files (the digests of its record), with licence and source."""
    told = {word: value for word, value in given.items() if word != "holds"}
    marks = {one: mark for one, mark in _recorded(name) if one in given.get("holds", ())}
    return {**told, "files": marks} if marks else told


@cache
def _recorded(name: str) -> tuple[tuple[str, str], ...]:
    held = [(one.name, one.hash) for one in metadata.distribution(name).files or ()]
    return tuple((file, base64.urlsafe_b64decode(f"{mark.value}=").hex()) for file, mark in held if mark and mark.mode == "sha256")
