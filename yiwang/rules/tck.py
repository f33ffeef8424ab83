"""Runs the public DMN compatibility suite and writes the suite's own result columns.

``python -m yiwang.rules.tck DIR --csv OUT``: folder, test file, test case, SUCCESS or ERROR or IGNORED, detail.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

from yiwang.rules.dmn.documents import read_documents
from yiwang.rules.dmn.drg import Evaluation, Graph, Key, Node
from yiwang.rules.dmn.xml import attribute, child, children, local, parse_xml, text_of
from yiwang.rules.errors import InvalidModel
from yiwang.rules.feel.calls import invoke
from yiwang.rules.feel.diagnostics import gathered
from yiwang.rules.feel.ops import equal
from yiwang.rules.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time
from yiwang.rules.feel.text import to_literal
from yiwang.rules.feel.values import Value, number

_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
# the suite's published runner compares numbers up to this difference: its expected values are rounded
_TOLERANCE: Final = Decimal("0.00000001")


class Result(NamedTuple):
    """One row of the suite's result file."""

    folder: str
    test: str
    case: str
    outcome: str
    detail: str


class Summary(NamedTuple):
    """All rows of a run."""

    results: tuple[Result, ...]
    expected: int
    met: int

    @property
    def passed(self) -> int:
        """Test cases that met every expected result."""
        return sum(result.outcome == "SUCCESS" for result in self.results)

    @property
    def failed(self) -> int:
        """Test cases that did not."""
        return len(self.results) - self.passed

    def __str__(self) -> str:
        lines = [f"{row.outcome} {row.folder} {row.case}: {row.detail}" for row in self.results if row.outcome != "SUCCESS"]
        share = self.passed / len(self.results) if self.results else 0
        total = f"{self.passed} of {len(self.results)} test cases succeeded ({share:.2%}), {self.met} of {self.expected} results"
        return "\n".join([*lines, total])


def run(directory: str | Path, csv_path: str | Path | None = None) -> Summary:
    """Run every test case below ``directory``; one row per test case, written to ``csv_path`` when given.

    A test case is SUCCESS when all its expected results are met.
    """
    root = Path(directory)
    counted = [found for file in sorted(root.rglob("*.xml")) for found in _run_file(root, file)]
    results = tuple(result for result, _, _ in counted)
    if csv_path is not None:
        with Path(csv_path).open("w", encoding="utf-8", newline="") as target:
            csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(results)
    return Summary(results, sum(expected for _, expected, _ in counted), sum(met for _, _, met in counted))


def _run_file(root: Path, file: Path) -> Iterator[tuple[Result, int, int]]:
    """Each test case of a file with the number of its expected results and of those met."""
    cases = parse_xml(file.read_bytes())
    if local(cases) != "testCases":
        return
    folder = file.parent.relative_to(root).as_posix()
    model = file.parent / text_of(cases, "modelName").strip()
    try:
        others = [path.read_bytes() for path in sorted(file.parent.glob("*.dmn")) if path != model]
        graph = Graph(read_documents(model.read_bytes(), others))
    except (InvalidModel, OSError) as error:
        for case in children(cases, "testCase"):
            yield Result(folder, file.stem, attribute(case, "id"), "ERROR", f"model: {error}"), _wanted(case), 0
        return
    for case in children(cases, "testCase"):
        failures = list(_failures(graph, case))
        outcome = "ERROR" if failures else "SUCCESS"
        result = Result(folder, file.stem, attribute(case, "id"), outcome, "; ".join(failures))
        yield result, _wanted(case), _wanted(case) - len(failures)


def _wanted(case: Element) -> int:
    return sum(1 for _ in children(case, "resultNode"))


