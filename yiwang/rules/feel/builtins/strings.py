"""String functions; characters are Unicode code points."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from yiwang.rules.feel.builtins.declare import Functions
from yiwang.rules.feel.diagnostics import fail
from yiwang.rules.feel.regex import RegexError, compiled, replacement
from yiwang.rules.feel.values import Value

FUNCTIONS: Final = Functions()
define = FUNCTIONS.define


def _substring(string: str, start: Decimal, length: Decimal | None = None) -> Value:
    begin = int(start)
    if not begin or abs(begin) > len(string):
        return fail("start position outside the string")
    begin = begin - 1 if begin > 0 else len(string) + begin
    if length is None:
        return string[begin:]
    if length < 1:
        return fail("length below 1")
    return string[begin : begin + int(length)]


def _before(string: str, match: str) -> str:
    place = string.find(match)
    return string[:place] if place > 0 else ""


def _after(string: str, match: str) -> str:
    place = string.find(match)
    return string[place + len(match) :] if place >= 0 else ""


def _matches(text: str, pattern: str, flags: str | None = None) -> Value:
    try:
        return compiled(pattern, flags or "").search(text) is not None
    except RegexError as error:
        return fail(f"matches: {error}")


def _replace(text: str, pattern: str, new: str, flags: str | None = None) -> Value:
    try:
        regex = compiled(pattern, flags or "")
        if regex.search("") is not None:
            raise RegexError("the pattern matches the empty string")
        return regex.sub(replacement(new, regex.groups, literal="q" in (flags or "")), text)
    except RegexError as error:
        return fail(f"replace: {error}")


def _split(string: str, delimiter: str) -> Value:
    try:
        regex = compiled(delimiter, "")
    except RegexError as error:
        return fail(f"split: {error}")
    parts: list[str] = []
    place = 0
    for match in regex.finditer(string):
        if match.end() == match.start():
            continue
        parts.append(string[place : match.start()])
        place = match.end()
    return [*parts, string[place:]]


def _join(items: list[Value], delimiter: str | None = None) -> Value:
    if any(item is not None and not isinstance(item, str) for item in items):
        return fail("string join needs strings")
    return (delimiter or "").join(item for item in items if item is not None)


define("substring", ("string:string, start position:number, length:number?", _substring))
define("string length", ("string:string", lambda string: Decimal(len(string))))
define("upper case", ("string:string", lambda string: string.upper()))
define("lower case", ("string:string", lambda string: string.lower()))
define("substring before", ("string:string, match:string", _before))
define("substring after", ("string:string, match:string", _after))
define("replace", ("input:string, pattern:string, replacement:string, flags:string?~", _replace))
define("contains", ("string:string, match:string", lambda string, match: match in string))
define("starts with", ("string:string, match:string", lambda string, match: string.startswith(match)))
define("ends with", ("string:string, match:string", lambda string, match: string.endswith(match)))
define("matches", ("input:string, pattern:string, flags:string?~", _matches))
define("split", ("string:string, delimiter:string", _split))
define("string join", ("list:list, delimiter:string?~", _join))
