"""Runs as OpenLineage events: in the file whatever the address says, the same run under the same id."""

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.data.lineage.openlineage import assert_valid
from yiwang.data.lineage import api as lineage

AT = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


def made(run="r1"):
    edges = lineage.columns("SELECT a AS x, upper(b) AS y FROM t")
    source = lineage.DataSet("t", {"a": "int", "b": "text"}, checks=[("b is filled", "b", True)])
    return lineage.event(
        "job", run=run, at=AT, namespace="yiwang/990100", inputs=[source], outputs=[lineage.DataSet("u", {"x": "int"}, 7, edges)]
    )


def test_an_event_says_job_run_and_columns():
    told = made()
    assert_valid(told)
    assert told["eventType"] == "COMPLETE" and told["job"] == {"namespace": "yiwang/990100", "name": "job"}
    fields = told["outputs"][0]["facets"]["columnLineage"]["fields"]
    assert (
        fields["x"]["inputFields"][0]["field"] == "a" and fields["y"]["inputFields"][0]["transformations"][0]["subtype"] == "TRANSFORMATION"
    )
    assert told["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"] == 7
    assert told["inputs"][0]["inputFacets"]["dataQualityAssertions"]["assertions"] == [
        {"assertion": "b is filled", "success": True, "column": "b"}
    ]
    assert made()["run"] == told["run"] != made("r2")["run"]


def test_events_are_appended_and_posted(tmp_path):
    taken = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        lineage.send(made(), folder=tmp_path, address=f"http://127.0.0.1:{server.server_port}/api/v1/lineage")
    finally:
        server.shutdown()
        server.server_close()
    file = lineage.send(made("r2"), folder=tmp_path)
    assert file.name == "2026-05-04.jsonl"
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert taken == [made()] and lines == [made(), made("r2")]


def test_an_address_that_does_not_answer_is_told_and_the_line_stands(tmp_path):
    with pytest.raises(lineage.ReceiverUnavailable):
        lineage.send(made(), folder=tmp_path, address="http://127.0.0.1:9/")
    assert len((tmp_path / "2026-05-04.jsonl").read_text().splitlines()) == 1
