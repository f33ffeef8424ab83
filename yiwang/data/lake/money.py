"""Amounts of money as registers write them: 50(万元人民币), 3,000(万), 680万美元, 人民币壹佰万元整. Never converted between currencies."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from yiwang.data.lake.readings import MISSING, Reading, narrow

LIMIT: Final = Decimal(10) ** 13  # above it stands no register's amount, only a slip of the unit
_EXTRAORDINARY: Final = LIMIT / 10
_PLACES: Final = Decimal("0.0001")
_SCALES: Final = {"": 1, "万亿": 10**12} | {
    sign: 10**power
    for power, signs in ((2, "百 佰"), (3, "千 仟"), (4, "万 萬"), (6, "百万"), (7, "千万"), (8, "亿 億"))
    for sign in signs.split()
}
_WORDS: Final = {
    "CNY": "人民币 人民幣 RMB CNY ¥ ￥ 中国元",
    "USD": "美元 美金 美圆 USD US$ $",
    "HKD": "港元 港币 港幣 香港元 香港币 港圆 HKD HK$",
    "EUR": "欧元 欧圆 EUR €",
    "JPY": "日元 日圆 日币 日本元 日本圆 JPY",
    "GBP": "英镑 GBP £",
    "TWD": "台币 新台币 台湾元 新台湾元 TWD NT$",
    "MOP": "澳门元 澳门币 澳门圆 MOP",
    "KRW": "韩元 韩币 韩圆 韩国元 KRW",
    "SGD": "新加坡元 新加坡币 新元 新币 SGD",
    "CAD": "加元 加币 加拿大元 CAD",
    "AUD": "澳元 澳币 澳大利亚元 AUD",
    "NZD": "新西兰元 NZD",
    "CHF": "瑞士法郎 CHF",
    "SEK": "瑞典克朗 SEK",
    "DKK": "丹麦克朗 DKK",
    "NOK": "挪威克朗 NOK",
    "RUB": "卢布 俄罗斯卢布 RUB",
    "THB": "泰铢 泰国铢 THB",
    "MYR": "林吉特 马来西亚林吉特 马币 MYR",
    "IDR": "印尼盾 印度尼西亚盾 IDR",
    "INR": "印度卢比 INR",
    "DEM": "德国马克 DEM",
    "FRF": "法国法郎 FRF",
    "ITL": "意大利里拉 ITL",
    "NLG": "荷兰盾 NLG",
    "ESP": "西班牙比塞塔 ESP",
    "BEF": "比利时法郎 BEF",
    "ATS": "奥地利先令 ATS",
    "FIM": "芬兰马克 FIM",
}
_CURRENCY: Final = {
    spelling: code for code, words in _WORDS.items() for word in words.split() for spelling in (word, f"元{word}", f"{word}元", f"圆{word}")
}
_PREFIX: Final = "|".join(sorted((re.escape(word) for words in _WORDS.values() for word in words.split()), key=len, reverse=True))
_AMOUNT: Final = re.compile(
    rf"(?P<prefix>{_PREFIX})?[::]?(?P<number>[-+]?(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?|[零〇一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾百佰千仟]+)"
    r"(?P<scale>万亿|百万|千万|[百佰千仟万萬亿億]?)(?P<rest>.*)"
)
_DIGITS: Final = {
    sign: value
    for value, signs in enumerate(("零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for sign in signs
}
_TENS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}


def read_money(text: str, *, unit: str = "") -> Reading:
    """(amount in units of the currency, ISO 4217 code, yuan or None); `unit` is what the column's title says, such as 万元.

    A currency that is not written is the yuan, and noted. An amount without any unit is a problem, unless the title gives one.
    """
    said = narrow(text)
    if said in MISSING or unicodedata.normalize("NFKC", said) in MISSING:
        return Reading((None, None, None))
    found = _AMOUNT.fullmatch(said.replace("(", "").replace(")", "").replace("[", "").replace("]", ""))
    if not found:
        return Reading((None, None, None), "unreadable")
    number, scale, rest = _number(found["number"]), found["scale"], re.sub("[整正]$", "", found["rest"])
    if not scale and not rest and not found["prefix"]:
        if not unit:
            return Reading((None, None, None), "unit_missing")
        return read_money(f"{said}{unit}")
    currency = _CURRENCY.get(rest) or (_CURRENCY.get(found["prefix"] or "", "CNY") if rest in ("", "元", "圆") else None)
    if currency is None or (found["prefix"] and _CURRENCY[found["prefix"]] != currency):
        return Reading((None, None, None), "unreadable")
    amount = number * _SCALES[scale]
    if amount < 0 or amount > LIMIT:
        return Reading((None, None, None), "negative" if amount < 0 else "too_large")
    amount = amount.quantize(_PLACES, ROUND_HALF_EVEN)
    named = found["prefix"] or rest not in ("", "元", "圆")
    note = "zero" if not amount else "extraordinary" if amount >= _EXTRAORDINARY else "" if named else "currency_assumed"
    return Reading((amount, currency, amount if currency == "CNY" else None), note=note)


def _number(text: str) -> Decimal:
    if text[0] in "+-0123456789":
        return Decimal(text.replace(",", ""))
    whole = digit = 0
    for sign in text:
        if sign in _TENS:
            whole += (digit or 1) * _TENS[sign]
            digit = 0
        else:
            digit = _DIGITS[sign]
    return Decimal(whole + digit)
