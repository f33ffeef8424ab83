"""What a question asks for: its kind, the words around its question word, and the terms a text has to hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from yiwang.support.retrieval import text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# name → what in a question shows that it asks for this. A question may be of several kinds.
KINDS: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "when": r"何时|什么时候|什么时间|哪天|哪日|哪一天|时间|日期|期限|几月|几号|几日|何日",
        "how_long": r"多久|多长|期限|几天|几个月",
        "how_much": r"多少|几|比例|金额|标准|数量|额度",
        "who": r"谁|哪家|何人|(哪个|哪些|什么)(部门|单位|企业|公司|省|市|群体|人员|人|机构|地区|银行)",
        "where": r"哪里|何处|何地|哪儿|地点|地址|(哪些|什么|哪个)(地方|网站|平台|渠道)|网址|渠道",
        "phone": r"电话|热线|号码|联系方式|账号|账户",
        "document": r"文件|名称|通知|哪些政策|依据|根据什么|什么标准|公告",
        "how": r"如何|怎么|怎样|何种方式|方式|办法|方法|流程|步骤",
        "what": r"什么|何|啥",
        "which": r"哪些|哪几|哪",
        "measure": r"措施|举措|要求|规定|部署|做法|政策|支持|优惠|处理|处置|保障|帮助|工作|安排|内容|义务|服务|条件|材料",
        "whether": r"是否|吗|能否|可否|能不能|会不会|可不可以",
        "why": r"为什么|为何|原因|目的",
        "how_many": r"(几|多少)(个|项|条|类|种|方面|大|点|名|人|家)",
    }.items()
}
_ASKING = re.compile(
    "|".join(
        sorted((w for w in text.FUNCTION_WORDS if re.search("[何哪谁怎几啥]|什么|多少|多久|多长|是否|能否", w)), key=len, reverse=True)
    )
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart. ``left`` and ``right`` are what stands around its question word; ``rest``: its runs without places."""

    folded: str
    left: str
    right: str
    runs: tuple[str, ...]
    rest: tuple[str, ...]
    kinds: tuple[float, ...]

    @property
    def pairs(self) -> list[str]:
        """The distinct character pairs of its content, in order."""
        return list(text.grams(self.runs, 2))


@lru_cache(maxsize=512)
def read(question: str) -> Question:
    """Take a question apart; anything is accepted, the longest part beyond 400 characters is not read."""
    folded = text.fold(question[:400]).strip()
    asked = _ASKING.search(folded)
    left, right = (folded[: asked.start()], folded[asked.end() :].strip("？?。. ")) if asked else (folded, "")
    kinds = tuple(float(bool(pattern.search(folded))) for pattern in KINDS.values())
    runs, rest = tuple(text.content_runs(folded)), tuple(text.content_runs(text.without_places(folded)))
    return Question(folded, left, right, runs, rest, kinds)


def pair_code(pair: str) -> int:
    """The code under which ``text.gram_codes`` knows a character pair."""
    return (ord(pair[0]) << 21) | ord(pair[1])


def pair_codes(pairs: list[str]) -> NDArray[np.int64]:
    """The codes of character pairs, in their order."""
    import numpy as np

    return np.array([pair_code(pair) for pair in pairs], dtype=np.int64)
