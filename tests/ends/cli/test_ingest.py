"""`yiwang data ingest` tells of its run as OpenLineage, in a file and to an address, without the web framework."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from tests.data.lake.dirt import code, line, text
from tests.data.lineage.openlineage import assert_valid

PROGRAM = """
import sys
from yiwang.ends.cli.main import main
done = main()
assert "django" not in sys.modules
sys.exit(done)
"""


class Receiver(BaseHTTPRequestHandler):
    taken: list[Any] = []

    def do_POST(self) -> None:
        Receiver.taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(201)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


def ingest(source: Path, out: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    arguments = ["data", "ingest", str(source), "--as", "companies", "--out", str(out), "--json"]
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path.cwd(),
        env={**_here(), **environment},
    )


def _here() -> dict[str, str]:
    import os

    return {name: value for name, value in os.environ.items() if not name.startswith("YIWANG_OPENLINEAGE")}


def test_a_run_is_told(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.csv").write_text(text(line(1), line(2)))
    (source / "b.csv").write_text(text(line(2, address="东渡路2号"), line(3).replace(code(3), "无")))
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        done = ingest(source, tmp_path / "out", YIWANG_OPENLINEAGE_URL=f"http://127.0.0.1:{server.server_port}/", YIWANG_REGION="990200")
    finally:
        server.shutdown()
        server.server_close()
    report = json.loads(done.stdout)
    [file] = (tmp_path / "out" / "lineage").glob("*.jsonl")
    [told] = [json.loads(said) for said in file.read_text().splitlines()]
    assert Receiver.taken == [told]
    assert_valid(told)
    assert told["job"] == {"namespace": "yiwang/990200", "name": "ingest.companies"}
    assert [one["name"] for one in told["inputs"]] == ["file/a.csv", "file/b.csv"]
    assert [one["inputFacets"]["dataQualityAssertions"]["assertions"][0]["success"] for one in told["inputs"]] == [True, False]
    [made] = told["outputs"]
    assert (made["name"], made["outputFacets"]["outputStatistics"]["rowCount"]) == ("lake/legal_entities", 3)
    assert report["rows_good"] == 3
    columns = {one["name"] for one in made["facets"]["schema"]["fields"]}
    edges = made["facets"]["columnLineage"]["fields"]
    assert {"capital_yuan", "valid_from", "source_file"} <= columns and set(edges) <= columns
    assert {(one["name"], one["field"]) for one in edges["capital_yuan"]["inputFields"]} == {
        ("file/a.csv", "capital"),
        ("file/b.csv", "capital"),
    }
    assert "valid_from" not in edges


def test_a_receiver_that_is_away_stops_nothing(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text(text(line(1)))
    done = ingest(source, tmp_path / "out", YIWANG_OPENLINEAGE_URL="http://127.0.0.1:9/")
    assert json.loads(done.stdout)["rows_good"] == 1 and "YIWANG_OPENLINEAGE_URL" in done.stderr
    ingest(source, tmp_path / "out")
    told = [json.loads(said) for path in (tmp_path / "out" / "lineage").glob("*.jsonl") for said in path.read_text().splitlines()]
    assert len({one["run"]["runId"] for one in told}) == 2
