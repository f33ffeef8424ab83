"""Invented messages with personal data at known places, and look-alikes that are none."""

from __future__ import annotations

import random
from datetime import date, timedelta

from yiwang.standards.identifiers import credit_code, id_card

Span = tuple[int, int, str]
SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏钟汪田姜方石姚谭廖邹熊金陆郝孔白崔康毛邱秦"
GIVEN = "伟强磊军勇杰涛明超刚平辉鹏飞鑫波宇浩凯俊帆旭宁楠峰松海川毅诚信博思远泽晨轩睿天佑嘉芳娜敏静丽艳娟霞燕红玲婷雪梅琳洁萍颖慧莹倩怡佳欣悦雯薇诗涵语桐若雅梦瑶心岚秋书妍晴"
WITH = (
    "您好,我叫{name},手机{phone},小区门口路灯坏了三天。", "联系人:{name},联系电话{phone},请尽快回复。", "申请人{name},身份证号{id_number},申请办理居住证。",
    "本人的身份证是{id_number},银行卡号{bank_account},补贴一直没有到账。", "车牌{plate}长期占用消防通道,来电人{name},座机{landline}。", "请把结果发到{email},谢谢。",
    "护照号{passport}的外籍人员如何办理社保?联系方式{phone}", "户主{name}({id_number})家庭人口 4 人,请核查低保待遇。", "{phone}反映楼下烧烤油烟扰民。",
    "代办人证件号码为{id_number},电话{landline}转 2。", "工资卡{bank_account}本月未收到养老金,姓名:{name}。", "{plate}闯红灯,举报人不愿留名,邮箱{email}。", "投诉人{name}反映物业乱收费,电话 {phone}。",
)  # fmt: skip
WITHOUT = (
    "建设路与人民路交叉口红绿灯故障,早高峰拥堵严重。", "请问 2026 年灵活就业人员社保缴费基数是多少?", "订单号{order}三天没有发货,商家不退款。", "办件编号{case},什么时候能办好?",
    "统一社会信用代码{credit_code}的企业拖欠工资。", "热线接通后等了 15 分钟,系统时间{stamp}。", "小区 3 号楼 2 单元电梯 2026-11-20 起停运,已报修。", "商品条码{barcode}的奶粉疑似过期。", "不动产证云(2026)云汀市不动产权第{serial}号遗失怎么补办?",
    "申请人应当提交哪些材料?负责人不在怎么办?", "公积金提取金额 125000.00 元,流水号{order}。", "公交 118 路末班车太早,建议延长到 22:30。",
)  # fmt: skip


def _digits(chosen: random.Random, size: int) -> str:
    return "".join(chosen.choices("0123456789", k=size))


def _luhn(body: str) -> str:
    total = sum(sum(divmod(int(one) * 2, 10)) if place % 2 == 0 else int(one) for place, one in enumerate(reversed(body)))
    return body + str(-total % 10)


def _values(chosen: random.Random) -> dict[str, str]:
    """A fresh value of every kind."""
    phone = f"1{chosen.choice('3456789')}{_digits(chosen, 9)}"
    if chosen.random() < 0.15:
        phone = f"{phone[:3]}-{phone[3:7]}-{phone[7:]}"
    card = _luhn(f"62{_digits(chosen, chosen.choice((13, 16)))}")
    if len(card) == 16 and chosen.random() < 0.3:
        card = " ".join(card[place : place + 4] for place in range(0, 16, 4))
    born = date(1940, 1, 1) + timedelta(days=chosen.randrange(29_000))
    order = f"2026{chosen.randrange(1, 13):02d}{chosen.randrange(1, 29):02d}{_digits(chosen, 10)}"
    while id_card.is_valid(order):
        order = f"{order[:-1]}{_digits(chosen, 1)}"
    return {
        "name": chosen.choice(SURNAMES) + "".join(chosen.choices(GIVEN, k=chosen.choice((1, 2, 2, 2)))),
        "phone": phone,
        "id_number": id_card.make(f"9901{chosen.randrange(1, 60):02d}", born, chosen.randrange(900)),
        "bank_account": card,
        "plate": f"云{chosen.choice('ABCDEFGH')}{chosen.choice(('', 'D'))}{_digits(chosen, 5)}",
        "landline": f"09{_digits(chosen, 2)}-{chosen.randrange(2_000_000, 9_000_000)}",
        "email": f"{chosen.choice('abcdefgh')}{_digits(chosen, 4)}.{chosen.choice(('wang', 'li', 'chen'))}@mail.example.cn",
        "passport": f"E{_digits(chosen, 8)}",
        "order": order,
        "case": f"990100{_digits(chosen, 9)}"[:12],
        "credit_code": credit_code.make("9", "1", "990102", "MA" + "".join(chosen.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=6))),
        "stamp": f"17{_digits(chosen, 11)}",
        "barcode": f"69{_digits(chosen, 11)}",
        "serial": _digits(chosen, 7),
    }


def texts(count: int, *, seed: int = 7) -> tuple[list[str], list[list[Span]]]:
    """As many messages, half of them without personal data, with what is in each: (start, end, kind)."""
    chosen = random.Random(seed)
    made, marked = [], []
    for _ in range(count):
        template, values = chosen.choice(WITH if chosen.random() < 0.5 else WITHOUT), _values(chosen)
        text, found = "", []
        for piece in template.replace("}", "{").split("{"):
            value = values.get(piece)
            if value is not None and piece in KINDS:
                found.append((len(text), len(text) + len(value), piece))
            text += piece if value is None else value
        made.append(text)
        marked.append(found)
    return made, marked


KINDS = ("name", "phone", "id_number", "bank_account", "plate", "landline", "email", "passport")


def scored(marked: list[list[Span]], found: list[list[Span]]) -> dict[str, tuple[float, float]]:
    """Precision and recall by kind and over all (''): a value counts where every character of it is covered under its kind."""
    right, told, wanted = dict.fromkeys((*KINDS, ""), 0), dict.fromkeys((*KINDS, ""), 0), dict.fromkeys((*KINDS, ""), 0)
    for true, said in zip(marked, found, strict=True):
        for start, end, kind in true:
            wanted[kind] += 1
            wanted[""] += 1
            hit = any(s <= start and end <= e and k == kind for s, e, k in said)
            right[kind] += hit
            right[""] += hit
        for _start, _end, kind in said:
            told[kind] += 1
            told[""] += 1
    return {kind: (right[kind] / max(told[kind], 1), right[kind] / max(wanted[kind], 1)) for kind in right}
