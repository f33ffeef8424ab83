"""The door of addresses: take an address apart into province … room, standardise it, train and measure the model that does it.

Without a trained model the rules of ``grammar`` answer (``how`` says which). Nothing here keeps data; texts go in, parts come out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yiwang.data.addresses import labelling, training
from yiwang.data.addresses import model as models
from yiwang.data.addresses.divisions import Division, divisions
from yiwang.data.addresses.errors import AddressTooLong, BadAddressFile, BadAddressModel, NoAddressFile
from yiwang.data.addresses.scoring import Score
from yiwang.data.addresses.values import AddressParts

if TYPE_CHECKING:
    import pyarrow

__all__ = [
    "AddressParts",
    "AddressTooLong",
    "BadAddressFile",
    "BadAddressModel",
    "Division",
    "NoAddressFile",
    "Score",
    "division",
    "division_codes",
    "evaluate",
    "label",
    "model_in_use",
    "parse",
    "parse_column",
    "parse_many",
    "train",
]


def model_in_use() -> Path | None:
    """The model of this installation (``var/models/addresses.model``), or None before one is trained."""
    from django.conf import settings  # the commands train, label, evaluate work without the framework

    path = Path(settings.YIWANG_VAR) / "models" / "addresses.model"
    return path if path.is_file() else None


def parse(text: str, *, model: Path | None = None) -> AddressParts:
    """One address as standardised parts; ``model`` a model file, else the rules answer.

    Raises:
        AddressTooLong: more than 512 characters. BadAddressModel: the file is no model.
    """
    return parse_many([text], model=model)[0]


def parse_many(texts: Sequence[str], *, model: Path | None = None) -> list[AddressParts]:
    """The parts of each text, in order; see ``parse``."""
    return labelling.parse_many(texts, trained=labelling.held(model))


def parse_column(column: pyarrow.ChunkedArray | pyarrow.Array, *, model: Path | None = None) -> pyarrow.Table:
    """A column of texts (string, nulls allowed) as a table of the same length: one string column for each part, ``code`` and ``standard``.

    A text that is too long has empty parts and ``rest`` says so; the other rows are not lost by it.
    """
    import pyarrow as pa

    whole = column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
    trained = labelling.held(model)
    names = [one.name for one in fields(AddressParts) if one.name not in {"filled", "candidates"}]
    found: dict[str, list[str]] = {name: [] for name in names}
    for texts in labelling.batches(whole, labelling.AT_ONCE):
        for parts in _each(texts, trained):
            for name in names:
                found[name].append(getattr(parts, name))
    return pa.table({name: pa.array(values, pa.string()) for name, values in found.items()})


def _each(texts: Sequence[str], trained: models.Model | None) -> list[AddressParts]:
    try:
        return labelling.parse_many(texts, trained=trained)
    except AddressTooLong as refused:
        if len(texts) == 1:
            return [AddressParts(texts[0], "grammar", rest=refused.message)]
        return [parts for text in texts for parts in _each([text], trained)]


def division(code: str) -> tuple[Division, ...]:
    """A division with everything above it, province first; () for an unknown code."""
    table = divisions()
    found = table.by_code.get(code)
    return table.path(found) if found else ()


def division_codes(*, levels: Sequence[int] = (1, 2, 3, 4)) -> list[str]:
    """The codes of all divisions of these levels (1 province, 2 city, 3 district, 4 street), in the table's order."""
    return [one.code for one in divisions().all if one.level in levels]


def train(path: Path, model: Path, *, say: Callable[[str], None] = lambda _: None) -> Mapping[str, Any]:
    """Train on a labelled file (``character TAG`` a line, empty line between addresses) and write the model file.

    ``say`` hears of the progress. Returns addresses, members, features, seconds, cpu_seconds; minutes for 9,000 addresses.

    Raises:
        NoAddressFile, BadAddressFile: naming the line.
    """
    return training.train(path, model, say=say).about


def label(model: Path | None, source: Path, target: Path) -> int:
    """Label every address of ``source`` (tags in it are ignored) into ``target``, line for line; returns how many. None: by the rules.

    Raises:
        NoAddressFile, BadAddressFile, BadAddressModel.
    """
    return labelling.label_file(models.load(model) if model else None, source, target)


def evaluate(path: Path, *, model: Path | None) -> tuple[Score, dict[str, Score]]:
    """Strict entity precision, recall and F1 on a labelled file, over all and by label. None: of the rules.

    Raises:
        NoAddressFile, BadAddressFile, BadAddressModel.
    """
    return labelling.evaluate(models.load(model) if model else None, path)
