"""Entity resolution of 100,000 invented persons (YIWANG_BENCH_PEOPLE for another number): F1 and seconds beside plain splink, the same rows."""

from __future__ import annotations

import os


def run() -> list[dict[str, object]]:
    """F1, pairs a second and seconds, each with plain splink's."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.config.settings")
    import django

    django.setup()  # the rooms that know divisions and addresses are Django's
    from yiwang.data.resolution import measuring

    people = int(os.environ.get("YIWANG_BENCH_PEOPLE", "100000"))
    found = measuring.measure(people, kind="person")
    ours, plain = found["ours"], found["plain_splink"]
    rows = [("F1", "f1", "F1"), ("recall", "recall", ""), ("precision", "precision", ""), ("seconds", "seconds", "s")]
    return [
        {
            "name": f"resolution: {name}, {people:,} persons",
            "value": ours[key],
            "unit": unit,
            "peer": "plain splink",
            "peer_value": plain[key],
            "ratio": round(ours[key] / plain[key], 3),
        }
        for name, key, unit in rows
    ]


if __name__ == "__main__":
    for row in run():
        print(row)
