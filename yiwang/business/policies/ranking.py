"""Which policy to tell a company of first: a logistic regression on a few shown features, learned from what came of earlier pushes.

A push that was claimed counts for, one that was ignored or whose claim was refused counts against. Until there are enough answers,
the larger amount comes first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log10
from typing import Any, Final

from yiwang.business.policies import definitions
from yiwang.business.policies.definitions import Definition

LEAST: Final = 30  # answered pushes before anything is learned
STRENGTH: Final = 0.5  # inverse of the penalty on weights: few answers move little
_BASE: Final = "(基准)"


@dataclass(frozen=True, slots=True)
class Sample:
    """One answered push: policy, amount, traits of the company, whether it was claimed and not refused."""

    policy: str
    amount_fen: int
    traits: Mapping[str, str]
    claimed: bool


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned: the weight of each feature (log-odds) and how many answers had it."""

    weights: Mapping[str, float]
    counts: Mapping[str, int]
    samples: int
    positives: int


def features(policy: Definition, amount_fen: int, traits: Mapping[str, str]) -> tuple[str, ...]:
    """What ranking looks at: the policy, whether an official looks too, the amount's band, and the topic with each trait of the company."""
    band = "under3k" if amount_fen < 300_000 else "under20k" if amount_fen < 2_000_000 else "over20k"
    named = [f"policy={policy.code}", f"amount={band}|size={traits.get('size', '')}"]
    named += [f"look=yes|size={traits.get('size', '')}"] if policy.second_look else []
    named += ["licence=needed"] if any(one.licence for one in policy.evidence) else []
    return (*named, *(f"topic={policy.topic}|{name}={value}" for name, value in sorted(traits.items())))


def learn(samples: Sequence[Sample]) -> Weights | None:
    """The weights; None with too few answers, or when all answers are the same."""
    answers = [one.claimed for one in samples]
    if len(samples) < LEAST or len(set(answers)) < 2:
        return None
    from sklearn.feature_extraction import DictVectorizer  # heavy, and needed only where something is learned
    from sklearn.linear_model import LogisticRegression

    known = definitions.load()
    rows = [dict.fromkeys(features(known[one.policy], one.amount_fen, one.traits), 1) for one in samples]
    columns = DictVectorizer()
    fitted = LogisticRegression(C=STRENGTH, max_iter=500).fit(columns.fit_transform(rows), answers)
    weights = {_BASE: float(fitted.intercept_[0])}
    weights |= {str(name): round(float(value), 4) for name, value in zip(columns.feature_names_, fitted.coef_[0], strict=True)}
    counts = Counter(name for row in rows for name in row)
    return Weights(weights, dict(counts), len(samples), sum(answers))


def score(weights: Mapping[str, float], policy: Definition, amount_fen: int, traits: Mapping[str, str]) -> float:
    """How likely a claim is (0–1); without weights a number that only grows with the amount."""
    if not weights:
        return round(min(log10(max(amount_fen, 1)) / 10, 1.0), 4)
    total = weights.get(_BASE, 0.0) + sum(weights.get(name, 0.0) for name in features(policy, amount_fen, traits))
    return round(1 / (1 + exp(-total)), 4)


def because(weights: Mapping[str, float], policy: Definition, amount_fen: int, traits: Mapping[str, str]) -> list[list[Any]]:
    """The features that moved the score most, with their weights."""
    moved = [name for name in features(policy, amount_fen, traits) if weights.get(name)]
    return [[name, weights[name]] for name in sorted(moved, key=lambda name: -abs(weights[name]))[:3]]


def ordered(
    rows: Iterable[tuple[Definition, int]], weights: Mapping[str, float], traits: Mapping[str, str]
) -> list[tuple[float, Definition, int]]:
    """Policies with their amounts, the best to tell first; equal scores by amount."""
    scored = [(score(weights, policy, amount, traits), policy, amount) for policy, amount in rows]
    return sorted(scored, key=lambda one: (-one[0], -one[2], one[1].code))
