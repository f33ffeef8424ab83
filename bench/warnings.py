"""Early warnings: how many a quiet month gives, and how many known bursts are warned of, each in people's different words.

A third of the categories of the bursts is wrong. The same tickets are looked at twice: by category and place alone, and with what people
say. Peer: none to run; a figure stands beside what category and place alone give. Cost: a look reads one aggregate and what changed.
"""

import json
import os
import random
import subprocess
import sys
import time
import uuid
from collections import Counter
from datetime import timedelta

from yiwang.ends.cli.demo_hotline_day import SAYINGS, STYLES
from yiwang.ends.cli.scratch import installation

QUIET = int(os.environ.get("YIWANG_BENCH_CONCERNS", "2000"))  # unrelated concerns of a month
MONTH, STEP = 30, 12  # days; hours between two looks
KNOWN = 40  # bursts of a month, each of 9 to 24 people within half a day to three days
STEADY = 5  # causes that somebody reports every day, of this month as of the one before, which is no rise
# (category, what people say of it); every burst has its own place
BURSTS = (
    ("home.fee.lift", ("电梯又停了老人下不了楼", "电梯里困了人半小时才出来", "高层电梯停运抱孩子爬楼", "坏了一周的电梯没人修", "楼里两部电梯只剩一部还老抖", "电梯按了不动,轮椅出不去")),
    ("water.supply.cut", ("停水了一滴都没有", "从早上停水到现在没水做饭", "水龙头没水,停水也不通知", "断水两天老人怎么办", "水压低得洗不了澡,等于停水", "全楼停水,物业说不清楚")),
    ("energy.power.cut", ("半夜停电空调全停", "一开空调就跳闸停电", "电压不稳灯一闪一闪,又停电", "整栋楼断电三小时", "停电冰箱里东西全坏了", "天天停电,供电说在检修")),
    ("water.drain.flood", ("下雨就积水到膝盖", "地下车库倒灌进水车泡了", "门口积水半天退不掉", "下水道倒灌,一楼淹水", "路上积水孩子蹚水上学", "雨后内涝,抽水泵不转")),
    ("noise.noise.site", ("工地半夜还在打桩", "夜间施工吵得睡不着", "凌晨搅拌车轰隆隆,施工不停", "施工噪音孩子写不了作业", "夜里工地灯照进屋还打桩", "施工队夜里切钢筋噪音刺耳")),
    ("energy.heat.cold", ("暖气片摸着冰凉", "供暖半个月室温才十四度", "暖气不热老人裹被子", "家里供暖一直不热,交了取暖费", "暖气管只有一头热", "供热不足孩子感冒了")),
    ("city.clean.rubbish", ("垃圾堆成山没人清运", "垃圾桶满了一周臭味熏天", "垃圾清运车好几天没来", "楼下垃圾招苍蝇没人收", "垃圾堆在路口发臭", "厨余垃圾流了一地没清运")),
    ("market.food.bad", ("食堂吃完拉肚子", "外卖里吃出虫子,好几家一样", "早点铺包子发霉吃坏肚子", "这家店食品过期还在卖", "孩子吃了小饭桌的饭呕吐", "餐馆后厨脏,吃完上吐下泻")),
)  # fmt: skip


def run():
    """Warnings of a quiet month, then precision and recall on the same month with bursts."""
    with installation(people=50) as site:
        environment = {**site.environment, "DJANGO_SETTINGS_MODULE": "yiwang.config.settings"}
        made = subprocess.run([sys.executable, "-m", "bench.warnings"], env=environment, check=True, capture_output=True, text=True)
    found = json.loads(made.stdout.splitlines()[-1])
    quiet, (alone, words) = found["quiet"], (found["alone"], found["words"])
    peer = "by category and place alone"

    def row(name, unit, key):
        return {"name": f"warnings: {name}", "value": words[key], "unit": unit, "peer": peer, "peer_value": alone[key], "ratio": None}

    return [
        {"name": f"warnings: in a quiet month of {quiet['concerns']}", "value": quiet["warned"], "unit": ""},
        row(f"of {words['bursts']} bursts, recall", "%", "recall"),
        row("precision", "%", "precision"),
        row("people before the warning, median", "", "people"),
        row("one look, mean", "ms", "look"),
        {"name": "warnings: one ticket joins or founds", "value": words["join"], "unit": "ms"},
    ]


