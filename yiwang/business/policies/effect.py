"""Does feedback make pushes better? Measured on the companies of this installation whose behaviour is simulated by a stated rule.

The matches are real (of the demonstration city); what companies do with a push is not: ``would_claim`` says it. Half of the companies
(by a digest of their code) are told in the order without feedback and answer by the rule; the ranking learns from their answers alone and
is measured on the other half, against the order without feedback.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from yiwang.business.policies import definitions, pushing, ranking
from yiwang.business.policies.definitions import Definition
from yiwang.business.policies.models import CompanyRow, MatchRow
from yiwang.business.policies.ranking import Sample

ROUNDS: Final = 3  # rounds of pushes from which is learned
RULE: Final = (
    "A company claims what it is told of with probability 0.7; times 0.35 for an amount under 3,000 yuan, or under 20,000 yuan for a"
    " company of 50 and more; times 0.35 where an official looks too and the company has fewer than 10 staff; times 0.3 for employment"
    " policies in catering and trade; times 0.4 for innovation outside making and digital; times 1.3 for digital and green policies"
    " in making, digital and transport; a licence that must be shown is lacking half of the time, and the claim is then refused."
)
_NOTE: Final = (
    "The matches are those of this installation; what companies do with a push is simulated by the rule, so the figures say what the"
    " feedback can recover of a known behaviour, not how real companies behave."
)


def would_claim(policy: Definition, amount_fen: int, traits: Mapping[str, str]) -> float:
    """The probability of a claim that is not refused, by ``RULE``."""
    size, branch = traits.get("size", ""), traits.get("branch", "")
    chance = 0.7
    if amount_fen < 300_000 or (amount_fen < 2_000_000 and size == "medium"):
        chance *= 0.35
    if policy.second_look and size == "micro":
        chance *= 0.35
    if policy.topic == "employment" and branch in ("catering", "trade"):
        chance *= 0.3
    if policy.topic == "innovation" and branch not in ("making", "digital"):
        chance *= 0.4
    if policy.topic in ("digital", "green") and branch in ("making", "digital", "transport"):
        chance *= 1.3
    return chance * (0.5 if any(one.licence for one in policy.evidence) else 1.0)


def _claims(policy: Definition, amount_fen: int, company: str, traits: Mapping[str, str]) -> bool:
    """The company's answer: the same every time, drawn from a digest of both codes."""
    drawn = int.from_bytes(sha256(f"{company}:{policy.code}".encode()).digest()[:6]) / 2**48
    return drawn < would_claim(policy, amount_fen, traits)


def measure() -> dict[str, Any]:
    """Precision of pushes (share that is claimed and not refused) before and after feedback; writes nothing."""
    known = definitions.load()
    traits = dict(CompanyRow.objects.values_list("company", "traits"))
    offers: dict[str, list[tuple[Definition, int]]] = defaultdict(list)
    rows = MatchRow.objects.filter(result="yes").order_by("company", "policy")
    for policy, company, amount in rows.values_list("policy", "company", "amount_fen"):
        if policy in known and company in traits:
            offers[company].append((known[policy], amount))
    learners = [one for one in offers if sha256(one.encode()).digest()[0] % 2 == 0]
    held_out = [one for one in offers if sha256(one.encode()).digest()[0] % 2]
    samples = [sample for one in learners for sample in _told(one, offers[one], traits[one], {}, pushing.AT_MOST * ROUNDS)]
    learned = ranking.learn(samples)
    found: dict[str, Any] = {
        "companies": len(offers),
        "learned_from": len(learners),
        "measured_on": len(held_out),
        "answers": len(samples),
        "before": _precision(held_out, offers, traits, {}),
        "behaviour": "simulated",
        "rule": RULE,
        "note": _NOTE,
    }
    if learned is not None:
        found["after"] = _precision(held_out, offers, traits, learned.weights)
        strongest = sorted(learned.weights.items(), key=lambda one: -abs(one[1]))[:12]
        found["weights"] = [[name, round(value, 3), learned.counts.get(name, learned.samples)] for name, value in strongest]
    return found


def _told(
    company: str, offers: Sequence[tuple[Definition, int]], traits: Mapping[str, str], weights: Mapping[str, float], most: int
) -> list[Sample]:
    """What a company is told, at most, and what it does with it."""
    best = [one for one in ranking.ordered(offers, weights, traits) if not weights or one[0] >= pushing.LIKELY]
    return [Sample(policy.code, amount, traits, _claims(policy, amount, company, traits)) for _, policy, amount in best[:most]]


def _precision(
    keys: Sequence[str],
    offers: Mapping[str, Sequence[tuple[Definition, int]]],
    traits: Mapping[str, Mapping[str, str]],
    weights: Mapping[str, float],
) -> dict[str, Any]:
    told = [sample for one in keys for sample in _told(one, offers[one], traits[one], weights, pushing.AT_MOST)]
    claimed = sum(one.claimed for one in told)
    return {"pushes": len(told), "claimed": claimed, "precision": round(claimed / len(told), 4) if told else None}
