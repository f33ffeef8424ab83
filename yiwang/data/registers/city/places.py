"""Streets of the fictional city: districts 990102 河东区, 990103 河西区, 990104 新港区; 990121 is where newcomers are from."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

CITY: Final = "云汀市"
NEWCOMERS_FROM: Final = ("990121", "云岭县")


@dataclass(frozen=True, slots=True)
class Street:
    """A street office (nine digits) with its communities and roads."""

    code: str
    district: str
    name: str
    communities: tuple[str, ...]
    roads: tuple[str, ...]

    @property
    def division(self) -> str:
        """The six-digit code of the district."""
        return self.code[:6]


def _street(code: str, district: str, name: str, communities: str, roads: str) -> Street:
    return Street(code, district, name, tuple(communities.split()), tuple(roads.split()))


STREETS: Final = (
    _street("990102001", "河东区", "临江街道", "望江社区 渡口社区 春和社区 柳岸社区", "临江大道 望江路 柳岸街 渡口巷"),
    _street("990102002", "河东区", "东园街道", "东园社区 梨花社区 石桥社区", "东园路 梨花街 石桥路"),
    _street("990102003", "河东区", "清泉街道", "清泉社区 松坡社区 竹里社区", "清泉路 松坡街 竹里巷"),
    _street("990102004", "河东区", "鹤鸣街道", "鹤鸣社区 云台社区 青田社区", "鹤鸣大道 云台路 青田街"),
    _street("990103001", "河西区", "书院街道", "书院社区 文昌社区 墨池社区 砚山社区", "书院路 文昌街 墨池巷 砚山路"),
    _street("990103002", "河西区", "西塘街道", "西塘社区 荷风社区 采菱社区", "西塘路 荷风街 采菱路"),
    _street("990103003", "河西区", "锦坊街道", "锦坊社区 织云社区 染香社区", "锦坊街 织云路 染香巷"),
    _street("990103004", "河西区", "南屏街道", "南屏社区 晚钟社区 枫林社区", "南屏路 晚钟街 枫林路"),
    _street("990104001", "新港区", "海棠街道", "海棠社区 白沙社区 潮声社区", "海棠路 白沙大道 潮声街"),
    _street("990104002", "新港区", "航标街道", "航标社区 灯塔社区 听涛社区", "航标路 灯塔街 听涛路"),
    _street("990104003", "新港区", "科创街道", "科创社区 创智社区 星河社区", "科创大道 创智路 星河街"),
    _street("990104100", "新港区", "盐田镇", "盐田社区 渔歌社区", "盐田大街 渔歌路"),
)


@dataclass(frozen=True, slots=True)
class Home:
    """A standard address."""

    street: Street
    community: str
    road: str
    text: str


def home(rng: Random) -> Home:
    """An address in a street, drawn."""
    draw = rng.random
    street = STREETS[int(draw() * 12)]
    community = street.communities[int(draw() * len(street.communities))]
    road = street.roads[int(draw() * len(street.roads))]
    floor = 1 + int(draw() * 24)
    text = (
        f"{CITY}{street.district}{street.name}{community}{road}{1 + int(draw() * 400)}号"
        f"{1 + int(draw() * 20)}栋{1 + int(draw() * 4)}单元{floor}{1 + int(draw() * 4):02d}室"
    )
    return Home(street, community, road, text)


def elsewhere(rng: Random) -> str:
    """The domicile of a newcomer, in the neighbouring county."""
    return f"{NEWCOMERS_FROM[1]}城关镇{('东街', '西街', '南街', '北街')[int(rng.random() * 4)]}{1 + int(rng.random() * 300)}号"
