"""Which event reaches whom: the whole list, read top to bottom.

A handler takes the event as JSON (``standards.events.from_json`` turns it back) and must be repeatable: delivery is at
least once. An event without a row here fails a law test; an empty row says that nobody needs it yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yiwang.base.outbox.api import Handler

HANDLERS: Mapping[str, Sequence[Handler]] = {}
