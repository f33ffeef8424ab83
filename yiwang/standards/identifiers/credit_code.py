"""Unified social credit codes, GB 32100—2015 with amendment 1 (source: STANDARDS §1.2).

18 characters of a set without I O Z S V = 1 registering authority + 1 kind + 6 division + 9 organisation code + 1 check.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from yiwang.standards.identifiers import organisation_code
from yiwang.standards.identifiers.errors import DIGITS, BadIdentifier, clean, refuse, require_charset, require_length

NAME: Final = "统一社会信用代码"
ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS: Final = tuple(pow(3, index, 31) for index in range(17))
_ALLOWED: Final = frozenset(ALPHABET)
_TABLE: Final = tuple({character: value * weight for value, character in enumerate(ALPHABET)} for weight in WEIGHTS)

AUTHORITIES: Final = {
    "1": ("机构编制", {"1": "机关", "2": "事业单位", "3": "编办直接管理的群众团体", "9": "其他"}),
    "2": ("外交", {"1": "外国常驻新闻机构", "9": "其他"}),
    "3": (
        "司法行政",
        {"1": "律师执业机构", "2": "公证处", "3": "基层法律服务所", "4": "司法鉴定机构", "5": "仲裁委员会", "9": "其他"},
    ),
    "4": ("文化", {"1": "外国在华文化中心", "9": "其他"}),
    "5": ("民政", {"1": "社会团体", "2": "民办非企业单位", "3": "基金会", "9": "其他"}),
    "6": ("旅游", {"1": "外国旅游部门常驻代表机构", "2": "港澳台地区旅游部门常驻内地代表机构", "9": "其他"}),
    "7": ("宗教", {"1": "宗教活动场所", "2": "宗教院校", "9": "其他"}),
    "8": ("工会", {"1": "基层工会", "9": "其他"}),
    "9": ("市场监督管理", {"1": "企业", "2": "个体工商户", "3": "农民专业合作社", "9": "其他"}),
    "A": ("军委改革编制办", {"1": "军队事业单位", "9": "其他"}),
    "N": ("农业农村", {"1": "组级集体经济组织", "2": "村级集体经济组织", "3": "乡镇级集体经济组织", "9": "其他"}),
    "Y": ("其他", {"1": ""}),
}


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A right code, taken apart; the names are empty where the table of the standard does not know the pair."""

    code: str
    authority: str
    kind: str
    division: str
    organisation: str

    @property
    def authority_name(self) -> str:
        """The registering authority in Chinese, or ''."""
        return AUTHORITIES.get(self.authority, ("", {}))[0]

    @property
    def kind_name(self) -> str:
        """The kind of organisation in Chinese, or '' (local additions are lawful, so an unknown kind is no error)."""
        return AUTHORITIES.get(self.authority, ("", {}))[1].get(self.kind, "")


def check_character(body: str) -> str:
    """The 18th character for the first 17; KeyError for a character outside the set."""
    return ALPHABET[-sum(table[character] for table, character in zip(_TABLE, body, strict=True)) % 31]


def make(authority: str, kind: str, division: str, organisation: str) -> str:
    """Build a right code; ``organisation`` is eight characters (its check is appended) or all nine."""
    if len(organisation) == 8:
        organisation = organisation_code.make(organisation)
    body = f"{authority}{kind}{division}{organisation}"
    require_length("统一社会信用代码本体", body, 17)
    require_charset("统一社会信用代码本体", body, _ALLOWED, "数字或除 I、O、S、V、Z 外的大写字母")
    return body + check_character(body)


def is_valid(text: str, *, divisions: Container[str] | None = None) -> bool:
    """Whether a text is a right code; quick for the canonical 18 characters."""
    if len(text) == 18:
        try:
            return (
                check_character(text[:17]) == text[17]
                and organisation_code.check_character(text[8:16]) == text[16]
                and text[2:8].isdigit()
                and (divisions is None or text[2:8] in divisions)
            )
        except KeyError:  # small letters, full-width digits: the slow way forgives them or says no
            pass
    try:
        parse(text, divisions=divisions)
    except BadIdentifier:
        return False
    return True


def parse(text: str, *, divisions: Container[str] | None = None) -> CreditCode:
    """Take a code apart; BadIdentifier says what is wrong and where. ``divisions``: six-digit codes to check against."""
    code = clean(text)
    require_length(NAME, code, 18)
    require_charset(NAME, code, _ALLOWED, "数字或除 I、O、S、V、Z 外的大写字母")
    require_charset(NAME, code, DIGITS, "数字(登记机关行政区划)", start=2, end=8)
    if check_character(code[:17]) != code[17]:
        raise refuse(NAME, code, "校验码与前 17 位不符,至少有一位输错", position=18, remedy="请对照营业执照或登记证书逐位核对")
    if organisation_code.check_character(code[8:16]) != code[16]:
        raise refuse(NAME, code, "第 9 至 17 位不是正确的组织机构代码", position=17)
    if divisions is not None and code[2:8] not in divisions:
        raise refuse(NAME, code, f"第 3 至 8 位 {code[2:8]} 不在行政区划表中", position=3)
    return CreditCode(code, code[0], code[1], code[2:8], code[8:17])
