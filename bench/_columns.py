"""Labelled tables: columns of every kind, clean and noisy, under speaking, silent and misleading names, beside look-alikes."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pyarrow

from bench._texts import _digits, _values

NAMES = {
    "id_number": ("身份证号", "id_number"), "phone": ("手机号码", "phone"), "landline": ("座机", "tel"), "bank_account": ("银行卡号", "card_no"), "credit_code": ("统一社会信用代码", "credit_code"),
    "email": ("邮箱", "email"), "plate": ("车牌号", "plate"), "passport": ("护照号", "passport"), "date": ("登记日期", "registered_on"), "address": ("住址", "address"), "name": ("姓名", "xm"),
}  # fmt: skip
LOOK_ALIKES = ("order", "stamp", "barcode", "serial", "product", "community", "reason", "status", "amount", "year")
ROADS, PLACES = ("望江路", "人民路", "书院街", "盐田大道", "海棠巷"), ("河东区临江街道", "河西区西塘街道", "新港区盐田镇", "云岭县城关镇")


def _one(kind: str, chosen: random.Random, row: int) -> str:
    values = _values(chosen)
    made = {
        "date": lambda: (date(2000, 1, 1) + timedelta(days=chosen.randrange(9000))).isoformat(),
        "address": lambda: (
            f"云汀市{chosen.choice(PLACES)}{chosen.choice(ROADS)}{chosen.randrange(1, 300)}号{chosen.randrange(1, 20)}栋{chosen.randrange(101, 2900)}室"
        ),
        "order": lambda: f"202611{1 + row // 40:02d}{row:010d}",
        "stamp": lambda: f"17000{row * 37:08d}",
        "barcode": lambda: f"69{_digits(chosen, 11)}",
        "product": lambda: f"{chosen.choice('ABCEG')}{chosen.choice('BCDXY')}-{_digits(chosen, 6)}",
        "community": lambda: chosen.choice(("临江社区", "清泉社区", "鹤鸣社区", "书院社区", "锦坊社区")),
        "reason": lambda: chosen.choice(("材料不全", "重复申请", "超过期限", "不属于本机关", "高温停工", "任务完成")),
        "status": lambda: chosen.choice(("正常", "已婚", "汉族", "高中", "和解")),
        "amount": lambda: f"{chosen.randrange(10_000, 99_999_999)}.{chosen.randrange(100):02d}",
        "year": lambda: str(chosen.randrange(1990, 2027)),
    }
    return made[kind]() if kind in made else values[kind]


def _spoilt(value: str, chosen: random.Random) -> str:
    """A wrong digit or a value of another type."""
    digits = [place for place, one in enumerate(value) if one.isdigit()]
    if not digits or chosen.random() < 0.4:
        return chosen.choice(("无", "不详", "-", "0", "暂缺"))
    at = chosen.choice(digits)
    return value[:at] + str((int(value[at]) + chosen.randrange(1, 9)) % 10) + value[at + 1 :]


def tables(*, rows: int = 400, turns: int = 4, seed: int = 7) -> list[tuple[str, str, str, Any]]:
    """Columns as (set, true kind or '', name, Arrow column): the sets are clean and noisy (20 % empty, 20 % spoilt, silent and misleading names)."""
    chosen = random.Random(seed)
    made = []
    kinds = list(NAMES)
    for turn in range(turns):
        for kind in (*kinds, *LOOK_ALIKES):
            values = [_one(kind, chosen, row) for row in range(rows)]
            true = kind if kind in NAMES else ""
            if not (kind == "order" and turn % 2):
                made.append(("clean", true, NAMES[kind][turn % 2] if true else f"{kind}_{turn}", pyarrow.chunked_array([values])))
            noisy = [None if chosen.random() < 0.2 else _spoilt(one, chosen) if chosen.random() < 0.2 else one for one in values]
            name = NAMES[chosen.choice(kinds)][turn % 2] if turn % 2 else f"col_{turn}"
            made.append(("noisy", true, name, pyarrow.chunked_array([pyarrow.array(noisy, pyarrow.string())])))
    return made


def scored(columns: list[tuple[str, str, str, Any]], told: list[str], which: str) -> dict[str, tuple[float, float]]:
    """Precision and recall by kind and over all ('') of one set."""
    pairs = [(true, said) for (group, true, _, _), said in zip(columns, told, strict=True) if group == which]
    result = {}
    for kind in ("", *NAMES):
        right = sum(true == said != "" and kind in ("", true) for true, said in pairs)
        said_so = sum(said != "" and kind in ("", said) for _, said in pairs)
        wanted = sum(true != "" and kind in ("", true) for true, _ in pairs)
        result[kind] = (right / said_so if said_so else 1.0, right / max(wanted, 1))
    return result
