"""Invented persons and companies in two sources with known truth, for measuring: the second source lost the numbers and holds errors.

What goes wrong, and how often, is the table ``NOISE``; confusers are in it: families at one door, namesakes, people of one birthday.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

# Common surnames, the frequent ones several times: namesakes must occur as they do in life.
_SURNAMES: Final = (
    "王王王王李李李李张张张张刘刘刘陈陈陈杨杨赵赵黄黄周周吴吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢"
    "蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_GIVEN: Final = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文辉力生永健世广义兴良海山仁波宁贵福子俊宇浩轩博涵梓欣怡雨"
    "佳琪思雪晨阳嘉怡诗婷慧巧美淑惠珠翠雅芝萍荣爱妹凤洁琳素云莲真环佩婉娴瑾颖露瑶"
)
_HOMOPHONES: Final = (
    "伟玮炜 芳方坊 敏闽皿 静婧靖 丽莉利 军君均 洋阳杨 艳燕雁 杰洁捷 娟涓鹃 明铭鸣 秀绣琇 霞侠 英莹颖瑛 华花骅 玉钰昱 "
    "红虹宏洪 梅美玫 建健剑 国帼 志智治 文雯纹 辉晖徽 宇雨羽 浩皓昊 轩萱 博伯 涵含晗 欣新鑫馨 怡宜 佳嘉家 琪琦奇 "
    "思丝 晨辰臣 慧惠蕙 雅娅 萍平苹 荣蓉 云芸 瑶遥 "
)
_ALIKE: Final = {one: group for group in _HOMOPHONES.split() for one in group}
_STREETS: Final = {
    "河东区": {"临江街道": ("临江大道", "望江路", "柳岸街"), "东园街道": ("东园路", "梨花街", "石桥路"), "清泉街道": ("清泉路", "松坡街")},
    "河西区": {"书院街道": ("书院路", "文昌街", "砚山路"), "西塘街道": ("西塘路", "荷风街"), "南屏街道": ("南屏路", "晚钟街", "枫林路")},
    "新港区": {"海棠街道": ("海棠路", "白沙大道", "潮声街"), "航标街道": ("航标路", "灯塔街"), "盐田镇": ("盐田大街", "渔歌路")},
}
_TRADES: Final = (
    "餐饮管理",
    "商贸",
    "建筑工程",
    "信息技术",
    "物流",
    "文化传媒",
    "医疗器械",
    "农业发展",
    "机械制造",
    "环保科技",
    "教育咨询",
    "物业服务",
)
_WORDS: Final = "云江春和鹤鸣松泰恒兴瑞丰金海宏达永盛嘉诚信明德远博鼎华源润新安康乐美"

NOISE: Final = {
    "phone_other": 0.45, "phone_digit": 0.06, "phone_missing": 0.25,
    "birth_swapped": 0.35, "birth_digit": 0.06, "birth_missing": 0.06,
    "address_rewritten": 0.72, "address_moved": 0.13, "address_missing": 0.05,
    "name_homophone": 0.10, "name_dropped": 0.04, "name_spaced": 0.05,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sources:
    """Two sources as lists of rows (unique_id and the columns of the kind) and the pairs of ids that are the same."""

    left: list[dict[str, str]]
    right: list[dict[str, str]]
    truth: frozenset[tuple[str, str]]


@dataclass(slots=True)
class _Door:
    district: str
    town: str
    road: str
    number: int
    building: int
    unit: int
    room: int

    def text(self) -> str:
        return f"云汀市{self.district}{self.town}{self.road}{self.number}号{self.building}栋{self.unit}单元{self.room}室"

    def rewritten(self, rng: Random) -> str:
        """The same door as people write it."""
        near = f"{self.road}{self.number}号"
        return rng.choice((
            f"{self.district}{near}{self.building}幢{self.unit}单元{self.room}",
            f"云汀市{self.district}{near}{self.building}-{self.unit}-{self.room}",
            f"{self.town}{self.road}{self.number}#{self.building}号楼{self.room}室",
            f"云汀{self.district}{self.town}{self.road}{self.number}号{self.building}栋{self.unit}单元{self.room}室".translate(_FULL),
            f"{self.road}{self.number}号{self.building}栋{self.room}室",
        ))  # fmt: skip


_FULL: Final = {ord(one): ord(one) + 0xFEE0 for one in "0123456789"}  # full-width digits


def _door(rng: Random) -> _Door:
    district = rng.choice(sorted(_STREETS))
    town = rng.choice(sorted(_STREETS[district]))
    room = rng.randint(1, 24) * 100 + rng.randint(1, 4)
    return _Door(district, town, rng.choice(_STREETS[district][town]), rng.randint(1, 300), rng.randint(1, 18), rng.randint(1, 4), room)


def _phone(rng: Random) -> str:
    return "1" + rng.choice("3578") + "".join(rng.choice("0123456789") for _ in range(9))


def _given(rng: Random) -> str:
    return "".join(rng.choice(_GIVEN) for _ in range(1 if rng.random() < 0.18 else 2))


def persons(count: int, *, seed: int) -> Sources:
    """About ``count`` persons in families; three quarters of them, and some strangers, are in the second source without numbers."""
    rng = Random(seed)  # noqa: S311 (invented rows)
    people: list[tuple[dict[str, str], _Door]] = []
    while len(people) < count:
        door, family, phone = _door(rng), rng.choice(_SURNAMES), _phone(rng)
        for member in range(rng.choice((1, 2, 2, 3, 3, 4))):
            born = date(1935, 1, 1) + timedelta(days=rng.randint(0, 32000))
            row = {
                "name": (family if member != 1 else rng.choice(_SURNAMES)) + _given(rng),
                "sex": rng.choice("12"),
                "birth_date": born.isoformat(),
                "phone": phone if member and rng.random() < 0.2 else _phone(rng),
                "address": door.text(),
            }
            people.append((row, door))
    people = people[:count]
    left, right, truth = [], [], set()
    for index, (row, door) in enumerate(people):
        inside, copied = rng.random() < 0.9, rng.random() < 0.75
        if inside:
            left.append({"unique_id": f"a{index}", **row})
        if copied:
            right.append({"unique_id": f"b{index}", **_noisy(rng, row, door)})
        if inside and copied:
            truth.add((f"a{index}", f"b{index}"))
    rng.shuffle(right)
    return Sources(left, right, frozenset(truth))


def _struck(rng: Random, *names: str) -> str:
    """At most one of these errors, by its last word."""
    drawn = rng.random()
    for name in names:
        drawn -= NOISE[name]
        if drawn < 0:
            return name.rpartition("_")[2]
    return ""


def _noisy(rng: Random, row: dict[str, str], door: _Door) -> dict[str, str]:
    """The person as the second source has him."""
    return {
        "name": _noisy_name(rng, row["name"]),
        "sex": row["sex"],
        "birth_date": _noisy_birth(rng, row["birth_date"]),
        "phone": _noisy_phone(rng, row["phone"]),
        "address": _noisy_address(rng, row["address"], door),
    }


def _noisy_phone(rng: Random, phone: str) -> str:
    match _struck(rng, "phone_other", "phone_digit", "phone_missing"):
        case "other":
            return _phone(rng)
        case "digit":
            return _digit(rng, phone, 3)
        case "missing":
            return ""
    return phone


def _noisy_birth(rng: Random, birth: str) -> str:
    year, month, day = birth.split("-")
    match _struck(rng, "birth_swapped", "birth_digit", "birth_missing"):
        case "swapped" if int(day) <= 12:
            return f"{year}-{day}-{month}"
        case "digit":
            return _date_digit(rng, birth)
        case "missing":
            return ""
    return birth


def _noisy_address(rng: Random, address: str, door: _Door) -> str:
    match _struck(rng, "address_rewritten", "address_moved", "address_missing"):
        case "rewritten":
            return door.rewritten(rng)
        case "moved":
            return _door(rng).text()
        case "missing":
            return ""
    return address


def _noisy_name(rng: Random, name: str) -> str:
    match _struck(rng, "name_homophone", "name_dropped", "name_spaced"):
        case "homophone":
            return name[0] + "".join(rng.choice(_ALIKE.get(one, one)) for one in name[1:])
        case "dropped" if len(name) > 2:
            return name[0] + name[rng.choice((1, 2))]
        case "spaced":
            return name[0] + " " + name[1:]
    return name


def _digit(rng: Random, text: str, first: int) -> str:
    at = rng.randrange(first, len(text))
    return text[:at] + rng.choice([one for one in "0123456789" if one != text[at]]) + text[at + 1 :]


def _date_digit(rng: Random, text: str) -> str:
    """Another digit such that it is still a date."""
    while True:
        changed = _digit(rng, text.replace("-", ""), 2)
        try:
            return date.fromisoformat(changed).isoformat()
        except ValueError:
            continue


def companies(count: int, *, seed: int) -> Sources:
    """Companies with their credit codes lost in the second source, names shortened or with other brackets, addresses rewritten."""
    rng = Random(seed)  # noqa: S311 (invented rows)
    left, right, truth = [], [], set()
    for index in range(count):
        door, word, trade = _door(rng), "".join(rng.choice(_WORDS) for _ in range(rng.choice((2, 2, 3)))), rng.choice(_TRADES)
        person = rng.choice(_SURNAMES) + _given(rng)
        row = {"name": f"云汀市{word}{trade}有限公司", "person": person, "phone": _phone(rng), "address": door.text()}
        if rng.random() < 0.15:  # a second company of the same owner at the same door
            other = rng.choice([one for one in _TRADES if one != trade])
            left.append({"unique_id": f"s{index}", **row, "name": f"云汀市{word}{other}有限公司", "phone": _phone(rng)})
        inside, copied = rng.random() < 0.9, rng.random() < 0.75
        if inside:
            left.append({"unique_id": f"a{index}", **row})
        if copied:
            right.append({"unique_id": f"b{index}", **_noisy_company(rng, row, door, word, trade)})
        if inside and copied:
            truth.add((f"a{index}", f"b{index}"))
    rng.shuffle(right)
    return Sources(left, right, frozenset(truth))


def _noisy_company(rng: Random, row: dict[str, str], door: _Door, word: str, trade: str) -> dict[str, str]:
    found = dict(row)
    if rng.random() < 0.45:
        ways = ("云汀{}有限责任公司", "{}(云汀)有限公司", "{}\uff08云汀\uff09有限公司", "{}", "云汀市{}公司")
        found["name"] = rng.choice(ways).format(word + trade)
    if rng.random() < 0.3:
        found["phone"] = rng.choice(("", _phone(rng)))
    if rng.random() < 0.12:
        found["person"] = rng.choice(_SURNAMES) + _given(rng)
    if rng.random() < 0.6:
        found["address"] = door.rewritten(rng)
    elif rng.random() < 0.2:
        found["address"] = _door(rng).text()
    return found
