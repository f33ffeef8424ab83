"""Topics form, merge, are named with place and cause, and their heat is explained."""

import random
from array import array

import pytest

from yiwang.support.ai import api as ai
from yiwang.support.ai import heat, places, topics
from yiwang.support.ai.scoring import pairwise

CAUSES = (
    ("晴川新城", "搅拌站粉尘", "搅拌站夜里开工,粉尘很大,窗户不敢开,孩子咳嗽,投诉几次没有人管"),
    ("白鹭苑", "捆绑销售车位", "开发商卖房要求必须同时买车位,不买车位就不给签合同,捆绑销售车位不合理"),
    ("南溪镇中学", "食堂涨价", "食堂饭菜价格一年涨了三次,分量变少,学生吃不饱,家长意见很大"),
)


def burst(count=36, seed=5):
    chance = random.Random(seed)
    found = []
    for number in range(count):
        place, cause, text = CAUSES[number % 3]
        parts = text.split(",")
        chance.shuffle(parts)
        title = chance.choice(("投诉{p}{c}", "{p}附近{c}问题", "关于{p}{c}的投诉")).format(p=place, c=cause)
        values = {"time": f"2026-02-{number % 27 + 1:02d} 08:00:00", "user": f"U{number % 20}", "likes": str(number % 3)}
        found.append(ai.Message(str(number), f"我住在{place}," + ",".join(parts), number, title, values))
    return found


def test_three_causes_are_three_named_topics():
    messages = burst()
    hot, groups = ai.find_topics(messages)
    assert pairwise([groups[one.row_id] for one in messages], [int(one.row_id) % 3 for one in messages])["f1"] > 0.95
    assert {one.place for one in hot[:3]} == {"晴川新城", "白鹭苑", "南溪镇中学"}
    for one in hot[:3]:
        assert one.cause and one.place in one.name and "热度" in one.explain()
        assert one.heat == pytest.approx(one.growth * one.people * one.attention, rel=0.01)
        assert sum(one.months.values()) == one.messages


def test_a_message_joins_what_it_resembles_and_founds_what_is_new():
    stream = ai.topic_stream()
    for one in burst(30):
        stream.add(one.title, one.text)
    before = len(stream)
    number, founded = stream.add("晴川新城搅拌站粉尘太大", "搅拌站夜里开工,粉尘很大,孩子咳嗽")
    assert not founded and number in stream.topics and len(stream) == before
    assert stream.add("图书馆闭馆太早", "希望市图书馆延长开放到晚上九点")[1]


@pytest.mark.parametrize("text", ["", "😀", "1" * 10_000, "\ud800", "路" * 1_000_000])
def test_strange_messages_found_topics_of_their_own_and_break_nothing(text):
    stream = ai.topic_stream()
    assert stream.add("", text)[1]
    assert stream.add(text, "")[0] in stream.topics


def test_growth_is_one_for_a_steady_topic_and_more_for_a_burst():
    steady = [heat.when(f"2026-0{month}-{day:02d}") for month in range(1, 7) for day in (1, 11, 21)]
    sudden = [heat.when(f"2026-03-{day:02d}") for day in range(1, 29)]
    assert heat.growth([]) == 1
    assert heat.growth(steady) < 1.5 < heat.growth(sudden)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("您好,我住在云汀市望湖区梧桐里小区3栋2单元,楼下很吵", "梧桐里小区"),
        ("请问晴川大道什么时候修好", "晴川大道"),
        ("青石桥街道办事处不接电话", "青石桥街道"),
    ],
)
def test_places_are_found_in_everyday_words(text, name):
    assert any(one.name == name and text[one.start :].startswith(name) for one in places.find_places(text)), places.find_places(text)


def test_pairwise_counts_pairs():
    assert pairwise([1, 1, 2, 2], ["a", "a", "b", "b"])["f1"] == 1
    assert pairwise([1, 1, 1, 1], ["a", "a", "b", "b"]) == pytest.approx({"precision": 1 / 3, "recall": 1.0, "f1": 0.5})


def test_near_texts_are_found_by_name():
    index = ai.nearby()
    index.add("T1", CAUSES[0][2])
    index.add("T2", CAUSES[1][2])
    assert [name for name, _ in index.near(CAUSES[0][2] + "!")] == ["T1"]
    assert index.near("完全不同的一句话") == []


def test_a_stream_closes_the_topic_nothing_joined_for_the_longest_and_keeps_no_trace_of_it():
    stream = topics.Stream(most=2, counted=60)
    first, founded = stream.add("望湖小区路灯不亮", "望湖小区东门的路灯整晚不亮,老人摔跤")
    assert founded
    stream.add("南溪镇污水直排", "南溪镇化工厂污水直排,河水发黑发臭")
    assert stream.add("望湖小区路灯不亮", "望湖小区东门的路灯又不亮了") == (first, False)
    stream.add("青云中学食堂饭菜变质", "青云中学食堂午餐变质,学生呕吐")
    assert len(stream) == 2
    assert first in stream.topics
    open_now = set(stream.topics)
    assert all(set(array("Q", filed)) <= open_now for part in stream._index for filed in part.values())
    for number in range(200):
        stream.add(f"第{number}街道白鹭{number}号楼漏水", f"白鹭{number}号楼楼顶漏水,物业不修")
    assert len(stream) <= 2
    assert len(stream._seen) <= 60 + 40
