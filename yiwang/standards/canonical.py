"""Canonical JSON, RFC 8785 (JCS): the same value always gives the same bytes, so that it can be hashed and signed.

Keys are ordered by UTF-16 code units, numbers are written as ECMAScript writes them, nothing is escaped that need not be.
Almost every value we sign is made of text, small integers, truth values and lists, with keys inside the basic
multilingual plane: for those the standard library's encoder in C already gives the canonical bytes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Final

from yiwang.standards.errors import InvalidInput

_LARGEST: Final = 2**53 - 1
_fast = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode
_text = json.JSONEncoder(ensure_ascii=False).encode


class NotCanonical(InvalidInput):
    """这个值无法写成规范 JSON,请只使用文字、数、真假、空、列表和以文字为键的映射。"""

    code = "not_canonical"


def dumps(value: object) -> bytes:
    """Canonical UTF-8 bytes of a JSON value.

    Raises:
        NotCanonical: for NaN and infinities, integers beyond ±(2⁵³−1), lone surrogates, keys that are not text, other types.
    """
    try:
        text = _fast(value) if _plain(value) else "".join(_write(value))
        return text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("文字中含有不成对的代理字符,无法写成规范 JSON;请改正该处文字。") from error
    except RecursionError as error:
        raise NotCanonical("嵌套过深,无法写成规范 JSON;请减少嵌套层数。") from error


def _plain(value: object) -> bool:
    """Whether the C encoder's answer is canonical: no floats, no big integers, keys ordered alike in UTF-16 and by code point."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return -_LARGEST <= value <= _LARGEST  # type: ignore[operator]
    if kind is dict:
        for key, item in value.items():  # type: ignore[attr-defined]
            if type(key) is not str or not (key.isascii() or max(key) < "\ud800"):
                return False
            if type(item) is not str and not _plain(item):
                return False
        return True
    if kind is list or kind is tuple:
        return all(type(item) is str or _plain(item) for item in value)  # type: ignore[attr-defined]
    return False


def _write(value: object) -> Iterator[str]:
    """The slow, complete way."""
    if value is None:
        yield "null"
    elif value is True or value is False:
        yield "true" if value else "false"
    elif isinstance(value, str):
        yield _text(str(value))
    elif isinstance(value, int):
        if not -_LARGEST <= value <= _LARGEST:
            raise NotCanonical(f"整数 {value} 超出 ±(2^53-1),无法写成规范 JSON;请改用文字表示。")
        yield str(int(value))
    elif isinstance(value, float):
        yield number(value)
    elif isinstance(value, Mapping):
        yield from _write_mapping(value)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield "," if index else "["
            yield from _write(item)
        yield "]" if value else "[]"
    else:
        raise NotCanonical(f"类型 {type(value).__name__} 无法写成规范 JSON;请先转为文字、数、列表或映射。")


def _write_mapping(value: Mapping[object, object]) -> Iterator[str]:
    wrong = next((key for key in value if not isinstance(key, str)), None)
    if wrong is not None:
        raise NotCanonical(f"映射的键 {wrong!r} 不是文字,无法写成规范 JSON。")
    # big-endian UTF-16 bytes order exactly as 16-bit code units do
    ordered = sorted(value.items(), key=lambda pair: str(pair[0]).encode("utf-16-be", "surrogatepass"))
    for index, (key, item) in enumerate(ordered):
        yield "," if index else "{"
        yield f"{_text(str(key))}:"
        yield from _write(item)
    yield "}" if value else "{}"


def number(value: float) -> str:
    """A double as ECMAScript's Number::toString writes it (RFC 8785 §3.2.2.3)."""
    if not math.isfinite(value):
        raise NotCanonical("NaN 和无穷大无法写成规范 JSON。")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    # the value is 0.<digits> × 10^point
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    return sign + _place(digits, point)


def _place(digits: str, point: int) -> str:
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    exponent = point - 1
    return f"{digits[0]}{'.' if count > 1 else ''}{digits[1:]}e{'+' if exponent > 0 else '-'}{abs(exponent)}"
