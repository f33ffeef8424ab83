"""A file of bytes → blocks of whole physical lines in UTF-8, each with its place in the source. Nothing is lost or guessed.

A line ends with LF, CRLF or a lone CR. A line that is not UTF-8 is read as GB18030 (which contains GBK and GB 2312); a line that is
neither is kept with its bytes written out. A line longer than `MAX_LINE` is never held: its beginning, length and digest are.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

BLOCK: Final = 4 << 20  # bytes read at a time
MAX_LINE: Final = 16 << 20
HEAD: Final = 4096  # bytes kept of a line that is too long
PLAIN, GB18030, BROKEN, LONG = range(4)
_ESCAPED: Final = "backslashreplace"
_LINE_END: Final = re.compile(rb"\n|\r\n?")
_CONTROLS: Final = re.compile(r"[\x00-\x1f]")
_USUAL: Final = re.compile("[\t\r\n -~\u3000-\u3011\u4e00-\u9fff\uff00-\uff5e]")
_HANZI: Final = re.compile("[一-鿿]")


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines: `text` is UTF-8, every line ends with LF; `ends[i]` is the offset in `text` after line i."""

    text: bytes
    ends: NDArray[np.int64]
    raw_ends: NDArray[np.int64]  # the same in the source, counted from `offset`
    kinds: NDArray[np.uint8]  # PLAIN, GB18030, BROKEN or LONG, by line
    offset: int  # where the block begins in the source
    number: int  # the number of its first line, from 1
    last: bool
    raw: bytes

    def __len__(self) -> int:
        """How many lines."""
        return len(self.ends)

    def line(self, index: int) -> str:
        """Line `index` without its end."""
        return self.text[self.start(index) : int(self.ends[index]) - 1].decode()

    def start(self, index: int) -> int:
        """Where line `index` begins in `text`."""
        return int(self.ends[index - 1]) if index else 0

    def source(self, first: int, last: int) -> bytes:
        """The bytes of lines first … last as they stand in the source ('' for a line that was too long to hold)."""
        begin = int(self.raw_ends[first - 1]) if first else 0
        return self.raw[begin : int(self.raw_ends[last])]


class Lines:
    """Reads a file block by block; can begin at any line's offset, and takes lines back that belong to what follows."""

    def __init__(self, path: Path, *, offset: int = 0, number: int = 1, size: int = BLOCK) -> None:
        self._file: BinaryIO = path.open("rb")
        self._file.seek(offset)
        self._offset, self._number, self._size = offset, number, size
        self._held = b""

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def give_back(self, block: Block, index: int) -> None:
        """Lines from `index` on come again at the beginning of the next block."""
        begin = int(block.raw_ends[index - 1]) if index else 0
        self._held = block.raw[begin:] + self._held
        self._offset, self._number = block.offset + begin, block.number + index

    def read(self) -> Block | None:
        """The next block, or None at the end; at most `MAX_LINE` and one block are held."""
        raw = self._held
        while True:
            more = self._file.read(self._size)
            raw += more
            end = _end_of_lines(raw) if more else len(raw)
            if end or not more:
                break
            if len(raw) > MAX_LINE:
                return self._skip(raw)
        if not raw:
            return None
        self._held, raw = raw[end:], raw[:end]
        ends = _line_ends(raw)
        text, kinds = _recode(_unified(raw), len(ends))
        block = Block(text, ends if text is raw else _line_ends(text), ends, kinds, self._offset, self._number, not more, raw)
        self._offset += end
        self._number += len(ends)
        return block

    def _skip(self, raw: bytes) -> Block:
        """Pass over a line that is too long; its block holds its head, length and digest."""
        digest, length, head = hashlib.sha256(), 0, raw[:HEAD]
        found = _LINE_END.search(raw)
        while raw and not found:
            digest.update(raw)
            length += len(raw)
            raw = self._file.read(self._size)
            found = _LINE_END.search(raw)
        if found and found.end() == len(raw):  # CR may be the half of CRLF
            raw += self._file.read(1)
            found = _LINE_END.search(raw)
        begin, end = found.span() if found else (0, 0)
        digest.update(raw[:begin])
        length += begin
        ended = end - begin
        self._held = raw[end:]
        said = f"{head.decode('utf-8', 'ignore')}… [{length} bytes, sha256 {digest.hexdigest()}]"
        text = _CONTROLS.sub(" ", said).encode() + b"\n"
        kinds, ends = np.array([LONG], np.uint8), np.array([length + ended], np.int64)
        block = Block(text, _line_ends(text), ends, kinds, self._offset, self._number, not raw, b"")
        self._offset += length + ended
        self._number += 1
        return block


