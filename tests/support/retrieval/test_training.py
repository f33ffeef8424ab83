"""Fitting: what decides is found, the same numbers come out twice, copies of a document stay in one fold."""

import numpy as np

from yiwang.support.retrieval.choosing import fit_choice
from yiwang.support.retrieval.network import Network
from yiwang.support.retrieval.training import fit_rank, fold_of


def _held(seed, count=60):
    chance = np.random.default_rng(seed)
    tables = [chance.normal(size=(8, 4)) for _ in range(count)]
    return [(table, (table[:, 2] == table[:, 2].max()).astype(float)) for table in tables]


def test_the_choice_learns_what_makes_a_span_worth_choosing():
    network = fit_choice(_held(1, 800), seed=1)
    fresh = _held(2)
    hits = np.mean([worth[np.argmax(network(table)[:, 0])] for table, worth in fresh])
    assert hits > 0.7
    again = fit_choice(_held(1, 800), seed=1)
    assert np.array_equal(network(fresh[0][0]), again(fresh[0][0]))


def test_the_rank_learns_which_feature_marks_the_right_document():
    held = _held(3)
    network = fit_rank([table for table, _ in held], [int(np.argmax(worth)) for _, worth in held])
    fresh = _held(4)
    assert np.mean([worth[np.argmax(network(table)[:, 0])] for table, worth in fresh]) > 0.9


def test_copies_of_a_document_share_a_fold():
    assert fold_of("云汀市 游泳馆\n须知") == fold_of("云汀市游泳馆须知")
    assert len({fold_of(str(number)) for number in range(100)}) == 5


def test_a_network_reads_back_what_it_wrote():
    network = fit_choice(_held(5, 20), seed=2)
    again = Network.read(network.to_json())
    table = _held(6, 1)[0][0]
    assert np.allclose(network(table), again(table), atol=1e-2)
