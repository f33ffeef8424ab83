"""What the confidence hangs on: places apart from what is asked, words nothing explains, and sums of trees that survive their file."""

import dataclasses

import numpy as np
import pytest

from yiwang.support.retrieval import answering, questions, ranking, text
from yiwang.support.retrieval.assurance import Surroundings, alike, chances_of
from yiwang.support.retrieval.index import Document, Index
from yiwang.support.retrieval.trees import Trees, fit_trees

NOTICE = "国务院关于减免小店房租的通知。承租国有房屋的小店免三个月房租。申请人向街道提出。咨询电话0999-5500110。"
OTHER = "青岛市游泳馆须知。游泳馆每周一闭馆。"


@pytest.fixture(scope="module")
def index():
    return Index.build([Document("notice", NOTICE), Document("pool", OTHER)])


@pytest.mark.parametrize(
    ("question", "rest"),
    [("青岛市小店房租免几个月？", "小店房租免"), ("广西壮族自治区的房租", "房租"), ("房租免多少", "房租免"), ("北京", "")],
)
def test_what_is_asked_stands_apart_from_where(question, rest):
    assert "".join(questions.read(question).rest)[: len(rest)] == rest
    assert not text.places("".join(questions.read(question).rest))


def test_a_document_that_names_no_place_loses_only_the_place(index):
    question = questions.read("青岛市小店免几个月房租？")
    chosen, lexical = ranking.candidates(index, question)
    table = dict(zip(ranking.FEATURES, ranking.features(index, question, chosen, lexical)[list(chosen).index(0)], strict=True))
    assert table["rest_held"] > table["held"]
    assert table["part_rest_pairs"] > 0
    assert (table["national"], table["place_national"], table["places_silent"]) == (1, 1, 1)


def test_a_question_without_a_place_has_nothing_set_apart(index):
    question = questions.read("小店免几个月房租？")
    chosen, lexical = ranking.candidates(index, question)
    for row in ranking.features(index, question, chosen, lexical):
        table = dict(zip(ranking.FEATURES, row, strict=True))
        assert [table[f"rest_{name}"] for name in ("held", "sentence")] == [table["held"], table["sentence"]]
        assert table["part_rest_words"] == table["part_words"]


def test_words_that_nothing_holds_are_told(index):
    asked = Surroundings(index, questions.read("小店房租减免的火星矿税怎么交？"))
    known = Surroundings(index, questions.read("小店房租减免怎么申请？"))
    assert asked.unexplained([0, 1])[4] > known.unexplained([0, 1])[4] == 0
    assert asked.unexplained([0, 1])[6] > known.unexplained([0, 1])[6]


@pytest.mark.parametrize("odd", ["？", "北京", "的", "😀", "a" * 400, "青岛" * 100, "\ud800小店"])
@pytest.mark.parametrize("place", [(0, 0), (0, len(NOTICE)), (12, 20), (len(NOTICE) - 1, len(NOTICE))])
def test_any_words_of_any_document_can_be_looked_at(index, odd, place):
    asked = Surroundings(index, questions.read(odd))
    around = asked.around(0, *place)
    assert len(around) == len(Surroundings(index, questions.read("小店房租")).around(1, 0, 3))
    assert np.isfinite([*around, *asked.unexplained([0, 1]), *asked.unexplained([])]).all()


def test_readings_alike_and_chances():
    assert alike("免三个月房租", "免三个月房租") == 1
    assert alike("免三个月房租", "每周一闭馆") == 0
    assert alike("", "") == 0
    assert np.isfinite(chances_of(np.array([3.0]))).all()
    assert chances_of(np.array([9.0, 1.0, 1.0]))[1] < chances_of(np.array([1.0, 1.0, 1.0]))[1]


def test_trees_learn_and_read_back_what_they_wrote():
    chance = np.random.default_rng(1)
    table = chance.normal(size=(400, 5))
    target = (table[:, 0] * table[:, 1] > 0).astype(float)
    trees = fit_trees(table, target, np.ones(400))
    fresh = chance.normal(size=(200, 5))
    assert np.mean((trees(fresh) > 0) == (fresh[:, 0] * fresh[:, 1] > 0)) > 0.8
    assert np.allclose(Trees.read(trees.to_json())(fresh), trees(fresh), atol=1e-5)


def _leaf(**changed):
    return {"width": 1, "base": 0.5, "roots": [0], "feature": [0, 0, 0], "jump": [2, 0, 0], "number": [0.0, -1.0, 1.0]} | changed


def test_a_tree_adds_the_leaf_it_leads_to():
    assert Trees.read(_leaf())(np.array([[-3.0], [0.0], [3.0]])).tolist() == [-0.5, -0.5, 1.5]


@pytest.mark.parametrize(
    "changed", [{"jump": [3, 0, 0]}, {"jump": [1, 0, 0]}, {"jump": [-1, 0, 0]}, {"roots": [9]}, {"feature": [1, 0, 0]}, {"number": [0.0]}]
)
def test_trees_that_lead_nowhere_are_refused(changed):
    with pytest.raises(ValueError, match="nowhere"):
        Trees.read(_leaf(**changed))


def test_weights_for_other_features_are_refused():
    weights = answering.committed()
    data = weights.to_json()
    data["rank"] = dataclasses.replace(weights.rank, means=weights.rank.means[:-1]).to_json()
    with pytest.raises(ValueError, match="features"):
        answering.Weights.read(data)
