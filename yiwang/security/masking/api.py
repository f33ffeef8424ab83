"""The door of masking: what of a sensitive value may be shown, by its kind and the reader's level.

Levels: ``full`` shows all (the holder, the deciding official), ``partial`` enough to recognise, ``hidden`` nothing but that it exists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from yiwang.security.masking import texts
from yiwang.security.masking.surnames import surname

__all__ = [
    "KINDS", "Level", "find_in_text", "luhn", "mask", "mask_all", "mask_column", "mask_text", "mask_text_column", "mask_texts", "surname",
]  # fmt: skip

luhn = texts.luhn
BATCH = 4096

Level = Literal["full", "partial", "hidden"]
HIDDEN = "******"


def _ends(head: int, tail: int) -> Callable[[str], str]:
    """Keep the first and last characters, but never more than half of a short value."""

    def rule(value: str) -> str:
        if len(value) < 2 * (head + tail):
            keep = len(value) // 4
            return value[:keep] + "*" * (len(value) - 2 * keep) + value[len(value) - keep :]
        return value[:head] + "*" * (len(value) - head - tail) + value[len(value) - tail :]

    return rule


def _name(value: str) -> str:
    """张* , 欧阳** → the first character only; a foreign name keeps the first letter of its first word."""
    return value[:1] + "*" * max(len(value) - 1, 1)


def _address(value: str) -> str:
    """Keep division and street, hide number, building and room."""
    kept = re.match(r"^.*?(?:街道|镇|乡|社区|大道|路|街|巷|弄|村)", value)
    head = kept.group() if kept else value[: min(6, len(value) // 2)]
    return f"{head}****"


def _email(value: str) -> str:
    user, _, domain = value.partition("@")
    return f"{user[:1]}***@{domain}" if domain else _ends(1, 0)(value)


def _id_number(value: str) -> str:
    return value[:3] + "*" * (len(value) - 7) + value[-4:] if len(value) >= 15 else _ends(3, 4)(value)


KINDS: Mapping[str, Callable[[str], str]] = {
    "name": _name,
    "id_number": _id_number,
    "phone": lambda value: f"{value[:3]}****{value[-4:]}" if len(value) == 11 else _ends(3, 3)(value),
    "address": _address,
    "credit_code": _ends(4, 4),
    "bank_account": lambda value: "*" * max(len(value) - 4, 4) + value[-4:] if len(value) > 8 else "*" * len(value),
    "email": _email,
    "date": lambda value: f"{value[:4]}-**-**",
    "landline": _ends(3, 2),
    "plate": _ends(2, 1),
    "passport": _ends(1, 2),
    "text": _ends(1, 1),
}


def mask(value: object, kind: str, *, level: Level = "partial") -> str:
    """A value as the reader may see it; kinds: see ``KINDS`` (an unknown kind is treated as ``text``). None and '' stay ''."""
    text = "" if value is None else str(value)
    if level == "full" or not text:
        return text
    return HIDDEN if level == "hidden" else KINDS.get(kind, KINDS["text"])(text)


def mask_column(values: Sequence[object], kind: str, *, level: Level = "partial") -> list[object]:
    """Many values of one kind, as ``mask`` would show each; None stays None."""
    if level == "full":
        return list(values)
    rule = (lambda _: HIDDEN) if level == "hidden" else KINDS.get(kind, KINDS["text"])
    return [None if value is None else rule(value if isinstance(value, str) else str(value)) if value != "" else "" for value in values]


def mask_all(values: Mapping[str, object], *, kinds: Mapping[str, str], level: Level = "partial") -> dict[str, object]:
    """The same mapping with every key named in ``kinds`` (key → kind) masked and the rest untouched."""
    return {key: mask(value, kinds[key], level=level) if key in kinds else value for key, value in values.items()}


def mask_text(text: str, *, names: bool = True, addresses: bool = False) -> str:
    """Free text with the personal data in it masked: identity, phone, card and passport numbers, plates, e-mail addresses, names
    behind words such as 联系人 and, if wanted, addresses behind words such as 住址.

    Numbers with a check digit are masked when it holds or when a word before them says what they are; credit codes of
    companies, dates and order numbers stay.
    """
    pieces: list[str] = []
    reached = 0
    for start, end, kind in texts.spans(text, names=names, addresses=addresses):
        pieces += (text[reached:start], KINDS[kind](text[start:end]))
        reached = end
    return "".join((*pieces, text[reached:])) if pieces else text


def find_in_text(text: str, *, names: bool = True, addresses: bool = False) -> list[tuple[int, int, str]]:
    """What ``mask_text`` would mask: (start, end, kind), in order, none overlapping."""
    return list(texts.spans(text, names=names, addresses=addresses))


def mask_texts(values: Sequence[str | None], *, names: bool = True, addresses: bool = False) -> list[str | None]:
    """Many texts, as ``mask_text`` would give each; None stays None. They are scanned together: a clean text costs next to nothing."""
    done: list[str | None] = []
    for first in range(0, len(values), BATCH):
        block = values[first : first + BATCH]
        whole = texts.joined([value or "" for value in block])
        if whole is None:
            done += [None if value is None else mask_text(value, names=names, addresses=addresses) for value in block]
            continue
        masked = mask_text(whole, names=names, addresses=addresses).split(texts.SEPARATOR)
        done += [None if value is None else text for value, text in zip(block, masked, strict=True)]
    return done


def mask_text_column(column: Any, *, names: bool = True, addresses: bool = False) -> Any:
    """An Arrow column (``pyarrow.Array`` or ``ChunkedArray`` of strings) with every text masked; nulls stay null. Needs pyarrow."""
    import pyarrow

    return pyarrow.array(mask_texts(column.to_pylist(), names=names, addresses=addresses), pyarrow.string())
