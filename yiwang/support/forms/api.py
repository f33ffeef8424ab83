"""The door of forms: fields as data, cleaning, merging, prefilling. Pure functions, nothing is stored."""

from __future__ import annotations

from yiwang.support.forms.cleaning import Cleaned, clean
from yiwang.support.forms.errors import BadForm, InputTooLarge
from yiwang.support.forms.fields import KINDS, Condition, Field, Kind, Option, fields_from_json, fields_to_json
from yiwang.support.forms.merging import Difference, Merged, merge
from yiwang.support.forms.prefilling import FactLike, Prefilled, prefill

__all__ = [
    "KINDS",
    "BadForm",
    "Cleaned",
    "Condition",
    "Difference",
    "FactLike",
    "Field",
    "InputTooLarge",
    "Kind",
    "Merged",
    "Option",
    "Prefilled",
    "clean",
    "fields_from_json",
    "fields_to_json",
    "merge",
    "prefill",
]
