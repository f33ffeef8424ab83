"""Files from strangers: what is looked at before any reader opens them."""

from __future__ import annotations

import io
import zipfile

MOST_BYTES = 64 * 1024 * 1024
MOST_UNPACKED = 1024 * 1024 * 1024
MOST_ARRAYS = 64


def refusal(data: bytes) -> str:
    """Why an npz is not opened, '' where it may be: a zip of plain arrays whose headers promise what the zip holds, and not too much.

    The header of an array alone decides how much memory its reader takes, so it is read here and compared with the zip's own sizes.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            entries = held.infolist()
            if len(entries) > MOST_ARRAYS:
                return f"里面有 {len(entries)} 个数组,最多 {MOST_ARRAYS} 个"
            if sum(one.file_size for one in entries) > MOST_UNPACKED:
                return "解开后超过 1 GB"
            return next((why for one in entries if (why := _wrong(held, one))), "")
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        return f"不是完整的模型文件({type(error).__name__})"


def _wrong(held: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    from numpy.lib import format as npy

    name = entry.filename[:40]
    if not name.endswith(".npy"):
        return f"「{name}」不是数组"
    with held.open(entry) as file:
        version = npy.read_magic(file)
        if version not in ((1, 0), (2, 0)):
            return f"「{name}」的格式版本不认识"
        shape, _order, kind = npy.read_array_header_1_0(file) if version == (1, 0) else npy.read_array_header_2_0(file)
        if kind.hasobject:
            return f"「{name}」含有程序对象,不读取"
        count = 1
        for one in shape:
            count *= one
        if file.tell() + count * kind.itemsize != entry.file_size:
            return f"「{name}」的大小与它的说明不符"
    return ""
