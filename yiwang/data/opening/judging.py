"""The check before opening: can anybody be recognised, is anything personal left, are the values right. It gives a report and findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from yiwang.base.clock.api import today
from yiwang.data.checks import api as checks
from yiwang.data.opening import risks, suppressing
from yiwang.data.opening.definitions import Definition
from yiwang.data.opening.making import roles

if TYPE_CHECKING:
    import pyarrow as pa

MOST_WRONG = 0.01  # share of failing values above which a release is not opened


def judge(definition: Definition, table: pa.Table, done: Mapping[str, Any]) -> dict[str, Any]:
    """``{method, findings, risk, quality, …}``: without findings the release may go to the second person."""
    rows = table.to_pylist()
    report: dict[str, Any] = {"method": definition.protection.method, **done, "quality": quality(definition, table)}
    found: list[str] = []
    if not rows:
        found.append("没有一行数据。")
    if personal := risks.personal_cells(rows):
        found.append(f"有 {personal} 个格子含有身份证号或手机号。")
    if report["quality"]["score"] < 1 - MOST_WRONG:
        found.append(f"质量分 {report['quality']['score']:.3f},低于 {1 - MOST_WRONG}。")
    found += _risky(definition, rows, report)
    return report | {"findings": found}


def _risky(definition: Definition, rows: Sequence[Mapping[str, Any]], report: dict[str, Any]) -> list[str]:
    """What could let somebody be recognised; the risk is written into the report."""
    guard = definition.protection
    if guard.method == "rows":
        quasi, sensitive = roles(definition)
        risk = risks.assess(rows, quasi=quasi, sensitive=sensitive, k=guard.k, diversity=guard.diversity)
        report["risk"] = {**asdict(risk), "quasi": list(quasi), "sensitive": sensitive, "wanted_k": guard.k, "wanted_l": guard.diversity}
        found = [f"有 {risk.below} 行所在的组合不足 {guard.k} 人。"] if risk.below else []
        return found + ([f"有 {risk.uniform} 个组合的敏感值不足 {guard.diversity} 种。"] if risk.uniform else [])
    if guard.method == "suppress":
        return _guessable(definition, rows, report)
    return []


def _guessable(definition: Definition, rows: Sequence[Mapping[str, Any]], report: dict[str, Any]) -> list[str]:
    """Judged again from what would be published alone: small counts shown, or lines in which one withheld count stands alone."""
    guard = definition.protection
    cells = {tuple(str(row[name]) for name in guard.dimensions): row[guard.count] for row in rows}
    small = sum(count is not None and 0 < count < guard.threshold for count in cells.values())
    alone = sum(sum(cells[one] is None for one in (*members, total)) == 1 for total, members in suppressing.lines(cells) if total in cells)
    shown = [count for count in cells.values() if count]
    report["risk"] = {"k": min(shown, default=0), "threshold": guard.threshold, "shown_small": small, "alone": alone}
    found = [f"有 {small} 个小于 {guard.threshold} 的数没有隐去。"] if small else []
    found += [f"有 {alone} 行(列)只隐去一个数,可由合计推算。"] if alone else []
    return found + ([f"有 {report['guessable']} 个小数字可以推算到很窄的范围。"] if report.get("guessable") else [])


def quality(definition: Definition, table: pa.Table) -> dict[str, Any]:
    """The dictionary as quality rules, run over the table: ``{score, rules: [{code, title, failed, score}], rows, checked_on}``."""
    types = {one.name: "text" if one.kind == "boolean" else one.kind for one in definition.columns}
    rules: list[dict[str, Any]] = []
    for column in definition.columns:
        if not column.optional:
            rules.append({"code": f"{column.name}.not_null", "kind": "not_null", "columns": [column.name]})
        if column.low is not None or column.high is not None:
            rules.append(
                {"code": f"{column.name}.range", "kind": "range", "columns": [column.name], "low": column.low, "high": column.high}
            )
        if column.name == "credit_code":
            rules.append({"code": f"{column.name}.credit_code", "kind": "credit_code", "columns": [column.name]})
    if definition.key:
        rules.append({"code": "key.unique", "kind": "unique", "columns": list(definition.key)})
    ready = table
    for place, column in enumerate(definition.columns):
        if column.kind == "boolean":
            ready = ready.set_column(place, column.name, ready.column(column.name).cast("string"))
    findings = checks.check(ready, checks.read({"types": types, "rules": rules}), as_of=today())
    scores = [one.score for one in findings]
    return {
        "score": round(sum(scores) / len(scores), 4) if scores else 1.0,
        "rules": [{"code": one.rule.code, "kind": one.rule.kind, "failed": one.failed, "score": round(one.score, 4)} for one in findings],
        "rows": table.num_rows,
        "checked_on": today().isoformat(),
    }
