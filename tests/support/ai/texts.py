"""Invented messages of the city 云汀市 for tests: templates of our own, filled by a fixed chance."""

import random

TEMPLATES = {
    "城乡建设": (
        "{place}的{thing}坏了,晚上很危险,请派人维修",
        "{place}违章搭建{thing},占用公共通道",
        "{place}物业不管{thing},业主多次反映",
    ),
    "劳动和社会保障": (
        "{place}一家公司拖欠{number}个月工资",
        "养老保险补缴{number}年怎么办理,{place}窗口说不清",
        "{place}工地工伤{number}个月没有认定",
    ),
    "教育文体": (
        "{place}小学招生学区怎么划分,孩子{number}岁",
        "{place}中学违规补课收费{number}00元",
        "{place}幼儿园老师体罚学生,孩子{number}岁",
    ),
    "环境保护": ("{place}工厂夜间排放废气{number}个小时", "{place}河水发黑发臭,污水直排{number}天", "{place}搅拌站噪音扰民{number}个月"),
}
PLACES = ("云汀市晴川路", "望湖小区", "梧桐里", "南溪镇", "白鹭苑", "临江街道", "青石桥", "松林村")
THINGS = ("路灯", "下水道", "电梯", "雨棚", "井盖", "消防通道")


def messages(count=160, seed=7):
    """``count`` rows (text, label) in a fixed order."""
    chance = random.Random(seed)
    rows = []
    for number in range(count):
        label = list(TEMPLATES)[number % len(TEMPLATES)]
        template = chance.choice(TEMPLATES[label])
        text = template.format(place=chance.choice(PLACES), thing=chance.choice(THINGS), number=chance.randint(2, 9))
        rows.append((f"{text}({chance.choice('东西南北')}侧{chance.randint(1, 60)}号)。", label))
    return rows
