"""Differential privacy with exact integers: discrete Laplace noise (Canonne, Kamath and Steinke 2020, algorithm 2). Pure.

Floating-point noise leaks through its gaps; here every draw is made of uniform integers, and the privacy parameter is a fraction.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from fractions import Fraction

Below = Callable[[int], int]


def _coin(numerator: int, denominator: int, below: Below) -> bool:
    """True with probability exp(-numerator/denominator), the fraction being at most 1: the parity of a run of ever rarer coins."""
    run = 1
    while below(denominator * run) < numerator:
        run += 1
    return run % 2 == 1


def laplace(epsilon: Fraction, *, below: Below = secrets.randbelow) -> int:
    """An integer y with probability proportional to exp(-epsilon·|y|); ``below(n)`` draws a uniform integer in [0, n).

    Raises:
        ValueError: epsilon is not positive.
    """
    if epsilon <= 0:
        raise ValueError("epsilon must be positive")
    span, step = epsilon.denominator, epsilon.numerator
    while True:
        first = below(span)
        if not _coin(first, span, below):
            continue
        rounds = 0
        while _coin(1, 1, below):
            rounds += 1
        size = (first + span * rounds) // step
        negative = below(2) == 1
        if negative and size == 0:
            continue
        return -size if negative else size


def noised(counts: list[int], epsilon: Fraction, *, below: Below = secrets.randbelow) -> list[int]:
    """Counts of disjoint groups with noise, none below zero; one person changes one count by one, so all cost ``epsilon`` together."""
    return [max(0, count + laplace(epsilon, below=below)) for count in counts]
