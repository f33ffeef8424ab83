"""What a cell says: one function per simple kind, from text to value, problem and note. The fast tests of `kinds` only spare these calls.

A problem keeps the whole row out of the table; a note is counted and the row stays. Codes are completed with the field's name.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from yiwang.standards.identifiers import credit_code, id_card, mobile, organisation_code
from yiwang.standards.identifiers.errors import BadIdentifier

_MISSING_WORDS: Final = "N/A n/a NA #N/A NULL null Null None none NaN nan \\N - -- --- — —— / // . * 无 不详 暂无 未知 未填 空 待补充"
MISSING: Final = ("", *_MISSING_WORDS.split())
EARLIEST: Final = date(1840, 1, 1)
_INVISIBLE: Final = re.compile("[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]+")
_DATE: Final = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|(\d{2})(\d{2})|年(\d{1,2})月(\d{1,2})[日号])"
    r"(?:[T ]*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
)
_EDGES: Final = re.compile("^[\"'“”‘’,,。;;.]+|[\"'“”‘’,,。;;.]+$")
_WORD: Final = re.compile("[A-Za-z㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff\ue000-\uf8ff]")


# What no word of a list, name of a person or name of a place looks like: an amount, a day, a code.
_MISPLACED: Final = re.compile(r"[\d,.]+[((]?[百千万亿元].{0,12}|\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?|(?=.*\d{6})[0-9A-Z]{15,18}|[\d,.]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """The standard values of a cell (one per output column; None where it says nothing), a problem and a note, '' for none."""

    values: tuple[Any, ...] = (None,)
    problem: str = ""
    note: str = ""


def plain(text: str) -> str:
    """Without invisible characters and outer spaces; inner runs of space become one."""
    return " ".join(_INVISIBLE.sub(" ", text).split())


def narrow(text: str) -> str:
    """Full-width letters, digits and signs become half-width, without any space."""
    return "".join(unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).split())


def missing(text: str) -> bool:
    """Whether a cell says that nothing is known."""
    return plain(text) in MISSING


def misplaced(text: str) -> bool:
    """Whether a cell that should hold words holds an amount, a day or a code: the row's columns are shifted."""
    return bool(_MISPLACED.fullmatch(narrow(text)))


def read_text(text: str) -> Reading:
    """Free text."""
    said = plain(text)
    return Reading((None,)) if said in MISSING else Reading((said,))


def read_label(text: str) -> Reading:
    """A word of a list: brackets are full-width, letters half-width."""
    said = plain(text)
    if said in MISSING:
        return Reading()
    value = _brackets(said)
    return Reading((None,), "misplaced") if misplaced(said) else Reading((value,), note="" if value == said else "brackets")


def read_organisation_name(text: str) -> Reading:
    """The name of an organisation: brackets full-width, letters and digits half-width, no space between Chinese characters."""
    said = plain(text)
    if said in MISSING:
        return Reading()
    if misplaced(said):
        return Reading((None,), "misplaced")
    value = _EDGES.sub("", re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", _brackets(said)))
    if len(_WORD.findall(value)) < 2 or len(value) > 200:
        return Reading((None,), "unreadable")
    if "?" in value or "�" in value:
        return Reading((None,), "characters")
    note = "" if value == said else "brackets" if value == _brackets(said) else "rewritten"
    return Reading((value,), note="bracket_unpaired" if value.count("（") != value.count("）") else note)


def _brackets(text: str) -> str:
    half = "".join(
        unicodedata.normalize("NFKC", sign) if "０" <= sign <= "９" or "Ａ" <= sign <= "Ｚ" or "ａ" <= sign <= "ｚ" else sign
        for sign in text
    )
    return half.translate(_FULL_BRACKETS)


_FULL_BRACKETS: Final = str.maketrans({"(": "（", ")": "）", "﹙": "（", "﹚": "）", "〔": "（", "〕": "）", "?": "?", "？": "?"})


def read_person_name(text: str) -> Reading:
    """The name of a person (or of an organisation that acts as one); only its spacing is touched."""
    said = plain(text)
    if said in MISSING:
        return Reading()
    value = re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", said)
    if misplaced(said) or not _WORD.search(value):
        return Reading((None,), "misplaced" if misplaced(said) else "unreadable")
    return Reading((value,), note="" if value == said else "rewritten")


def read_credit_code(text: str) -> Reading:
    """A unified social credit code; both of its check characters are tried."""
    said = narrow(text)
    if said in MISSING:
        return Reading()
    code = said.upper()
    if len(code) != 18:
        return Reading((None,), "length")
    if not set(code) <= set(credit_code.ALPHABET) or not code[2:8].isdigit():
        return Reading((None,), "characters")
    if credit_code.check_character(code[:17]) != code[17]:
        return Reading((None,), "check")
    if organisation_code.check_character(code[8:16]) != code[16]:
        return Reading((None,), "check")
    return Reading((code,), note="" if code == text else "rewritten")


def read_id_number(text: str) -> Reading:
    """An identity number of 18 digits; one of 15 is brought to 18."""
    said = narrow(text).upper()
    if said in MISSING:
        return Reading()
    try:
        number = id_card.upgrade(said) if len(said) == 15 else id_card.parse(said).number
    except BadIdentifier:
        return Reading((None,), "length" if len(said) not in (15, 18) else "check")
    return Reading((number,), note="" if number == text else "rewritten")


def read_mobile(text: str) -> Reading:
    """A mobile number of the mainland."""
    said = narrow(text).replace("-", "")
    if said in MISSING:
        return Reading()
    said = re.sub(r"^(\+|00)?86(?=1\d{10}$)", "", said)
    return Reading((said,), note="" if said == text else "rewritten") if mobile.is_valid(said) else Reading((None,), "unreadable")


def read_label_code(text: str) -> Reading:
    """A code without a check of its own: letters, digits and signs, half-width."""
    said = narrow(text).upper()
    if said in MISSING:
        return Reading()
    return Reading((said,), note="" if said == text else "rewritten") if re.search("[0-9A-Z]", said) else Reading((None,), "unreadable")


def read_past_date(text: str, *, today: date) -> Reading:
    """A day that has come."""
    reading = read_day(text)
    value = reading.values[0]
    if value is not None and not EARLIEST <= value <= today:
        return Reading((None,), "future" if value > today else "too_early")
    return reading


def read_day(text: str) -> Reading:
    """A day; ISO afterwards. 39,448 and the like (a spreadsheet's day number) is read and noted."""
    said = " ".join(unicodedata.normalize("NFKC", plain(text)).split())
    if said in MISSING:
        return Reading()
    found = _DATE.fullmatch(re.sub(r"\s*([年月日./-])\s*", r"\1", said))
    try:
        if found:
            year, month, day = (int(part) for part in found.groups() if part)
            value = date(year, month, day)
        elif re.fullmatch(r"[1-5]\d{4}(\.0+)?", said):
            value = date(1899, 12, 30) + timedelta(days=int(float(said)))
        else:
            return Reading((None,), "unreadable")
    except ValueError:
        return Reading((None,), "impossible")
    return Reading((value,), note="" if value.isoformat() == said else "rewritten")
