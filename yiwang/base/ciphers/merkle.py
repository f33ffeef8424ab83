"""The Merkle tree of RFC 6962 §2.1: hashes, the shape of proofs, and their verification. Pure, no I/O.

The proofs of a subtree [start, end) follow draft-ietf-plants-merkle-tree-certs §4; a tree's own proofs are those of start = 0.
A proof is planned as a list of leaf ranges; whoever keeps the tree answers each range with its hash (``tiles.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

Range = tuple[int, int]
EMPTY_ROOT = sha256(b"").digest()
HASH_SIZE = 32


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 ‖ data)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two smaller than ``size`` (> 1)."""
    return 1 << ((size - 1).bit_length() - 1)


def complete_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes."""
    level = list(hashes)
    while len(level) > 1:
        level = [sha256(b"\x01" + level[at] + level[at + 1]).digest() for at in range(0, len(level), 2)]
    return level[0]


def fold(peaks: Sequence[bytes]) -> bytes:
    """The root of a ragged tree from its complete subtrees, left (largest) to right."""
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def peaks(start: int, end: int) -> list[tuple[int, int]]:
    """The complete subtrees that make up the aligned range [start, end), as (level, index), left to right."""
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def range_root(start: int, end: int, node: Callable[[int, int], bytes]) -> bytes:
    """The hash of the aligned range [start, end) when ``node(level, index)`` gives complete subtrees."""
    return fold([node(level, index) for level, index in peaks(start, end)]) if start < end else EMPTY_ROOT


def inclusion_plan(index: int, size: int) -> list[Range]:
    """The leaf ranges whose hashes prove leaf ``index`` in a tree of ``size``, lowest first (PATH of RFC 6962 §2.1.1)."""
    plan: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            plan.append((middle, end))
            end = middle
        else:
            plan.append((start, middle))
            start = middle
    return plan[::-1]


def consistency_plan(older: int, newer: int) -> list[Range]:
    """The leaf ranges that prove that the tree of ``newer`` leaves begins with that of ``older`` (RFC 6962 §2.1.2)."""
    if older in (0, newer):
        return []
    plan: list[Range] = []
    start, end, whole = 0, newer, True
    while older != end:
        middle = start + split(end - start)
        if older <= middle:
            plan.append((middle, end))
            end = middle
        else:
            plan.append((start, middle))
            start, whole = middle, False
    if not whole:
        plan.append((start, end))
    return plan[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that ``leaf`` (a leaf hash) stands at ``index`` in the tree of that size and root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or not _hashes((leaf, *proof)):
        return False
    position, last, result = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            result = node_hash(step, result)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            result = node_hash(result, step)
        position >>= 1
        last >>= 1
    return last == 0 and result == root


def verify_consistency(older: int, newer: int, older_root: bytes, newer_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the newer tree begins with the older one. An older size of 0 proves nothing and is refused."""
    if older == newer == 0:
        return older_root == newer_root == EMPTY_ROOT and not proof
    return older > 0 and verify_subtree_consistency(0, older, newer, older_root, newer_root, proof)


def verify_subtree_inclusion(leaf: bytes, index: int, start: int, end: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a leaf stands at ``index`` of the whole log inside the subtree [start, end) with that root."""
    if not is_subtree(start, end) or not start <= index < end:
        return False
    return verify_inclusion(leaf, index - start, end - start, proof, root)


def is_subtree(start: int, end: int) -> bool:
    """Whether [start, end) is a subtree: start is a multiple of the smallest power of two that holds the range."""
    return 0 <= start < end and start % (1 << (end - start - 1).bit_length()) == 0


def verify_subtree_consistency(start: int, end: int, size: int, subtree_root: bytes, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of that size and root contains the subtree [start, end) with that root; an empty subtree stands in every tree."""
    if 0 <= start == end <= size:
        return subtree_root == EMPTY_ROOT and not proof
    if not is_subtree(start, end) or end > size or not _hashes(proof):
        return False
    first, last, edge = start, end - 1, size - 1
    while first != last and (last & 1 or last == edge):
        first, last, edge = first >> 1, last >> 1, edge >> 1
    steps = list(proof)
    if first != last and not steps:
        return False
    seed = subtree_root if first == last else steps.pop(0)
    return _climb(first, last, edge, seed, steps) == (subtree_root, root)


def _climb(first: int, last: int, edge: int, seed: bytes, steps: Iterable[bytes]) -> tuple[bytes, bytes] | None:
    """The subtree's and the tree's root that a proof leads to, or None where it is too long or too short."""
    below = above = seed
    for step in steps:
        if edge == 0:
            return None
        if last & 1 or last == edge:
            if first < last:
                below = node_hash(step, below)
            above = node_hash(step, above)
            while last and not last & 1:
                first, last, edge = first >> 1, last >> 1, edge >> 1
        else:
            above = node_hash(above, step)
        first, last, edge = first >> 1, last >> 1, edge >> 1
    return (below, above) if edge == 0 else None


def _hashes(values: Iterable[bytes]) -> bool:
    return all(len(value) == HASH_SIZE for value in values)
