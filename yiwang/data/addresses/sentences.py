"""The file format of labelled addresses: one ``character TAG`` a line, an empty line between addresses, UTF-8.

A *character* is one character or a run of digits or letters. Tags are ``B-label``, ``I-label`` or ``O``. Files to be labelled may
leave the tags out. Line ends may be CRLF; a byte order mark at the beginning is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from yiwang.data.addresses.errors import AddressTooLong, BadAddressFile, NoAddressFile

LONGEST = 512  # characters; no address is longer, and memory is bounded by it
_TAG = re.compile(r"(?:[BIES]-\S+|O)$")
_REMEDY = "请按「字 标签」一行一个字填写,例如「路 I-road」,地址之间空一行"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One address: its characters, their tags ('' where the file has none) and the number of its first line."""

    characters: tuple[str, ...]
    tags: tuple[str, ...]
    line: int


def lines(path: Path) -> Iterator[tuple[int, str, str]]:
    """(number, character, tag) of each line; character '' for an empty line, tag '' where there is none.

    Raises:
        NoAddressFile, BadAddressFile: not UTF-8, or more than two parts, with the number of the line.
    """
    try:
        data = path.read_bytes()
    except (FileNotFoundError, IsADirectoryError) as error:
        raise NoAddressFile(path=path) from error
    rows = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    if rows and not rows[-1]:
        rows.pop()
    for number, row in enumerate(rows, 1):
        try:
            text = row.decode("utf-8").rstrip("\r")
        except UnicodeDecodeError as error:
            raise BadAddressFile(path=path, line=number, reason="不是 UTF-8 编码", remedy="请把文件另存为 UTF-8 编码") from error
        yield number, *_parts(text, path, number)


def _parts(text: str, path: Path, number: int) -> tuple[str, str]:
    if not text.strip():
        return "", ""
    head, _, tail = text.strip("\r").replace("\t", " ").rstrip().rpartition(" ")
    if head.strip() and _TAG.match(tail):
        return head.strip(), tail
    whole = text.strip()
    if " " in whole or "\t" in whole:
        raise BadAddressFile(path=path, line=number, reason=f"看不懂「{whole[:40]}」", remedy=_REMEDY)
    return whole, ""


def sentences(path: Path, *, tagged: bool = True) -> list[Sentence]:
    """All addresses of a file; ``tagged``: each character must have its tag.

    Raises:
        NoAddressFile, BadAddressFile: naming the line; also for a file without any address.
    """
    found: list[Sentence] = []
    characters: list[str] = []
    tags: list[str] = []
    begin = number = 0
    for number, character, tag in lines(path):
        if character:
            if tagged and not tag:
                raise BadAddressFile(path=path, line=number, reason=f"「{character[:40]}」没有标签", remedy=_REMEDY)
            if not characters:
                begin = number
            characters.append(character)
            tags.append(tag)
            if len(characters) > LONGEST:
                raise BadAddressFile(path=path, line=number, reason=f"一个地址超过 {LONGEST} 个字", remedy="请在地址之间空一行")
        elif characters:
            found.append(Sentence(tuple(characters), tuple(tags), begin))
            characters, tags = [], []
    if characters:
        found.append(Sentence(tuple(characters), tuple(tags), begin))
    if not found:
        raise BadAddressFile(path=path, line=number, reason="文件里没有地址", remedy=_REMEDY)
    return found


def split(text: str) -> list[str]:
    """A text as characters of the file format: runs of digits together, everything else by itself, spaces left out.

    Raises:
        AddressTooLong: more than 512 characters.
    """
    found = re.findall(r"\d+|\S", text)
    if len(found) > LONGEST:
        raise AddressTooLong(length=len(text), limit=LONGEST)
    return found
