"""How good a reply to a citizen is, and what it lacks: relevance, completeness, answer to what was asked, timeliness, own words.

Rules that can be read and argued about; each mark is a share between 0 and 1. A low mark asks the official to mend, it decides nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from yiwang.support.ai import topics

READ = 6_000
SHORT = 80  # characters of substance below which a reply seldom settles a matter
WEIGHTS = {"relevance": 0.35, "completeness": 0.2, "answers": 0.25, "timeliness": 0.1, "own_words": 0.1}
_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # full-width signs, digits and letters as the patterns write them
_SENTENCE = re.compile(r"[^。!?!?;;\n]+[。!?!?;;]?")
_FORMULA = re.compile(
    r"您好|你好|网友|收悉|收到|感谢您|谢谢|支持与监督|监督与支持|关心与支持|理解与支持|理解和支持|特此回复|答复如下|回复如下|祝您|此复|"
    r"高度重视|如有(?:疑问|问题)|转.{0,20}(?:办理|处理|部门|调查|核查|核实|核处|办复|答复)|及时(?:会)?(?:回复|反馈)|及时发布|"
    r"祝(?:您|你)|敬请(?:关注|留意)|耐心等待|留言已阅|^(?:网友)?\W*\d{4}[年.-]\d{1,2}[月.-]\d{1,2}日?\W*$"
)
_SIGNED = re.compile(
    r"(?<=[。!!?:.])\s*(?:\S{0,20})?(?:\d{4}|[二〇○零一二三四五六七八九十]{4})年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日"
    r"(?=\W*(?:$|UU|网友|尊敬|亲爱|您好|你好))"
)  # at the end of a letter, or between two; a date inside a sentence is a fact
_SENT_ON = re.compile(
    r"不属(?:于)?我|职权范围|请(?:您|你)?.{0,12}(?:咨询|提出|联系|致电|拨打|关注|反映|投诉)|可以?致电|无法(?:进行)?(?:核查|调查)"
)
_ASKED: tuple[tuple[str, re.Pattern[str], re.Pattern[str], str], ...] = (
    (
        "time",
        re.compile(r"什么时候|何时|几时|多久|哪(?:年|月|天)|时间表|期限|工期"),
        re.compile(r"\d{1,4}\s*(?:年|月|日|天|个工作日|小时|季度)|年(?:内|底)|月底|近期|本周|下周|目前(?:无|没有|尚无|尚未)"),
        "没有回答「什么时候」:请写明日期或期限,定不下来也请说明原因。",
    ),
    (
        "amount",
        re.compile(r"多少(?:钱|元|费)|收费标准|怎么(?:算|收)|标准是多少|补多少"),
        re.compile(r"\d[\d.,]*\s*(?:万|亿)?(?:元|%|%|元/)|免费|不收费|标准"),
        "没有回答「多少」:请写明金额、标准或计算办法。",
    ),
    (
        "reason",
        re.compile(r"为什么|为何|凭什么|什么原因|怎么回事"),
        re.compile(r"由于|因为|因|原因|系|根据|按照|依据"),
        "没有说明原因:请写明事实和依据。",
    ),
    (
        "way",
        re.compile(r"怎么办|如何(?:办|申|处|解|缴|补|领)|怎么(?:办|申|处|解|缴|补|领)|什么手续|哪里办|哪个部门|需要什么"),
        re.compile(r"可(?:以)?(?:到|向|通过|凭|持|拨|登录)|请(?:您)?(?:到|向|携带|拨|登录|凭|持|联系)|办理|申请|材料|窗口|步骤|流程"),
        "没有说明怎么办:请写明到哪里、带什么、找谁。",
    ),
    (
        "whether",
        re.compile(r"是否|能不能|能否|可不可以|可否|有没有|是不是|吗[??]?"),
        re.compile(r"可以|不能|不可|不得|能够|属于|不属于|符合|不符合|已(?:经)?|尚未|没有|将|应当|无需|需要|计划|规定"),
        "没有正面回答「是否」:请直接写明可以或不可以、是或不是。",
    ),
)
_PARTS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "facts",
        re.compile(
            r"[经据](?:调查|核实|查|了解|核查|现场|走访|咨询|研究|与|询问)|调查(?:核实|了解|处理)|现场(?:查看|勘查|核实|检查)|查明|查实|属实|据了解|目前|现有|"
            r"原因|由于|因为|因.{2,20}[,,]|\d{1,2}月\d{1,2}日|已(?:于|经|在)?[^转]{0,6}(?:完成|全部|安装|建成|批|召开|签)|实为|位于|共有"
        ),
        "没有写调查到的事实。",
    ),
    (
        "basis",
        re.compile(r"《[^》]{3,60}》|〔\d{4}〕|\d+号(?:文|令)|第[一二三四五六七八九十百\d]+条|根据|按照|依据|规定|政策"),
        "没有写依据的规定。",
    ),
    (
        "measure",
        re.compile(
            r"拟|计划|预计|列入|纳入|正在|力争|启动|改造|尽快|不(?:能|予|得|宜|便|建议|设)|无法|暂(?:时|未|缓)|争取|加强|继续|推进|可以|无需|应(?:当)?|"
            r"已(?:经)?(?:责|要求|督促|安排|组织|完成|对|将|约谈|立案|下达|制定|修)|责成|责令|整改|处罚|下一步|将(?:进一步|加|继续|按|会|对|于|尽)|建议您|可(?:以)?(?:到|向|凭|拨)|请(?:您)?(?:到|向|携|拨|联系)"
        ),
        "没有写采取的措施或下一步。",
    ),
    ("contact", re.compile(r"电话|联系(?:人|方式)|\d{3,4}-?\d{7,8}|0000-0+|12345|地址|窗口"), "没有留联系方式。"),
)


@dataclass(frozen=True)
class Judged:
    """The marks (0 to 1), the whole, and in words what is missing. ``template`` says that the reply is only formulas."""

    overall: float
    marks: dict[str, float]
    template: bool
    missing: tuple[str, ...]


def judge(message: str, reply: str, *, days: float | None = None, limit_days: float = 15, others: Sequence[str] = ()) -> Judged:
    """Judge a reply. ``days`` from message to reply against ``limit_days``; ``others``: earlier replies, to find a copied one."""
    asked, said = message[:READ].translate(_HALF), reply[:READ].translate(_HALF)
    plain = _plain(said)
    content = len("".join(plain.split()))
    sent_on = content < SHORT and bool(_SENT_ON.search(plain))
    copied = bool(others) and _copied(said, others)
    template = content < 15 or copied or (sent_on and content < 40 and not _PARTS[0][1].search(plain))
    missing: list[str] = []
    relevance = _relevance(asked, plain)
    if relevance < 0.35:
        missing.append("与来件说的事对不上:请写到来件中的地点、对象和诉求。")
    weight = min(1.0, 0.3 + content / SHORT)  # who says little seldom says what was asked for
    answers = _answers(asked, plain, missing) * weight * (0.5 if sent_on else 1.0)
    completeness = _completeness(plain, missing) * min(1.0, content / SHORT)
    timeliness = 1.0 if days is None or days <= limit_days else max(0.0, 1 - (days - limit_days) / (2 * limit_days))
    if timeliness < 1:
        missing.append(f"超过 {limit_days:g} 天才答复:请先说明延期的原因。")
    if copied:
        missing.append("与已经发出的其他答复几乎相同:请针对这一件来写。")
    elif template:
        missing.insert(0, "只有客套话:请写明事实、结果和下一步。")
    marks = {
        "relevance": relevance if not template else min(relevance, 0.2),
        "completeness": completeness,
        "answers": answers if not template else 0.0,
        "timeliness": timeliness,
        "own_words": 0.0 if template else min(1.0, content / SHORT),
    }
    overall = sum(WEIGHTS[name] * mark for name, mark in marks.items())
    rounded = {name: round(mark, 3) for name, mark in marks.items()}
    return Judged(round(min(overall, 0.2) if template else overall, 3), rounded, template, tuple(missing))


def _plain(said: str) -> str:
    """The reply without its formulas, forms of address and dates of signature."""
    sentences = [one for one in _SENTENCE.findall(_SIGNED.sub("", said)) if any(map(str.isalnum, one))]
    return "".join(one for one in sentences if not (_FORMULA.search(one) and len(one) < 50))


def _relevance(asked: str, said: str) -> float:
    wanted = set(topics.words(asked))
    if not wanted:
        return 1.0
    shared = [word for word in wanted if word in said]
    return min(1.0, sum(map(len, shared)) / max(6.0, 1.5 * math.sqrt(sum(map(len, wanted)))))


def _answers(asked: str, said: str, missing: list[str]) -> float:
    needed = [(answer, lack) for _, question, answer, lack in _ASKED if question.search(asked)]
    unanswered = [lack for answer, lack in needed if not answer.search(said)]
    missing.extend(unanswered)
    if not needed:
        return 1.0 if any(pattern.search(said) for name, pattern, _ in _PARTS if name in ("facts", "measure")) else 0.4
    return 1 - len(unanswered) / len(needed)


def _completeness(said: str, missing: list[str]) -> float:
    lacks = {name: lack for name, pattern, lack in _PARTS if not pattern.search(said)}
    missing.extend(lack for name, lack in lacks.items() if name != "contact")
    weights = {"facts": 0.35, "basis": 0.2, "measure": 0.35, "contact": 0.1}
    return 1 - sum(weights[name] for name in lacks)


def _copied(reply: str, others: Sequence[str]) -> bool:
    from yiwang.support.ai import duplicates

    own = duplicates.sketch(reply)
    return any(duplicates.likeness(own, duplicates.sketch(other)) >= 0.85 for other in others)
