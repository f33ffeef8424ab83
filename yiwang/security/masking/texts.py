"""Finding personal data inside free text, in one pass: numbers by shape and checksum, names and addresses by the words before them.

One compiled pattern stops at every place where something may begin; a small function per kind says whether it does and where it ends. What
has begun swallows what lies inside it, so nothing overlaps. Many texts are scanned as one, joined by a separator that no pattern
crosses: a text without anything costs its characters and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from yiwang.security.masking.surnames import surname
from yiwang.standards.identifiers import id_card

SEPARATOR: Final = "\x1e"
PLATES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_NAME_CUES: Final = (
    "姓名|联系人|当事人|申请人|投诉人|反映人|来电人|来访人|举报人|经办人|负责人|收件人|收款人|监护人|户主|法定代表人|法人代表|代理人|业主|患者|家长|死者|配偶|父亲|母亲|丈夫|妻子|儿子|女儿|"
    "我叫|本人叫|名叫|叫做|本人姓名"
)
_ADDRESS_CUES: Final = "住址|地址|家住|住在|现住|居住于|户籍地"
_STARTS: Final = "".join(sorted({cue[0] for cue in f"{_NAME_CUES}|{_ADDRESS_CUES}".split("|")}))


_CUE_TAIL: Final = r"(?:叫|是|为|名叫)?[:: ]{0,3}"
SCAN: Final = re.compile(
    rf"[0-9@A-Z(+{PLATES}{_STARTS}]"
    r"(?:(?<=[0-9])(?:[0-9A-Za-z]{6,}|[0-9]{2,5}[- ][0-9]{3,8}(?:[- ][0-9]{1,8}){0,4})"
    r"|(?<=@)[0-9A-Za-z][0-9A-Za-z.-]*\.[A-Za-z]{2,}"
    r"|(?<=[A-Z])[A-Z]?[0-9]{6,8}(?![0-9A-Za-z])"
    r"|(?<=\()0[0-9]{2,3}\)[ -]?[0-9]{7,8}(?![0-9])"
    r"|(?<=\+)86[- ]?1[3-9][0-9][0-9 -]{8,10}(?![0-9])"
    rf"|(?<=[{PLATES}])[A-HJ-NP-Z][·. ]?[0-9A-HJ-NP-Z]{{4,5}}[0-9A-HJ-NP-Z挂学警港澳](?![0-9A-Za-z])"
    + "".join(
        rf"|(?<={first})(?:{'|'.join(cue[1:] for cue in (_NAME_CUES + '|' + _ADDRESS_CUES).split('|') if cue[0] == first)})"
        for first in _STARTS
    )
    + r")"
)
_MOBILE: Final = re.compile(r"1[3-9]")
_GROUPED_PHONE: Final = re.compile(r"1[3-9][0-9]([- ])[0-9]{4}\1[0-9]{4}(?![0-9])")
_GROUPED_CARD: Final = re.compile(r"[0-9]{4}([- ])[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1[0-9]{1,3})?(?![0-9])")
_GROUPED_ID: Final = re.compile(r"[1-9][0-9]{5}[- ](?:19|20)[0-9]{6}[- ][0-9]{3}[0-9Xx](?![0-9A-Za-z])")
_LANDLINE: Final = re.compile(r"0[1-9][0-9]{1,2}[- ]?[2-9][0-9]{6,7}(?:[-转][0-9]{1,6})?(?![0-9])")
_LOCAL: Final = re.compile(r"[0-9A-Za-z._%+-]+$")
_ID_CUE: Final = re.compile(r"(?:身份证|证件|身份号码|身份信息)[^0-9A-Za-z\x1e]{0,8}$")
_CARD_CUE: Final = re.compile(r"(?:卡号|账号|帐号|账户|银行卡|储蓄卡|信用卡|工资卡|社保卡)[^0-9A-Za-z\x1e]{0,8}$")
_PHONE_CUE: Final = re.compile(r"(?:电话|手机|座机|致电|来电|号码|联系方式|微信)[^0-9A-Za-z\x1e]{0,6}$")
_PASSPORT_CUE: Final = re.compile(r"(?:护照|通行证|证件)[^0-9A-Za-z\x1e]{0,8}$")
_HAN: Final = re.compile(r"[\u4e00-\u9fff·]+")
_TAIL: Final = re.compile(_CUE_TAIL)
_NEXT: Final = re.compile(
    r"[^\u4e00-\u9fff]|$|电话|手机|身份|证件|联系|反映|来电|投诉|咨询|要求|希望|称|表示|住|男|女|于|在|的|已|因|与|和|及|为|办|申|提|户|先生|女士|同志|到|向|是|家|通过|现|前|对|请"
)
_ADDRESS: Final = re.compile(r"[::为是在于 ]{0,3}([\u4e00-\u9fff0-9A-Za-z#\-—]{6,60})")
_ADDRESS_END: Final = re.compile(r".*(?:号楼|号院|号|室|栋|幢|单元|楼|层|组|村|社区|小区|弄)(?=[^号室栋幢单元楼层]|$)")

Span = tuple[int, int, str]


def luhn(digits: str) -> bool:
    """Whether a card number's check digit holds (ISO/IEC 7812-1)."""
    total = 0
    for place, character in enumerate(reversed(digits)):
        value = ord(character) - 48
        if place % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def old_id(digits: str) -> bool:
    """Whether 15 digits are a first-generation identity number: a province and a day."""
    try:
        date(1900 + int(digits[6:8]), int(digits[8:10]), int(digits[10:12]))
    except ValueError:
        return False
    return 11 <= int(digits[:2]) <= 65 or digits[:2] in ("71", "81", "82", "99")


