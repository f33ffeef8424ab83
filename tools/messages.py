"""Compiles the English texts (``locale/en/LC_MESSAGES/django.po``) of every room with the library Babel.

Run by the set-up: ``python -m tools.messages``. The result (``.mo``) is built, never committed.
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_all(house: Path) -> int:
    """Write a ``.mo`` beside every ``.po`` that is newer; returns how many were written."""
    written = 0
    for source in sorted(house.glob("**/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.parents[1].name)
        with target.open("wb") as binary:
            write_mo(binary, catalogue)
        written += 1
    return written


if __name__ == "__main__":
    compile_all(Path(__file__).parent.parent / "yiwang")
