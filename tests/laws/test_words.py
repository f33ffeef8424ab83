"""The project speaks of itself alone and fetches nothing: no machine's path, no registry's host, no foreign address in a page."""

import re
import subprocess

from .house import ROOT

TEXT = {".py", ".html", ".css", ".js", ".md", ".toml", ".txt", ".in", ".sh", ".json", ".dmn", ".po", ".yml", ""}


def _tracked():
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        path = ROOT / name
        if path.suffix in TEXT and path.is_file() and path.stat().st_size < 2_000_000 and path.name != "test_words.py":
            yield name, path.read_text("utf8", errors="replace")


def test_no_machine_path_and_no_registry_host():
    pattern = re.compile(
        r"(?<![\w./])/(?:work|farm|root)/[\w.]+|https?://(?:[\w.-]*pythonhosted\.org|pypi\.org|registry\.npmjs\.org|deb\.debian\.org)"
    )
    found = [f"{name}: {m.group(0)}" for name, text in _tracked() for m in pattern.finditer(text)]
    assert not found, found


def test_pages_call_nobody():
    pattern = re.compile(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//|url\(\s*["']?(?:https?:)?//|@import""")
    found = [f"{n}: {m.group(0)}" for n, text in _tracked() if n.endswith((".html", ".css", ".js")) for m in pattern.finditer(text)]
    assert not found, f"no request leaves the machine: {found}"


def test_nothing_is_left_unfinished():
    pattern = re.compile(r"\b(?:TODO|FIXME|XXX|raise NotImplementedError)\b")
    found = [
        f"{n}: {m.group(0)}" for n, text in _tracked() if n.startswith("yiwang/") and n.endswith(".py") for m in pattern.finditer(text)
    ]
    assert not found, found
