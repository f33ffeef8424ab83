"""What waits for an official beside cases: drafts of the catalogue, corrections, sharing requests and signals, releases, voices, models.

Each room is asked by its door for what waits for this actor; here the answers are only put into one order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yiwang.base.clock.api import today
from yiwang.data.catalogue import api as catalogue
from yiwang.data.exchange import api as exchange
from yiwang.data.opening import api as opening
from yiwang.data.quality import api as quality
from yiwang.ends.official import words
from yiwang.security.access.api import Actor, may
from yiwang.support.models import api as models

LOOSE = {
    "unregistered": gettext_noop("正在使用,尚未审批"), "changed": gettext_noop("运行的与审批的不一致"),
    "newer": gettext_noop("软件带来了新的一版"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to do: ``light`` red (late), yellow, green or '' for what has no term."""

    kind: str
    title: str
    state: str
    due: date | None
    light: str
    address: str


def waiting(actor: Actor) -> list[Waiting]:
    """Everything that waits for this actor, what is late first, then by its last day."""
    found = [*_catalogue(actor), *_corrections(actor), *_sharing(actor), *_opening(actor), *_models(actor)]
    return sorted(found, key=lambda one: (one.light != "red", one.due or date.max, one.kind, one.title))


def _catalogue(actor: Actor) -> Iterator[Waiting]:
    if not (may(actor, "catalogue.edit") or may(actor, "catalogue.publish")):
        return
    mine = may(actor, "catalogue.edit", department=actor.department, region=actor.region)
    seen = set()
    for one in catalogue.drafts(actor):
        if one.state == "submitted" and mine:
            continue  # it waits for somebody else
        reviewed = one.state == "submitted"
        due, light = (one.review_due, one.review_light) if reviewed else (one.update_due, one.update_light)
        seen.add(one.resource.code)
        kind = _("目录审核") if reviewed else _("目录更新")
        address = reverse("official:catalogue_draft", args=[one.resource.code])
        yield Waiting(kind, one.resource.title, words.named(catalogue.STATES[one.state]), due, light, address)
    work = reverse("official:catalogue_work")
    for late in catalogue.overdue(actor):
        if late.code not in seen:
            yield Waiting(
                words.named(catalogue.CLOCKS[late.clock]), late.title, words.department_name(late.department), late.due, "red", work
            )
    if mine and (count := len(catalogue.proposals(actor))):
        yield Waiting(_("起草建议"), _("识别所得,待确认"), _("%(n)s 张表") % {"n": count}, None, "", work)


def _corrections(actor: Actor) -> Iterator[Waiting]:
    for one in quality.todo(actor):
        late = one.state == "escalated" or one.due < today()
        address = reverse("official:correction", args=[one.correction_id])
        title, light = f"{one.element_name} · {words.record_of(one.key)}", "red" if late else "green"
        yield Waiting(_("核实纠错"), title, words.named(one.state_name), one.due, light, address)


def _sharing(actor: Actor) -> Iterator[Waiting]:
    if not may(actor, "sharing.view"):
        return
    boxes = {"approve": "sharing.approve", "answer": "sharing.answer", "rule": "sharing.rule"}
    for box, permission in boxes.items():
        for one in exchange.requests(actor, box=box) if may(actor, permission) else []:
            address = reverse("official:sharing_request", args=[one.id])
            yield Waiting(_("共享申请"), f"{one.resource_title} · {one.no}", words.named(one.state_name), one.due, one.light, address)
    for signal in exchange.signals(actor):
        title = f"{words.named(signal.kind_name)} · {signal.resource or signal.key}"
        yield Waiting(_("共享预警"), title, _("%(n)s 次") % {"n": signal.count}, None, "", reverse("official:sharing"))


def _opening(actor: Actor) -> Iterator[Waiting]:
    for one in opening.desk(actor):
        if one.unfinished and one.unfinished.acts:
            address = reverse("official:opening_release", args=[one.unfinished.id])
            yield Waiting(_("数据开放"), one.title, words.named(one.unfinished.state_name), None, "", address)
    if not may(actor, "opening.answer", department=actor.department):
        return
    for voice in opening.voices_waiting(actor):
        yield Waiting(_("开放反馈"), voice.title, _("待答复"), None, "", reverse("official:opening"))
    if may(actor, "opening.answer", department="data"):
        offers = [one for one in opening.offers_waiting(actor) if one.state == "offered"]
        for offer in offers:
            yield Waiting(_("开放应用"), offer.title, words.named(offer.state_name), None, "", reverse("official:opening_offers"))


def _models(actor: Actor) -> Iterator[Waiting]:
    """Versions to approve or activate; drift to look into and filings to make."""
    for one in models.models(actor) if may(actor, "model.view") else []:
        place = {"department": one.department, "region": one.region}
        name, address = one.name_en if words.english() else one.name, reverse("official:model", args=[one.key])
        if one.waiting and may(actor, "model.approve", **place):
            yield Waiting(_("模型登记"), name, _("%(number)s 版待审批或上线") % {"number": one.waiting}, None, "", address)
        if not may(actor, "model.edit", **place):
            continue
        if one.use in LOOSE:
            yield Waiting(_("模型登记"), name, _(LOOSE[one.use]), None, "yellow", address)
        if one.findings:
            yield Waiting(_("模型登记"), name, _("%(number)s 条偏移提示") % {"number": one.findings}, None, "yellow", address)
        if one.filing_due:
            light = "red" if one.filing_due < today() else "green"
            yield Waiting(_("备案"), name, _("还没有备案信息。"), one.filing_due, light, address)
