"""The kinds of models: how a file is read without trusting it, what its card says, how it answers a test set."""

from __future__ import annotations

import hashlib
import json
import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from yiwang.standards.errors import YiwangError
from yiwang.support.models import files, keys, rules
from yiwang.support.models.errors import BadTestSet, ModelLacksCard, NotAModel
from yiwang.support.models.tables import TestRow, TestSet
from yiwang.support.models.values import Answered, Judged, Judgement

PROBE: Final = "小区门口的路灯不亮已经三天了,晚上走路看不清,请派人来修。"
MOST_JSON: Final = 16 * 1024 * 1024


@dataclass(frozen=True)
class Facts:
    """What a file says of itself: fingerprint of the data it learned from, its labels ('' none), its card for a reader."""

    fingerprint: str
    labels: tuple[str, ...]
    card: dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """How files of one kind are read and measured. ``desk_rows``: the largest test set that is measured while a page waits."""

    name: str
    columns: tuple[str, ...]
    filled: tuple[str, ...]
    desk_rows: int
    read: Callable[[bytes, str], Any]
    facts: Callable[[Any, str], Facts]
    judge: Callable[[Any, TestSet, Sequence[tuple[str, str]], str], Judgement]


def read_classifier(data: bytes, title: str) -> Any:
    """A classifier from its file; NotAModel says what is wrong with it."""
    from yiwang.support.ai import api as ai

    refused = (
        f"文件有 {len(data) / 1048576:.0f} MB,最多 {files.MOST_BYTES // 1048576} MB"
        if len(data) > files.MOST_BYTES
        else files.refusal(data)
    )
    if refused:
        raise NotAModel(title=title, reason=refused)
    with tempfile.TemporaryDirectory(prefix="yiwang-model-") as folder:
        path = Path(folder) / "model.npz"
        path.write_bytes(data)
        try:
            model = ai.load_classifier(path)
            answer = next(iter(model.classify([PROBE])))
        except YiwangError as error:
            raise NotAModel(title=title, reason=str(error.details.get("reason", error.message))[:120]) from error
        except (ValueError, IndexError, KeyError, TypeError, AttributeError, MemoryError, ArithmeticError, StopIteration) as error:
            raise NotAModel(title=title, reason=f"里面的数组彼此不符({type(error).__name__})") from error
    if (
        not 0 <= answer.probability <= 1
        or len(set(model.labels)) != len(model.labels)
        or not all(isinstance(one, str) for one in model.labels)
    ):
        raise NotAModel(title=title, reason="给出的概率或类别不成立")
    return model


def classifier_facts(model: Any, title: str) -> Facts:
    """The card without its lists. ModelLacksCard without a data fingerprint."""
    mark = str(model.card.get("fingerprint", ""))
    if len(mark) != 64 or not isinstance(model.card.get("rows"), int):
        raise ModelLacksCard(what="训练数据的指纹或行数", remedy="请用 yiwang hotline train 重新训练。")
    return Facts(
        mark,
        tuple(model.labels),
        {key: value for key, value in model.card.items() if isinstance(value, str | int | float | dict)},
    )


def judge_classifier(model: Any, test: TestSet, _corpus: Sequence[tuple[str, str]], name: str) -> Judgement:
    """Every row of the test set as the classifier answers it."""
    answers = list(model.classify(one.text for one in test.rows))
    return classified(
        name, "held_out", test.fingerprint, answers, truth=[one.label for one in test.rows], ids=[one.row_id for one in test.rows],
        regions=[one.region for one in test.rows], groups=[one.group for one in test.rows], left_out=test.left_out,
    )  # fmt: skip


