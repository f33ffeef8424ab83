"""`yiwang data draft` at an API that asks for credentials."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from yiwang.ends.cli import main


class Guarded(BaseHTTPRequestHandler):
    """Answers only who brings the token."""

    def do_GET(self):
        known = self.headers["X-Token"] == "open" and self.headers["X-Office"] == "7"
        body = json.dumps([{"road": "云江路", "length": "12"}]).encode()
        self.send_response(200 if known else 401)
        self.end_headers()
        self.wfile.write(body if known else b"")

    def log_message(self, *told):
        """Silent."""


@pytest.fixture
def address():
    server = HTTPServer(("127.0.0.1", 0), Guarded)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/roads"
    server.shutdown()
    server.server_close()


def test_headers_come_from_the_command_line_and_from_a_file(address, tmp_path, capsys):
    (tmp_path / "secret").write_text("X-Token: open\n\n")
    words = ["data", "draft", address, "--json", "--header", f"@{tmp_path}/secret", "--header", "X-Office: 7"]
    assert main.main(words) == 0
    assert [one["name"] for one in json.loads(capsys.readouterr().out)["resources"]] == ["roads"]
    assert main.main(words[:4]) == 2 and "接口没有回答" in capsys.readouterr().err


@pytest.mark.parametrize("header", ["X-Token", ": open", "X Token: open", "X-Token: a\rb", "X-Token: 密", "@/proc/nothing"])
def test_what_is_no_header_is_refused(header, capsys):
    assert main.main(["data", "draft", "http://127.0.0.1:1/", "--header", header]) == 2
    assert "请求头" in capsys.readouterr().err
