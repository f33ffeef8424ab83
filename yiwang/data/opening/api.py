"""The door of the open portal 数据开放.

The public half (search, data sets, rows, files, feed) shows what is open and nothing else, whoever asks. The desk's half asks
``opening.view``, ``opening.edit``, ``opening.approve`` (a second person), ``opening.answer`` of the official. A data set has a code
(``[a-z0-9-]``); a release is one version of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

from yiwang.data.opening import datastore, definitions, feeds, files, keys, offers, queries, releases, voices, working
from yiwang.data.opening.errors import (
    BudgetSpent,
    EmptyCart,
    HoldsPersonalData,
    NoSuchRelease,
    NoSuchSet,
    NotSafe,
    OfferIncomplete,
    OpeningNeedsReason,
    SameOpener,
    StaleRelease,
    TooManyCalls,
    TooManyKeys,
    UnfinishedRelease,
    UnknownColumn,
    UnknownFormat,
    UnreadableDefinition,
    UnreadableOffer,
    WrongKey,
    WrongReleaseStep,
)
from yiwang.data.opening.states import OFFERS, STATES, STEP_NAMES
from yiwang.data.opening.values import (
    ColumnView,
    DeskSet,
    Facet,
    FileView,
    Found,
    KeyView,
    OfferView,
    OpenSet,
    OpenSetLine,
    OpenVersion,
    Quota,
    ReleaseView,
    Slice,
    VoiceView,
)
from yiwang.security.access.api import Actor

__all__ = [
    "OFFERS", "STATES", "STEP_NAMES", "BudgetSpent", "ColumnView", "DeskSet", "EmptyCart", "Facet", "FileView", "Found",
    "HoldsPersonalData", "KeyView", "NoSuchRelease", "NoSuchSet", "NotSafe", "OfferIncomplete", "OfferView", "OpenSet", "OpenSetLine",
    "OpenVersion", "OpeningNeedsReason", "Quota", "ReleaseView", "SameOpener", "Slice", "StaleRelease", "TooManyCalls", "TooManyKeys",
    "UnfinishedRelease", "UnknownColumn", "UnknownFormat", "UnreadableDefinition", "UnreadableOffer", "VoiceView", "WrongKey",
    "WrongReleaseStep", "answer", "ask_release", "bundle", "count_call", "data_set", "desk", "feed", "file", "give_feedback",
    "history", "issue_key", "judge_offer", "keys_of", "make_asked", "offer_data", "offer_reuse", "offers_waiting", "open_shipped",
    "outlines", "prepare", "preview", "provide", "quality_of", "release", "release_rows", "request_data", "revoke_key", "rows",
    "search", "shown_offers", "social_file", "social_rows", "step", "voices_of", "voices_waiting", "words",
]  # fmt: skip

MOST_SETS = 20  # in one bundle


def words() -> Mapping[str, Any]:
    """Names of themes, licences, update cycles, methods of protection, and the quotas: {themes: {code: [zh, en, …]}, …}."""
    return definitions.words()


def outlines() -> Sequence[Mapping[str, Any]]:
    """Outlines of the demonstration city's districts for a map: {code, name, name_en, ring: [[longitude, latitude], …]}."""
    return definitions.outlines()


def provide(name: str, *, rows: Callable[[], Iterable[Mapping[str, Any]]]) -> None:
    """Let a room hand in a public table by name for data sets (in ``AppConfig.ready``); asked whenever a release is made."""
    definitions.provide(name, rows=rows)


def search(q: str = "", *, chosen: Mapping[str, str] = MappingProxyType({})) -> Found:
    """Open data sets that hold every word, newest first; ``chosen`` narrows by theme, department, cycle, method."""
    return queries.search(q, chosen=dict(chosen))


def data_set(code: str, *, number: int | None = None) -> OpenSet:
    """An open data set, or a former version of it by its number. Raises NoSuchSet, NoSuchRelease."""
    return queries.data_set(code, number=number)


def quality_of(code: str) -> float | None:
    """The quality figure (0 to 1) of the open release; None where nothing is open."""
    found = next((one for one in search().rows if one.code == code), None)
    return None if found is None else found.quality


def preview(code: str, *, number: int | None = None, limit: int = 20) -> Slice:
    """The first rows of an open data set. Raises NoSuchSet, NoSuchRelease."""
    return queries.preview(code, number=number, limit=min(limit, 200))


