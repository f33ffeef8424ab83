"""Asking: milliseconds of processor time a question, on invented notices at two sizes; scores where policy_qa lies under YIWANG_SHARED_DATA.

Peer: plain BM25 over character pairs on whole documents, in the same run. Our scores there are those of the cross-validation at training, read
from the weights' provenance: the committed weights were fitted on those questions, so asking them again would flatter.
Cost: building grows with characters; a question with the postings of its pairs, plus six documents read.
"""

import csv
import os
import random
import sys
import tempfile
import time
from pathlib import Path

from yiwang.support.retrieval import scoring, text
from yiwang.support.retrieval.api import Document, Index, ask, committed
from yiwang.support.retrieval.postings import Postings

PLACES = ("东湖", "北岸", "云山", "柳溪", "石桥", "新港", "南坡", "竹园")
THINGS = ("游泳馆", "夜班公交", "图书馆", "旧家具回收", "养老食堂", "创业补贴", "停车年卡", "宽带报装", "菜市场改造", "体检中心")
DUTIES = (
    "每周{a}闭馆检修",
    "自{a}月{b}日起实行新的收费标准",
    "申请人应当携带身份证原件",
    "补助金额不超过{a}万元",
    "咨询电话为0999-55{b:02}{a:02}1",
    "由街道负责审核",
    "受理期限为{b}个工作日",
)
DOCUMENTS = 600
MANY = 25_000  # about 100,000 passages
ASKED = 40


def run():
    """Processor time a question, the growth of the state, and scores beside plain BM25."""
    figures = []
    for count in (DOCUMENTS, MANY):
        documents = _invented(count)
        begun = time.process_time()
        index = Index.build(documents)
        built = time.process_time() - begun
        plain = Postings()
        plain.add([text.gram_codes(folded, 2) for folded in index.folded])
        asked = [f"{one.text[:6]}{THINGS[number % len(THINGS)]}有什么要求？" for number, one in enumerate(documents[:ASKED])]
        size = f"{len(index.owners):,} passages"
        figures.append(
            _row(
                f"ask, {size}",
                _cost(lambda q, index=index: ask(index, q), asked),
                "ms/question",
                _cost(lambda q, plain=plain: _plain(plain, q), asked),
            )
        )
        figures.append({"name": f"index building, {size}", "value": built, "unit": "s", "peer": None, "peer_value": None, "ratio": None})
        with tempfile.TemporaryDirectory() as folder:
            index.save(Path(folder))
            held = sum(path.stat().st_size for path in Path(folder).iterdir()) / 2**20
        figures.append({"name": f"index on disk, {size}", "value": held, "unit": "MiB", "peer": None, "peer_value": None, "ratio": None})
    return figures + _scores()


def _invented(count):
    chance = random.Random(3)
    out = []
    for number in range(count):
        place, thing = chance.choice(PLACES), chance.choice(THINGS)
        body = "".join(
            f"{chance.choice(PLACES)}{chance.choice(THINGS)}第{number}号规定：{chance.choice(DUTIES).format(a=chance.randint(1, 9), b=chance.randint(1, 28))}，{chance.choice(DUTIES).format(a=chance.randint(1, 9), b=chance.randint(1, 28))}。"
            for _ in range(15)
        )
        out.append(Document(str(number), f"{place}街道关于{thing}的通知。{body}"))
    return out


def _plain(postings, question):
    scores = postings.score(text.gram_codes(text.fold(question), 2))
    return (-scores).argsort(kind="stable")[:10]


def _cost(act, asked):
    for question in asked[:3]:
        act(question)
    begun = time.process_time()
    for question in asked:
        act(question)
    return 1000 * (time.process_time() - begun) / len(asked)


def _row(name, ours, unit, peer):
    return {
        "name": name,
        "value": ours,
        "unit": unit,
        "peer": "plain BM25, character pairs",
        "peer_value": peer,
        "ratio": ours / peer if peer else None,
    }


def _scores():
    folder = Path(os.environ.get("YIWANG_SHARED_DATA") or "/nonexistent") / "policy_qa"
    if not folder.is_dir():
        print("  (no YIWANG_SHARED_DATA/policy_qa: scores skipped)")
        return []
    csv.field_size_limit(sys.maxsize)
    tables = {
        name: list(csv.DictReader((folder / f"{name}.tsv").open(encoding="utf-8"), delimiter="\t"))
        for name in ("policy_docs", "qa_dev", "qa_out_of_corpus_dev")
    }
    documents, known, strange = tables.values()
    folded = [text.fold(row["text"]) for row in documents]
    postings = Postings()
    postings.add([text.gram_codes(body, 2) for body in folded])
    ids = [row["docid"] for row in documents]
    ranked, answers, sure = [], [], []
    for row in known:
        question = text.fold(row["question"])
        scores = postings.score(text.gram_codes(question, 2))
        order = (-scores).argsort(kind="stable")[:10]
        ranked.append([ids[at] for at in order])
        sure.append(float(scores[order[0]]))
        body, asked = folded[order[0]], set(text.grams([question], 2))
        answers.append(
            max((body[a:b] for a, b in text.sentences(body)), key=lambda one, asked=asked: len(asked & set(text.grams([one], 2))))
        )
    unsure = [float(postings.score(text.gram_codes(text.fold(row["question"]), 2)).max()) for row in strange]
    ours, right = committed().provenance["cross_validated"], [row["docid"] for row in known]
    rouge = sum(scoring.rouge_l(one, text.fold(row["answer"])) for one, row in zip(answers, known, strict=True)) / len(known)
    return [
        _row("right document first", ours["recall_at_1"], "share", scoring.recall_at(ranked, right, 1)),
        _row("right document in the first ten", ours["recall_at_10"], "share", scoring.recall_at(ranked, right, 10)),
        _row("ROUGE-L of the answer (peer: best sentence)", ours["rouge_l"], "share", rouge),
        _row("AUROC of refusing (peer: best score)", ours["auroc"], "share", scoring.auroc(sure, unsure)),
    ]
