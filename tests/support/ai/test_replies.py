"""Replies: formulas are known as such, a short one that settles the matter is let through, one that only sends on is not."""

import pytest

from yiwang.support.ai import api as ai

MESSAGE = "枫林路三号院门口的路灯坏了两个月。晚上老人出门看不清路,打过两次电话都没人来修。请问什么时候能修好?"
SETTLED = (
    "您好!来件收悉。经现场查看,枫林路三号院门口两盏路灯因电缆老化不亮,属实。路灯所已于11月3日更换电缆并恢复照明,"
    "沿线其余十二盏将在11月底前检查一遍。如再有不亮,请拨打路灯所电话0000-1234567。感谢您的监督!2026年11月4日"
)
WISH = "建议在枫林路三号院门口加装路灯,晚上老人出门看不清路。"
REFUSED = (
    "网友您好:您建议在三号院门口加装路灯。经规划部门核实,该段人行道下有燃气管,按《城镇燃气管理条例》保护范围内不得打桩,因此不能加装;"
    "路灯所将把对面两盏换成大功率灯,预计12月10日前完成。"
)


@pytest.mark.parametrize(("message", "reply"), [(MESSAGE, SETTLED), (WISH, REFUSED)])
def test_what_settles_the_matter_is_let_through(message, reply):
    judged = ai.judge_reply(message, reply)
    assert not judged.template and judged.overall > 0.7


@pytest.mark.parametrize(
    "reply",
    [
        "您好!您反映的问题已转住建局核查、办复,感谢您的留言,祝您事事顺心。2026年11月2日",
        "网友:您好!您反映的问题已转城管局。2026年11月1日尊敬的网友:您好!您反映的问题已转路灯所核查、办复,感谢您的留言。2026年11月2日",
        "您的留言已收悉。关于您反映的问题,已转枫林区调查处理。",
        "留言已收到,处理情况会及时回复给您,请耐心等待。",
        "",
    ],
)
def test_formulas_alone_are_a_template(reply):
    judged = ai.judge_reply(MESSAGE, reply)
    assert judged.template and judged.overall <= 0.2 and "客套话" in judged.missing[0]


def test_who_only_sends_on_hears_what_is_missing():
    judged = ai.judge_reply(MESSAGE, "您好!路灯不属于我局职权范围,请您向当地路灯管理部门提出,或拨打电话咨询。")
    assert judged.overall < 0.45 and judged.missing


def test_a_copy_of_another_reply_is_a_template():
    assert ai.judge_reply(MESSAGE, SETTLED, others=[SETTLED.replace("三号", "五号")]).template


def test_late_is_marked():
    assert ai.judge_reply(MESSAGE, SETTLED, days=40).overall < ai.judge_reply(MESSAGE, SETTLED, days=10).overall


def test_a_date_inside_a_sentence_is_a_fact_and_no_signature():
    reply = "您好!经查属实。枫林路三号院门口的路灯已于2026年11月3日修好,老人晚上出门看得清路了。"
    assert (
        ai.judge_reply(MESSAGE, reply).marks["relevance"]
        == ai.judge_reply(MESSAGE, reply + "枫林区路灯所2026年11月4日").marks["relevance"]
        > 0.5
    )


def test_full_width_signs_end_sentences_too():
    message, reply = (
        "文昌苑路灯不亮三天了，什么时候修？",
        "您好！经现场查看，文昌苑三盏路灯因电缆破损不亮。预计11月25日前修好！感谢您的支持！",
    )
    half = str.maketrans("，！？", ",!?")
    wide, narrow = (ai.judge_reply(*texts) for texts in ((message, reply), (message.translate(half), reply.translate(half))))
    assert wide == narrow and wide.marks["relevance"] > 0
