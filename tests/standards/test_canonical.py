"""Canonical JSON: the pairs of RFC 8785, its number samples, and agreement of the quick and the complete way."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.standards import canonical
from yiwang.standards.canonical import NotCanonical, dumps

PAIRS = ["arrays", "french", "structures", "unicode", "values", "weird"]
# RFC 8785, appendix B
NUMBERS = [
    ("0000000000000000", "0"),
    ("8000000000000000", "0"),
    ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"),
    ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"),
    ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"),
    ("4430000000000000", "295147905179352830000"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"),
    ("44b52d02c7e14af7", "1.0000000000000001e+23"),
    ("444b1ae4d6e2ef4e", "999999999999999700000"),
    ("444b1ae4d6e2ef4f", "999999999999999900000"),
    ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
    ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"),
    ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555555", "333333333.3333333"),
    ("41b3de4355555556", "333333333.3333334"),
    ("41b3de4355555557", "333333333.33333343"),
    ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
]


@pytest.mark.parametrize("name", PAIRS)
def test_published_pairs(shared_vectors, name):
    folder = shared_vectors / "jcs"
    made = dumps(json.loads((folder / "input" / f"{name}.json").read_text(encoding="utf-8")))
    assert made == (folder / "output" / f"{name}.json").read_bytes()
    assert made == bytes.fromhex("".join((folder / "outhex" / f"{name}.txt").read_text().split()))


@pytest.mark.parametrize(("bits", "text"), NUMBERS)
def test_numbers_as_ecmascript_writes_them(bits, text):
    assert canonical.number(struct.unpack(">d", bytes.fromhex(bits))[0]) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_reads_back(value):
    assert float(canonical.number(value)) == value


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@given(PLAIN)
def test_the_quick_way_and_the_complete_way_agree(value):
    made = dumps(value)
    assert made == "".join(canonical._write(value)).encode()
    assert json.loads(made) == value
    assert dumps(json.loads(made)) == made


def test_keys_are_ordered_by_utf16_code_units():
    assert dumps({"\ufb33": 1, "\U0001f602": 2}) == '{"\U0001f602":2,"\ufb33":1}'.encode()
    assert dumps({"b": (1, 2), "a": {}, "c": []}) == b'{"a":{},"b":[1,2],"c":[]}'


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), 2**53, -(2**53), [1, 2**60], {"a": {1}}, {1: 2}, b"x", "\ud800", {"\udfff": 1}]
)
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(NotCanonical):
        dumps(value)


def test_endless_nesting_is_refused():
    value = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(NotCanonical, match="嵌套"):
        dumps(value)
