"""Chinese text as the engine sees it: folded letters, sentences, words, grams, and the places it speaks of.

Folding keeps the length, so that a position in the folded text is a position in the text as it was written.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

_VARIANTS = {"後": "后", "馀": "余", "徵": "征", "裏": "里", "於": "于", "著": "着", "臺": "台"}
_SENTENCE = re.compile(r".+?(?:[。！？!?；;][”\"』）)]?|\n|[\s\u3000]{2,}|$)", re.S)

# Words that ask, join or point: they say nothing about what a text is about. Longest first.
_ASKING_OR_JOINING = """
什么时候 什么时间 什么样的 什么样 多长时间 怎么样 怎么办 哪几个 为什么 什么 为何 如何 何时 何地 何处 有何 何种 哪些 哪几 哪里 哪儿
哪个 哪家 哪种 哪天 怎么 怎样 多少 多久 多长 几个 是否 能否 可否 请问 分别 做出 作出 采取 进行 提出 按照 应该 应当 可以 需要
何 哪 谁 怎 几 吗 呢 啥 是 的 了 和 与 及 在 对 于 为 从 被 把 将 向 由 以 而 有 要 做 就 等 或 应 可 需 都 并 之 其 这 那 后 前 中 上 下
"""
FUNCTION_WORDS = tuple(_ASKING_OR_JOINING.split())
_FUNCTION = re.compile("|".join(sorted(FUNCTION_WORDS, key=len, reverse=True)))


class _Folding(dict[int, str]):
    """Character → folded character, worked out once for each character met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        plain = unicodedata.normalize("NFKC", char)
        lower = (plain if len(plain) == 1 else char).lower()
        self[code] = _VARIANTS.get(lower, lower) if len(lower) == 1 else char
        return self[code]


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Half-width, lower-case, common variant characters made one; same length as ``text``."""
    return text.translate(_FOLDING)


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence (also a line, also what wide blanks set apart); blank ones are left out."""
    return [found.span() for found in _SENTENCE.finditer(text) if not found.group().isspace()]


def content_runs(question: str) -> list[str]:
    """What is left of a folded question between its function words: the runs that a document has to speak about."""
    return [run for run in re.split(r"\W+", _FUNCTION.sub(" ", question)) if run]


def grams(runs: Iterable[str], size: int) -> dict[str, None]:
    """The distinct character n-grams inside ``runs``, in order of appearance (a dict used as an ordered set)."""
    return dict.fromkeys(run[at : at + size] for run in runs for at in range(len(run) - size + 1))


def cut(text: str) -> list[str]:
    """The words of ``text``, nothing left out: joined they are the text again."""
    import rjieba

    return list(rjieba.cut(text))


@lru_cache(maxsize=200_000)
def word_code(word: str) -> int:
    """A 63-bit number for a word, the same on every machine."""
    from hashlib import blake2b

    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") >> 1


def word_codes(text: str) -> NDArray[np.int64]:
    """The codes of all words of ``text`` (shape: words), punctuation left out."""
    import numpy as np

    return np.array([word_code(word) for word in cut(text) if word[0].isalnum()], dtype=np.int64)


def gram_codes(text: str, size: int) -> NDArray[np.int64]:
    """The codes of all character n-grams of ``text`` (size 2 or 3) that lie within a run of letters and digits."""
    import numpy as np

    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
    count = len(points) - size + 1
    if count <= 0:
        return np.zeros(0, dtype=np.int64)
    letters = np.array([char.isalnum() or char == "%" for char in text])
    whole = letters[:count].copy()
    codes = points[:count].copy()
    for step in range(1, size):
        codes = (codes << 21) | points[step : step + count]
        whole &= letters[step : step + count]
    kept: NDArray[np.int64] = codes[whole]
    return kept


@lru_cache(maxsize=1)
def _place_table() -> tuple[dict[str, tuple[str, str]], re.Pattern[str]]:
    provinces = json.loads(Path(__file__).with_name("places.json").read_text("utf-8"))["provinces"]
    names = {province: (province, "") for province in provinces}
    for province, cities in provinces.items():
        for city in cities:
            names.setdefault(city, (province, city))
    return names, re.compile("|".join(sorted(names, key=len, reverse=True)))


def places(text: str) -> list[tuple[int, str, str]]:
    """The provinces and prefectures named in ``text``: (position, province, prefecture or empty)."""
    names, pattern = _place_table()
    return [(found.start(), *names[found.group()]) for found in pattern.finditer(text)]


def place_pattern() -> re.Pattern[str]:
    """The pattern that finds the names of ``places``."""
    return _place_table()[1]


@lru_cache(maxsize=1)
def _named_places() -> re.Pattern[str]:
    return re.compile(f"(?:{place_pattern().pattern})(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区|区)?")


def without_places(question: str) -> str:
    """A folded question with blanks where it named a place: what is asked, wherever it is asked about."""
    return _named_places().sub(" ", question)