def rows(
    code: str,
    *,
    filters: Mapping[str, Any] = MappingProxyType({}),
    q: str = "",
    fields: Sequence[str] = (),
    sort: str = "",
    limit: int = 100,
    offset: int = 0,
    number: int | None = None,
) -> Slice:
    """Rows that match: ``filters`` column → value or list of values, ``q`` words that some cell holds, ``sort`` as 'a, b desc'.

    At most 32,000 rows. Raises NoSuchSet, UnknownColumn.
    """
    return datastore.search(code, filters=filters, q=q, fields=fields, sort=sort, limit=limit, offset=offset, number=number)


def file(code: str, *, form: str, number: int | None = None) -> tuple[bytes, str, str]:
    """One format (csv, json, xlsx, parquet) of an open release: content, media type, file name. Raises NoSuchSet, UnknownFormat."""
    return queries.file(code, form=form, number=number)


def bundle(codes: Sequence[str], *, forms: Sequence[str]) -> bytes:
    """A zip of the chosen open data sets in the chosen formats, with ``manifest.json`` (version, licence, SHA-256 of every file).

    Raises:
        EmptyCart: nothing or too much chosen. NoSuchSet, UnknownFormat.
    """
    chosen, wanted = list(dict.fromkeys(codes)), list(dict.fromkeys(forms))
    if not chosen or not wanted or len(chosen) > MOST_SETS:
        raise EmptyCart(most=MOST_SETS)
    sets = [data_set(code) for code in chosen]
    content = []
    for one in sets:
        for form in wanted:
            data, _, name = file(one.line.code, form=form, number=one.line.number)
            content.append((name, data))
    told = [
        {"code": one.line.code, "title": one.line.title, "version": one.line.number, "licence": one.line.licence, "rows": one.line.rows}
        for one in sets
    ]
    return files.bundle(content, {"sets": told})


def feed(form: str, *, base: str, site: str, department: Callable[[str], tuple[str, str]], valued: bool = False) -> str:
    """The DCAT-AP feed of all open data sets as 'ttl' or 'jsonld'; ``department`` gives the Chinese and English name of a short code.

    ``valued``: those of high value alone, in the profile DCAT-AP HVD. The regulation behind that profile binds no city here: each names
    the Chinese law under which it is opened, so that harvesters of the profile can read it.
    """
    sets = [data_set(line.code) for line in search().rows]
    tree = feeds.catalogue(sets, base=base, site=site, department=department, valued=valued)
    return feeds.as_turtle(tree) if form == "ttl" else feeds.as_json_ld(tree)


def voices_of(actor: Actor, *, code: str = "") -> list[VoiceView]:
    """Answered feedback and requests, and one's own, newest first; of one data set or of all."""
    return voices.public(code=code, actor=actor)


def give_feedback(code: str, *, title: str, text: str, actor: Actor) -> VoiceView:
    """Say something about an open data set; its department answers. Raises NoSuchSet, OfferIncomplete."""
    return voices.write("feedback", code=code, title=title, text=text, actor=actor)


def request_data(actor: Actor, *, title: str, text: str) -> VoiceView:
    """Ask for data that is not open yet. Raises OfferIncomplete."""
    return voices.write("request", code="", title=title, text=text, actor=actor)


def shown_offers(kind: str, *, actor: Actor) -> list[OfferView]:
    """What is shown of a kind ('reuse': applications, 'social': data of companies and societies), and one's own in any state."""
    return offers.shown(kind, actor=actor)


def offer_reuse(actor: Actor, *, title: str, text: str, address: str = "", sets: Sequence[str] = ()) -> OfferView:
    """Offer an application for the gallery; shown after moderation. Raises OfferIncomplete."""
    return offers.reuse(actor, title=title, text=text, address=address, sets=sets)


def offer_data(actor: Actor, *, title: str, text: str, data: bytes) -> OfferView:
    """Offer a company's or society's CSV for the social-data zone; shown after moderation.

    Raises:
        Forbidden: the actor represents no company. OfferIncomplete, UnreadableOffer, HoldsPersonalData.
    """
    return offers.social(actor, title=title, text=text, data=data)


def social_rows(offer_id: UUID, *, actor: Actor, limit: int = 20) -> tuple[OfferView, Slice]:
    """A set of the social-data zone with its first rows. Raises NotFound unless shown, one's own, or for the desk."""
    return offers.social_rows(offer_id, actor=actor, limit=min(limit, 200))


def social_file(offer_id: UUID, *, form: str, actor: Actor) -> tuple[bytes, str, str]:
    """One format of a set of the social-data zone: content, media type, file name. Raises NotFound, UnknownFormat."""
    return offers.social_file(offer_id, form=form, actor=actor)


def keys_of(actor: Actor) -> list[KeyView]:
    """The actor's keys in force."""
    return keys.mine(actor)


