"""Places named in everyday words: estates, roads, schools, villages, and the district before them. No gazetteer is needed."""

from __future__ import annotations

import re
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


# What stands in a run of characters that ends like a place and is none (「按照医院」「走投无路」), and what may stand before one.
_NOISE = re.compile(
    r"[不没要我你他她很就都也最得已说让被等想吗什么像按们]|会(?!展|同|泽|龙)|能(?!源)|无(?!锡|为)|[年月][\d初底内]|\d[年月]|今年|去年|\d+公里|\d{3,}|一[所个些座条位次带线]|[几每多各某全两]|方圆|"
    r"公开|健康|按照|听说|工作|开发|申报|国家|名义|内容|[套思退销出网线申人行]路|[走上修铺]路$|谋|单亲|公立|民办|民营|私立|公办|附近|相关|学习|[农乡父梦]村?$|"
    r"进城$|下乡$|家乡$|[^\u4e00-\u9fff]里$|[^路街巷弄坊]里$|网站$|快速城$|卫生城$|文明城$|[县区市]城$|城镇$|乡镇$|中小学|绝大|当时|当地|大妈|住宅|"
    r"小时|学生|老师|家长|问题|情况|领导|部门|政府|安全|建筑|改造|治理|污染|服务|医疗|教育局|公司|业主|职工|楼盘|项目|旅游|司法"
)
_AHEAD = re.compile(
    r"^(?:地处|处于|通往|导致|怀疑|反应|举报|救救|一下|促进|创办|创建|进入|入读|整治|位于|前往|参加|住进|回|途经|经过|路过|靠近|紧邻|毗邻|维护|强烈|关于|咨询|质疑|建成|开通|购买|入住|居住|家住|保护|反对|解决|"
    r"新建|改建|修建|规划|就读|旁|[^\u4e00-\u9fffA-Za-z0-9]+)+"
)


def plausible(name: str) -> str:
    """A name without what was only said before it, '' where it does not read like a place."""
    bare = REGION.sub("", _AHEAD.sub("", name), count=1)
    bare = bare[1:] if bare[:1] in ("县", "区", "段") else bare
    return "" if len(bare) < 3 or bare in _NOT_NAMES or len(bare) > 12 or _NOISE.search(bare) else bare


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
