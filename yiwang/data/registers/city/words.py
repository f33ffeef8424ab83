"""Short lists from which names are drawn. The frequencies are rough; nobody is meant."""

from __future__ import annotations

from typing import Final

from yiwang.standards.identifiers import credit_code

# Surname and its share in ten thousand, roughly as in the country.
_SURNAME_SHARES: Final = (
    "李 744 王 736 张 702 刘 510 陈 483 杨 318 赵 238 黄 236 周 217 吴 215 徐 163 孙 158 胡 139 朱 136 "
    "高 131 林 128 何 125 郭 120 马 118 罗 115 梁 93 宋 92 郑 92 谢 88 韩 86 唐 84 冯 82 于 79 "
    "董 79 萧 76 程 74 曹 71 袁 70 邓 70 许 69 傅 68 沈 67 曾 66 彭 65 吕 63 苏 61 卢 60 "
    "蒋 59 蔡 57 贾 56 丁 55 魏 54 薛 53 叶 52 阎 51 余 50 潘 48 杜 46 戴 45 夏 44 钟 44 "
    "汪 43 田 42 任 41 姜 40 范 40 方 39 石 38 姚 37 谭 36 廖 36 邹 35 熊 34 金 33 陆 33 "
    "郝 32 孔 31 白 31 崔 30 康 29 毛 29 邱 28 秦 28 江 27 史 27 顾 26 侯 26 邵 25 孟 24 "
    "龙 24 万 23 段 22 雷 22 钱 22 汤 21 尹 21 黎 20 易 20 常 19 武 19 乔 18 贺 18 赖 18 "
    "龚 17 文 17 欧阳 11 上官 3 诸葛 2 司马 2 "
)


def _spread(text: str) -> tuple[str, ...]:
    """A word per share, so that one draw of an index is a weighted choice."""
    words = text.split()
    return tuple(word for word, share in zip(words[::2], words[1::2], strict=True) for _ in range(int(share)))


SURNAMES: Final = _spread(_SURNAME_SHARES)
MALE: Final = tuple("伟强磊军勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆旭宁龙林楠峰松海山江川毅诚信博文思远泽晨轩睿皓天佑铭嘉奕辰")
FEMALE: Final = tuple("芳娜敏静丽艳娟霞燕红玲婷雪梅琳玉洁萍颖慧莹倩怡佳欣悦雯蕾薇诗涵语桐若汐清雅梦瑶子萱可心宁岚月兰秋春书妍晴")
OLD_MALE: Final = tuple("国建志德福贵荣昌庆保兴全根长富永成元祥发有金树生民安")
OLD_FEMALE: Final = tuple("秀英兰桂珍凤玉淑芬莲香菊素琴云翠花美惠贞巧爱彩")
FOREIGN_NAMES: Final = (
    ("史密斯·约翰", "1", "USA", "840"),
    ("米勒·安娜", "2", "DEU", "276"),
    ("田中·美咲", "2", "JPN", "392"),
    ("杜邦·露易丝", "2", "FRA", "250"),
    ("金·民俊", "1", "KOR", "410"),
    ("布朗·大卫", "1", "GBR", "826"),
    ("伊万诺夫·谢尔盖", "1", "RUS", "643"),
    ("席尔瓦·玛丽亚", "2", "BRA", "076"),
)
ETHNICITIES: Final = ("01",) * 184 + ("02", "03", "04", "06", "08", "09", "10", "11", "12", "15", "16", "30", "05", "13", "14", "17")
HOSPITALS: Final = tuple(
    (name, credit_code.make("1", "2", division, body))
    for name, division, body in (
        ("云汀市第一人民医院", "990100", "MB990101"),
        ("云汀市妇幼保健院", "990100", "MB990102"),
        ("河西区中心医院", "990103", "MB990103"),
        ("新港区人民医院", "990104", "MB990104"),
    )
)
BANKS: Final = ("云汀银行", "云汀农村商业银行", "新港商业银行", "江汀储蓄银行")
INDUSTRIES: Final = (
    # word in the name, code of GB/T 4754, scope
    ("餐饮店", "6210", "餐饮服务"),
    ("食品商行", "5229", "食品销售"),
    ("便利店", "5212", "日用百货、预包装食品销售"),
    ("信息技术有限公司", "6510", "软件开发、信息系统集成服务"),
    ("建筑工程有限公司", "4710", "房屋建筑工程施工"),
    ("机械制造有限公司", "3499", "通用设备制造、销售"),
    ("物流有限公司", "5430", "道路货物运输、仓储服务"),
    ("商贸有限公司", "5199", "日用品、建材批发零售"),
    ("文化传媒有限公司", "7259", "广告设计、会议展览服务"),
    ("教育咨询有限公司", "8393", "教育信息咨询服务"),
    ("家政服务有限公司", "8011", "家政、保洁服务"),
    ("美容店", "8042", "美容美发服务"),
    ("装饰设计有限公司", "5012", "室内装饰设计、施工"),
    ("纺织有限公司", "1711", "棉纺织品加工、销售"),
)
TRADE_SYLLABLES: Final = tuple(
    "安邦宝昌达德鼎东丰福富光广海浩和恒宏华汇佳建江金景巨君凯康科蓝乐利联龙美明宁鹏启千庆荣瑞润盛顺泰天通万旺新信兴旭亿永裕源悦"
)
