"""Label files and texts with a model, or by the rules where there is none; results line for line as the input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING

from yiwang.data.addresses import grammar, model, standard
from yiwang.data.addresses.errors import BadAddressFile
from yiwang.data.addresses.features import features
from yiwang.data.addresses.scoring import Score, score
from yiwang.data.addresses.sentences import LONGEST, lines, sentences, split
from yiwang.data.addresses.values import AddressParts

if TYPE_CHECKING:
    import pyarrow

AT_ONCE = 2048  # addresses in memory while a file is labelled


def label(held: model.Model | None, many: Sequence[Sequence[str]]) -> list[list[str]]:
    """The tags of each address's characters."""
    if held is None:
        return [grammar.label(one) for one in many]
    return held.label([features(one) for one in many])


def label_file(held: model.Model | None, source: Path, target: Path) -> int:
    """Write the input's characters with their tags, line for line; returns the number of addresses.

    The target appears only when it is complete.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(target.name + ".new")
    try:
        with fresh.open("w", encoding="utf-8", newline="\n") as file:
            count = _write(held, source, file)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
    return count


def _write(held: model.Model | None, source: Path, file: IO[str]) -> int:
    waiting: list[list[str]] = []
    gaps: list[int] = []  # empty lines behind each waiting address
    before = count = number = 0

    def flush() -> None:
        for characters, tags, gap in zip(waiting, label(held, waiting), gaps, strict=True):
            file.writelines(f"{one} {tag}\n" for one, tag in zip(characters, tags, strict=True))
            file.write("\n" * gap)
        waiting.clear()
        gaps.clear()

    inside = False
    for number, character, _ in lines(source):
        if character:
            if not inside:
                if len(waiting) >= AT_ONCE:
                    flush()
                waiting.append([])
                gaps.append(0)
                count += 1
            waiting[-1].append(character)
            if len(waiting[-1]) > LONGEST:
                raise BadAddressFile(path=source, line=number, reason=f"一个地址超过 {LONGEST} 个字", remedy="请在地址之间空一行")
        elif waiting:
            gaps[-1] += 1
        else:
            before += 1
            file.write("\n")
        inside = bool(character)
    if not count:
        raise BadAddressFile(path=source, line=number, reason="文件里没有地址", remedy="请一行写一个字,地址之间空一行")
    flush()
    return count


def evaluate(held: model.Model | None, path: Path) -> tuple[Score, dict[str, Score]]:
    """Strict entity scores of a labelled file, over all and by label."""
    wanted = sentences(path)
    return score(zip([one.tags for one in wanted], label(held, [one.characters for one in wanted]), strict=True))


@lru_cache(maxsize=2)
def _loaded(path: Path, _changed: float) -> model.Model:
    return model.load(path)


def held(path: Path | None) -> model.Model | None:
    """The model of a file, kept in memory until the file changes; None where there is no file."""
    return _loaded(path, path.stat().st_mtime) if path is not None and path.is_file() else None


def parse_many(texts: Sequence[str], *, trained: model.Model | None) -> list[AddressParts]:
    """The parts of each text, in order; an empty text has no parts."""
    cleaned = [split(standard.clean(one)) for one in texts]
    how = "grammar" if trained is None else "model"
    return [
        standard.assemble(text, characters=characters, tags=tags, how=how)  # type: ignore[arg-type]
        for text, characters, tags in zip(texts, cleaned, label(trained, cleaned), strict=True)
    ]


def batches(column: pyarrow.ChunkedArray, size: int) -> Iterator[list[str]]:
    """The texts of a column, some at a time; null becomes ''."""
    for begin in range(0, len(column), size):
        yield [one or "" for one in column.slice(begin, size).to_pylist()]
