"""Published RFC 6962 proofs, also the ones that must fail, and a slow, obvious tree as the oracle of our own proofs."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.security.vectors import folder
from yiwang.base.ciphers.api import merkle

MERKLE = folder("merkle")


def cases(kind):
    files = sorted((MERKLE / kind).rglob("*.json"))
    assert files
    return [pytest.param(json.loads(file.read_text()), id=str(file.relative_to(MERKLE))) for file in files]


def raw(text):
    return base64.b64decode(text)


def proof(case):
    return [raw(step) for step in case["proof"] or []]


@pytest.mark.parametrize("case", cases("inclusion"))
def test_inclusion(case):
    held = merkle.verify_inclusion(raw(case["leafHash"]), case["leafIdx"], case["treeSize"], proof(case), raw(case["root"]))
    assert held is not case["wantErr"]


@pytest.mark.parametrize("case", cases("consistency"))
def test_consistency(case):
    held = merkle.verify_consistency(case["size1"], case["size2"], raw(case["root1"]), raw(case["root2"]), proof(case))
    assert held is not case["wantErr"]


@pytest.mark.parametrize("case", cases("subtreeinclusion"))
def test_subtree_inclusion(case):
    held = merkle.verify_subtree_inclusion(
        raw(case["leafHash"]), case["leafIdx"], case["start"], case["end"], proof(case), raw(case["root"])
    )
    assert held is not case["wantErr"]


@pytest.mark.parametrize("case", cases("subtreeconsistency"))
def test_subtree_consistency(case):
    held = merkle.verify_subtree_consistency(case["start"], case["end"], case["size"], raw(case["root1"]), raw(case["root2"]), proof(case))
    assert held is not case["wantErr"]


def slow_root(leaves):
    if not leaves:
        return merkle.EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return merkle.node_hash(slow_root(leaves[:middle]), slow_root(leaves[middle:]))


@given(st.integers(1, 130), st.data())
def test_own_proofs_against_the_obvious_tree(size, data):
    leaves = [merkle.leaf_hash(str(at).encode()) for at in range(size)]
    root = slow_root(leaves)
    index = data.draw(st.integers(0, size - 1))
    path = [slow_root(leaves[a:b]) for a, b in merkle.inclusion_plan(index, size)]
    assert merkle.verify_inclusion(leaves[index], index, size, path, root)
    assert not merkle.verify_inclusion(leaves[index], index, size, path[:-1], root) or size == 1
    older = data.draw(st.integers(1, size))
    steps = [slow_root(leaves[a:b]) for a, b in merkle.consistency_plan(older, size)]
    assert merkle.verify_consistency(older, size, slow_root(leaves[:older]), root, steps)
    node = lambda level, at: slow_root(leaves[at << level : (at + 1) << level])  # noqa: E731
    assert merkle.range_root(0, size, node) == root