def _failures(graph: Graph, case: Element) -> Iterator[str]:
    evaluation = Evaluation(graph, dict(_inputs(graph, case)))
    for expected in children(case, "resultNode"):
        name = attribute(expected, "name")
        with gathered() as diagnostics:
            actual = _actual(evaluation, case, name, attribute(expected, "namespace"))
        wanted = _value(child(expected, "expected"))
        if not _matches(wanted, actual):
            why = f" ({diagnostics[0]})" if diagnostics else ""
            yield f"{name}: expected {to_literal(wanted)} but was {to_literal(actual)}{why}"


def _actual(evaluation: Evaluation, case: Element, name: str, namespace: str) -> Value:
    kind, invocable = attribute(case, "type"), attribute(case, "invocableName")
    if kind == "decisionService" or kind == "bkm":
        node = evaluation.graph.named("decisionService" if kind == "decisionService" else "businessKnowledgeModel", invocable or name)
        if node is None:
            return None
        return _called(evaluation, case, node, name)
    node = evaluation.graph.named("decision", name, namespace)
    return None if node is None else evaluation.value(node.key)


def _called(evaluation: Evaluation, case: Element, node: Node, name: str) -> Value:
    given = {attribute(element, "name"): _value(element) for element in children(case, "inputNode")}
    value = invoke(evaluation.value(node.key), [given.get(parameter) for parameter, _ in node.parameters])
    return value[name] if isinstance(value, dict) and len(node.outputs) > 1 and name in value else value


def _inputs(graph: Graph, case: Element) -> Iterator[tuple[Key, Value]]:
    for element in children(case, "inputNode"):
        name, namespace = attribute(element, "name"), attribute(element, "namespace")
        for kind in ("inputData", "decision"):
            node = graph.named(kind, name, namespace)
            if node is not None:
                yield node.key, _value(element)
                break


def _value(element: Element | None) -> Value:
    """The FEEL value of an input or expected element."""
    if element is None:
        return None
    listed = child(element, "list")
    if listed is not None:
        return None if listed.get(f"{_XSI}nil") == "true" else [_value(item) for item in children(listed, "item")]
    value = child(element, "value")
    if value is not None:
        return None if value.get(f"{_XSI}nil") == "true" else _simple("".join(value.itertext()), value.get(f"{_XSI}type") or "")
    components = list(children(element, "component"))
    if not components:
        return None
    return {part.get("name") or "": None if part.get(f"{_XSI}nil") == "true" else _value(part) for part in components}


def _simple(text: str, kind: str) -> Value:
    name = kind.rpartition(":")[2]
    if name in ("decimal", "double", "integer", "float", "int", "long"):
        return number(text.strip())
    if name == "boolean":
        return text.strip() == "true"
    readers = {"date": parse_date, "time": parse_time, "dateTime": parse_date_time, "duration": parse_duration}
    if name in readers:
        return readers[name](text.strip())
    return text


def _matches(wanted: Value, actual: Value) -> bool:
    if isinstance(wanted, Decimal) and isinstance(actual, Decimal):
        return abs(wanted - actual) <= _TOLERANCE
    if isinstance(wanted, list) and isinstance(actual, list):
        return len(wanted) == len(actual) and all(_matches(one, other) for one, other in zip(wanted, actual, strict=True))
    if isinstance(wanted, dict) and isinstance(actual, dict):
        return wanted.keys() == actual.keys() and all(_matches(value, actual[key]) for key, value in wanted.items())
    return type(wanted) is type(actual) and (bool(wanted == actual) or equal(wanted, actual) is True)


def main(arguments: list[str] | None = None) -> int:
    """The command line; exit code 1 when a case failed."""
    parser = argparse.ArgumentParser(prog="yiwang rules tck", description=__doc__)
    parser.add_argument("directory")
    parser.add_argument("--csv", help="where to write the result file")
    options = parser.parse_args(arguments)
    summary = run(options.directory, options.csv)
    sys.stdout.write(f"{summary}\n")
    return 0 if summary.results and not summary.failed else 1


if __name__ == "__main__":
    sys.exit(main())
