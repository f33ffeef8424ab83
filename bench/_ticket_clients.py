"""What the ticket bench does inside an installation, each in a process of its own: lives, pages, looks, sessions, bare rows."""

import json
import os
import random
import sys
import time
from pathlib import Path

import psycopg

from bench._ticket_rows import text, typed_again

REPLY = "经现场核实,您反映的情况属实。根据相关管理规定,我单位已安排维修并于今日完成整改,将继续巡查;联系电话 0990-8800000。"
YES = {"contacted": "yes", "solved": "yes", "satisfaction": "5"}


def actors():
    """Citizen, agent, dispatcher, supervisor, and how a clerk of a department is made."""
    from yiwang.security.access.api import Actor
    from yiwang.standards.subjects import Subject

    def staff(role, department="data"):
        return Actor("staff", f"{department}.{role}.1", role, department=department, region="990100", roles=frozenset([role]))

    citizen = Actor("citizen", "c-1", "文小昌", Subject("person", "990103199001010019"))
    return citizen, staff("hotline_agent"), staff("hotline_dispatcher"), staff("hotline_supervisor"), lambda code: staff("clerk", code)


def cycle(number):
    """A client: for every word on the input whole lives for so many seconds, one after the other."""
    from django.db import connection

    from yiwang.business.hotline import api as hotline

    citizen, agent, dispatcher, _supervisor, clerk_of = actors()
    chosen, acts = random.Random(f"{number} {time.time_ns()}"), []

    def timed(act):
        begin = time.perf_counter()
        found = act()
        acts.append(round((time.perf_counter() - begin) * 1000, 2))
        return found

    def once():
        draft = hotline.NewTicket(text(chosen.randrange(10**9, 10**10)), key=str(chosen.random()))
        made = timed(lambda: hotline.file(draft, actor=citizen))
        steps = [] if made.department else [("dispatch", dispatcher, {"department": "urban"})]
        clerk = clerk_of(made.department or "urban")
        steps += [("sign", clerk, {}), ("contact", clerk, {"note": "已电话联系"})]
        steps += [("answer", clerk, {"reply": REPLY, "solved": "solved", "insist": "当面已说明"})]
        steps += [("call_back", agent, YES), ("rate", citizen, YES)]
        for name, actor, inputs in steps:
            timed(lambda name=name, actor=actor, inputs=inputs: hotline.act(made.id, name=name, actor=actor, inputs=inputs))
        return str(made.id)

    for _ in range(5):
        once()
    acts.clear()
    _turns(once, [connection.connection.info.backend_pid], lambda: {"acts": acts, "ids": []})


def bare(path):
    """A client that writes the sampled rows again: the same transactions, prepared statements, values ready in memory."""
    from yiwang.base.ids.api import new_id

    samples = json.loads(Path(path).read_text())
    with psycopg.connect(os.environ["YIWANG_DATABASE_URL"], prepare_threshold=0) as connection:

        def made(sample):
            fresh = {old: str(new_id()) for old in sample["ids"]}
            whole = json.dumps(sample["turns"], ensure_ascii=False).replace(sample["no"], next(iter(fresh.values()))[-12:])
            for old, new in fresh.items():
                whole = whole.replace(old, new)
            return [[(statement, _values(given)) for statement, given in turn] for turn in json.loads(whole)]

        ready = [made(sample) for _ in range(40) for sample in samples]

        def once():
            for turn in ready.pop():
                for statement, values in turn:
                    connection.execute(statement, values)
                connection.commit()

        once()
        _turns(once, [connection.info.backend_pid], dict, enough=lambda: not ready)


def _values(given):
    return [json.dumps(one, ensure_ascii=False) if isinstance(one, dict | list) else one for one in given]


def _turns(act, backends, more, *, enough=lambda: False):
    """For every line of the input (seconds) work so long; how often, how long, with how much CPU of this process and its backend."""
    print("ready", flush=True)
    for line in sys.stdin:
        used, lives, begin = _cpu(backends), [], time.monotonic()
        while (now := time.monotonic()) < begin + float(line) and not enough():
            act()
            lives.append(round((time.monotonic() - now) * 1000, 2))
        seconds = time.monotonic() - begin
        print(json.dumps({"lives": lives, "seconds": seconds, "cpu": _cpu(backends) - used, **more()}), flush=True)


def _cpu(backends):
    total = time.process_time()
    for pid in backends:
        stat = Path(f"/proc/{pid}/stat")
        if stat.exists():
            fields = stat.read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def pages(_):
    """Milliseconds of what officials look at, the median of nine looks each."""
    from django.db import reset_queries

    from yiwang.business.hotline import api as hotline

    citizen, agent, dispatcher, supervisor, clerk_of = actors()
    clerk, chosen = clerk_of("urban"), random.Random(1)
    street = hotline.areas()[0].region
    looked = {
        "dispatcher's queue": lambda: hotline.tickets(dispatcher, queue="work"),
        "dispatcher, all of a street": lambda: hotline.tickets(dispatcher, queue="all", region=street),
        "dispatcher, words": lambda: hotline.tickets(dispatcher, queue="all", text="路灯"),
        "department's queue": lambda: hotline.tickets(clerk, queue="work"),
        "department, all": lambda: hotline.tickets(clerk, queue="all"),
        "numbers at the queues": lambda: hotline.counts(dispatcher),
        "wall and rates": lambda: hotline.wall(supervisor),
        "map": lambda: hotline.by_place(agent),
        "topics": lambda: hotline.topics(dispatcher),
        "filing": lambda: hotline.file(hotline.NewTicket(text(chosen.randrange(10**9, 10**10))), actor=citizen),
        "suggestion": lambda: hotline.suggest(typed_again(chosen.randrange(5_000))),
    }
    found = {}
    for name, look in looked.items():
        times = []
        for _ in range(10):
            reset_queries()
            begin = time.perf_counter()
            look()
            times.append((time.perf_counter() - begin) * 1000)
        found[name] = sorted(times[1:])[4]
    return found


def look(numbers):
    """Near-duplicates of texts typed again; latencies in milliseconds and the share of originals found."""
    from yiwang.business.hotline import tree, twins
    from yiwang.business.hotline.models import TicketRow

    near, found, given = [], 0, [int(one) for one in numbers.split(",")]
    for place, number in enumerate(given):
        typed, begin = typed_again(number), time.perf_counter()
        rows = twins.near(twins.marks(typed), least=tree.routing()["shown_alike"])[:5]
        took = time.perf_counter() - begin
        found += TicketRow.objects.filter(id__in=[ident for _share, ident in rows], text=text(number)).exists()
        if place >= len(given) // 10:  # the first ones warm the cache
            near.append(took * 1000)
    return {"near": near, "found": found / len(given)}


def sessions(count):
    """Cookies of as many sessions of one agent, as signing in would give them."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model

    from yiwang.support.identity.sessions import SessionStore

    account, made = get_user_model().objects.get(username="hotline.agent"), []
    for _ in range(int(count)):
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(account.pk), settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = account.get_session_auth_hash()
        session.create()
        made.append(f"{settings.SESSION_COOKIE_NAME}={session.session_key}")
    return made


if __name__ == "__main__":
    import django

    django.setup()
    word, argument = sys.argv[1:3]
    if word in ("cycle", "bare"):
        {"cycle": cycle, "bare": bare}[word](argument)
    else:
        print(json.dumps({"pages": pages, "look": look, "sessions": sessions}[word](argument), default=str))
