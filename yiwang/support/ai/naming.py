"""What a person would call a topic: where it is and what is wrong there, in the reporters' own words."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

import rjieba

from yiwang.support.ai.features import stop_words
from yiwang.support.ai.places import KINDS, find_regions

SHARED = 0.4  # share of the messages that must name a place or a region
READ = 400  # characters of a text that are read for its places
LONGEST = 16  # characters of a cause
_CODE = re.compile(r"[A-Z]\d*[市区县]")  # regions as anonymised tables write them
_KIND = re.compile(rf"(?:{KINDS})$")
_BREAK = re.compile(r"[^A-Za-z0-9\u4e00-\u9fff“”《》]+")
_GENERAL = re.compile(
    "(?:中心|安置|配套|建)?(?:小区|幼儿园|学校|社区|街道|医院|市场|公园|家园|花园|新城|公寓|高铁站|地铁站|火车站|加油站|派出所|市?政府|公安)"
)
_OPENERS = (
    "关于|投诉|反映|咨询|询问|请问|请求|恳请|请|建议|希望|再次|第?[一二三四五几]次|强烈|要求|呼吁|坚决|举报|求助|尽快|解决|有人|我们|我|怎么|一直|存在",
    "什么时候|时候|何时|究竟|到底|对|在|给|就|问|的|及|与|和|至|等|从|又|小区|社区|居民区|附近|旁边|旁|周边|门口|门前|楼下|这边|里面|里|内|项目|沿线",
    "[一二三四五六七八九十0-9]+期",
)
_CLOSERS = "问题|情况|投诉|咨询|建议|疑问|疑惑|事宜|诉求|请求|一事|的事|了|吗|呢|啊|的|严重|请处理|求解决"
_LEADING = re.compile(rf"^(?:{'|'.join(_OPENERS)})+")
_TRAILING = re.compile(rf"(?:的)?(?:若干|相关|有关|一些|几个)?(?:{_CLOSERS})+$")
_EDGE = tuple("的了在是和与及请将被有为对至这那以已就都还不也无没未太距离到由让从")  # a name does not begin with these
_WALK = re.compile(
    "靠近|位于|坐落|家住|住在|来自|目前|现在|附近|旁边|周边|门口|对面|我是|我们|你们|他们|其他|整个|关于|投诉|反映|咨询|请问|希望|建议|配套|[夜家心手屋店车这那哪城]里"
)
_OTHER = re.compile(r"(?:小区|花园|家园|公寓|街道|社区|大道|[东南西北中]?路|镇|村)$")  # names of other places say nothing of the cause
_ROAD = re.compile(r"(?:大道|[东南西北中]路|路|街|巷)(?=.{3})")  # a road before an estate tells where the estate is


def name(titles: Sequence[str], texts: Sequence[str], *, rarity: Counter[str], among: int) -> tuple[str, str]:
    """(place, cause) of messages about one matter; '' where they share none.

    ``rarity``: how many of all ``among`` messages have a word (``content``) in their title.
    """
    said = [f"{title} {text[:READ]}" for title, text in zip(titles, texts, strict=True)]
    region, place = _region(said), _place(said)
    heads = [title or text[:60] for title, text in zip(titles, texts, strict=True)]
    if region and place.startswith(region):
        region = ""
    return region + place, _cause(heads, region=region, place=place, rarity=rarity, among=among)


def words(text: str) -> list[str]:
    """The words of a text; codes of regions do not run into the word after them."""
    return rjieba.cut(_CODE.sub(lambda one: one.group() + " ", "".join(text.split())))


def content(text: str) -> set[str]:
    """The words of a title that can tell a cause."""
    kept = stop_words()
    return {one for one in words(text) if len(one) > 1 and one.isalnum() and one not in kept and not _CODE.fullmatch(one)}


def _region(said: Sequence[str]) -> str:
    """The district that most name; the town where they name no district."""
    counts = Counter(one for text in said for one in {*_CODE.findall(text[:120]), *find_regions(text[:120])})
    held = [one for one, count in counts.items() if count >= SHARED * len(said) and count > 1 and len(one) <= 5 and not _WALK.search(one)]
    return max(sorted(held), key=lambda one: (one[-1] != "市", counts[one])) if held else ""


def _place(said: Sequence[str]) -> str:
    """The place that most of the texts name, in the longest wording that most of them share."""
    counts = Counter(one for text in said for one in _wordings(text))
    most = max(counts.values(), default=0)
    if most < max(2, SHARED * len(said)):
        return ""
    held = [one for one in counts if counts[one] >= 0.7 * most]
    return max(sorted(held), key=lambda one: (one[-1] not in "路街道巷", counts[one] * min(len(one), 6), len(one)))


def _wordings(text: str) -> set[str]:
    """Runs of whole words of three to nine characters that end as places do."""
    found, passed = set(), stop_words() - {"之"}
    for chunk in _BREAK.split(_CODE.sub(" ", text)):
        cut = words(chunk)
        for end in range(1, len(cut) + 1):
            if not _KIND.search(cut[end - 1]):
                continue
            wording = ""
            for begin in range(end - 1, max(-1, end - 6), -1):
                wording = cut[begin] + wording
                if len(wording) > 9 or cut[begin] in passed or _WALK.search(wording) or _ROAD.search(wording):
                    break
                if len(wording) > 2 and cut[begin] not in (*_EDGE, "之") and not _GENERAL.fullmatch(wording) and not wording[0].isdigit():
                    found.add(wording)
    return found


def _cause(heads: Sequence[str], *, region: str, place: str, rarity: Counter[str], among: int) -> str:
    """Of all that the titles say, the piece that says most of what they share in the fewest words."""
    shares = Counter(word for head in heads for word in content(head))
    weights = {
        word: (count / len(heads)) * math.log((1 + among) / (1 + max(count, rarity[word]))) for word, count in shares.items() if count > 1
    }
    best, reached = "", 0.0
    for piece in dict.fromkeys(piece for head in heads for piece in _pieces(head, region=region, place=place)):
        held = content(piece) - content(place)
        worth = sum(weights.get(word, 0.0) for word in held) / (len(words(piece)) + 2) ** 0.8
        if worth > reached:
            best, reached = piece, worth
    return best


def _pieces(head: str, *, region: str, place: str) -> list[str]:
    """The clauses of a title without where it is and without what every title says."""
    found = []
    stem = re.sub(rf"(?:{KINDS})$", "", place) or place
    others = sorted((one for one in _wordings(head) if _OTHER.search(one)), key=len, reverse=True)
    for clause in _BREAK.split(head):
        shown = _CODE.sub(" ", clause)
        for part in (place, stem, region, *others):
            shown = shown.replace(part, " ") if len(part) > 2 else shown
        for piece in shown.split():
            cut = words(piece)
            for begin in range(min(len(cut), 6)):  # a Chinese clause keeps its point at its end
                trimmed = _TRAILING.sub("", _LEADING.sub("", "".join(cut[begin:]))).rstrip("在的了和与及")
                if 2 < len(trimmed) <= LONGEST and not trimmed.startswith(_EDGE) and not _KIND.search(trimmed):
                    found.append(trimmed)
    return found
