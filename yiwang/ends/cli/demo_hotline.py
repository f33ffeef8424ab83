"""`yiwang demo hotline`: a day of the hotline through the HTTP API, as strangers' clients: 2,000 concerns, one burst,
all the way to the rates. What earlier days left open is worked off where it meets this one, so it can be played any number of times."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

from yiwang.ends.cli.demo_hotline_day import BURST_CATEGORY, BURST_PLACE, Concern, day
from yiwang.ends.cli.stranger import ApiRefused, Client

HANDS = 4  # clients at once
STEPS = 12  # acts after which a ticket must have come to its end
REPLY = (
    "经现场核实,您反映的{what}属实。根据职责分工和相关规定,我单位已安排处理:{what}问题已完成整改,并将继续巡查;可拨打 0990-8800000 联系。"
)


def holds(promise: bool, words: str) -> None:
    """Go on only if the promise holds."""
    if not promise:
        raise ApiRefused(f"This promise does not hold: {words}")


class Day:
    """Everybody who works that day, each with a client of their own."""

    def __init__(self, address: str, password: str, tell: Callable[[str], Any]) -> None:
        self.address, self.password, self.tell = address, password, tell
        self.clients: dict[str, Client] = {}
        self.citizens = [self.client(one) for one in ("newborn_mother", "retiree", "school_parent", "newborn_father")]
        self.agent, self.dispatcher = self.client("hotline.agent"), self.client("hotline.dispatcher")
        self.duties: dict[str, str] = {}
        self.acts = 0

    def client(self, username: str) -> Client:
        """Signed in once."""
        if username not in self.clients:
            self.clients[username] = Client(self.address).sign_in(username, self.password)
        return self.clients[username]

    def returned(self) -> int:
        """How often a route has failed so far, all routes together; remembers who answers for what."""
        routes = self.agent.get("/ticket-duties")
        self.duties = {one["category"]: one["department"] for one in routes}
        return sum(one["failed"] for one in routes)

    def department(self, category: str) -> str:
        """Who answers for a category."""
        parts = category.split(".")
        return next(self.duties[code] for code in (".".join(parts[:n]) for n in (3, 2, 1)) if code in self.duties)

    def file(self, numbered: tuple[int, Concern]) -> None:
        """By web or by telephone."""
        index, one = numbered
        if index % 3 == 0:
            one.made = self.agent.post("/tickets", {"text": one.text, "channel": "phone", "phone": f"138{index:08d}"})
        else:
            who = Client(self.address) if one.anonymous else self.citizens[index % len(self.citizens)]
            one.made = who.post("/tickets", {"text": one.text, "privacy": "anonymous" if one.anonymous else "open"})

    def act(self, who: str, made: dict[str, Any], name: str, **inputs: str) -> None:
        """One act; ``made`` keeps where the ticket stands then."""
        view = self.client(who).post(f"/tickets/{made['id']}/acts/{name}", {"inputs": inputs})
        made |= {"state": view["line"]["state"], "department": view["line"]["department"]}
        self.acts += 1

    def finish(self, made: dict[str, Any], *, what: str = "问题", unhappy: int = 0) -> None:
        """Take a ticket from wherever it stands to its end, as those in charge would; ``unhappy``: how many call-backs find it unsolved."""
        for _ in range(STEPS):
            state, desk = made["state"], f"{made['department']}.clerk"
            if state in ("filed", "accepted"):
                self.act("hotline.dispatcher", made, "dispatch", department=made.get("right") or "data")
            elif state == "returned":
                self.act("hotline.dispatcher", made, "arbitrate", department=made["department"], note="按职责条款由你单位办理")
            elif state == "dispatched":
                self.act(desk, made, "sign")
            elif state == "handling":
                self.act(desk, made, "answer", reply=REPLY.format(what=what), solved="solved", insist="已当面说明")
            elif state == "answered":
                solved, score = ("no", "2") if unhappy > 0 else ("yes", "5")
                self.act("hotline.agent", made, "call_back", contacted="yes", solved=solved, satisfaction=score)
                unhappy -= 1
            else:
                return
        raise ApiRefused(f"Ticket {made['id']} does not come to an end: {made['state']}")

    def of_number(self, no: str) -> dict[str, Any]:
        """Where the ticket of a number stands."""
        line = self.agent.get(f"/tickets?queue=all&q={quote(no)}")["rows"][0]
        return {"id": line["id"], "no": no, "state": line["state"], "department": line["department"]}


def hotline(address: str, password: str, tell: Callable[[str], Any], number: int = 2_000, *, seed: int = 0) -> dict[str, Any]:
    """The whole day; returns its figures. ``seed`` 0: every run has other words. ApiRefused where anything is not as promised."""
    work = Day(address, password, tell)
    before = work.returned()
    concerns = day(number, seed=seed or int(time.time()))
    begin = time.monotonic()
    with ThreadPoolExecutor(HANDS) as hands:
        list(hands.map(work.file, enumerate(concerns)))
        filed = time.monotonic() - begin
        figures = {"filed": number, "filed_per_second": round(number / filed, 1), **_sorted(work, concerns)}
        tell(f"{number} concerns filed in {filed:.0f} s; {figures['automatic']} went by themselves, {figures['merged']} joined a twin")
        list(hands.map(lambda one: _dispatch(work, one), concerns))
        figures |= {"endorsed": _opened(work, concerns)}
        figures |= _topic(work, concerns)
        acting = time.monotonic()
        work.acts = 0
        turned = sum(hands.map(lambda pair: _worked(work, *pair), enumerate(concerns)))
        figures |= {"returned": turned, "acts_per_second": round(work.acts / (time.monotonic() - acting), 1)}
        holds(work.returned() - before >= turned, f"each of {turned} returns lowers the trust in its route")
        left = _leads(work, concerns)
        list(hands.map(lambda one: _answered(work, one), concerns))
    figures |= {"left_from_before": left, **_rates(work, concerns), "recurrences": _closed(work, concerns)}
    return figures | {"seconds": round(time.monotonic() - begin, 1)}


def _sorted(work: Day, concerns: list[Concern]) -> dict[str, Any]:
    """How the sorting went, held against what each concern was written about."""
    merged = sum(bool(one.made["merged"]) for one in concerns)
    sent = [one for one in concerns if one.made["state"] == "dispatched" and not one.made["merged"]]
    right = sum(one.made["department"] == work.department(one.category) for one in sent)
    share = right / len(sent) if sent else 0.0
    holds(share >= 0.95, f"of what goes by itself at least 95 % goes to the right department ({right} of {len(sent)})")
    return {"automatic": len(sent), "automatic_right": round(share, 4), "merged": merged}


def _dispatch(work: Day, one: Concern) -> None:
    """What waits is corrected where the suggestion was wrong, and dispatched by a person."""
    if one.made["state"] not in ("filed", "accepted") or one.made["merged"]:
        return
    view = work.dispatcher.get(f"/tickets/{one.made['id']}")
    if view["line"]["category"] != one.category:
        work.act("hotline.dispatcher", one.made, "correct", category=one.category)
    work.act("hotline.dispatcher", one.made, "dispatch", department=work.department(one.category))


def _burst(work: Day, concerns: list[Concern]) -> tuple[dict[str, Any], bool]:
    """The topic of the burst, and whether it is the hottest of today's causes."""
    causes = {(one.place, one.category) for one in concerns}
    today = [one for one in work.dispatcher.get("/ticket-topics") if (one["place"], one["category"]) in causes]
    found = [one for one in today if (one["place"], one["category"]) == (BURST_PLACE, BURST_CATEGORY)]
    holds(bool(found), "the burst is a topic")
    return found[0], found[0] is today[0]


