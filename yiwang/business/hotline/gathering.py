"""What people say of one place in their own words, whatever its category: each ticket joins those it resembles, or founds a strand.

A strand is kept as one small row a ticket; nothing of a text is copied. The vectors that a new ticket is compared with live in the memory
of whoever runs the job and are built again from the newest rows after a stop, so a kill loses nothing but that time. The work for a ticket
is bounded (``support/ai/topics``), and so is what is built again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import CharField, F, Max, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from yiwang.base.clock.api import now
from yiwang.base.jobs.api import alone
from yiwang.business.hotline import tree
from yiwang.business.hotline.models import StrandRow, TicketRow
from yiwang.support.ai import api as ai

LIKE: Final = 0.08  # mean cosine from which a ticket belongs to a strand of its place; lower than across places, where the place tells too
NEWEST: Final = 20_000  # tickets that are compared with
AT_ONCE: Final = 200  # tickets of one transaction
LATE: Final = timedelta(minutes=15)  # no filing takes longer to be committed
READ: Final = 1_000  # characters of a text
FEW: Final = 0.25  # share of a strand up to which a category is an outlier; one ticket always is, beside two or more of another
PASSED: Final = ("withdrawn", "declined")
# The category that a ticket counts for: its strand's where that differs, else its own.
CAUSE: Final = Coalesce(NullIf("gathered__category", Value("")), F("category"), output_field=CharField())

_CELLS: Final = """
    SELECT s.place, s.strand, t.category, s.category, count(*) FROM hotline_strand s JOIN hotline_ticket t ON t.id = s.ticket_id
    WHERE s.place = ANY(%s) GROUP BY s.place, s.strand, t.category, s.category
"""
_MOVE: Final = """
    UPDATE hotline_strand s SET category = wanted.category
    FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS wanted(strand, own, category), hotline_ticket t
    WHERE s.strand = wanted.strand AND t.id = s.ticket_id AND t.category = wanted.own AND s.category <> wanted.category
        AND NOT EXISTS (SELECT 1 FROM hotline_correction c WHERE c.ticket_id = t.id AND c.field = 'category')
"""


@dataclass
class _Memory:
    """The strands in vectors, and the newest row that went into them."""

    stream: Any  # of ai.topic_stream
    last: int = 0
    numbers: dict[UUID, int] = field(default_factory=dict)
    strands: dict[int, UUID] = field(default_factory=dict)

    def know(self, number: int, strand: UUID) -> None:
        """Which strand a number is; what the stream has closed is forgotten from time to time."""
        self.numbers[strand], self.strands[number] = number, strand
        if len(self.numbers) > 2 * NEWEST:
            self.strands = {number: self.strands[number] for number in self.stream.topics}
            self.numbers = {strand: number for number, strand in self.strands.items()}


_held: list[_Memory] = []  # of this process; one at most


def about(place: str, category: str) -> Q:
    """The tickets that count for a cause at a place."""
    moved = StrandRow.objects.filter(place=place).exclude(category="")
    own = Q(place=place, category=category) & ~Q(id__in=moved.exclude(category=category).values("ticket"))
    return own | Q(id__in=moved.filter(category=category).values("ticket"))


def gather(*, most: int = 20_000) -> int:
    """Let the tickets that came since join or found strands; returns how many did. Only one process does so at a time."""
    done = 0
    with alone("hotline.gather") as mine:
        while mine and done < most and (rows := list(_waiting()[:AT_ONCE])):
            try:
                _join(rows)
            except BaseException:
                _held.clear()  # memory must not know what the tables do not
                raise
            done += len(rows)
    return done


def _waiting() -> QuerySet[TicketRow]:
    """Tickets at a known place that are in no strand yet, in the order they came."""
    since = now() - timedelta(days=tree.routing()["topic_days"])
    last = StrandRow.objects.aggregate(at=Max("at"))["at"]
    rows = TicketRow.objects.filter(filed_at__gte=max(since, last - LATE) if last else since, gathered=None)
    return rows.exclude(place="").exclude(state__in=PASSED).order_by("filed_at", "id").only("id", "title", "text", "place", "filed_at")


def _said(row: TicketRow) -> str:
    """What a ticket says without where: the place is the strand's frame, not its matter."""
    return row.text[:READ].replace(row.place, " ")


def _memory() -> _Memory:
    """The strands as the tables have them now: what others added is read, all of it where this process knows nothing."""
    if _held and _held[0].last and not StrandRow.objects.filter(id=_held[0].last).exists():
        _held.clear()  # what it was built from is gone
    if not _held:
        _held.append(_Memory(ai.topic_stream(join=LIKE, most=NEWEST)))
    held = _held[0]
    rows = StrandRow.objects.filter(id__gt=held.last).order_by("-id").select_related("ticket")
    for row in reversed(rows.only("id", "strand", "ticket__text", "ticket__place")[:NEWEST]):
        number = held.stream.restore(held.numbers.get(row.strand), "", _said(row.ticket), within=row.ticket.place)
        held.know(number, row.strand)
        held.last = row.id
    return held


def _join(rows: Sequence[TicketRow]) -> None:
    held = _memory()
    made = []
    for row in rows:
        number, founded = held.stream.add("", _said(row), within=row.place)
        if founded:
            held.know(number, row.id)
        made.append(StrandRow(ticket=row, strand=held.strands[number], place=row.place, at=row.filed_at))
    with transaction.atomic():
        StrandRow.objects.bulk_create(made)
        _settle({one.place for one in made})
    held.last = max(one.id for one in made)


def _settle(places: set[str]) -> None:
    """Outliers of a strand count for the category that most of it has, unless a person set theirs."""
    with connection.cursor() as cursor:
        cursor.execute(_CELLS, [list(places)])
        cells = cursor.fetchall()
    told: dict[UUID, Counter[str]] = {}
    there: Counter[tuple[str, str]] = Counter()
    for place, strand, own, _now, count in cells:
        told.setdefault(strand, Counter())[own] += count
        there[place, own] += count
    least = tree.routing()["topic_least"]
    changed = []
    for place, strand, own, counts_for, _count in cells:
        most, count = told[strand].most_common(1)[0]
        topic = 2 * count >= told[strand].total() and count > 1 and there[place, most] >= least
        outlier = topic and own != most and there[place, own] < least and told[strand][own] <= max(1, FEW * told[strand].total())
        if (wanted := most if outlier else "") != counts_for:
            changed.append((strand, own, wanted))
    if changed:
        with connection.cursor() as cursor:
            cursor.execute(_MOVE, [list(one) for one in zip(*changed, strict=True)])


def respect() -> int:
    """What a person has set counts as it was set, also after its strand was settled; returns how many changed."""
    set_by_hand = Q(ticket__corrections__field="category") | ~Q(place=F("ticket__place"))
    return StrandRow.objects.filter(set_by_hand).exclude(category="").update(category="")


def forget(*, most: int = 20_000) -> int:
    """Drop what is too old for a topic; returns how many."""
    since = now() - timedelta(days=tree.routing()["topic_days"])
    old = list(StrandRow.objects.filter(at__lt=since).order_by("at").values_list("id", flat=True)[:most])
    return StrandRow.objects.filter(id__in=old).delete()[0]
