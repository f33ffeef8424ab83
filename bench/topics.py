"""Topics: found again whatever the order, the threshold or the half of the data; joined or founded in time; near-duplicates in memory.

The groups known to several people (``hot_topics_silver.csv`` beside the messages) need YIWANG_SHARED_DATA; the flow is invented.
Cost: a message reads at most 16 terms × 400 entries and compares 12 topics, however many came before. There is no peer to run here:
the demand is 50 ms a message at a million, and a pairwise F1 of 0.75.
"""

import os
import random
import statistics
import time
from collections import deque
from pathlib import Path

from bench.hotline import ACTS, PLACES, TAILS, THINGS, _invented

FLOW = int(os.environ.get("YIWANG_BENCH_MESSAGES", "1000000"))  # 0 leaves the flow of topics and duplicates out
SYLLABLES = "安白柏宝昌晨承春达德东栋方丰福港高关光广桂海汉和恒红华辉吉佳嘉建江金锦京景君凯康兰乐丽林龙隆茂美明南宁鹏平启千庆荣瑞润森山盛顺泰腾天通同旺维文西祥新鑫信兴雅阳怡亿银永裕源远悦云泽长正志中卓"


def run():
    """How far the known topics are found again, and the flow of topics and duplicates."""
    return [*_found_again(), *_flow()]


def _found_again():
    from yiwang.support.ai import api as ai
    from yiwang.support.ai import heat, topics

    data = os.environ.get("YIWANG_SHARED_DATA")
    folder = Path(data) / "hotline" if data else Path("none")
    found = [one for one in (folder / "附件3_全部.xlsx",) if one.exists()]
    if not found:
        print("  (no YIWANG_SHARED_DATA/hotline: known topics skipped)")
        return []
    held = sorted(ai.read_messages(found[0]), key=lambda one: heat.when(one.values["time"]))

    def agreement(messages, *, join=topics.JOIN):
        numbers = topics.group([(one.title, one.text) for one in messages], join=join)
        groups = {one.row_id: number for one, number in zip(messages, numbers, strict=True)}
        return ai.topic_agreement(groups, folder / "hot_topics_silver.csv")["f1"]

    shuffled = held[:]
    random.Random(1).shuffle(shuffled)
    half = [one for one in held if random.Random(one.row_id).random() < 0.5]
    return [
        _row(f"topics: F1 of known groups, {len(held)} messages", agreement(held), "share"),
        _row("topics: F1, shuffled", agreement(shuffled), "share"),
        _row("topics: F1, threshold × 0.8", agreement(held, join=0.8 * topics.JOIN), "share"),
        _row("topics: F1, threshold × 1.2", agreement(held, join=1.2 * topics.JOIN), "share"),
        _row(f"topics: F1, on {len(half)} of the messages", agreement(half), "share"),
    ]


def _stories(count):
    """(title, text) of messages as they come: half tell a new matter of invented names, half one of the last thousand in other words."""
    chance = random.Random(12)
    matters = deque(maxlen=1_000)
    for _number in range(count):
        if not matters or chance.random() < 0.5:
            names = ["".join(chance.choices(SYLLABLES, k=2)) for _ in range(6)]
            matters.append((chance.choice(PLACES), chance.choice(THINGS), names))
        place, thing, names = matters[chance.randrange(len(matters))]
        one, two, three, four = chance.sample(names, 4)
        text = f"{one}公司和{two}商行都在{place},{three}师傅、{four}师傅见过{thing}{chance.choice(ACTS)},{chance.choice(TAILS)}。"
        yield f"{place}{names[0]}公司{names[1]}商行{thing}", text


def _flow():
    """Topics and duplicate search while the number of messages grows to FLOW."""
    from yiwang.support.ai import api as ai

    stream, index, times, spent, near = ai.topic_stream(), ai.nearby(), [], [], []
    stream.count("路灯", "路灯不亮")  # the dictionary of words is read once, before the clock runs
    figures, marks, before, founded, slowest = [], {FLOW // 100, FLOW // 10, FLOW}, _memory(), 0, 0.0
    for number, (title, text) in enumerate(_stories(FLOW), 1):
        begun, processor = time.perf_counter(), time.thread_time()
        founded += stream.add(title, text)[1]
        spent.append(time.thread_time() - processor)
        times.append(time.perf_counter() - begun)
        if number in marks:
            slowest = max(slowest, *spent)
            last = sorted(times[-5_000:])
            figures.append(_row(f"topics: p99 of one message at {number:,}", 1000 * last[int(len(last) * 0.99)], "ms"))
            figures.append(_row(f"topics: median of one message at {number:,}", 1000 * statistics.median(last), "ms"))
            figures.append(_row(f"topics: memory at {number:,}, {len(stream):,} open of {founded:,}", _memory() - before, "MB"))
            times, spent = [], []
    if FLOW:
        figures.append(_row("topics: slowest message of all, processor time", 1000 * slowest, "ms"))
    for number, (text, _) in enumerate(_invented(FLOW // 10), 1):  # the index of duplicates holds a tenth
        index.add(str(number), text)
        if number * 10 in marks:
            for asked, _ in _invented(200):
                begun = time.perf_counter()
                index.near(asked)
                near.append(time.perf_counter() - begun)
            figures.append(_row(f"duplicates: p99 of one search at {number:,}", 1000 * sorted(near)[int(len(near) * 0.99)], "ms"))
            near = []
    return figures


def _memory():
    """What this process holds, MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _row(name, value, unit):
    return {"name": name, "value": value, "unit": unit}
