"""Places named in everyday words: estates, roads, schools, villages, and the district before them. No gazetteer is needed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

KINDS = (
    "地铁站|火车站|汽车站|公交站|收费站|加油站|幼儿园|卫生院|福利院|敬老院|派出所|工业园|产业园|开发区|示范区|商业街|步行街|安置区|安置房|"
    "小区|新城|花园|家园|公寓|学院|大学|学校|中学|小学|医院|大道|街道|社区|广场|大厦|市场|公园|国际|水库|大桥|"
    "苑|府|城|园|湾|庭|郡|墅|里|路|街|巷|桥|镇|乡|村|站"
)
REGION = re.compile(
    r"(?:[\u4e00-\u9fff]{2,7}?(?:省|自治区|自治州))?(?:[A-Z]\d*|[\u4e00-\u9fff]{2,4}?)(?:(?<![超城菜])市|(?<![小社城地])区|县|旗)"
)
_RUN = re.compile(rf"[A-Za-z0-9\u4e00-\u9fff]{{1,12}}?(?:{KINDS})+(?:[一二三四五六七八九十0-9]{{1,3}}期)?")
_HOUSE = re.compile(r"\d{1,4}(?:号|栋|幢|弄)(?:楼)?(?:\d{1,3}单元)?(?:\d{2,4}(?:室|房))?")
_BEFORE = re.compile(
    r"^.*(?:位于|坐落|座落|家住|住在|来自|关于|投诉|反映|咨询|请问|希望|建议|要求|目前|现在|今年|去年|我是|我们|你们|他们|附近|旁边|门口|对面|领导|书记|市长|"
    r"您好|你好|的|在|是|和|与|了|从|到|至|去|对|把|被|将|让|给|请|就|都|也|有|为|因|由|向|及|等|但|而|又|再|这|那|该|本|不)"
)
_NO_PLACE = re.compile(r".*(?:政府|[夜家心手屋店车这那哪]里)$")
_NOT_NAMES = frozenset(
    (
        "本小区",
        "该小区",
        "我小区",
        "小区",
        "学校",
        "社区",
        "街道",
        "医院",
        "市场",
        "公园",
        "家园",
        "花园",
        "这里",
        "那里",
        "哪里",
        "本村",
        "全村",
        "全城",
    )
)


@dataclass(frozen=True)
class Place:
    """A span of a text that names a place: the words, where they begin, and the region named just before them."""

    name: str
    start: int
    region: str = ""
    house: str = ""


def find_places(text: str, *, most: int = 10) -> list[Place]:
    """The places of a text, the best described first: with region and house number, then by length. Reads 2,000 characters."""
    found: dict[str, Place] = {}
    region = ""
    for piece in re.finditer(r"[A-Za-z0-9\u4e00-\u9fff]+", text[:2_000]):
        words, offset = piece.group(), piece.start()
        for match in _RUN.finditer(words):
            raw = match.group()
            regions = list(REGION.finditer(_BEFORE.sub("", raw)))
            name = _BEFORE.sub("", raw)
            if regions:
                region = "".join(one.group() for one in regions)
                name = name[regions[-1].end() :]
            if len(name) < 3 or name in _NOT_NAMES or _NO_PLACE.match(name):
                continue
            house = _HOUSE.match(words, match.end())
            start = offset + match.end() - len(name)
            place = Place(name, start, region, house.group() if house else "")
            if name not in found or (place.house and not found[name].house):
                found[name] = place
    return sorted(found.values(), key=lambda one: (-bool(one.house) - bool(one.region), -len(one.name), one.start))[:most]


def find_regions(text: str) -> list[str]:
    """Districts and towns by name, in the order of the text."""
    cleaned = (_BEFORE.sub("", one.group()) for one in REGION.finditer(text[:500]))
    return [one for one in cleaned if len(one) > 1 and one not in ("小区", "城市", "地区", "社区", "超市")]


NAMED = re.compile(rf".*(?:{KINDS})$")
_SUFFIX = re.compile(rf"(?:{KINDS}|[A-Z]\d+县)")


def shared_place(texts: Sequence[str], *, least: float = 0.3) -> str:
    """The place that most of the texts name, in the longest wording that most of them share; else the region; else nothing."""
    counts: Counter[str] = Counter()
    for text in texts:
        read = re.sub(r"[^A-Za-z0-9\u4e00-\u9fff]+", " ", text[:600])
        seen: set[str] = set()
        for match in _SUFFIX.finditer(read):
            for begin in range(max(0, match.start() - 6), match.start()):
                wording = read[begin : match.end()]
                inner = re.match(r".*?(?:大道|路|街|巷)(?=.{3})", wording)
                wording = wording[inner.end() :] if inner else wording
                if (
                    " " not in wording
                    and not _NO_PLACE.match(wording)
                    and 3 <= len(wording) <= 9
                    and not _BEFORE.match(wording)
                    and not _starts_with_region(wording)
                ):
                    seen.add(wording)
        counts.update(seen)
    if counts:
        most = max(counts.values())
        wordings = [one for one in counts if counts[one] >= 0.85 * most and one not in _NOT_NAMES]
        if most >= max(2, least * len(texts)) and wordings:
            return max(wordings, key=lambda one: (one[-1] not in "路街道巷", min(len(one), 6), counts[one], len(one), one))
    return _most_common(region for text in texts for region in dict.fromkeys(find_regions(text)))


def _starts_with_region(wording: str) -> bool:
    return bool(re.match(r"(?:[A-Z]?\d*|[\u4e00-\u9fff]{0,2})(?:市|区|县)(?!$)", wording))


def _most_common(names: Iterable[str]) -> str:
    common = Counter(names).most_common(1)
    return common[0][0] if common else ""
