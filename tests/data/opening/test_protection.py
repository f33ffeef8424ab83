"""Counts withheld, noise drawn, rows made anonymous: what somebody could work out from what is published."""

import math
import random
from collections import Counter
from fractions import Fraction

import pytest

from yiwang.data.opening import noising, risks, suppressing
from yiwang.data.opening.suppressing import TOTAL


def test_a_lone_small_count_takes_company():
    counts = {("a", "x"): 3, ("a", "y"): 40, ("b", "x"): 50, ("b", "y"): 60}
    cells = suppressing.with_totals(counts)
    assert cells[TOTAL, TOTAL] == 153 and cells["a", TOTAL] == 43
    held = suppressing.suppress(cells, threshold=5)
    assert ("a", "x") in held.primary and len(held.all) >= 4
    for total, members in suppressing.lines(cells):
        assert sum(one in held.all for one in (*members, total)) != 1


def test_zeros_and_large_counts_are_told():
    cells = suppressing.with_totals({("a",): 0, ("b",): 9, ("c",): 12})
    assert not suppressing.suppress(cells, threshold=5).all


def test_a_small_total_is_small_too():
    cells = suppressing.with_totals({("a", "x"): 1, ("a", "y"): 2, ("b", "x"): 90, ("b", "y"): 70})
    assert ("a", TOTAL) in suppressing.suppress(cells, threshold=5).primary


@pytest.mark.parametrize("seed", range(12))
def test_no_small_count_can_be_worked_out(seed):
    """By brute force: what is published leaves each small count at least ``threshold`` possibilities."""
    rng = random.Random(seed)
    counts = {(f"a{i}", f"b{j}"): int(rng.expovariate(1 / 6)) for i in range(2) for j in range(3)}
    cells = suppressing.with_totals(counts)
    held = suppressing.suppress(cells, threshold=3)
    assert not held.narrow
    inner = [cell for cell in held.all if TOTAL not in cell]
    possible = {cell: set() for cell in held.primary}
    most = max(cells.values()) if cells[TOTAL, TOTAL] not in held.all else cells[TOTAL, TOTAL] + 6

    def fill(place, known):
        if place == len(inner):
            whole = suppressing.with_totals({cell: known.get(cell, counts[cell]) for cell in counts})
            if all(whole[cell] == count for cell, count in cells.items() if cell not in held.all):
                for cell in possible:
                    possible[cell].add(whole[cell])
            return
        for value in range(min(most, 14) + 1):
            fill(place + 1, {**known, inner[place]: value})

    if len(inner) <= 4:
        fill(0, {})
        assert all(len(values) >= 3 for values in possible.values()), possible


def test_noise_has_the_promised_distribution():
    rng = random.Random(3)
    drawn = Counter(noising.laplace(Fraction(2, 3), below=rng.randrange) for _ in range(20_000))
    decay = math.exp(-2 / 3)
    expected = {y: (1 - decay) / (1 + decay) * decay ** abs(y) for y in range(-4, 5)}
    assert all(abs(drawn[y] / 20_000 - share) < 0.012 for y, share in expected.items())


def test_noise_needs_a_positive_parameter_and_gives_no_negative_count():
    with pytest.raises(ValueError, match="positive"):
        noising.laplace(Fraction(0))
    assert min(noising.noised([0] * 500, Fraction(1, 3))) == 0


ROWS = [{"age": "30-39", "place": "A", "pay": "low"}] * 6 + [{"age": "30-39", "place": "A", "pay": "high"}] * 6
ODD = [{"age": "80+", "place": "B", "pay": "low"}] + [{"age": "40-49", "place": "A", "pay": "low"}] * 12


def test_rare_combinations_are_found_and_left_out():
    risk = risks.assess(ROWS + ODD, quasi=("age", "place"), sensitive="pay", k=10, diversity=2)
    assert (risk.k, risk.unique, risk.below, risk.uniform) == (1, 1, 1, 2)
    assert risk.rare == ((("80+", "B"), 1),)
    kept = risks.safe_rows(ROWS + ODD, quasi=("age", "place"), sensitive="pay", k=10, diversity=2)
    assert len(kept) == 12
    again = risks.assess(kept, quasi=("age", "place"), sensitive="pay", k=10, diversity=2)
    assert (again.k, again.least, again.uniform) == (12, 2, 0)
    assert risks.assess([], quasi=("age",), k=2).k == 0


def test_numbers_of_persons_are_found():
    rows = [{"a": "联系 13800138000"}, {"a": "99010219900101001X 999"}, {"a": "编号 20260101000000001"}, {"a": 5}]
    assert risks.personal_cells(rows) == 1
