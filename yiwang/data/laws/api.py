"""The door of the law library 法律库: the article in force on a day, citations resolved and checked, dated parameters.

Reading is public and needs no actor: statutes hold no personal data. Writing names its actor (permission ``catalogue.edit``).
A law is named by its title with or without 中华人民共和国 and 《》; an article by 32, "32", "第三十二条" or "第十二条之一".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from yiwang.base.clock.api import today
from yiwang.data.laws import cited as citations
from yiwang.data.laws import citing, comparing, importing, parameters, queries, searching
from yiwang.data.laws.errors import (
    BadLawFile,
    BadNumber,
    NoSuchArticle,
    NoSuchLaw,
    NoSuchParameter,
    NotYetInForce,
    ParameterExists,
    ParameterInvalid,
    Repealed,
    TextNotHeld,
)
from yiwang.data.laws.numbering import Number
from yiwang.data.laws.numbering import article as _number
from yiwang.data.laws.values import (
    FLAGS,
    ArticleText,
    Change,
    Checked,
    Cited,
    DiffPart,
    FileReport,
    Flag,
    Hit,
    ImportReport,
    Law,
    Parameter,
    ParameterValue,
    Resolved,
    VersionLine,
)
from yiwang.security.access.api import Actor

__all__ = [
    "FLAGS",
    "ArticleText",
    "BadLawFile",
    "BadNumber",
    "Change",
    "Checked",
    "Cited",
    "DiffPart",
    "FileReport",
    "Flag",
    "Hit",
    "ImportReport",
    "Law",
    "NoSuchArticle",
    "NoSuchLaw",
    "NoSuchParameter",
    "NotYetInForce",
    "Number",
    "Parameter",
    "ParameterExists",
    "ParameterInvalid",
    "ParameterValue",
    "Repealed",
    "Resolved",
    "TextNotHeld",
    "VersionLine",
    "article",
    "articles",
    "changes",
    "check_citations",
    "cohort",
    "find_law",
    "frame",
    "get_law",
    "import_laws",
    "our_citations",
    "parameter",
    "parameter_codes",
    "parameter_history",
    "parameter_name",
    "parameters_on",
    "register_citations",
    "resolve",
    "search",
    "search_titles",
    "set_parameter",
    "version_on",
]


def import_laws(path: Path, *, actor: Actor) -> ImportReport:
    """Import a folder (with ``md/`` and ``index.csv``, or any folder of .md files) or one file; every file is in the report.

    One transaction with one audit record. The same content again changes nothing; another text for a held version of the
    same file corrects it; two different texts of one law and date: the second is refused.

    Raises:
        PermissionDenied: without ``catalogue.edit``.
        BadLawFile: no .md file there at all (a bad file among good ones is refused in the report).
    """
    return importing.import_laws(path, actor=actor)


def find_law(title: str) -> Law:
    """The law of this title with its versions.

    Raises:
        NoSuchLaw: naming titles that hold the same words.
    """
    return queries.find_law(title)


def get_law(law_id: UUID) -> Law:
    """The law of this id; NoSuchLaw where there is none."""
    return queries.get_law(law_id)


def version_on(law: Law, *, on: date) -> VersionLine:
    """The version of a law in force on a day.

    Raises:
        Repealed, NotYetInForce, TextNotHeld (in force, but the library does not hold that day's words).
    """
    return queries.version_on(law, on)


def article(title: str, number: int | str, *, on: date) -> ArticleText:
    """The article as it was in force on a day.

    Raises:
        BadNumber, NoSuchLaw, NoSuchArticle, Repealed, NotYetInForce, TextNotHeld.
    """
    wanted = _number(number)
    return queries.article(queries.find_law(title), wanted, on=on)


def articles(law: Law, *, version_id: UUID) -> list[ArticleText]:
    """All articles of one version of the law, in order; NoSuchArticle where the version is not this law's."""
    version = next((one for one in law.versions if one.id == version_id), None)
    if version is None:
        raise NoSuchArticle(title=law.title, version=version_id, label="这一版本", remedy="请从版本列表中选择。")
    found = queries.whole(version_id)
    return [queries.article_text(law, version, number, found) for _, number in found]


def frame(version_id: UUID) -> tuple[str, str]:
    """What stands before a version's first article (the whole text where it has none) and after its last (annexes), by lines."""
    return queries.frame(version_id)


def resolve(citation: str, *, on: date) -> list[Resolved]:
    """Every place that a citation names, with the cited text (款 and 项 cut out) on that day, or the reason why not.

    Reads 《行政许可法》第三十二条第一款第四项、第三十四条; 社会保险法 第十六条; 《…》第三条至第五条; documents' numbers (never held).
    """
    return queries.resolve([(one, on) for one in citing.parse(citation)])


def changes(title: str, number: int | str) -> list[Change]:
    """How the article of this number stood in each held version, oldest first, with the difference to the version before.

    Raises:
        BadNumber, NoSuchLaw; NoSuchArticle: no held version has it.
    """
    law, wanted = queries.find_law(title), _number(number)
    found = comparing.changes(law, wanted)
    if not found:
        raise NoSuchArticle(title=law.title, version="任何", label=str(wanted), remedy="请核对条的序号。")
    return found


def register_citations(room: str, loader: Callable[[], Iterable[Cited]]) -> None:
    """Name the function that gives what a room's rules cite; called by the room's ``AppConfig.ready``, once a room."""
    citations.register(room, loader)


def our_citations(*, department: str = "") -> list[Cited]:
    """What all our rules cite (matters, fees, benefits, decision tables), of one department if it is named (short code)."""
    return [one for one in citations.all_of_them() if not department or one.department == department]


def check_citations(citations: Sequence[Cited], *, on: date | None = None) -> Checked:
    """Flag what a person should look at: articles changed or repealed since the rule was made, places that do not exist,
    laws that are not held, quotes that do not fit. ``on``: today if None.
    """
    return comparing.check(citations, on=on or today())


def search(words: str, *, on: date | None = None, title: str = "", limit: int = 20) -> list[Hit]:
    """Articles in force on the day (today) that hold all the words, statutes before regulations, short articles first.

    ``title``: only laws whose title holds these words; at most ``limit`` (≤ 200) hits; [] where no word has two characters.
    """
    return searching.search(words, on=on, title=title, limit=limit)


def search_titles(words: str, *, limit: int = 20) -> list[tuple[UUID, str]]:
    """Laws whose title holds the words as (id, title), shortest first."""
    return searching.titles(words, limit=limit)


def parameter(code: str, *, on: date) -> Parameter:
    """The value of a parameter on a day; NoSuchParameter says whether the code or the day is the matter."""
    return parameters.parameter(code, on=on)


def parameter_name(code: str) -> str:
    """What a parameter is called, without asking the database; the code itself for an unknown one."""
    return parameters.name(code)


def parameters_on(codes: Sequence[str], *, on: date) -> dict[str, Parameter]:
    """The values of several parameters on a day, by code, with one statement; a code without a value that day is left out."""
    return parameters.on_day(codes, on)


def cohort(code: str, *, born: date, on: date) -> Mapping[str, Any]:
    """The row of a table of cohorts for who was born that day, e.g. ``retirement.age.male`` → {months, born_from, born_to}.

    Raises:
        NoSuchParameter: no such code or day, no table, or no row for that month.
    """
    return parameters.cohort(code, born=born, on=on)


def parameter_history(code: str) -> list[Parameter]:
    """All values of a parameter, oldest first; [] for an unknown code."""
    return parameters.history(code)


def parameter_codes() -> list[str]:
    """The codes of all parameters, in order."""
    return parameters.codes()


def set_parameter(
    code: str, *, value: Decimal | str, unit: str, source: str, valid_from: date, valid_to: date | None = None, actor: Actor
) -> Parameter:
    """Set a value from a day on (until the next value, or ``valid_to``); audited. A number where there is a unit.

    Raises:
        PermissionDenied: without ``catalogue.edit``. NoSuchParameter: unknown code.
        ParameterInvalid: no source, no number, end before beginning. ParameterExists: another value from the same day.
    """
    return parameters.set_parameter(code, value=value, unit=unit, source=source, valid_from=valid_from, valid_to=valid_to, actor=actor)