def classified(
    name: str,
    how: str,
    mark: str,
    answers: Sequence[Answered],
    *,
    truth: Sequence[str],
    ids: Sequence[str],
    regions: Sequence[str] = (),
    groups: Sequence[str] = (),
    left_out: Sequence[tuple[int, str]] = (),
) -> Judgement:
    """See the door (``judge_answers``)."""
    from yiwang.support.ai import api as ai

    scores = ai.score_answers(truth, list(answers))  # type: ignore[arg-type]
    none = [""] * len(answers)
    rows = tuple(
        Judged(ident, one.label, float(one.label == right), one.probability, one.pieces, region, group)
        for one, right, ident, region, group in zip(answers, truth, ids, regions or none, groups or none, strict=True)
    )
    kept = ("accuracy", "macro_f1", "top2", "calibration_error", "automatic_precision", "coverage")
    labels = tuple(
        {"label": label, "rows": int(one["rows"]), **{key: round(one[key], 4) for key in ("precision", "recall", "f1")}}
        for label, one in sorted(scores.per_label.items(), key=lambda item: item[1]["f1"])
    )
    return Judgement(name, how, mark, {key: round(float(getattr(scores, key)), 4) for key in kept}, rows, labels, tuple(left_out))


def read_answers(data: bytes, title: str) -> Any:
    """The answerer's weights from their file; NotAModel says what is wrong with it."""
    from yiwang.support.retrieval import api as retrieval

    def strange(word: str) -> float:
        raise ValueError(f"含有 {word}")

    if len(data) > MOST_JSON:
        raise NotAModel(title=title, reason=f"文件有 {len(data) / 1048576:.0f} MB,最多 {MOST_JSON // 1048576} MB")
    try:
        model = retrieval.Weights.read(json.loads(data.decode("utf-8"), parse_constant=strange))
        index = retrieval.Index.build([retrieval.Document("probe", "路灯由城市管理部门维修。报修电话为 12345。")])
        answer = retrieval.ask(index, "路灯坏了由谁维修?", weights=model)
        if not math.isfinite(answer.confidence):
            raise ValueError("算出的数不成立")
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, MemoryError) as error:
        raise NotAModel(title=title, reason=f"不是完整的权重文件({str(error)[:80] or type(error).__name__})") from error
    return model


def answers_facts(model: Any, title: str) -> Facts:
    """Where the weights are from. ModelLacksCard without the digests of what they were fitted on."""
    told = model.provenance if isinstance(model.provenance, dict) else {}
    fitted = told.get("fitted_on")
    if not isinstance(fitted, dict) or not fitted:
        raise ModelLacksCard(what="训练数据的指纹", remedy="请用 yiwang ask train 重新训练。")
    mark = hashlib.sha256("".join(sorted(map(str, fitted.values()))).encode()).hexdigest()
    return Facts(mark, (), {**told, "threshold": model.threshold})


def judge_asked(model: Any, test: TestSet, corpus: Sequence[tuple[str, str]], name: str) -> Judgement:
    """Every question answered over the corpus of the test set; a question without a document should be refused."""
    from yiwang.support.retrieval import api as retrieval

    known = {ident for ident, _text in corpus}
    strange = sorted({one.docid for one in test.rows if one.docid and one.docid not in known})
    if not corpus or strange:
        raise BadTestSet(reason=f"文档表里没有 {'、'.join(strange[:3])}。" if strange else "还要有文档表(docid、text)。")
    index = retrieval.Index.build(retrieval.Document(ident, text) for ident, text in corpus)
    found = [retrieval.ask(index, one.text, weights=model, most=10) for one in test.rows]
    rows: list[Judged] = []
    own: list[tuple[TestRow, Any]] = []
    foreign: list[tuple[TestRow, Any]] = []
    for one, said in zip(test.rows, found, strict=True):
        mark = float(said.refused != bool(one.docid) and (not one.docid or _held(said, one)))
        rows.append(Judged(one.row_id, "refused" if said.refused else "answered", mark, said.confidence, -1, one.region, one.group))
        (own if one.docid else foreign).append((one, said))
    ranked, right = [said.documents for _one, said in own], [one.docid for one, _said in own]
    scores: dict[str, float] = {
        "right_first": retrieval.recall_at(ranked, right, 1),
        "in_ten": retrieval.recall_at(ranked, right, 10),
        "held": sum(float(_held(said, one)) for one, said in own) / max(len(own), 1),
        "rouge_l": sum(retrieval.rouge_l(said.answer, one.answer) for one, said in own) / max(len(own), 1),
        "auroc": retrieval.auroc([said.confidence for _one, said in own], [said.confidence for _one, said in foreign]),
        "refused_own": sum(float(said.refused) for _one, said in own) / max(len(own), 1),
        "refused_foreign": sum(float(said.refused) for _one, said in foreign) / max(len(foreign), 1),
    }
    kept = {key: round(value, 4) for key, value in scores.items() if math.isfinite(value)}
    return Judgement(name, "held_out", test.fingerprint, kept, tuple(rows), (), test.left_out)


