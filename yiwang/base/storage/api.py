"""Files by the digest of their content: the same content is kept once and can never change."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from yiwang.standards.errors import InvalidInput, NotFound

__all__ = ["FileRefused", "Stored", "check", "digest_of", "exists", "open_file", "put", "read"]

_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png", "PNG 图片"),
    (b"\xff\xd8\xff", "image/jpeg", "JPG 图片"),
    (b"%PDF-", "application/pdf", "PDF 文件"),
    (b"PK\x03\x04", "application/zip", "OFD、DOCX 或 ZIP 文件"),
)
DEFAULT_ALLOWED = ("image/png", "image/jpeg", "application/pdf", "application/zip")
DEFAULT_MAX_BYTES = 4 * 1024 * 1024


class FileRefused(InvalidInput):
    """文件不能上传,请换一个文件。"""

    code = "file_refused"


@dataclass(frozen=True)
class Stored:
    """A kept file: SHA-256 of its content in hex, size in bytes, media type found in the content."""

    digest: str
    size: int
    media_type: str


def check(data: bytes, *, filename: str, allowed: Sequence[str] = DEFAULT_ALLOWED, max_bytes: int = DEFAULT_MAX_BYTES) -> str:
    """Return the media type found in the content, or refuse with the reason.

    Raises:
        FileRefused: empty, larger than ``max_bytes``, or of another kind than ``allowed`` (told by its content, not by its name).
    """
    name = filename[:80] or "文件"
    if not data:
        raise FileRefused(f"「{name}」是空文件。请重新拍照或重新导出后再上传。")
    if len(data) > max_bytes:
        raise FileRefused(
            f"「{name}」有 {len(data) / 1048576:.1f} MB,超过了 {max_bytes // 1048576} MB 的上限。请压缩,或用手机拍照时选较小的尺寸。"
        )
    for magic, media_type, _ in _MAGIC:
        if data.startswith(magic) and media_type in allowed:
            return media_type
    kinds = "、".join(label for _, media_type, label in _MAGIC if media_type in allowed)
    raise FileRefused(f"「{name}」的内容不是可以接收的格式。请上传 {kinds}。")


def digest_of(data: bytes) -> str:
    """SHA-256 of the content in hex."""
    return hashlib.sha256(data).hexdigest()


def put(data: bytes, *, media_type: str) -> Stored:
    """Keep the content and return its digest; writing the same content twice keeps one file.

    The file appears under its final name only when it is complete and on disk, so a kill leaves no half file.
    """
    digest = digest_of(data)
    target = _path(digest)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    return Stored(digest, len(data), media_type)


def exists(digest: str) -> bool:
    """Whether the content is kept here."""
    return _is_digest(digest) and _path(digest).exists()


def open_file(digest: str) -> BinaryIO:
    """Open kept content for reading.

    Raises:
        NotFound: nothing is kept under this digest.
    """
    if not exists(digest):
        raise NotFound("没有找到这个文件。它可能已按保管期限清理。")
    return _path(digest).open("rb")


def read(digest: str) -> bytes:
    """The kept content. Raises NotFound as ``open_file`` does."""
    with open_file(digest) as file:
        return file.read()


def _is_digest(digest: str) -> bool:
    return len(digest) == 64 and all(character in "0123456789abcdef" for character in digest)


def _path(digest: str) -> Path:
    return Path(settings.YIWANG_VAR) / "files" / digest[:2] / digest[2:4] / digest
