"""The tree in PostgreSQL: full tiles of 256 hashes are kept, ragged ones read from the level below. Nothing is ever rewritten.

A hash of any complete subtree costs the reading of one tile, so a proof costs one read for every eighth level.
"""

from __future__ import annotations

from django.db import connection

from yiwang.base.ciphers.api import merkle

HEIGHT = 8
WIDTH = 1 << HEIGHT
_SIZE = merkle.HASH_SIZE


class Tree:
    """The tree at one size; remembers the tiles it has read."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._read: dict[tuple[int, int], list[bytes]] = {}

    def root(self) -> bytes:
        """The root hash."""
        return self.range_root(0, self.size)

    def range_root(self, start: int, end: int) -> bytes:
        """The hash of an aligned range of leaves."""
        return merkle.range_root(start, end, self._node)

    def _node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree of 2^level leaves."""
        tile_level, inner = divmod(level, HEIGHT)
        tile, offset = divmod(index << inner, WIDTH)
        return merkle.complete_root(self._tile(tile_level, tile)[offset : offset + (1 << inner)])

    def _tile(self, level: int, index: int) -> list[bytes]:
        known = self._read.get((level, index))
        if known is None:
            full = (index + 1) << (HEIGHT * (level + 1)) <= self.size
            first = index * WIDTH
            known = _kept(level, index) if full else entries(level, first, self.size >> (HEIGHT * level))
            self._read[level, index] = known
        return known


def entries(level: int, first: int, end: int) -> list[bytes]:
    """The hashes [first, end) of a tile level (at most one tile), from the leaves or the roots of the tiles below."""
    end = min(end, first + WIDTH)
    with connection.cursor() as cursor:
        if level == 0:
            cursor.execute("SELECT leaf_hash FROM evidence_leaf WHERE index >= %s AND index < %s ORDER BY index", [first, end])
        else:
            cursor.execute(
                "SELECT root FROM evidence_tile WHERE level = %s AND index >= %s AND index < %s ORDER BY index", [level - 1, first, end]
            )
        return [bytes(row[0]) for row in cursor.fetchall()]


def grow(before: int, after: int) -> None:
    """Keep the tiles that became full when the tree grew."""
    level = 0
    while (before >> HEIGHT * (level + 1)) < (after >> HEIGHT * (level + 1)):
        rows = []
        for index in range(before >> HEIGHT * (level + 1), after >> HEIGHT * (level + 1)):
            hashes = entries(level, index * WIDTH, (index + 1) * WIDTH)
            rows.append((level, index, b"".join(hashes), merkle.complete_root(hashes)))
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO evidence_tile (level, index, hashes, root)"
                " SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[], %s::bytea[])",
                [list(column) for column in zip(*rows, strict=True)],
            )
        level += 1


def _kept(level: int, index: int) -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT hashes FROM evidence_tile WHERE level = %s AND index = %s", [level, index])
        row = cursor.fetchone()
    hashes = bytes(row[0]) if row else b""
    return [hashes[at : at + _SIZE] for at in range(0, len(hashes), _SIZE)]
