"""Files by digest: kept once, refused with a reason."""

import pytest

from yiwang.base.storage import api as storage
from yiwang.standards.errors import NotFound

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.YIWANG_VAR = tmp_path


def test_the_same_content_is_kept_once_and_comes_back():
    first, second = storage.put(PNG, media_type="image/png"), storage.put(PNG, media_type="image/png")
    assert first == second
    assert storage.read(first.digest) == PNG
    assert first.digest == storage.digest_of(PNG)


@pytest.mark.parametrize("digest", ["0" * 64, "../../etc/passwd", "", "G" * 64])
def test_what_is_not_kept_is_not_found(digest):
    assert not storage.exists(digest)
    with pytest.raises(NotFound):
        storage.read(digest)


def test_content_decides_not_the_name():
    assert storage.check(PNG, filename="照片.pdf") == "image/png"
    with pytest.raises(storage.FileRefused, match=r"「病毒.png」的内容不是可以接收的格式"):
        storage.check(b"MZ\x90\x00" + b"0" * 64, filename="病毒.png")


def test_empty_and_huge_are_refused_with_what_helps():
    with pytest.raises(storage.FileRefused, match="空文件"):
        storage.check(b"", filename="a.png")
    with pytest.raises(storage.FileRefused, match=r"超过了 4 MB"):
        storage.check(PNG + b"0" * storage.DEFAULT_MAX_BYTES, filename="a.png")
    with pytest.raises(storage.FileRefused, match="PNG 图片"):
        storage.check(b"%PDF-1.7" + b"0" * 9, filename="a.pdf", allowed=("image/png",))
