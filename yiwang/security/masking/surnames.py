"""Chinese surnames: the words a name begins with. A plain list, no frequencies."""

from __future__ import annotations

from typing import Final

SINGLE: Final = frozenset(
    "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段"
    "雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘"
    "景薄单包司柏宁柯阮桂闵欧阳解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣"
    "楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺水云昌凤酆俞元皮齐伊宣邓诸麦庾暴居衡步弘国寇广东殴沃利师缪蔚越隆"
)
_DOUBLE: Final = (
    "欧阳 上官 诸葛 司马 司徒 夏侯 皇甫 尉迟 公孙 慕容 "
    "长孙 宇文 令狐 东方 南宫 西门 端木 轩辕 钟离 闻人 澹台 申屠 赫连 独孤 呼延 万俟 太史 淳于 单于 濮阳"
)
DOUBLE: Final = frozenset(_DOUBLE.split())


def surname(text: str) -> int:
    """How many characters of the beginning are a surname: 0, 1 or 2."""
    return 2 if text[:2] in DOUBLE else 1 if text[:1] in SINGLE else 0
