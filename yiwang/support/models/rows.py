"""What the evidence log keeps of this room's rows: enough to find one changed behind our back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from yiwang.support.models.models import Evaluation, Filing, Finding, Version

VERSION, EVALUATION, FILING, FINDING = "model_version", "model_evaluation", "model_filing", "model_finding"


def version_content(row: Version) -> dict[str, Any]:
    """What of a version is sealed."""
    return {
        "key": row.key,
        "number": row.number,
        "state": row.state,
        "digest": row.digest,
        "fingerprint": row.fingerprint,
        "evaluation": str(row.evaluation_id or ""),
        "made_by": row.made_by,
        "approved_by": row.approved_by,
        "reason": row.reason,
        "lock": row.lock,
    }


def evaluation_content(row: Evaluation) -> dict[str, Any]:
    """What of an evaluation is sealed; scores as text, so that no rounding of a reader's changes them."""
    told = {name: f"{value:.6f}" for name, value in sorted(row.scores.items())}
    return {"version": str(row.version_id), "name": row.name, "how": row.how, "test": row.fingerprint, "rows": row.rows, "scores": told}


def filing_content(row: Filing) -> dict[str, Any]:
    """What of a filing record is sealed."""
    return {"key": row.key, "kind": row.kind, "number": row.number, "on": row.on.isoformat(), "responsible": row.responsible}


def finding_content(row: Finding) -> dict[str, Any]:
    """What of a finding is sealed."""
    return {"key": row.key, "number": row.number, "measure": row.measure, "state": row.state, "note": row.note}


CONTENTS: Final[Mapping[str, tuple[Any, Callable[[Any], dict[str, Any]]]]] = {
    VERSION: (Version, version_content),
    EVALUATION: (Evaluation, evaluation_content),
    FILING: (Filing, filing_content),
    FINDING: (Finding, finding_content),
}


def _loader(model: Any, content: Callable[[Any], dict[str, Any]]) -> Callable[[Sequence[str]], Mapping[str, dict[str, Any]]]:
    return lambda refs: {str(row.id): content(row) for row in model.objects.filter(id__in=list(refs))}


LOADERS: Final = {kind: _loader(model, content) for kind, (model, content) in CONTENTS.items()}
