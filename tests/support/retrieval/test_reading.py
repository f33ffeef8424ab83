"""Reading: where a text holds what is asked, what a question alone lets expect, and the documents read change places, none is lost."""

import numpy as np
import pytest

from yiwang.support.retrieval import answering, expecting, questions, tables, training
from yiwang.support.retrieval.index import Document, Index
from yiwang.support.retrieval.reading import Occurrences

NAMES = ("东湖", "北岸", "云山", "柳溪", "石桥", "新港", "南坡", "竹园")
THINGS = ("游泳馆", "图书馆", "菜市场")


@pytest.mark.parametrize("text", ["游泳馆周一闭馆，周二闭馆。", "馆", "", "馆馆馆馆"])
def test_occurrences_say_what_a_slice_would(text):
    pairs = ["闭馆", "周一", "馆馆", "没有"]
    found = Occurrences(text, pairs)
    places = [(a, b) for a in range(len(text) + 1) for b in range(a, len(text) + 1)]
    starts, ends = np.array(places).T
    wanted = [[pair in text[a:b] for a, b in places] for pair in pairs]
    assert found.within(starts, ends).tolist() == wanted


def _pairs(count):
    out = [(f"{NAMES[n % 8]}{THINGS[n % 3]}电话是多少？", f"0999-55{n:04}") for n in range(count)]
    return out + [
        (f"{NAMES[n % 8]}{THINGS[n % 3]}有哪些措施？", "加强巡查，增开窗口，延长开放时间，并安排专人值守。" * 3) for n in range(count)
    ]


def test_the_expectation_tells_a_number_from_a_list_of_measures():
    expect = expecting.fit_expectation(_pairs(30))
    number, measures = expect("西山游泳馆电话是多少？"), expect("西山游泳馆有哪些措施？")
    length, figures = expecting.TRAITS.index("length"), expecting.TRAITS.index("figures")
    assert number[length] < measures[length] - 1
    assert number[figures] > 0.7 > 0.3 > measures[figures]
    assert np.allclose(expecting.Expectation.read(expect.to_json())("电话是多少"), expect("电话是多少"), atol=0.02)


@pytest.mark.parametrize("odd", ["", "？", "😀\ud800", "a" * 5000])
def test_anything_may_be_expected_of_an_odd_question(odd):
    assert np.isfinite(answering.committed().expect(odd)).all()


def _corpus(count=8):
    documents = [
        Document(
            f"{name}{thing}", f"{name}{thing}开放须知。{thing}每周{1 + n % 5}闭馆检修。咨询电话为0999-55{n:02}{m:02}。持身份证免费入内。"
        )
        for n, name in enumerate(NAMES[:count])
        for m, thing in enumerate(THINGS)
    ]
    return Index.build(documents)


def test_documents_read_change_places_and_none_is_lost():
    index, question = _corpus(), questions.read("东湖游泳馆咨询电话是多少？")
    finding = answering.find(index, question, answering.committed())
    assert finding is not None
    assert len(finding.readings) == len(finding.again) == answering.READ
    assert sorted(finding.ordered().tolist()) == sorted(finding.order.tolist())
    assert finding.ordered()[0] == finding.readings[finding.place].position
    assert finding.ordered()[answering.READ :].tolist() == finding.order[answering.READ :].tolist()
    found = answering.ask(index, question.folded)
    assert found.documents[0] == found.source == "东湖游泳馆"
    assert found.answer in next(one.text for one in index.documents if one.id == found.source)


def test_training_whole_gives_weights_that_answer(tmp_path):
    index = _corpus(4)
    (tmp_path / "docs.tsv").write_text("docid\ttext\n" + "".join(f"{one.id}\t{one.text}\n" for one in index.documents), "utf-8")
    known = "".join(f"{one.id}\t{one.id}的咨询电话是多少？\t{one.text.split('电话为')[1][:12]}\n" for one in index.documents)
    (tmp_path / "known.tsv").write_text("docid\tquestion\tanswer\n" + known, "utf-8")
    strange = "".join(f"x{n}\t第{n}号公园的雕塑由谁设计？\n" for n in range(12))
    (tmp_path / "strange.tsv").write_text("docid\tquestion\n" + strange, "utf-8")
    trained = tables.train_file(tmp_path / "docs.tsv", tmp_path / "known.tsv", tmp_path / "strange.tsv")
    assert trained.figures["questions"] == 12 and trained.figures["unanswerable"] == 12
    assert trained.figures["recall_at_1"] > 0.8 and trained.figures["auroc"] > 0.8
    again = answering.Weights.read(trained.weights.to_json())
    assert answering.ask(index, "北岸图书馆的咨询电话是多少？", weights=again).documents[0] == "北岸图书馆"
    assert set(trained.weights.provenance["fitted_on"]) == {"docs.tsv", "known.tsv", "strange.tsv"}


def test_one_kind_of_question_alone_cannot_be_trained_on():
    asked = [training.Asked(questions.read("东湖游泳馆哪天闭馆？"), 0, "每周一", 0)]
    with pytest.raises(ValueError, match="both"):
        training.train(_corpus(1), asked)
