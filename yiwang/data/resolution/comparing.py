"""What two rows are compared by: names by writing and sound, dates also with day and month swapped, doors instead of address texts.

``prepare`` adds the derived columns to a source; ``settings`` says how splink compares them and which pairs are looked at at all.
The numbers beside the levels are the starting weights (share among the same, share among strangers): a run with enough rows learns
its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from yiwang.data.addresses import api as addresses
from yiwang.data.resolution.errors import BadSource
from yiwang.data.resolution.states import COLUMNS

if TYPE_CHECKING:
    import pyarrow
    from splink import SettingsCreator

_FORMS: Final = re.compile(r"(股份有限公司|有限责任公司|有限公司|集团公司|公司|集团|合伙企业|个体工商户)$")
_AREA: Final = re.compile(r"\(.*?\)")


def prepare(source: pyarrow.Table, *, kind: str, name: str) -> pyarrow.Table:
    """The source with derived columns; empty texts become null.

    Raises:
        BadSource: a column is missing, an id is empty or double.
    """
    import pyarrow as pa

    missing = [one for one in COLUMNS[kind] if one not in source.column_names]
    if missing:
        raise BadSource(source=name, reason=f"缺少列 {'、'.join(missing)}", remedy=f"请提供这些列:{'、'.join(COLUMNS[kind])}")
    held = {one: [_text(value) for value in source[one].to_pylist()] for one in COLUMNS[kind]}
    ids = held["unique_id"]
    if not ids:
        raise BadSource(source=name, reason="没有任何记录", remedy="请提供至少一条记录")
    if not all(ids) or len(set(ids)) < len(ids):
        raise BadSource(source=name, reason="编号 unique_id 为空或重复", remedy="请先去除重复,或补上编号")
    held |= _names(held, kind) | _doors(held["address"])
    held["phone_key"] = [_digits(one) for one in held["phone"]]
    if kind == "person":
        born = [_digits(one) for one in held["birth_date"]]
        held["born"] = [one if len(one) == 8 else "" for one in born]
        held["born_year"] = [one[:4] for one in held["born"]]
        held["born_any"] = [one[:4] + "".join(sorted((one[4:6], one[6:]))) if one else "" for one in held["born"]]
    return pa.table({column: pa.array([one or None for one in values], pa.string()) for column, values in held.items()})


def _text(value: object) -> str:
    return "" if value is None else unicodedata.normalize("NFKC", str(value)).strip()


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _names(held: Mapping[str, list[str]], kind: str) -> dict[str, list[str]]:
    if kind == "person":
        keys = ["".join(one.split()) for one in held["name"]]
        return {"name_key": keys, "name_sound": [_sound(one) for one in keys], "name_head": [one[:1] for one in keys]}
    keys = [company_key(one) for one in held["name"]]
    return {"name_key": keys, "name_sound": [_sound(one) for one in keys], "name_head": [_sound(one[:2]) for one in keys]}


@lru_cache(maxsize=200_000)
def _sound(text: str) -> str:
    from pypinyin import lazy_pinyin

    return " ".join(lazy_pinyin(text))


def company_key(name: str) -> str:
    """What of a company's name is its own: without place in front or in brackets and without its legal form."""
    short = _FORMS.sub("", _AREA.sub("", unicodedata.normalize("NFKC", name).replace(" ", "")))
    for length in range(min(8, len(short) - 2), 1, -1):
        if short[:length] in _places():
            return short[length:]
    return short


@cache
def _places() -> frozenset[str]:
    """Names of provinces, cities and districts, also without 省, 市, 区."""
    names = {one.name for code in addresses.division_codes(levels=(1, 2, 3)) for one in addresses.division(code)[-1:]}
    return frozenset(names | {one[:-1] for one in names if len(one) > 2 and one[-1] in "省市区县"})


