"""Which event reaches whom: the whole list, read top to bottom.

A handler takes the event as JSON (``standards.events.from_json`` turns it back) and must be repeatable: delivery is at
least once. An event without a row here fails a law test; an empty row says that nobody needs it yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yiwang.base.outbox.api import Handler, ManyHandler
from yiwang.business.benefits import api as benefits
from yiwang.business.life_events import api as life_events
from yiwang.business.policies import api as policies
from yiwang.data.exchange import api as exchange
from yiwang.data.lineage import api as lineage
from yiwang.evaluation.indicators import api as indicators
from yiwang.support.notices import api as notices

tell = notices.on_event  # the applicant reads it in his messages
measure = indicators.on_event  # figures of departments
advance = life_events.on_case_event  # the life event notes the outcome and starts what waited for it
reconsider = benefits.on_correction  # a benefit that waited for the corrected fact is decided again
open_up = exchange.on_sharing_step  # the resource stands ready for the gateways, and the policy says so
rematch = policies.on_correction  # the company whose fact was corrected is matched again with every policy

trace = lineage.on_event  # the run goes out as an OpenLineage event

HANDLERS: Mapping[str, Sequence[Handler]] = {
    "case.submitted.v1": (measure, tell),
    "case.received.v1": (measure, tell),
    "case.returned.v1": (measure, advance, tell),
    "case.accepted.v1": (measure, advance, tell),
    "case.supplement_requested.v1": (measure, advance, tell),
    "case.supplemented.v1": (measure, advance, tell),
    "case.not_accepted.v1": (measure, advance, tell),
    "case.stopped.v1": (measure, tell),
    "case.resumed.v1": (measure, tell),
    "case.extended.v1": (measure, tell),
    "case.decided.v1": (measure, advance, tell),
    "case.delivered.v1": (measure, tell),
    "case.closed.v1": (measure, advance, tell),
    "case.archived.v1": (measure,),
    "case.withdrawn.v1": (measure, advance, tell),
    "case.terminated.v1": (measure, advance, tell),
    "case.revoked.v1": (measure, advance, tell),
    "case.overdue.v1": (measure, tell),
    "case.rated.v1": (measure, tell),
    "rating.bad_opened.v1": (measure,),
    "rating.answered.v1": (measure, tell),
    "rating.closed.v1": (measure,),
    "licence.issued.v1": (tell,),
    "licence.revoked.v1": (tell,),
    "correction.opened.v1": (tell,),
    "correction.closed.v1": (reconsider, rematch, tell),
    "life_event.submitted.v1": (tell,),
    "life_event.completed.v1": (tell,),
    "matter.published.v1": (),
    "matter.suspended.v1": (),
    "matter.cancelled.v1": (),
    "model.stepped.v1": (),
    "model.drifted.v1": (),
    "table.submitted.v1": (),
    "table.returned.v1": (),
    "table.published.v1": (),
    "knowledge.published.v1": (),
    "knowledge.withdrawn.v1": (),
    "resource.stepped.v1": (),
    "facts.accessed.v1": (),
    "benefit.told.v1": (tell,),
    "benefit.reminded.v1": (tell,),
    "benefit.answered.v1": (tell,),
    "benefit.paid.v1": (tell,),
    "benefit.suspended.v1": (tell,),
    "benefit.list_approved.v1": (),
    "benefit.recovery_opened.v1": (tell,),
    "benefit.recovery_closed.v1": (tell,),
    "opening.release_stepped.v1": (),
    "opening.voice.v1": (),
    "opening.offer.v1": (),
    "quality.checked.v1": (trace,),
    "resolution.finished.v1": (),
    "resolution.pair_decided.v1": (),
    "policy.pushed.v1": (tell,),
    "policy.decided.v1": (tell,),
    "policy.paid.v1": (tell,),
    "ticket.stepped.v1": (),
    "ticket.told.v1": (tell,),
    "topic.warned.v1": (),
    "topic.incident_opened.v1": (),
    "intake.source_stepped.v1": (),
    "intake.run_finished.v1": (trace,),
    "intake.run_failed.v1": (),
    "sharing.stepped.v1": (open_up,),
    "sharing.published.v1": (trace,),
    "sharing.signalled.v1": (),
}

# The busiest handlers take many events at once: a constant number of statements instead of one round per event.
TOGETHER: Mapping[Handler, ManyHandler] = {tell: notices.on_events, measure: indicators.on_events}
