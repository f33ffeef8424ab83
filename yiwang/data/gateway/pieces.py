"""Changes as a grant lets them be seen: masked values, pseudonyms for keys that were not granted, and what the journal keeps of them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

import orjson

from yiwang.data.gateway import changing
from yiwang.data.gateway.policy import Grant
from yiwang.data.gateway.snapshots import Snapshot
from yiwang.security.masking.api import mask_column


def pseudonym(shared: bytes, keys: Sequence[str]) -> str:
    """One name for these keys, which only a holder of the shared secret can make."""
    return hmac.digest(shared, "\n".join(keys).encode(), "sm3").hex()


def masked(grant: Grant, name: str, values: list[object]) -> list[object]:
    """A column as the grant shows it."""
    shown = grant.fields[name]
    return values if shown.level == "full" else mask_column(values, shown.kind, level=shown.level)


def told(
    snapshot: Snapshot, grant: Grant, names: Sequence[str], *, after: changing.Cursor, limit: int, shared: bytes
) -> tuple[bytes, dict[str, object], changing.Piece]:
    """The next piece behind a place: its JSON, what its journal entry says of it, and the piece. Raises ChangesGone."""
    piece = changing.piece(snapshot.home, snapshot.key, snapshot.number, after=after, names=names, limit=limit, shared=shared)
    shown = {name: masked(grant, name, values) for name, values in piece.columns.items()}
    held = grant.fields.get(snapshot.key)
    clear = held is not None and held.level == "full"
    rows = [
        {
            "key": key if clear else pseudonym(shared, [grant.code, key]),
            "gone": gone,
            **({} if gone else {"values": {name: shown[name][at] for name in names}}),
        }
        for at, (key, gone) in enumerate(zip(piece.keys, piece.gone, strict=True))
    ]
    places = {"after": str(after), "next": str(piece.next)}
    data = orjson.dumps({"as_of": snapshot.as_of, "rows": rows, **places, "last": piece.last}, default=str)
    entry: dict[str, object] = {**places, "found": len(rows), "subjects": pseudonym(shared, piece.keys)}
    return data, entry | {"answer": hashlib.new("sm3", data).hexdigest()}, piece
