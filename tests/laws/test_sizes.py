"""Limits of files and functions: small enough to read in one go."""

import ast

from .house import HOUSE, ROOT, sources

MOST_FILE, MOST_TEST, MOST_FUNCTION = 500, 1000, 60
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "services", "service", "common", "manager", "misc"}


def test_files_stay_short():
    long = {str(p): n for p in sources() if (n := len((ROOT / p).read_text("utf8").splitlines())) > MOST_FILE}
    assert not long, f"split these files (limit {MOST_FILE} lines): {long}"
    tests = {str(p): n for p in (ROOT / "tests").rglob("*.py") if (n := len(p.read_text("utf8").splitlines())) > MOST_TEST}
    assert not tests, f"split these tests (limit {MOST_TEST} lines): {tests}"


def test_functions_stay_short():
    long = [
        f"{path}:{node.lineno} {node.name} ({node.end_lineno - node.lineno + 1})"
        for path, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno + 1 > MOST_FUNCTION
    ]
    assert not long, f"split these functions (limit {MOST_FUNCTION} lines): {long}"


def test_names_say_something():
    bad = [str(p) for p in HOUSE.rglob("*") if p.stem in SAYS_NOTHING and "__pycache__" not in p.parts]
    assert not bad, f"a name that says nothing may not exist: {bad}"


def test_every_module_says_what_it_is_for():
    silent = [str(path) for path, tree in sources().items() if not ast.get_docstring(tree)]
    assert not silent, f"module docstring missing: {silent}"