def _number(text: str, start: int, end: int) -> Span | None:
    """What a run of digits (perhaps with letters, or in groups) is."""
    run = text[start:end]
    if start and (
        (text[start - 1].isascii() and text[start - 1].isalnum()) or (text[start - 1] in ".-" and start > 1 and text[start - 2].isdigit())
    ):
        return None
    if not run.isalnum():
        return _grouped(text, start, run)
    before = text[max(0, start - 12) : start]
    size = len(run)
    kind = ""
    if size == 18 and run[:17].isdigit() and (run[17].isdigit() or run[17] in "Xx"):
        kind = "id_number" if id_card.is_valid(run) or _ID_CUE.search(before) else ""
    elif not run.isdigit():
        return None
    elif (size == 11 and _MOBILE.match(run)) or (size == 13 and run[:2] == "86" and _MOBILE.match(run, 2) and _PHONE_CUE.search(before)):
        kind = "phone"
    elif size == 15 and run[0] != "0" and old_id(run) and not _CARD_CUE.search(before):
        kind = "id_number"
    if not kind and run.isdigit() and 13 <= size <= 19:
        kind = "bank_account" if (size >= 16 and run[0] in "34569" and luhn(run)) or _CARD_CUE.search(before) else ""
    if not kind and run[0] == "0" and 10 <= size <= 12 and _LANDLINE.fullmatch(run) and (size >= 11 or _PHONE_CUE.search(before)):
        kind = "landline"
    if not kind and size in (7, 8) and run[0] in "23456789" and _PHONE_CUE.search(before):
        kind = "landline"
    return (start, end, kind) if kind else None


def _grouped(text: str, start: int, run: str) -> Span | None:
    for pattern, kind in ((_GROUPED_PHONE, "phone"), (_GROUPED_CARD, "bank_account"), (_GROUPED_ID, "id_number"), (_LANDLINE, "landline")):
        found = pattern.match(text, start)
        if found:
            digits = re.sub(r"[- ]", "", found.group())
            cued = kind == "bank_account" and _CARD_CUE.search(text[max(0, start - 12) : start])
            checked = cued or luhn(digits) if kind == "bank_account" else id_card.is_valid(digits) if kind == "id_number" else True
            return (start, found.end(), kind) if checked else None
    first = re.match(r"[0-9]+", run)
    return _number(text, start, start + first.end()) if first and first.end() >= 7 else None