def _doors(texts: Sequence[str]) -> dict[str, list[str]]:
    """The road, the house on it, and the door: road, number and the last number of all."""
    roads, houses, doors = [], [], []
    for text, parts in zip(texts, addresses.parse_many(texts), strict=True):
        numbers = re.findall(r"\d+", unicodedata.normalize("NFKC", text))
        house = _digits(parts.road_number)
        road = parts.road or parts.community or parts.place
        roads.append(road)
        houses.append(f"{road}{house}" if road and house else "")
        doors.append(f"{road}{house}/{numbers[-1]}" if road and house and len(numbers) > 1 else "")
    return {"road": roads, "house": houses, "door": doors}


def settings(kind: str) -> SettingsCreator:
    """How splink compares the prepared rows of a kind."""
    from splink import SettingsCreator, block_on

    keys = (
        [
            ("name_sound", "born_year"),
            ("name_sound", "road"),
            ("phone_key",),
            ("born_any", "name_head"),
            ("door", "name_head"),
            ("born", "sex", "road"),
        ]
        if kind == "person"
        else [("name_key",), ("name_sound",), ("phone_key",), ("person", "name_head"), ("door", "person"), ("house", "name_head")]
    )
    return SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=1e-4,
        comparisons=_comparisons(kind),
        blocking_rules_to_generate_predictions=[block_on(*one) for one in keys],
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
        max_iterations=15,
    )


def _comparisons(kind: str) -> list[Any]:
    name = _levels(
        "name", "name_key",
        _same("name_key", 0.80, 2e-4, weigh=True),
        _when("name_sound_l = name_sound_r", "sounds the same", 0.10, 2e-4),
        _when("left(name_key_l, 1) = left(name_key_r, 1) AND levenshtein(name_key_l, name_key_r) <= 1", "one differs", 0.07, 0.003)
        if kind == "person"
        else _when("jaro_winkler_similarity(name_key_l, name_key_r) > 0.85", "nearly the same", 0.07, 0.003),
        _else(0.03, 0.994),
    )  # fmt: skip
    phone = _levels(
        "phone", "phone_key",
        _same("phone_key", 0.50, 1e-5),
        _when("damerau_levenshtein(phone_key_l, phone_key_r) <= 1", "one digit differs", 0.10, 1e-5),
        _else(0.40, 0.99998),
    )  # fmt: skip
    address = _levels(
        "address", "road",
        _when("door_l = door_r", "the same door", 0.75, 2e-5),
        _when("house_l = house_r", "the same house", 0.08, 2e-4),
        _when("road_l = road_r", "the same road", 0.03, 0.04),
        _else(0.14, 0.9598),
    )  # fmt: skip
    if kind == "company":
        return [name, _levels("person", "person", _same("person", 0.85, 3e-4), _else(0.15, 0.9997)), phone, address]
    birth = _levels(
        "birth_date", "born",
        _same("born", 0.75, 3e-5),
        _when("born_any_l = born_any_r", "day and month swapped", 0.12, 3e-5),
        _when("damerau_levenshtein(born_l, born_r) <= 1", "one digit differs", 0.08, 1e-3),
        _when("born_year_l = born_year_r", "the same year", 0.01, 0.013),
        _else(0.04, 0.986),
    )  # fmt: skip
    return [name, _levels("sex", "sex", _same("sex", 0.97, 0.5), _else(0.03, 0.5)), birth, phone, address]


def _levels(name: str, column: str, *levels: Any) -> Any:
    import splink.comparison_level_library as library
    import splink.comparison_library as comparisons

    return comparisons.CustomComparison([library.NullLevel(column), *levels], output_column_name=name)


def _same(column: str, same: float, stranger: float, *, weigh: bool = False) -> Any:
    import splink.comparison_level_library as library

    level = library.ExactMatchLevel(column, term_frequency_adjustments=weigh)
    return level.configure(m_probability=same, u_probability=stranger)


def _when(sql: str, label: str, same: float, stranger: float) -> Any:
    import splink.comparison_level_library as library

    return library.CustomLevel(sql, label).configure(m_probability=same, u_probability=stranger)


def _else(same: float, stranger: float) -> Any:
    import splink.comparison_level_library as library

    return library.ElseLevel().configure(m_probability=same, u_probability=stranger)
