"""The open portal by machine: data sets, rows, files, feedback, requests, gallery, social data, keys, and the desk's work.

CKAN's words for the same stand under ``/api/3/action/`` (``ends.gateway.ckan``), DCAT-AP under ``/data/feed.ttl`` and ``.jsonld``.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from yiwang.data.opening import api as opening
from yiwang.ends.gateway.signing import Signed
from yiwang.standards.errors import InvalidInput

router = Router(tags=["open data"])


class OpenVoiceBody(Schema):
    """A title and what is said."""

    title: str
    text: str


class OpenReuseBody(Schema):
    """An application made with open data."""

    title: str
    text: str
    address: str = ""
    sets: list[str] = []


class OpenSocialBody(Schema):
    """A company's or society's data as CSV text with a header."""

    title: str
    text: str
    csv: str


class OpenKeyBody(Schema):
    """What the key is for."""

    name: str


class OpenStepBody(Schema):
    """check, approve, return, open, discard or withdraw; ``lock`` as last seen."""

    act: str
    lock: int
    reason: str = ""


class OpenAnswerBody(Schema):
    """The answer."""

    text: str


class OpenJudgeBody(Schema):
    """show, refuse or withdraw, with the reason."""

    act: str
    reason: str = ""


def _count(request: HttpRequest) -> None:
    """Data calls have quotas: by the key in ``X-Open-Data-Key``, else by network address."""
    opening.count_call(request.headers.get("X-Open-Data-Key", ""), address=request.META.get("REMOTE_ADDR", ""))


def _file(found: tuple[bytes, str, str]) -> HttpResponse:
    answer = HttpResponse(found[0], content_type=found[1])
    answer["Content-Disposition"] = f'attachment; filename="{found[2]}"'
    return answer


@router.get("/open-data", auth=Signed("public"), response=opening.Found)
def search_open_data(request: HttpRequest, q: str = "", theme: str = "", department: str = "", cycle: str = "", method: str = "") -> Any:
    """Open data sets with these words, and what to narrow by."""
    return opening.search(q, chosen={"theme": theme, "department": department, "cycle": cycle, "method": method})


@router.get("/open-data/{code}", auth=Signed("public"), response=opening.OpenSet)
def get_open_data(request: HttpRequest, code: str, number: int | None = None) -> Any:
    """One data set: dictionary, files, versions with what changed, quality, protection."""
    return opening.data_set(code, number=number)


@router.get("/open-data/{code}/rows", auth=Signed("public"), response=opening.Slice)
def list_open_rows(
    request: HttpRequest, code: str, filters: str = "{}", q: str = "", sort: str = "", limit: int = 100, offset: int = 0
) -> Any:
    """Rows; ``filters`` is a JSON object column → value or list of values, ``sort`` is 'column desc, other'."""
    _count(request)
    try:
        wanted = json.loads(filters)
    except ValueError as error:
        raise InvalidInput("filters 应为 JSON 对象。", field="filters") from error
    if not isinstance(wanted, dict):
        raise InvalidInput("filters 应为 JSON 对象。", field="filters")
    return opening.rows(code, filters=wanted, q=q, sort=sort, limit=limit, offset=offset)


@router.get("/open-data/{code}/files/{form}", auth=Signed("public"))
def get_open_file(request: HttpRequest, code: str, form: str, number: int | None = None) -> HttpResponse:
    """The whole data set as csv, json, xlsx or parquet."""
    _count(request)
    return _file(opening.file(code, form=form, number=number))


@router.get("/open-data-bundle", auth=Signed("public"))
def get_open_bundle(request: HttpRequest, codes: str, forms: str = "csv") -> HttpResponse:
    """Several data sets (codes and forms separated by commas) as one zip with a manifest of digests."""
    _count(request)
    return _file((opening.bundle(codes.split(","), forms=forms.split(",")), "application/zip", "open-data.zip"))


@router.get("/open-data/{code}/feedback", auth=Signed("public"), response=list[opening.VoiceView])
def list_open_feedback(request: HttpRequest, code: str) -> Any:
    """Answered feedback on a data set, and the caller's own."""
    return opening.voices_of(request.actor, code=code)  # type: ignore[attr-defined]