def issue_key(actor: Actor, *, name: str) -> KeyView:
    """A new key for more calls; ``secret`` is told this once. Raises OfferIncomplete, TooManyKeys."""
    return keys.issue(actor, name=name)


def revoke_key(key_id: UUID, *, actor: Actor) -> None:
    """End a key of one's own. Raises NotFound."""
    keys.revoke(key_id, actor=actor)


def count_call(secret: str, *, address: str) -> Quota:
    """Count a call of the data interfaces by key ('' for none: by network address).

    Raises:
        WrongKey: no such key in force. TooManyCalls: the minute's calls are used up.
    """
    return keys.count(secret, address=address)


def desk(actor: Actor) -> list[DeskSet]:
    """The data sets whose work the official may see, with what is open and what is under way; [] without ``opening.view``."""
    return queries.desk(actor)


def history(code: str, *, actor: Actor) -> list[ReleaseView]:
    """Every release of a data set, newest first. Raises NoSuchSet, PermissionDenied."""
    return queries.history(code, actor=actor)


def release(release_id: UUID, *, actor: Actor) -> ReleaseView:
    """One release with its check report. Raises NoSuchRelease, PermissionDenied."""
    return queries.release(release_id, actor=actor)


def release_rows(release_id: UUID, *, actor: Actor, limit: int = 20) -> Slice:
    """The first rows of a release, open or not, protected as they would be opened. Raises NoSuchRelease, PermissionDenied."""
    return queries.release_rows(release_id, actor=actor, limit=min(limit, 200))


def ask_release(code: str, *, actor: Actor) -> ReleaseView:
    """Ask for a draft of the next version; a process of its own makes it ('queued', 'making', then 'draft' or 'failed' with the reason).

    Raises:
        UnfinishedRelease: one is under way. BudgetSpent: the privacy budget does not allow another. NoSuchSet, PermissionDenied.
    """
    return queries.release_view(releases.ask(code, actor=actor), actor)


def make_asked() -> int:
    """Make now, in this process, the drafts that were asked for; returns how many, 0 while another process makes them."""
    return working.work()


def prepare(code: str, *, actor: Actor) -> ReleaseView:
    """Make a draft of the next version at once from the present sources: for commands; pages ask (``ask_release``).

    Raises:
        UnfinishedRelease: one is under way. BudgetSpent: the privacy budget does not allow another. NoSuchSet, PermissionDenied.
    """
    return queries.release_view(releases.prepare(code, actor=actor), actor)


def step(release_id: UUID, *, act: str, actor: Actor, lock: int, reason: str = "") -> ReleaseView:
    """Check, approve, return, open, discard or withdraw a release; ``lock`` is the one last seen.

    Raises:
        NotSafe: the check found something; its report is kept. SameOpener: who made or checked it may not approve it.
        WrongReleaseStep, StaleRelease, OpeningNeedsReason, NoSuchRelease, PermissionDenied.
    """
    return queries.release_view(releases.step(release_id, act=act, actor=actor, lock=lock, reason=reason), actor)


def voices_waiting(actor: Actor, *, state: str = "open") -> list[VoiceView]:
    """Feedback and requests of the official's department, oldest first."""
    return voices.waiting(actor, state=state)


def answer(voice_id: UUID, *, text: str, actor: Actor) -> VoiceView:
    """Answer feedback or a request; it is then shown to everybody without the name. Raises NotFound, OfferIncomplete, Conflict."""
    return voices.answer(voice_id, text=text, actor=actor)


def offers_waiting(actor: Actor) -> list[OfferView]:
    """Offers to be moderated, then those shown. Raises PermissionDenied."""
    return offers.waiting(actor)


def judge_offer(offer_id: UUID, *, act: str, reason: str = "", actor: Actor) -> OfferView:
    """``show`` an offer, ``refuse`` it or ``withdraw`` it, with a reason for the latter two. Raises NotFound, Conflict, OfferIncomplete."""
    return offers.judge(offer_id, act=act, reason=reason, actor=actor)


def open_shipped(makers: Callable[[str], tuple[Actor, Actor]]) -> int:
    """Open every shipped data set that never had a release, for the demonstration: ``makers`` gives a department's two officials.

    All steps are the real ones. Returns how many were opened.
    """
    opened = 0
    for one in definitions.load().values():
        if releases.known(one.code):
            continue
        maker, second = makers(one.department)
        row = releases.prepare(one.code, actor=maker)
        for act, who in (("check", maker), ("approve", second), ("open", maker)):
            row = releases.step(row.id, act=act, actor=who, lock=row.lock)
        opened += 1
    return opened