def prepared(path: Path, folder: Path) -> Path:
    """The file itself, or its UTF-8 copy in `folder` where it is UTF-16 (known by its mark or by its zero bytes)."""
    with path.open("rb") as file:
        start = file.read(4096)
    encoding = _wide(start)
    if not encoding:
        return path
    copy = folder / "utf8.csv"
    with (
        path.open(encoding=encoding, errors="backslashreplace", newline="") as source,
        copy.open("w", encoding="utf-8", newline="") as target,
    ):
        while piece := source.read(BLOCK):
            target.write(piece.replace("\ufeff", "").encode("utf-8", _ESCAPED).decode())
    return copy


def _wide(start: bytes) -> str:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-16-le", "utf-16-be") if start.count(0) >= 4 else ():
        text = start[: len(start) & ~1].decode(encoding, "ignore")
        if len(_USUAL.findall(text)) * 10 >= len(start) // 2 * 9 and ("\n" in text or "\r" in text):
            return encoding
    return ""


def _end_of_lines(raw: bytes) -> int:
    """After the last whole line; a CR at the very end may be the half of CRLF and waits."""
    return max(raw.rfind(b"\n"), raw.rfind(b"\r", 0, len(raw) - 1)) + 1


def _line_ends(raw: bytes) -> NDArray[np.int64]:
    """The offset after each line; the last one may lack its end."""
    buffer = np.frombuffer(raw, np.uint8)
    ends = np.flatnonzero(buffer == 10)
    if b"\r" in raw:
        returns = np.flatnonzero(buffer == 13)
        following = buffer[np.minimum(returns + 1, len(buffer) - 1)]
        ends = np.sort(np.concatenate([ends, returns[(following != 10) | (returns == len(buffer) - 1)]]))
    ends = (ends + 1).astype(np.int64)
    return np.append(ends, np.int64(len(raw))) if len(raw) and (not len(ends) or ends[-1] != len(raw)) else ends


def _unified(raw: bytes) -> bytes:
    """Every line ends with LF."""
    text = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in raw else raw
    return text if text.endswith(b"\n") else text + b"\n"


def _recode(text: bytes, count: int) -> tuple[bytes, NDArray[np.uint8]]:
    kinds = np.zeros(count, np.uint8)
    if is_utf8(text):
        return text, kinds
    lines = text.split(b"\n")
    for index, line in enumerate(lines[:-1]):
        lines[index], kinds[index] = _decoded(line)
    return b"\n".join(lines), kinds


def is_utf8(text: bytes) -> bool:
    """Whether bytes are UTF-8, asked of Arrow: three times as fast as decoding, and nothing is copied."""
    span = pa.py_buffer(np.array([0, len(text)], np.int32))
    try:
        pa.Array.from_buffers(pa.binary(), 1, [None, span, pa.py_buffer(text)]).cast(pa.string())
    except pa.ArrowInvalid:
        return False
    return True


def _decoded(line: bytes) -> tuple[bytes, int]:
    try:
        line.decode()
    except UnicodeDecodeError:
        pass
    else:
        return line, PLAIN
    # Damaged UTF-8 decodes as GB18030 more often than not, into nonsense: what is mostly good UTF-8 is not GB18030.
    half = line.decode("utf-8", "replace")
    if len(_HANZI.findall(half)) >= 2 * half.count("\ufffd"):
        return _readable(line).encode(), BROKEN
    try:
        return line.decode("gb18030").encode(), GB18030
    except (UnicodeDecodeError, UnicodeEncodeError):
        return _readable(line).encode(), BROKEN


def _readable(line: bytes) -> str:
    """UTF-8 with every byte that is none written out as \\xNN."""
    return line.decode("utf-8", _ESCAPED)
