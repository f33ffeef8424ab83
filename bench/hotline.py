"""Sorting messages. Scores need messages.csv-like data under YIWANG_SHARED_DATA; speed does not.

Peer: the Signalen recipe (Amsterdam's signals: words, TF-IDF, logistic regression, grid search over both), on the same folds. Its
published pipeline stems Dutch; here words come from rjieba, since it would otherwise see whole sentences.
Cost: an answer grows with the message.
"""

import os
import random
import tempfile
import time
import warnings
from pathlib import Path

PLACES = [
    f"{a}{b}{c}{d}"
    for a in "晴望梧南白临青松云石"
    for b in "川湖桐溪鹭江桥林汀泉"
    for c in ("", *"上下东西前后新老长")
    for d in ("小区", "路", "镇", "中学", "新城", "花园", "社区", "医院")
]
THINGS = [
    "路灯",
    "下水道",
    "电梯",
    "垃圾站",
    "井盖",
    "公交站",
    "食堂",
    "停车位",
    "工资",
    "学位",
    "医保",
    "噪音",
    "油烟",
    "水压",
    "网线",
    "树木",
]
ACTS = [
    "坏了没人修",
    "收费不合理",
    "夜里扰民",
    "多次反映没有答复",
    "存在安全隐患",
    "被占用",
    "拖欠三个月",
    "突然停止",
    "散发臭味",
    "需要扩建",
]
TAILS = ["老人出行不便", "孩子睡不好", "影响上班", "希望尽快处理", "请给一个时间表", "物业互相推诿", "店家不听劝", "下雨更严重"]


def run():
    """Speed and scores against the peer."""
    return _classifier()


def _classifier():
    from yiwang.support.ai import api as ai

    data = os.environ.get("YIWANG_SHARED_DATA")
    path = Path(data) / "hotline" / "messages_tokenised_dev.csv" if data else None
    if path is None or not path.exists():
        print("  (no YIWANG_SHARED_DATA/hotline: scores skipped, speed on invented messages)")
        rows = [ai.Message(str(number), text, values={"label": label}) for number, (text, label) in enumerate(_invented(6_000))]
    else:
        rows = list(ai.read_messages(path, needed=("text", "label")))
    texts, labels = [one.whole for one in rows], [one.values["label"] for one in rows]
    groups = [one.values.get("group") or one.row_id for one in rows]
    begun = time.process_time()
    model = ai.train_classifier(texts, labels=labels, groups=groups)
    training = time.process_time() - begun
    list(model.classify(texts[:500]))
    begun = time.process_time()
    list(model.classify(texts))
    speed = len(texts) / (time.process_time() - begun)
    figures = [_row("hotline: messages classified, one core", speed, "messages/s"), _row("hotline: training, one core", training, "s")]
    with tempfile.TemporaryDirectory() as folder:
        model.save(Path(folder) / "m")
        figures.append(_row("hotline: model on disk", (Path(folder) / "m").stat().st_size / 1e6, "MB"))
    if path is not None and path.exists():
        ours, theirs = ai.evaluate_classifier(texts, labels=labels, groups=groups), _signalen(texts, labels=labels, groups=groups)
        for name in ("macro_f1", "top2", "calibration_error", "automatic_precision", "coverage"):
            figures.append(_row(f"hotline: {name}, grouped 5-fold ({len(texts)})", getattr(ours, name), "share", getattr(theirs, name)))
    return figures


def _signalen(texts, *, labels, groups):
    """The peer's recipe on the same folds; its dispatch rule is the best fixed threshold, 0.9."""
    import rjieba
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import Pipeline

    from yiwang.support.ai import scoring

    cut = [" ".join(rjieba.cut(text)) for text in texts]
    fold = scoring.split(groups, labels, folds=5, seed=1)
    answers = [("", "", 0.0)] * len(texts)
    begun = time.process_time()
    for one in range(5):
        inside = [row for row in range(len(texts)) if fold[row] != one]
        recipe = Pipeline([("words", TfidfVectorizer(token_pattern=r"\S+")), ("regression", LogisticRegression(max_iter=200))])
        grid = {"words__max_df": (0.5, 0.9), "regression__C": (1.0, 10.0)}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            search = GridSearchCV(recipe, grid, cv=3, scoring="f1_macro").fit([cut[row] for row in inside], [labels[row] for row in inside])
        outside = [row for row in range(len(texts)) if fold[row] == one]
        for row, chances in zip(outside, search.predict_proba([cut[row] for row in outside]), strict=True):
            best, second = chances.argsort()[::-1][:2]
            answers[row] = (str(search.classes_[best]), str(search.classes_[second]), float(chances[best]))
    print(f"  (Signalen recipe: {time.process_time() - begun:.0f} s for five grids)")
    said, second, chance = zip(*answers, strict=True)
    return scoring.score(labels, said, second, probabilities=chance, dispatched=[one >= 0.9 for one in chance])


def _invented(count):
    chance = random.Random(11)
    for number in range(count):
        place, thing, act = chance.choice(PLACES), chance.choice(THINGS), chance.choice(ACTS)
        said = f"{place}的{thing}{act},{chance.choice(TAILS)},{chance.choice(TAILS)},门牌{chance.randint(1, 999)}号,第{number % 97}次来电。"
        yield said, thing


def _row(name, value, unit, peer_value=None):
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "peer": "Signalen recipe" if peer_value is not None else None,
        "peer_value": peer_value,
        "ratio": value / peer_value if peer_value else None,
    }
