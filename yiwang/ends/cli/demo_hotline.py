"""`yiwang demo hotline`: a day of the hotline through the HTTP API, as strangers' clients: 2,000 concerns, one burst,
all the way to the rates."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from typing import Any

from yiwang.ends.cli.stranger import ApiRefused, Client

HANDS = 4  # clients at once
PLACES = (
    "文昌苑", "砚山小区", "书院公寓", "荷风小区", "采菱家园", "锦坊小区", "织云苑", "枫林小区", "晚钟家园", "望江花园", "柳岸新城",
    "春和里小区", "梨花苑", "东园小区",
    "清泉花园", "竹里小区", "云台家园", "青田小区", "海棠湾小区", "白沙花园", "灯塔小区", "听涛苑", "星河公寓", "创智家园", "渔歌小区",
)  # fmt: skip
BEFORE = ("", "你好,", "我是{place}的住户,", "麻烦反映一下,", "实在没办法了才来说,", "老人家不会写字,我代写:", "喂,", "各位领导,")
AFTER = (
    "",
    "请尽快处理。",
    "谢谢!",
    "盼回复",
    "已经打过两次电话了。",
    "什么时候能好?",
    "再不管我天天打。",
    "😡",
    "麻烦了麻烦了",
    "具体找谁?",
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
BURST_PLACE, BURST_CATEGORY = "白沙花园", "water.supply.cut"
BURST = (
    "{place}停水了,一滴水都没有", "{place}从早上停水到现在,没水做饭", "怎么又停水,{place}全楼没水", "{place}停水没人通知,断水老人怎么办",
    "{place}水压低得没水,等于停水",
)  # fmt: skip
REPLY = (
    "经现场核实,您反映的{what}属实。根据职责分工和相关规定,我单位已安排处理:{what}问题已完成整改,并将继续巡查;可拨打 0990-8800000 联系。"
)


@dataclass
class Concern:
    """One concern of the day, what it is really about, and whether its answer will content."""

    text: str
    category: str
    anonymous: bool
    content: float
    made: dict[str, Any]


def day(number: int, seed: int = 5) -> list[Concern]:
    """The concerns of one day in the order they come: one in ten of the afternoon (more of a short day) belongs to the burst."""
    random = Random(seed)  # noqa: S311 - repeatable by design
    found = []
    for index in range(number):
        burst = index > number // 2 and random.random() < max(0.1, 24 / number)
        place = BURST_PLACE if burst else random.choice(PLACES)
        category, sayings = (BURST_CATEGORY, BURST) if burst else random.choice(SAYINGS)
        body = random.choice(BEFORE) + random.choice(sayings) + "," + random.choice(AFTER)
        text = body.format(place=place, n=random.randint(2, 9))
        found.append(Concern(text, category, random.random() < 0.3, random.random(), {}))
    return found


def holds(promise: bool, words: str) -> None:
    """Go on only if the promise holds."""
    if not promise:
        raise ApiRefused(f"This promise does not hold: {words}")


class Day:
    """Everybody who works that day, each with a client of their own."""

    def __init__(self, address: str, password: str, tell: Any) -> None:
        self.address, self.password, self.tell = address, password, tell
        self.clients: dict[str, Client] = {}
        self.citizens = [self.client(one) for one in ("newborn_mother", "retiree", "school_parent", "newborn_father")]

    def client(self, username: str) -> Client:
        """Signed in once."""
        if username not in self.clients:
            self.clients[username] = Client(self.address).sign_in(username, self.password)
        return self.clients[username]

    def file(self, numbered: tuple[int, Concern]) -> None:
        """By web or by telephone."""
        index, one = numbered
        if index % 3 == 0:
            one.made = self.client("hotline.agent").post("/tickets", {"text": one.text, "channel": "phone", "phone": f"138{index:08d}"})
        else:
            who = Client(self.address) if one.anonymous else self.citizens[index % len(self.citizens)]
            one.made = who.post("/tickets", {"text": one.text, "privacy": "anonymous" if one.anonymous else "open"})

    def act(self, who: str, one: Concern, name: str, **inputs: str) -> dict[str, Any]:
        """One act; the concern keeps its new view's line."""
        view: dict[str, Any] = self.client(who).post(f"/tickets/{one.made['id']}/acts/{name}", {"inputs": inputs})
        one.made |= {"state": view["line"]["state"], "department": view["line"]["department"]}
        return view


def hotline(address: str, password: str, tell: Any, number: int = 2_000) -> dict[str, Any]:
    """The whole day; returns its figures. ApiRefused where anything does not come out as promised."""
    work, concerns = Day(address, password, tell), day(number)
    for name in ("hotline.agent", "hotline.dispatcher", "hotline.supervisor"):
        work.client(name)
    begin = time.monotonic()
    with ThreadPoolExecutor(HANDS) as hands:
        list(hands.map(work.file, enumerate(concerns)))
        filed = time.monotonic() - begin
        figures = _sorted(work, concerns) | {"filed": number, "filed_per_second": round(number / filed, 1)}
        tell(f"{number} concerns filed in {filed:.0f} s; {figures['automatic']} went by themselves, {figures['merged']} joined a twin")
        duties = {one["category"]: one["department"] for one in work.client("hotline.agent").get("/ticket-duties")}
        list(hands.map(lambda one: _dispatch(work, one, duties), concerns))
        figures |= _topic(work, tell)
        acting = time.monotonic()
        acts = sum(hands.map(lambda pair: _worked(work, *pair), enumerate(concerns)))
        figures["acts_per_second"] = round(acts / (time.monotonic() - acting), 1)
    return figures | _ended(work, concerns, tell) | {"seconds": round(time.monotonic() - begin, 1)}