def _name(text: str, end: int) -> Span | None:
    """The name behind a cue: a surname and one or two characters, as long as what follows allows."""
    begin = _TAIL.match(text, end).end()  # type: ignore[union-attr]
    head = surname(text[begin : begin + 2])
    if not head:
        return None
    if _NO_GIVEN.match(text, begin + head) or (begin == end and text[begin] in _ALSO_VERBS):
        return None
    said = _HAN.match(text, begin)
    longest = min(len(said.group()) if said else 0, head + 2)
    fitting = [size for size in range(longest, head, -1) if _NEXT.match(text, begin + size)]
    if fitting:
        # 张三电话…: the shorter reading where what follows it is a whole word, else the longer
        size = (
            fitting[-1]
            if len(fitting) > 1 and _HAN.match(text, begin + fitting[-1]) and _WORD.match(text, begin + fitting[-1])
            else fitting[0]
        )
        return begin, begin + size, "name"
    return (begin, begin + longest, "name") if longest > head and begin > end else None


_ALSO_VERBS: Final = "应和都向时来保解强平经单查从连过暴明能胜"  # surnames that begin a sentence's verb: only behind a colon or 叫, 是, 为
_NO_GIVEN: Final = re.compile(
    r"先生|女士|同志|小姐|老师|主任|局长|科长|师傅|某|总|要求|反映|提交|提供|表示|认为|希望|已|以|应|须|必须|可|将|向|对|在|的|是|不|未|为|均|面|便|案|位|式|法|度|来|去|其|没|还|都"
)
_WORD: Final = re.compile(r"电话|手机|身份|证件|联系|反映|来电|投诉|咨询|要求|希望|表示|先生|女士|同志|通过")


def _address(text: str, end: int) -> Span | None:
    found = _ADDRESS.match(text, end)
    told = _ADDRESS_END.match(found.group(1)) if found else None
    return (found.start(1), found.start(1) + told.end(), "address") if found and told and told.end() >= 6 else None


def _judge(text: str, found: re.Match[str], names: bool, addresses: bool) -> Span | None:
    start, end = found.span()
    first = text[start]
    if first.isdigit():
        return _number(text, start, end)
    if first == "@":
        local = _LOCAL.search(text, max(0, start - 64), start)
        return (local.start(), end, "email") if local else None
    if first in PLATES and text[start + 1].isascii():
        return (start, end, "plate") if any(one.isdigit() for one in text[start + 2 : end]) else None
    if first == "(" or first == "+":
        return start, end, "landline" if first == "(" else "phone"
    if first.isascii():
        return _passport(text, start, end)
    cue = text[start:end]
    if cue in _ADDRESS_CUE_SET:
        return _address(text, end) if addresses else None
    return _name(text, end) if names else None


_ADDRESS_CUE_SET: Final = frozenset(_ADDRESS_CUES.split("|"))


def _passport(text: str, start: int, end: int) -> Span | None:
    """E12345678, EA1234567, G…, and the older P/S/D; other letters only behind a cue."""
    if start and text[start - 1].isascii() and (text[start - 1].isalnum() or text[start - 1] in "-_"):
        return None
    run = text[start:end]
    known = len(run) == 9 and run[0] in "EGDSP"
    cued = _PASSPORT_CUE.search(text[max(0, start - 12) : start])
    return (start, end, "passport") if (known and run[0] in "EG") or (cued and len(run) >= 8) else None


def spans(text: str, *, names: bool = True, addresses: bool = False) -> Iterator[Span]:
    """Every finding as (start, end, kind), in order, none overlapping another."""
    reached = 0
    place = 0
    while found := SCAN.search(text, place):
        told = _judge(text, found, names, addresses)
        place = found.end()
        if told is None:
            if not found.group()[0].isdigit() and found.group()[0] != "@":
                place = found.start() + 1 if found.group()[0].isascii() else found.end()
            continue
        if told[0] >= reached:
            yield told
            reached = told[1]
        place = max(place, told[1]) if told[1] > found.start() else place


def joined(texts: Sequence[str]) -> str | None:
    """The texts as one, or None where one of them holds the separator."""
    whole = SEPARATOR.join(texts)
    return whole if whole.count(SEPARATOR) == max(len(texts) - 1, 0) else None