@router.post("/open-data/{code}/feedback", auth=Signed("citizen"), response=opening.VoiceView)
def give_open_feedback(request: HttpRequest, code: str, body: OpenVoiceBody) -> Any:
    """Say something about a data set; its department answers."""
    return opening.give_feedback(code, title=body.title, text=body.text, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/open-data-requests", auth=Signed("public"), response=list[opening.VoiceView])
def list_open_requests(request: HttpRequest) -> Any:
    """Answered feedback and requests for data, and the caller's own."""
    return opening.voices_of(request.actor)  # type: ignore[attr-defined]


@router.post("/open-data-requests", auth=Signed("citizen"), response=opening.VoiceView)
def request_open_data(request: HttpRequest, body: OpenVoiceBody) -> Any:
    """Ask for data that is not open."""
    return opening.request_data(request.actor, title=body.title, text=body.text)  # type: ignore[attr-defined]


@router.get("/open-data-gallery", auth=Signed("public"), response=list[opening.OfferView])
def list_open_gallery(request: HttpRequest) -> Any:
    """Applications made with open data, and the caller's own offers."""
    return opening.shown_offers("reuse", actor=request.actor)  # type: ignore[attr-defined]


@router.post("/open-data-gallery", auth=Signed("citizen"), response=opening.OfferView)
def offer_open_reuse(request: HttpRequest, body: OpenReuseBody) -> Any:
    """Offer an application; it is shown after moderation."""
    actor = request.actor  # type: ignore[attr-defined]
    return opening.offer_reuse(actor, title=body.title, text=body.text, address=body.address, sets=body.sets)


@router.get("/open-data-social", auth=Signed("public"), response=list[opening.OfferView])
def list_open_social(request: HttpRequest) -> Any:
    """Data of companies and societies, and the caller's own offers."""
    return opening.shown_offers("social", actor=request.actor)  # type: ignore[attr-defined]


@router.post("/open-data-social", auth=Signed("citizen"), response=opening.OfferView)
def offer_open_social(request: HttpRequest, body: OpenSocialBody) -> Any:
    """Offer a company's data; it is shown after moderation."""
    return opening.offer_data(request.actor, title=body.title, text=body.text, data=body.csv.encode())  # type: ignore[attr-defined]


@router.get("/open-data-keys", auth=Signed("citizen"), response=list[opening.KeyView])
def list_open_keys(request: HttpRequest) -> Any:
    """The caller's keys in force."""
    return opening.keys_of(request.actor)  # type: ignore[attr-defined]


@router.post("/open-data-keys", auth=Signed("citizen"), response=opening.KeyView)
def issue_open_key(request: HttpRequest, body: OpenKeyBody) -> Any:
    """A key for more calls a minute; its secret is told this once."""
    return opening.issue_key(request.actor, name=body.name)  # type: ignore[attr-defined]


@router.delete("/open-data-keys/{key_id}", auth=Signed("citizen"), response={204: None})
def revoke_open_key(request: HttpRequest, key_id: UUID) -> Any:
    """End one of the caller's keys."""
    opening.revoke_key(key_id, actor=request.actor)  # type: ignore[attr-defined]
    return 204, None


@router.get("/open-data-desk/sets", auth=Signed("opening.view"), response=list[opening.DeskSet])
def list_desk_sets(request: HttpRequest) -> Any:
    """The department's data sets: what is open, what is under way, privacy budgets."""
    return opening.desk(request.actor)  # type: ignore[attr-defined]


@router.get("/open-data-desk/sets/{code}/releases", auth=Signed("opening.view"), response=list[opening.ReleaseView])
def list_desk_releases(request: HttpRequest, code: str) -> Any:
    """Every release of a data set."""
    return opening.history(code, actor=request.actor)  # type: ignore[attr-defined]


@router.post("/open-data-desk/sets/{code}/releases", auth=Signed("opening.edit"), response=opening.ReleaseView)
def ask_desk_release(request: HttpRequest, code: str) -> Any:
    """Ask for a draft of the next version: it is 'queued', then 'making', then 'draft', or 'failed' with the reason."""
    return opening.ask_release(code, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/open-data-desk/releases/{release_id}", auth=Signed("opening.view"), response=opening.ReleaseView)
def get_desk_release(request: HttpRequest, release_id: UUID) -> Any:
    """One release with its check report."""
    return opening.release(release_id, actor=request.actor)  # type: ignore[attr-defined]


@router.post("/open-data-desk/releases/{release_id}/steps", auth=Signed("opening.view"), response=opening.ReleaseView)
def step_desk_release(request: HttpRequest, release_id: UUID, body: OpenStepBody) -> Any:
    """Check, approve, return, open, discard or withdraw a release."""
    return opening.step(release_id, act=body.act, actor=request.actor, lock=body.lock, reason=body.reason)  # type: ignore[attr-defined]


@router.get("/open-data-desk/voices", auth=Signed("opening.answer"), response=list[opening.VoiceView])
def list_desk_voices(request: HttpRequest, state: str = "open") -> Any:
    """Feedback and requests of the caller's department."""
    return opening.voices_waiting(request.actor, state=state)  # type: ignore[attr-defined]


@router.post("/open-data-desk/voices/{voice_id}/answer", auth=Signed("opening.answer"), response=opening.VoiceView)
def answer_desk_voice(request: HttpRequest, voice_id: UUID, body: OpenAnswerBody) -> Any:
    """Answer; it is then shown to everybody without the name."""
    return opening.answer(voice_id, text=body.text, actor=request.actor)  # type: ignore[attr-defined]


@router.get("/open-data-desk/offers", auth=Signed("opening.answer"), response=list[opening.OfferView])
def list_desk_offers(request: HttpRequest) -> Any:
    """Offers to be moderated, then those shown; for the data bureau."""
    return opening.offers_waiting(request.actor)  # type: ignore[attr-defined]


@router.post("/open-data-desk/offers/{offer_id}/decision", auth=Signed("opening.answer"), response=opening.OfferView)
def judge_desk_offer(request: HttpRequest, offer_id: UUID, body: OpenJudgeBody) -> Any:
    """Show an offer, refuse it or withdraw it."""
    return opening.judge_offer(offer_id, act=body.act, reason=body.reason, actor=request.actor)  # type: ignore[attr-defined]