def _opened(work: Day, concerns: list[Concern]) -> int:
    """A reporter of the burst lets everybody read it; the centre looks, the others say that it happens to them too. Returns how many."""
    burst = [(index, one) for index, one in enumerate(concerns) if (one.place, one.category) == (BURST_PLACE, BURST_CATEGORY)]
    index, one = next((pair for pair in burst if pair[0] % 3 and not pair[1].anonymous), (-1, None))
    if one is None:
        return 0
    owner, ident = work.citizens[index % len(work.citizens)], one.made["id"]
    owner.post(f"/tickets/{ident}/acts/agree", {"inputs": {}})
    unread = Client(work.address).get(f"/open-tickets?q={quote(BURST_PLACE)}")["rows"]
    holds(ident not in {each["id"] for each in unread}, "nobody reads it before a person at the centre has looked")
    work.act("hotline.agent", one.made, "publish", title=f"{BURST_PLACE}停水")
    others = [who for who in work.citizens if who is not owner]
    for who in (*others, *others):
        shown = who.post(f"/open-tickets/{ident}/endorsement", {})
    holds(shown["endorsed"] == len(others), "everybody says once that it happens to them too")
    return len(others)


def _topic(work: Day, concerns: list[Concern]) -> dict[str, Any]:
    """The burst is seen, department and street are warned, an incident is opened."""
    begin = time.monotonic()
    standing = work.dispatcher.post("/ticket-topics", {})["topics"]
    seconds = time.monotonic() - begin
    found, hottest = _burst(work, concerns)
    holds(hottest, "the burst is the hottest topic")
    told = [one[0] for one in found["warned"]]
    holds(found["state"] != "watched" and len(set(told)) >= 2, "the department in charge and the street are warned")
    opened = work.dispatcher.post(f"/ticket-topics/{found['id']}/incident", {"note": "请抢修并安排送水,逐户告知来水时间"})
    holds(bool(opened["incident"]), "an incident is opened")
    work.tell(f"topic 「{found['name']}」: {found['people']} people; warned: {'、'.join(sorted(set(told)))}; incident {opened['incident']}")
    return {"topics": standing, "topic_people": found["people"], "topic_seconds": round(seconds, 2)}