def _department(duties: dict[str, str], category: str) -> str:
    parts = category.split(".")
    return next(duties[code] for code in (".".join(parts[:n]) for n in (3, 2, 1)) if code in duties)


def _sorted(work: Day, concerns: list[Concern]) -> dict[str, Any]:
    """How the morning's sorting went, held against what each concern was written about."""
    merged = sum(bool(one.made["merged"]) for one in concerns)
    sent = [one for one in concerns if one.made["state"] == "dispatched" and not one.made["merged"]]
    duties = {one["category"]: one["department"] for one in work.client("hotline.agent").get("/ticket-duties")}
    right = sum(one.made["department"] == _department(duties, one.category) for one in sent)
    holds(
        bool(sent) and right / len(sent) >= 0.95, f"of what goes by itself at least 95 % goes to the right department ({right}/{len(sent)})"
    )
    return {"automatic": len(sent), "automatic_right": round(right / len(sent), 4), "merged": merged}


def _dispatch(work: Day, one: Concern, duties: dict[str, str]) -> None:
    """What waits is corrected where the suggestion was wrong, and dispatched by a person."""
    if one.made["state"] not in ("filed", "accepted") or one.made["merged"]:
        return
    view = work.client("hotline.dispatcher").get(f"/tickets/{one.made['id']}")
    if view["line"]["category"] != one.category:
        work.act("hotline.dispatcher", one, "correct", category=one.category)
    work.act("hotline.dispatcher", one, "dispatch", department=_department(duties, one.category))


def _topic(work: Day, tell: Any) -> dict[str, Any]:
    """The burst is seen, department and street are warned, an incident is opened."""
    dispatcher, begin = work.client("hotline.dispatcher"), time.monotonic()
    standing = dispatcher.post("/ticket-topics", {})["topics"]
    seconds = time.monotonic() - begin
    topics = dispatcher.get("/ticket-topics")
    found = next((one for one in topics if (one["place"], one["category"]) == (BURST_PLACE, BURST_CATEGORY)), None)
    holds(found is not None and found is topics[0], "the burst is the hottest topic")
    assert found is not None
    holds(found["state"] in ("warned", "incident") and bool(found["warned"]), "its department is warned")
    opened = dispatcher.post(f"/ticket-topics/{found['id']}/incident", {"note": "请抢修并安排送水,逐户告知来水时间"})
    holds(bool(opened["incident"]), "an incident is opened")
    tell(f"topic 「{found['name']}」: {found['people']} people, {found['warned'][0][0]} warned, incident {opened['incident']}")
    return {"topics": standing, "topic_people": found["people"], "topic_seconds": round(seconds, 2)}


def _worked(work: Day, index: int, one: Concern) -> int:
    """A department signs (or once returns), is in touch, answers; the agent calls back. Returns how many acts it took."""
    if one.made["merged"] or one.made["state"] != "dispatched":
        return 0
    acts = 5

    def desk() -> str:
        return f"{one.made['department']}.clerk"

    if index % 40 == 7:
        work.act(desk(), one, "return", note="不属于本单位职责,请裁定")
        work.act("hotline.dispatcher", one, "arbitrate", department=one.made["department"], note="按职责条款仍由你单位办理")
        acts += 2
    work.act(desk(), one, "sign")
    if one.content > 0.03:
        work.act(desk(), one, "contact", note="已电话联系,说明办理安排")
    what = one.text[:30]
    work.act(desk(), one, "answer", reply=REPLY.format(what=what), solved="solved", insist="已当面说明")
    content = one.content > 0.12
    view = work.act(
        "hotline.agent", one, "call_back", contacted="yes", solved="yes" if content else "no", satisfaction="5" if content else "2"
    )
    if view["line"]["state"] == "handling":
        work.act(desk(), one, "answer", reply=REPLY.format(what=what), solved="solved", insist="重办后已解决")
        work.act("hotline.agent", one, "call_back", contacted="yes", solved="yes", satisfaction="4")
        acts += 2
    return acts


def _ended(work: Day, concerns: list[Concern], tell: Any) -> dict[str, Any]:
    """Every reporter has an answer, the merged ones too; the rates stand."""
    agent, states = work.client("hotline.agent"), Counter[str]()
    for one in concerns:
        if one.made["merged"]:
            view = agent.get(f"/tickets/{one.made['id']}")
            if view["line"]["state"] == "answered":
                work.act("hotline.agent", one, "call_back", contacted="yes", solved="yes", satisfaction="4")
        states[one.made["state"]] += 1
    holds(states["closed"] == len(concerns), f"every concern is closed with an answer: {dict(states)}")
    wall = work.client("hotline.supervisor").get("/ticket-wall?days=1")
    city = wall["city"]
    holds(city["dispatched"] >= len(concerns) and len(wall["league"]) >= 8, "the league table counts every dispatched ticket")
    holds(None not in (city["response"], city["solution"], city["satisfaction"], city["total"]), "the three rates stand")
    tell(
        f"rates: response {city['response']} %, solution {city['solution']} %, satisfaction {city['satisfaction']} %, whole {city['total']}"
    )
    rates = {name: city[name] for name in ("response", "solution", "satisfaction", "total")}
    return {**rates, "departments": len(wall["league"]), "returned": wall["returned"]}


def table(figures: dict[str, Any]) -> str:
    """The figures for a reader."""
    return "\n".join(["", *(f"{name:18} {value}" for name, value in figures.items())])
