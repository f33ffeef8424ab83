"""Text that was read in a wrong encoding before it came here: destroyed for good, or garbled and recoverable."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yiwang.data.lake.scanning import Rows, whole

DESTROYED: Final = "\ufffd|锟斤拷|[?？]{3,}"
_LOST: Final = "锟斤拷".encode()
# What UTF-8 looks like when read as GBK or Latin-1. A hit is only a suspicion: `recovered` decides.
SUSPECT: Final = "[鍏鏈锛銆鍙鐨鍖绋嬪浣徃鐞閿]|[\u00c0-\u00ff][\u0080-\u00bf]|Ã|â€"
_READ_AS: Final = ("gb18030", "cp1252", "latin-1")
_HANZI: Final = re.compile("[\u4e00-\u9fff]")


def damaged(block: bytes) -> bool:
    """Whether a block of UTF-8 holds any sign of destroyed text (so that its rows need looking at)."""
    text = np.frombuffer(block, np.uint8)
    wide = np.flatnonzero(text == 0xEF)  # what \ufffd and ？ begin with
    second, third = text[wide + 1], text[wide + 2]
    if ((second == 0xBF) & (third == 0xBD)).any() or _LOST in block:
        return True
    half, full = np.flatnonzero(text == ord("?")), wide[(second == 0xBC) & (third == 0x9F)]
    begins = np.concatenate([half, full])
    order = np.argsort(begins)
    begins, ends = begins[order], np.concatenate([half + 1, full + 3])[order]
    follows = begins[1:] == ends[:-1]
    return bool((follows[1:] & follows[:-1]).any())


def destroyed(cells: pa.StringArray) -> Rows:
    """The rows of a column that hold a sign of destroyed text."""
    return _matching(cells, DESTROYED)


def suspects(cells: pa.StringArray) -> Rows:
    """The rows of a column that look as if UTF-8 had been read as GBK or Latin-1."""
    return _matching(cells, SUSPECT)


def _matching(cells: pa.StringArray, expression: str) -> Rows:
    """First the column is asked as one text: most often nothing matches, and no cell need be asked."""
    if not pc.match_substring_regex(whole(cells), expression)[0].as_py():
        return np.empty(0, np.int64)
    return np.flatnonzero(pc.match_substring_regex(cells, expression).to_numpy(zero_copy_only=False))


def recovered(text: str) -> str:
    """The text as it was before UTF-8 was taken for another encoding, or '' where it was not.

    Four or more Chinese characters must come out of it: a few characters of good text can be good UTF-8 by chance.
    """
    for encoding in _READ_AS:
        try:
            was = text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        if was != text and len(_HANZI.findall(was)) >= 4:
            return was
    return ""
