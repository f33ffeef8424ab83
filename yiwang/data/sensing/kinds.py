"""The kinds of values: how one value is judged, and what a kind means for level, sensitivity and mask."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from yiwang.data.sensing.values import Sign
from yiwang.security.masking.api import luhn, surname
from yiwang.standards.identifiers import credit_code, id_card, licence_id

_MOBILE: Final = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}")
_LANDLINE: Final = re.compile(r"(?:\(?0\d{2,3}\)?[- ]?)[2-9]\d{6,7}(?:[-转]\d{1,6})?")
_EMAIL: Final = re.compile(r"[0-9A-Za-z._%+-]+@[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*\.[A-Za-z]{2,}")
_PLATE: Final = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·. ]?[0-9A-HJ-NP-Z]{4,5}[0-9A-HJ-NP-Z挂学警港澳]"
)
_PASSPORT: Final = re.compile(r"(?:[EG]\d{8}|E[A-HJ-NP-Z]\d{7}|[DSP]E?\d{7,8})")
_DAY: Final = re.compile(r"((?:18|19|20)\d{2})(?:[-/.年]?)(\d{1,2})(?:[-/.月]?)(\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_HAN_NAME: Final = re.compile(r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,10}·[\u4e00-\u9fff·]{1,15}")
_PLACE: Final = re.compile(r"省|自治区|市|区|县|旗|盟|街道|镇|乡|村|社区")
_HOUSE: Final = re.compile(r"\d+(?:-\d+)*(?:号|室|栋|幢|单元|楼|组|弄|巷)|[路街道巷弄里]\d|路\d+|村|小区|花园|苑|大道|路|街")
_NO_NAMES: Final = (
    "公司 中心 医院 学校 大学 中学 小学 银行 商店 超市 餐厅 工厂 车间 部门 小区 街道 社区 汉族 未知 其他 正常 "
    "已婚 未婚 离婚 丧偶 本科 高中 初中 大专 通过 完成"
)
_NOT_NAMES: Final = frozenset(_NO_NAMES.split())


def _digits(text: str) -> str:
    return text.replace(" ", "").replace("-", "")


def _identity(text: str) -> bool:
    clean = _digits(text)
    if len(clean) == 18:
        return id_card.is_valid(clean)
    return len(clean) == 15 and clean.isascii() and clean.isdigit() and clean[0] != "0" and id_card.is_valid(clean)


def _identity_shape(text: str) -> bool:
    clean = _digits(text)
    if len(clean) != 18 or not clean[:17].isdigit() or not (clean[17].isdigit() or clean[17] in "Xx"):
        return False
    return _is_day(clean[6:14]) and clean[0] != "0"


def _is_day(text: str) -> bool:
    found = _DAY.fullmatch(text)
    if not found:
        return False
    try:
        date(*(int(one) for one in found.groups()))
    except ValueError:
        return False
    return True


def _card(text: str) -> bool:
    clean = _digits(text)
    return 15 <= len(clean) <= 19 and clean.isascii() and clean.isdigit() and clean[0] in "34569" and luhn(clean)


def _card_shape(text: str) -> bool:
    clean = _digits(text)
    return 16 <= len(clean) <= 19 and clean.isascii() and clean.isdigit() and clean[0] in "34569"


def _name(text: str) -> bool:
    if text in _NOT_NAMES or not _HAN_NAME.fullmatch(text):
        return False
    return "·" in text or (bool(head := surname(text)) and head < len(text) <= head + 2)


def _address(text: str) -> bool:
    return (
        6 <= len(text) <= 120 and len(_PLACE.findall(text)) >= 1 and _HOUSE.search(text) is not None and any(one.isdigit() for one in text)
    )


def _address_shape(text: str) -> bool:
    return 6 <= len(text) <= 120 and len(_PLACE.findall(text)) >= 2


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind is recognised and what it means.

    Attributes:
        test: whether a value is one; ``shape`` a weaker test by which a spoilt value still looks like one.
        enough: share of the values that must pass ``test`` where the column's name says nothing; ``hinted`` where it agrees.
        words: pieces of column names (lower case, parted by blanks) that speak for it; a name that speaks for another kind speaks against.
        random: real values do not count up; a column that does is refused.
    """

    name: str
    title: str
    test: Callable[[str], bool]
    sign: Sign
    enough: float
    hinted: float
    words: str
    level: int
    sensitive: bool
    mask: str
    shape: Callable[[str], bool] | None = None
    random: bool = False


def _whole(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


KINDS: Final = (
    Kind(
        "id_number",
        "公民身份号码",
        _identity,
        "checksum",
        0.5,
        0.25,
        "身份证 身份号 证件号 sfz id_number idcard id_card id_no",
        3,
        False,
        "id_number",
        _identity_shape,
    ),
    Kind(
        "credit_code",
        "统一社会信用代码",
        lambda text: len(text) == 18 and credit_code.is_valid(text),
        "checksum",
        0.5,
        0.25,
        "信用代码 credit_code uscc xydm",
        1,
        False,
        "",
    ),
    Kind(
        "licence_id",
        "电子证照标识",
        lambda text: len(text) > 40 and licence_id.is_valid(text),
        "checksum",
        0.5,
        0.25,
        "证照标识 licence_id",
        2,
        False,
        "text",
    ),
    Kind(
        "bank_account",
        "银行卡号",
        _card,
        "checksum",
        0.5,
        0.25,
        "卡号 银行 账号 帐号 bank card account",
        3,
        True,
        "bank_account",
        _card_shape,
        True,
    ),
    Kind(
        "phone",
        "手机号",
        _whole(_MOBILE),
        "pattern",
        0.6,
        0.3,
        "手机 电话 联系方式 phone mobile tel sjh",
        2,
        False,
        "phone",
        None,
        True,
    ),
    Kind(
        "landline",
        "座机",
        _whole(_LANDLINE),
        "pattern",
        0.6,
        0.3,
        "座机 固话 电话 phone tel",
        2,
        False,
        "landline",
        None,
        True,
    ),
    Kind(
        "email",
        "电子邮箱",
        _whole(_EMAIL),
        "pattern",
        0.5,
        0.25,
        "邮箱 邮件 email mail",
        2,
        False,
        "email",
    ),
    Kind(
        "plate",
        "车牌号",
        _whole(_PLATE),
        "pattern",
        0.5,
        0.25,
        "车牌 号牌 plate cph",
        2,
        False,
        "plate",
    ),
    Kind(
        "passport",
        "护照号",
        _whole(_PASSPORT),
        "pattern",
        0.7,
        0.3,
        "护照 passport",
        3,
        False,
        "passport",
        None,
        True,
    ),
    Kind(
        "date",
        "日期",
        _is_day,
        "pattern",
        0.6,
        0.4,
        "日期 时间 date time _on _at rq",
        1,
        False,
        "",
    ),
    Kind(
        "address",
        "地址",
        _address,
        "dictionary",
        0.5,
        0.3,
        "地址 住址 住所 address addr dz",
        3,
        False,
        "address",
        _address_shape,
    ),
    Kind(
        "name",
        "姓名",
        _name,
        "dictionary",
        0.7,
        0.4,
        "姓名 名字 联系人 法人 负责人 户主 name xm",
        2,
        False,
        "name",
    ),
)