def _worked(work: Day, index: int, one: Concern) -> int:
    """A department signs (or once returns), is in touch, answers; the agent calls back. Returns how often it was returned."""
    made = one.made
    if made["merged"]:
        return 0
    desk, turned = f"{made['department']}.clerk", index % 40 == 7
    if turned:
        work.act(desk, made, "return", note="不属于本单位职责,请裁定")
        work.act("hotline.dispatcher", made, "arbitrate", department=made["department"], note="按职责条款仍由你单位办理")
    work.act(desk, made, "sign")
    if one.content > 0.03:
        work.act(desk, made, "contact", note="已电话联系,说明办理安排")
    work.finish(made, what=one.text[:30], unhappy=sum(one.content < share for share in (0.12, 0.05, 0.05)))
    return int(turned)


def _leads(work: Day, concerns: list[Concern]) -> int:
    """Matters of earlier days that some of today's joined are worked off too; returns how many there were."""
    own = {one.made["no"] for one in concerns}
    earlier = sorted({one.made["merged"] for one in concerns} - own - {""})
    for no in earlier:
        work.finish(work.of_number(no))
    return len(earlier)


def _answered(work: Day, one: Concern) -> None:
    """Whoever joined a twin has the twin's answer, and is called back by himself."""
    made = one.made
    if not made["merged"]:
        return
    view = work.agent.get(f"/tickets/{made['id']}")
    made |= {"state": view["line"]["state"], "department": view["line"]["department"]}
    holds(bool(view["reply"]), f"the reporter of {made['no']}, who joined {made['merged']}, has an answer")
    if made["code"]:
        own = Client(work.address).get(f"/ticket-track?no={quote(made['no'])}&code={made['code']}")
        holds(own["reply"] == view["reply"], "who gave no name reads the answer by number and code")
    work.finish(made)


def _rates(work: Day, concerns: list[Concern]) -> dict[str, Any]:
    """Every concern is closed; the league table and the three rates stand."""
    states = Counter(one.made["state"] for one in concerns)
    holds(states["closed"] == len(concerns), f"every concern is closed with an answer: {dict(states)}")
    wall = work.client("hotline.supervisor").get("/ticket-wall?days=1")
    city, league = wall["city"], {one["department"]: one["dispatched"] for one in wall["league"]}
    sent = Counter(one.made["department"] for one in concerns)
    short = [code for code, count in sent.items() if league.get(code, 0) < count]
    holds(not short, f"the league table counts every dispatched ticket (too few: {short})")
    holds(None not in (city["response"], city["solution"], city["satisfaction"], city["total"]), "the three rates stand")
    work.tell(
        f"rates: response {city['response']} %, solution {city['solution']} %, satisfaction {city['satisfaction']} %, whole {city['total']}"
    )
    rates = {name: city[name] for name in ("response", "solution", "satisfaction", "total")}
    return {**rates, "departments": len(league)}


def _closed(work: Day, concerns: list[Concern]) -> int:
    """What others left open at the place of the burst, under whatever category, is worked off, and its cause is closed: the next ticket
    about it will reopen the cause.
    """
    place = quote(BURST_PLACE)
    for queue in ("new", "returned", "sign", "work"):
        for line in work.dispatcher.get(f"/tickets?queue={queue}&q={place}")["rows"]:
            view = work.dispatcher.get(f"/tickets/{line['id']}")
            work.finish(work.of_number(view["lead"] or line["no"]) | {"right": work.department(BURST_CATEGORY)})
    closed = work.dispatcher.post(
        f"/ticket-topics/{_burst(work, concerns)[0]['id']}/closing", {"note": "更换老化主管并加装减压阀,全楼恢复供水"}
    )
    holds(closed["state"] == "closed", "the cause is closed")
    return int(closed["recurrences"])


def table(figures: dict[str, Any]) -> str:
    """The figures for a reader."""
    return "\n".join(["", *(f"{name:18} {value}" for name, value in figures.items())])