def month(chosen, places, leaves, *, bursts):
    """(hour, place, true category, given category, text, who) of a month in order, and {(place, category)} of the bursts."""
    rows = []
    for _ in range(QUIET - STEADY * MONTH):
        code, said = chosen.choice(SAYINGS)
        rows.append((chosen.random() * MONTH * 24, chosen.choice(places), code, chosen.choice(said)))
    for place in chosen.sample(places, STEADY):
        code, said = chosen.choice(SAYINGS)
        rows += [((day + chosen.random()) * 24, place, code, chosen.choice(said)) for day in range(-MONTH, MONTH)]
    known = {}
    for number, place in enumerate(chosen.sample(places, bursts)):
        code, said = BURSTS[number % len(BURSTS)]
        begin, hours, people = chosen.uniform(5, MONTH - 4) * 24, chosen.choice((12, 36, 72)), chosen.randint(9, 24)
        known[place, code] = begin
        rows += [(begin + chosen.random() * hours, place, code, "{place}" + chosen.choice(said)) for _ in range(people)]
    told = []
    for hour, place, code, said in sorted(rows):
        _style, before, after = chosen.choice(STYLES)
        text = (chosen.choice(before) + said + "," + chosen.choice(after)).format(place=place, n=chosen.randint(2, 9))
        given = code if (place, code) not in known or chosen.random() > 1 / 3 else chosen.choice(leaves)
        told.append((hour, place, code, given, text, f"person:{chosen.randrange(10**9)}"))
    return told, known


def play(told, *, words):
    """Let the month pass, a look every six hours; what was warned of when, how long it took."""
    from yiwang.base.clock.api import frozen, now
    from yiwang.business.hotline import gathering, patterns, tree
    from yiwang.business.hotline.models import StrandRow, TicketRow, TopicRow, WarningRow

    StrandRow.objects.all().delete()
    WarningRow.objects.all().delete()
    TopicRow.objects.all().delete()
    TicketRow.objects.filter(channel="bench").delete()
    begin, looks, joins = now() - timedelta(days=MONTH), [], 0.0
    for step in range(MONTH * 24 // STEP):
        rows = []
        for number, (hour, place, _true, given, text, who) in enumerate(told):
            if step * STEP <= hour < (step + 1) * STEP or (step == 0 and hour < 0):
                rows.append(
                    TicketRow(
                        id=uuid.UUID(int=number + 1), no=f"B{number}", channel="bench", reporter=who, title=text[:40], text=text, kind="help",
                        category=given, place=place, region=tree.spots()[place].region, state="handling",
                        filed_at=begin + timedelta(hours=hour),
                    )
                )  # fmt: skip
        TicketRow.objects.bulk_create(rows)
        with frozen(begin + timedelta(hours=(step + 1) * STEP)):
            start = time.perf_counter()
            if words:
                gathering.gather()
            joins += time.perf_counter() - start
            start = time.perf_counter()
            patterns.find()
            looks.append(time.perf_counter() - start)
    warned = {}
    for one in WarningRow.objects.order_by("at").select_related("topic"):
        warned.setdefault((one.topic.place, one.topic.category), (one.at - begin) / timedelta(hours=1))
    return warned, 1000 * sum(looks) / len(looks), 1000 * joins / max(1, len(told))


def measure():
    """The figures of a quiet month and of one with bursts."""
    from yiwang.business.hotline import tree

    chosen = random.Random(17)
    places, leaves = sorted(tree.spots()), [one.code for one in tree.leaves()]
    told, _none = month(chosen, places, leaves, bursts=0)
    found = {"quiet": {"concerns": QUIET, "warned": len(play(told, words=True)[0])}}
    told, known = month(chosen, places, leaves, bursts=KNOWN)
    for name, words in (("alone", False), ("words", True)):
        warned, look, join = play(told, words=words)
        hits = [cause for cause in known if cause in warned]
        before = sorted(
            sum(1 for hour, place, code, *_ in told if (place, code) == cause and known[cause] <= hour <= warned[cause]) for cause in hits
        )
        found[name] = {
            "bursts": len(known), "recall": round(100 * len(hits) / len(known), 1), "precision": round(100 * len(hits) / max(1, len(warned)), 1),
            "people": before[len(before) // 2] if before else 0, "look": round(look, 1), "join": round(join, 2),
            "false": [str(one) for one in warned if one not in known], "missed": Counter(code for _place, code in known if (_place, code) not in warned),
        }  # fmt: skip
    return found


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(measure(), ensure_ascii=False))
