"""Pages on a running scratch installation: requests/s beside a bare WSGI answer of the same bytes, weight of the first load, Lighthouse.

Peer of the rates: the same web server, workers and bytes without Django, database or template: what the machine gives at most.
Cost: a page costs one pass of its template plus its door calls, whatever the size of the city.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

from bench._load import hammer
from yiwang.ends.cli.scratch import end, free_port, installation

LIGHTHOUSE_FOLDER = Path("var") / "peers"
FORM = "/matters/retirement.elder_card/form"
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"


def run():
    """Figures of home, guide, life-event and form page (the last one signed in, with everything prefilled)."""
    figures = []
    with installation(people=2000) as site:
        signed = {"Cookie": _sign_in(site.address, "retiree", site.password)}
        for name, path, headers in (
            ("home", "/", {}),
            ("guide", "/matters/newborn.household_registration", {}),
            ("life event", "/life-events/newborn", {}),
            ("form", FORM, signed),
        ):
            rate, size = hammer(site.address + path, headers=headers)
            bare = _bare_rate(size)
            figures.append(_row(f"{name} page", rate, "requests/s", "bare WSGI, same bytes", bare))
            weight, requests = _first_load(site.address, path, headers)
            figures.append(_row(f"{name} page, first load", weight / 1024, "KB", "budget of the issue", 60))
            figures.append(_row(f"{name} page, first load", requests, "requests", "budget of the issue", 6))
            figures += _lighthouse(name, site.address + path, headers)
    return figures


def _row(name, value, unit, peer="", peer_value=None):
    ratio = value / peer_value if peer_value else None
    return {"name": name, "value": value, "unit": unit, "peer": peer, "peer_value": peer_value, "ratio": ratio}


def _sign_in(address, username, password):
    """The cookies of a signed-in citizen."""
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    with opener.open(f"{address}/login") as answer:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.read().decode()).group(1)
    fields = {"username": username, "password": password, "csrfmiddlewaretoken": token}
    opener.open(f"{address}/login", data=urllib.parse.urlencode(fields).encode()).close()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def _fetch(url, headers=None):
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip, br", **(headers or {})})
    with urllib.request.urlopen(request) as answer:
        return answer.read(), answer.headers


def _first_load(address, path, asked):
    """Bytes of bodies on the wire (compressed as a browser gets them) and number of requests of a first visit."""
    body, headers = _fetch(address + path, asked)
    text = body
    if headers.get("Content-Encoding") == "gzip":
        import gzip

        text = gzip.decompress(body)
    assets = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', text.decode()))
    return len(body) + sum(len(_fetch(address + asset)[0]) for asset in assets), 1 + len(assets)


def _bare_rate(size):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bare.py").write_text(
            f"BODY = b'x' * {size}\n"
            "def application(environ, start):\n"
            "    start('200 OK', [('Content-Type', 'text/html'), ('Content-Length', str(len(BODY)))])\n"
            "    return [BODY]\n"
        )
        port = free_port()
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "2", "--blocking-threads", "4"]
        server = subprocess.Popen(
            [*command, "--log-level", "warning", "bare:application"], cwd=folder, env={**os.environ, "PYTHONPATH": folder}
        )
        try:
            for _ in range(100):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/").close()
                except OSError:
                    import time

                    time.sleep(0.1)
                else:
                    break
            return hammer(f"http://127.0.0.1:{port}/")[0]
        finally:
            end(server)


def _lighthouse(name, url, headers):
    """Scores of Lighthouse's mobile profile; needs node, npm and chromium, and says so by leaving the rows out."""
    if not (shutil.which("npm") and shutil.which("chromium")):
        print("  (lighthouse left out: npm or chromium is missing)")
        return []
    tool = LIGHTHOUSE_FOLDER / "node_modules" / ".bin" / "lighthouse"
    if not tool.exists():
        subprocess.run(
            ["npm", "install", "--prefix", str(LIGHTHOUSE_FOLDER), "--no-audit", "--no-fund", "--silent", "lighthouse"], check=True
        )
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [str(tool), url, "--quiet", "--output=json", f"--output-path={report}", "--only-categories=performance,accessibility"]
        command += [f"--extra-headers={json.dumps(headers)}"] if headers else []
        for _ in range(3):  # the tool itself sometimes misses the start of a navigation
            done = subprocess.run([*command, f"--chrome-flags={FLAGS}"], env={**os.environ, "CHROME_PATH": shutil.which("chromium")})
            if done.returncode == 0:
                break
        if done.returncode:
            print(f"  (lighthouse gave no report for the {name} page in three tries)")
            return []
        categories = json.loads(report.read_text())["categories"]
    return [
        _row(f"{name} page, Lighthouse mobile {key}", round(100 * categories[key]["score"]), "of 100")
        for key in ("performance", "accessibility")
    ]