def _held(said: Any, one: TestRow) -> bool:
    """Whether the passage that is shown holds the answer, wherever the words that were picked begin and end."""
    return said.source == one.docid and "".join(one.answer.split()) in "".join(said.passage.split())


def rules_facts(model: rules.Manifest, _title: str) -> Facts:
    """The files that decide, and the packages with their licences; nothing was learned here, so the fingerprint is of these."""
    told: dict[str, Any] = {
        f"{name} {one['version']}": {"licence": one["licence"], "source": one.get("model", one["source"]), **one.get("files", {})}
        for name, one in model.packages.items()
    }
    mark = hashlib.sha256("".join(f"{name}={digest};" for name, digest in sorted(model.files.items())).encode()).hexdigest()
    return Facts(mark, (), {**told, "files": {name.partition("/")[2]: digest[:16] for name, digest in model.files.items()}})


def judge_rules(model: rules.Manifest, test: TestSet, _corpus: Sequence[tuple[str, str]], name: str) -> Judgement:
    """Every row of the test set as the rules that run here answer it; only they can be measured."""
    judge = keys.owner(model.key).judge
    if judge is None:
        raise BadTestSet(reason="这些规则没有逐行的评测办法,请用随平台提供的评测。")
    if rules.read(rules.running(model.key), name) != model:
        raise BadTestSet(reason="这一版规则不是现在运行的,不能在这里评测。")
    return judge(test, name)


def said(name: str, how: str, mark: str, test: Sequence[TestRow], answers: Sequence[str]) -> Judgement:
    """Labels of rules against the truth: accuracy, macro-F1, per label."""
    rows = tuple(
        Judged(one.row_id, found, float(found == one.label), 1.0, -1, one.region, one.group)
        for one, found in zip(test, answers, strict=True)
    )
    labels: list[dict[str, Any]] = []
    for label in sorted({one.label for one in test}):
        right = sum(found == label == one.label for one, found in zip(test, answers, strict=True))
        named, there = sum(found == label for found in answers), sum(one.label == label for one in test)
        f1 = 2 * right / (named + there)
        labels.append(
            {
                "label": label[:60],
                "rows": there,
                "precision": round(right / max(named, 1), 4),
                "recall": round(right / there, 4),
                "f1": round(f1, 4),
            }
        )
    scores = {
        "accuracy": round(sum(one.mark for one in rows) / len(rows), 4),
        "macro_f1": round(sum(one["f1"] for one in labels) / len(labels), 4),
    }
    return Judgement(name, how, mark, scores, rows, tuple(sorted(labels, key=lambda one: one["f1"])))


KINDS: Final[Mapping[str, Kind]] = {
    "classifier": Kind("文本分类", ("text", "label"), ("text", "label"), 20_000, read_classifier, classifier_facts, judge_classifier),
    "rules": Kind("规则或第三方模型", ("text", "label"), ("text", "label"), 2_000, rules.read, rules_facts, judge_rules),
    "answers": Kind("抽取式问答", ("text", "docid", "answer"), ("text",), 200, read_answers, answers_facts, judge_asked),
}
