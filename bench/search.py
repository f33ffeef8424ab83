"""Search over the matters: milliseconds a query at 117 and about 2,000 matters, and the share of everyday phrasings that come first.

Peer: PostgreSQL-free substring search over names and synonyms (what a list with a filter box does), on the same phrasings.
Cost: grows with the postings of a query's rarest pieces, which are capped; see the README of the matters room.
"""

import csv
import dataclasses
import os
import time
from pathlib import Path

PHRASINGS = Path(__file__).parents[1] / "tests" / "business" / "matters" / "phrasings.csv"


def run():
    """Milliseconds of processor time a query, and accuracy."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.config.settings")
    import django

    django.setup()
    from yiwang.business.matters import queries, searching

    library = list(queries.builtin())
    many = [
        dataclasses.replace(
            one, short=f"{one.short}.{copy}", name=f"{one.name}{copy}", synonyms=tuple(f"{word}{copy}" for word in one.synonyms)
        )
        for copy in range(17)
        for one in library
    ]
    with PHRASINGS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    texts = [row["text"] for row in rows]
    figures = []
    for label, matters in (("library", library), ("17 times the library", many)):
        index = searching.Index(matters)
        ours = _cost(lambda text, index=index: index.search(text, limit=10, subject_kind=None), texts)
        plain = _cost(lambda text, matters=matters: _substring(matters, text), texts)
        figures.append(_row(f"search, {label} ({len(matters)} matters)", ours, "ms/query", "substring filter", plain))
    index = searching.Index(library)
    wanted = "short"
    ours = _first(rows, wanted, lambda text: [library[place].short for _, place, _ in index.search(text, limit=1, subject_kind=None)])
    plain = _first(rows, wanted, lambda text: _substring(library, text)[:1])
    figures.append(_row(f"everyday phrasings with the right matter first ({len(rows)})", 100 * ours, "%", "substring filter", 100 * plain))
    return figures


def _cost(search, texts):
    for text in texts[:20]:
        search(text)
    begun = time.process_time()
    for text in texts:
        search(text)
    return 1000 * (time.process_time() - begun) / len(texts)


def _substring(matters, text):
    return [one.short for one in matters if text in one.name or any(text in word or word in text for word in one.synonyms)]


def _first(rows, wanted, search):
    return sum(search(row["text"])[:1] == [row[wanted]] for row in rows) / len(rows)


def _row(name, value, unit, peer, peer_value):
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "peer": peer,
        "peer_value": peer_value,
        "ratio": value / peer_value if peer_value else None,
    }
