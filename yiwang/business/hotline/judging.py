"""The rules of the hotline as the register of models knows them: the invented test sets they ship with, and how they answer one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from yiwang.business.hotline import starting, tree, wording
from yiwang.support.ai import api as ai
from yiwang.support.models import api as models
from yiwang.support.retrieval import api as retrieval

ROOM: Final = Path(__file__).parent
NONE: Final = "无"
BETWEEN: Final = "‖"  # in a row of replies: message ‖ reply


def words(text: str) -> str:
    """The category that the words of the tree name, '' where none does."""
    return next((one.code for one in wording.by_words(text, most=1)), "")


def urgency(text: str) -> str:
    """0 to 3."""
    return str(ai.understand(text).urgency)


def place(text: str) -> str:
    """The first place named."""
    return next((one.name for one in ai.find_places(text)), NONE)


def personal(text: str) -> str:
    """The kinds of personal data, in order."""
    return " ".join(sorted({one.kind for one in ai.find_personal_data(text)})) or NONE


RULES: Final[Mapping[str, Callable[[str], str]]] = {
    "hotline.words": words,
    "hotline.urgency": urgency,
    "hotline.place": place,
    "hotline.personal": personal,
}


def judge(key: str) -> Callable[[models.TestSet, str], models.Judgement]:
    """How the rules of a key answer a test set."""
    return lambda test, name: models.judge_said(name, test, answers=[RULES[key](one.text) for one in test.rows])


def judge_replies(test: models.TestSet, name: str) -> models.Judgement:
    """Pairs of message and reply: whether the desk would ask to mend, and how well the whole ranks them (label 修改 or 发出)."""
    pairs = [one.text.partition(BETWEEN) for one in test.rows]
    return replies([(message.strip(), said.strip()) for message, _, said in pairs], test, name)


def replies(pairs: Sequence[tuple[str, str]], test: models.TestSet, name: str) -> models.Judgement:
    """The same with the pairs given apart, for long ones."""
    wholes = [ai.judge_reply(message, said).overall for message, said in pairs]
    least = tree.limits()["quality_least"]
    found = models.judge_said(name, test, answers=["修改" if whole < least else "发出" for whole in wholes])
    good, bad = ([whole for whole, one in zip(wholes, test.rows, strict=True) if one.label == label] for label in ("发出", "修改"))
    rows = tuple(replace(one, probability=round(whole, 3)) for one, whole in zip(found.rows, wholes, strict=True))
    scores = {**found.scores, "mend_auroc": round(retrieval.auroc(good, bad), 4)}
    return replace(found, scores=scores, rows=rows)


def judge_topics(test: models.TestSet, name: str) -> models.Judgement:
    """Pairs that belong together by the set and by the groups found: pairwise F1, and B³ F1 (Bagga and Baldwin 1998) row by row."""
    _hot, groups = ai.find_topics([ai.Message(one.row_id, one.text) for one in test.rows])
    truth, found = [one.label for one in test.rows], [str(groups[one.row_id]) for one in test.rows]
    sizes, right, both = Counter(found), Counter(truth), Counter(zip(found, truth, strict=True))
    marks = [2 * both[a, b] / (sizes[a] + right[b]) for a, b in zip(found, truth, strict=True)]
    same, named, there = (sum(count * (count - 1) // 2 for count in held.values()) for held in (both, sizes, right))
    scores = {"pair_precision": same / max(named, 1), "pair_recall": same / max(there, 1), "pair_f1": 2 * same / max(named + there, 1)}
    rows = tuple(
        models.Judged(one.row_id, "热点" if sizes[group] > 1 else "单件", mark, 1.0, -1, one.region, one.group)
        for one, group, mark in zip(test.rows, found, marks, strict=True)
    )
    told = {**scores, "b_cubed": sum(marks) / len(marks)}
    return models.Judgement(name, "held_out", test.fingerprint, {key: round(value, 4) for key, value in told.items()}, rows)


def shipped_set(key: str) -> models.TestSet:
    """The invented test set of a key."""
    if key == "hotline.words":
        rows = [f'{ident},"{text}",{code},{code.partition(".")[0]}' for ident, text, code in starting.concerns()]
        return models.test_set("\n".join(["row_id,text,label,group", *rows]).encode())
    return models.test_set((ROOM / "sets" / f"{key.partition('.')[2]}.csv").read_bytes())


def ship(key: str, judging: Callable[[models.TestSet, str], models.Judgement]) -> models.Shipped:
    """The rules that run now, measured now on their invented set; where one comes along, an evaluation on real data too."""
    data = models.running(key)
    own = judging(shipped_set(key), "随平台提供的自编评测集")
    real = models.stored(ROOM / "shipped" / f"{key}.json", of=data)  # the newest one counts for approval
    return models.Shipped(data, "随软件安装的规则,没有训练;自编评测集见房间的 sets 目录", (own, real) if real else (own,))


def owners() -> Sequence[tuple[str, models.Owner]]:
    """What the register is told of the hotline's rules."""

    def owner(key: str, judging: Callable[[models.TestSet, str], models.Judgement]) -> tuple[str, models.Owner]:
        return key, models.Owner(judge=judging, ship=lambda: ship(key, judging))

    return [*(owner(key, judge(key)) for key in RULES), owner("hotline.reply", judge_replies), owner("hotline.topics", judge_topics)]
