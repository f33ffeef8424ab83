"""What data sets there are: their definitions (``sets/*.json``) read, checked and kept."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Final

from yiwang.data.opening.errors import NoSuchSet, UnreadableDefinition

HERE: Final = Path(__file__).parent
KINDS: Final = ("text", "integer", "number", "date", "boolean")
METHODS: Final = ("public", "suppress", "noise", "rows")
Provider = Callable[[], Iterable[Mapping[str, Any]]]
_providers: dict[str, Provider] = {}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the dictionary. ``quasi``: others may know it of a person; ``sensitive``: nobody may learn it of a person;
    ``optional``: may be empty (a withheld count); ``low``, ``high``: the range of right values."""

    name: str
    title: str
    title_en: str = ""
    kind: str = "text"
    meaning: str = ""
    key: bool = False
    quasi: bool = False
    sensitive: bool = False
    optional: bool = False
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Protection:
    """How people are protected.

    ``public``: nothing personal, ``ground`` says why it may be opened; ``suppress``: counts below ``threshold`` over ``dimensions``;
    ``noise``: ``epsilon`` of ``budget`` for every release, over the whole ``domain``; ``rows``: ``k``, ``diversity`` (one row a person).
    """

    method: str
    ground: str = ""
    dimensions: tuple[str, ...] = ()
    count: str = ""
    threshold: int = 5
    epsilon: Fraction = Fraction(0)
    budget: Fraction = Fraction(0)
    domain: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    k: int = 10
    diversity: int = 1


@dataclass(frozen=True, slots=True)
class Definition:
    """A data set: its words, where it comes from (``sources``), the SQL that makes it, its dictionary and its protection."""

    code: str
    title: str
    title_en: str
    summary: str
    summary_en: str
    department: str
    theme: str
    keywords: tuple[str, ...]
    licence: str
    cycle: str
    sources: Mapping[str, Any]
    sql: str
    columns: tuple[Column, ...]
    protection: Protection
    told: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell its rows apart; () where rows are anonymous."""
        return tuple(one.name for one in self.columns if one.key)

    @property
    def located(self) -> bool:
        """Whether its rows have a place on the map."""
        return {"longitude", "latitude"} <= {one.name for one in self.columns}


@cache
def words() -> Mapping[str, Any]:
    """Names of themes, licences, update cycles and methods of protection."""
    found: dict[str, Any] = json.loads((HERE / "words.json").read_text(encoding="utf-8"))
    return found


def provide(name: str, *, rows: Provider) -> None:
    """Let a room hand in a table by name for data sets; asked each time a release is made."""
    _providers[name] = rows


def provided(name: str) -> list[dict[str, Any]]:
    """The rows of a provided table; none where its room is not there."""
    return [dict(one) for one in _providers[name]()] if name in _providers else []


def read(told: Mapping[str, Any]) -> Definition:
    """A definition from its JSON.

    Raises:
        UnreadableDefinition: what is wrong with it.
    """
    code = str(told.get("code", ""))
    try:
        columns = tuple(Column(**one) for one in told["columns"])
        guard = dict(told["protection"])
        guard |= {name: Fraction(guard[name]) for name in ("epsilon", "budget") if name in guard}
        guard["dimensions"] = tuple(guard.get("dimensions", ()))
        guard["domain"] = {name: tuple(values) for name, values in guard.get("domain", {}).items()}
        same = ("code", "title", "title_en", "summary", "summary_en", "department", "theme", "licence", "cycle", "sources")
        found = Definition(
            **{name: told[name] for name in same},
            keywords=tuple(told.get("keywords", ())),
            sql="\n".join(told["sql"]),
            columns=columns,
            protection=Protection(**guard),
            told=told,
        )
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise UnreadableDefinition(code=code, reason=f"缺少或写错了 {error}") from error
    if fault := _fault(found):
        raise UnreadableDefinition(code=code, reason=fault)
    return found


def _fault(one: Definition) -> str:
    """What contradicts itself in a definition, or ''."""
    names, guard = [column.name for column in one.columns], one.protection
    kinds = {column.name: column.kind for column in one.columns}
    known = words()
    if one.theme not in known["themes"] or one.licence not in known["licences"] or one.cycle not in known["cycles"]:
        return "主题、许可或更新周期不在词表里。"
    if len(set(names)) != len(names) or any(kind not in KINDS for kind in kinds.values()):
        return "列名重复,或列的类型不认识。"
    if guard.method not in METHODS:
        return f"保护方式只能是 {'、'.join(METHODS)}。"
    if guard.method in ("suppress", "noise") and {*guard.dimensions, guard.count} != set(names):
        return "统计表只能有维度列和一个计数列。"
    if guard.method == "noise" and not (0 < guard.epsilon <= guard.budget and set(guard.domain) == set(guard.dimensions)):
        return "差分隐私须写明 epsilon、budget 和每个维度的全部取值。"
    if guard.method == "rows" and not any(column.quasi for column in one.columns):
        return "个体数据须标明哪些列别人可能知道(quasi)。"
    if guard.method == "public" and not guard.ground:
        return "须写明可以公开的依据(ground)。"
    return ""


@cache
def load() -> Mapping[str, Definition]:
    """All shipped data sets by code."""
    files = sorted((HERE / "sets").glob("*.json"))
    return {found.code: found for file in files for found in [read(json.loads(file.read_text(encoding="utf-8")))]}


def get(code: str) -> Definition:
    """One of them. Raises NoSuchSet."""
    found = load().get(code)
    if found is None:
        raise NoSuchSet(code=code)
    return found


def invented(name: str) -> list[dict[str, str]]:
    """The rows of an invented table of the demonstration city (``invented/<name>.csv``)."""
    with (HERE / "invented" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def outlines() -> tuple[Mapping[str, Any], ...]:
    """The outlines of the demonstration city's districts: {code, name, name_en, ring: [[longitude, latitude], …]}."""
    return tuple(json.loads((HERE / "invented" / "outlines.json").read_text(encoding="utf-8"))["areas"])
