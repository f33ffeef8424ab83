"""Invented companies of 云汀市, clean and dirty."""

from __future__ import annotations

from yiwang.standards.identifiers import credit_code, organisation_code

HEADER = "企业名称,统一社会信用代码,注册日期,企业类型,法人代表,注册资金,经营范围,所在省份,地区,注册地址"


def code(number: int, division: str = "330100") -> str:
    """The nth invented credit code."""
    body = f"{number:08d}"
    return credit_code.make("9", "1", division, body + organisation_code.check_character(body))


def line(
    number: int = 1,
    *,
    name: str = "",
    date: str = "2003-05-06",
    capital: str = '"50(万元人民币)"',
    scope: str = '"五金加工,销售"',
    address: str = '"云汀市西渡路1号"',
) -> str:
    """A clean line; what is named is taken as it stands."""
    return f"{name or f'云汀市第{number}木器有限公司'},{code(number)},{date},N/A,苏云,{capital},{scope},浙江,杭州,{address}"


def text(*lines: str, header: str = HEADER, end: str = "\n") -> str:
    """A file."""
    return end.join([header, *lines]) + end
