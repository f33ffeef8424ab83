"""What people say to the hotline on one invented day of 云汀市: many hands, many tempers, one burst."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

PLACES = (
    "文昌苑", "砚山小区", "书院公寓", "荷风小区", "采菱家园", "锦坊小区", "织云苑", "枫林小区", "晚钟家园", "柳岸新城",
    "春和里小区", "梨花苑", "东园小区",
    "清泉花园", "竹里小区", "云台家园", "青田小区", "海棠湾小区", "白沙花园", "灯塔小区", "听涛苑", "星河公寓", "创智家园", "渔歌小区",
)  # fmt: skip
# How people write: what comes before and after the matter itself. {place} is filled in.
STYLES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("plain", ("", "你好,", "麻烦反映一下,", "我是{place}的住户,"), ("请尽快处理。", "谢谢!", "盼回复", "什么时候能好?", "具体找谁?", "")),
    (
        "letter",
        ("尊敬的领导:您好!现将有关情况反映如下:", "市政府热线:兹有一事请予关注。"),
        ("恳请有关部门核实并予以解决,此致敬礼。", "望予重视,顺颂时祺。"),
    ),
    ("telephone", ("喂,是热线吗,", "哎你们记一下啊,", "我说慢一点啊,"), ("就这个事,听明白了吧?", "好,那我等你们电话。", "嗯嗯,没别的了。")),
    ("angry", ("打了三次电话没人管!", "我再说最后一遍,", "你们到底管不管!"), ("再不管我天天打!!!", "天天推来推去,气死人了!", "😡😡")),
    ("elder", ("老人家不会写字,我代写:", "俺今年七十多了,眼睛不好使,"), ("麻烦孩子们给看看。", "给你们添麻烦了。")),
    ("dialect", ("侬好呀,", "咱这疙瘩啊,", "今儿个又是这样,", "伢们都说,"), ("中不中给个话。", "整一整呗。", "搞快点撒。")),
    ("chat", ("hello~ ", "在吗在吗,", "蹲一个回复:"), ("🙏🙏🙏", "thx!", "在线等,挺急的", "麻烦了麻烦了~")),
    ("telegraph", ("", "情况:"), ("速办", "请核", "")),
)
# (category, sentences in different tempers; {place} and {n} are filled in)
SAYINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("city.light.lamp", ("{place}门口路灯不亮{n}天,照明全黑", "{place}这边路灯坏了一排,晚上黑灯瞎火走路怕摔",
        "路灯!{place}的路灯又不亮了")),
    ("city.light.cover", ("{place}门前井盖破损凹陷,车过咣当响", "{place}旁边窨井盖缺失,孩子差点掉下去")),
    ("city.clean.rubbish", ("{place}垃圾{n}天没人清运,臭味熏天", "{place}的垃圾桶满了没人收,堆放一地垃圾")),
    ("city.order.stall", ("{place}门口流动摊贩占道,夜市烧烤摊把路堵死", "{place}路口占道经营,摊位摆到马路中间")),
    ("city.order.illegal", ("{place}有人违建,楼顶私搭阳光房", "{place}一楼乱建加盖,违章建筑没人拆")),
    ("noise.noise.site", ("{place}旁边工地夜间施工,半夜打桩噪音大", "凌晨{n}点{place}边上施工,噪音吵得睡不着")),
    ("noise.noise.dance", ("{place}广场舞音响太大扰民", "{place}楼下KTV喇叭吵到半夜,扰民")),
    ("home.fee.price", ("{place}物业费涨价没商量,停车费也涨", "{place}物业费公摊算不清,收费不合理")),
    ("home.fee.service", ("{place}物业公司什么都不管,门禁坏了保安不在", "{place}物业不管保洁,楼道{n}周没扫")),
    ("home.build.leak", ("{place}屋顶漏水渗水{n}个月,外墙开裂", "{place}外墙渗水到屋里,漏水修了又漏")),
    ("water.drain.sewer", ("{place}化粪池堵塞污水外溢", "{place}下面污水冒水{n}天,堵塞没人通")),
    ("water.supply.quality", ("{place}水质发黄浑浊,自来水有味", "{place}的水浑浊不敢喝,水质到底合不合格")),
    ("road.rule.parking", ("{place}门口违停成片,乱停车出不去", "{place}里有人违停堵车位,停车位被占")),
    ("road.bus.late", ("{place}公交站候车半小时,班次太少", "{place}那条公交线路末班车太早,公交班次能不能加")),
    ("work.wage.unpaid", ("{place}工地拖欠工资{n}个月,农民工讨薪无门", "老板拖欠工资跑了,{place}的活白干,欠薪")),
    ("work.insure.pension", ("请问养老金认证怎么办,我住{place}", "咨询退休后养老保险补缴社保的事,人在{place}")),
    ("health.medical.pay", ("请问异地就医医保报销怎么备案,住{place}", "咨询医保门诊统筹报销比例,{place}居民")),
    ("school.enter.place", ("{place}划片到哪个学校,入学报名要什么", "咨询{place}学区学位,转学报名怎么弄")),
    ("market.food.bad", ("{place}旁餐馆食品过期发霉,吃坏肚子", "举报{place}门口小店食品发霉,卫生太差")),
    ("market.buy.refund", ("{place}那家店卖假货不退款,商家售后推脱", "{place}商家欺诈,质量差还不给退款")),
    ("police.house.move", ("请问落户{place}要带什么,身份证能一起换吗", "咨询户口迁移到{place}")),
    ("civil.old.care", ("{place}老人食堂什么时候开,高龄津贴怎么领", "咨询{place}附近养老院护理费用")),
    ("fire.safe.exit", ("{place}消防通道堵塞,楼道飞线充电有隐患", "{place}灭火器过期,消防通道堆杂物堵塞")),
)  # fmt: skip
BURST_PLACE, BURST_CATEGORY = "望江花园", "water.supply.cut"
BURST = (
    "{place}停水了,一滴水都没有", "{place}从早上停水到现在,没水做饭", "怎么又停水,{place}全楼没水", "{place}停水没人通知,断水老人怎么办",
    "{place}水压低得没水,等于停水",
)  # fmt: skip


@dataclass
class Concern:
    """One concern of the day, what it is really about, and whether its answer will content (0 to 1); ``made`` is its ticket."""

    text: str
    place: str
    category: str
    style: str
    anonymous: bool
    content: float
    made: dict[str, Any]


def day(number: int, seed: int = 5) -> list[Concern]:
    """The concerns of one day in the order they come: one in ten of the afternoon (more of a short day) belongs to the burst."""
    random = Random(seed)  # noqa: S311 - repeatable by design
    found = []
    for index in range(number):
        burst = index > number // 2 and random.random() < max(0.1, 40 / number)
        place = BURST_PLACE if burst else random.choice(PLACES)
        category, sayings = (BURST_CATEGORY, BURST) if burst else random.choice(SAYINGS)
        style, before, after = random.choice(STYLES)
        body = random.choice(before) + random.choice(sayings) + "," + random.choice(after)
        text = body.format(place=place, n=random.randint(2, 9))
        text = text.replace(",", " ").replace("。", " ") if style in ("telegraph", "chat") else text
        found.append(Concern(text, place, category, style, random.random() < 0.3, random.random(), {}))
    return found
