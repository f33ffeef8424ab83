"""What people typed and what registers told lies encrypted: the sealed columns of a case, and the one way in and out of them.

A sealed value is a JSON text in the column that held the list or mapping (so an old row is told from a sealed one by its type):
base64 of the field key's SM4-GCM over the packed JSON, bound to column and row. Empty values are left as they are.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from typing import Any, Final

from yiwang.security.keys import api as keys

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "case": ("fields", "facts", "keys", "answers"),
    "steps": ("inputs",),
    "decisions": ("inputs", "reading"),
}
_QUICK: Final = 1  # zlib's fastest level: half the time of encrypting and storing what it saves


def sealed(part: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row as it is written; the row itself stays in the clear.

    Raises:
        KeyUnusable: the key of fields cannot be opened (another master key); nothing is then written in the clear instead.
    """
    hidden = {name: _seal(row[name], _context(part, name, row)) for name in COLUMNS.get(part, ()) if _open(row.get(name))}
    return {**row, **hidden} if hidden else row


def opened(part: str, row: dict[str, Any], *, lenient: bool = False) -> dict[str, Any]:
    """The row as it was before it was sealed, in place; ``lenient``: a value that was tampered with stays as it lies there.

    Raises:
        KeyUnusable: the key of fields cannot be opened. CannotDecrypt: changed bytes, or bytes of another row.
    """
    for name in COLUMNS.get(part, ()):
        if isinstance(row[name], str):
            row[name] = open_value(part, name, row["id"], row[name], lenient=lenient)
    return row


def open_value(part: str, name: str, row_id: object, value: Any, *, lenient: bool = False) -> Any:
    """One column's value; see ``opened``."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(zlib.decompress(keys.decrypt(_bytes(value), context=_context(part, name, {"id": row_id}))))
    except keys.CannotDecrypt:
        if lenient:
            return value
        raise


def _open(value: Any) -> bool:
    return bool(value) and not isinstance(value, str)


def _seal(value: Any, context: str) -> str:
    packed = zlib.compress(json.dumps(value, ensure_ascii=False).encode(), _QUICK)
    return b64encode(keys.encrypt(packed, context=context)).decode()


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return b""  # not ours: refused as any other changed bytes


def _context(part: str, name: str, row: dict[str, Any]) -> str:
    return f"cases.{part}.{name}:{row['id']}"
