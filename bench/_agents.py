"""Agents who type while the caller talks: each sends what stands in the box whenever he pauses, over a connection of his own."""

import http.client
import random
import re
import threading
import time
from urllib.parse import quote, urlencode, urlsplit

from bench._ticket_rows import text

PAUSE = (
    2.0,
    6.0,
)  # seconds between two requests of an agent: a phrase of some eight characters is typed (40 to 60 a minute), then a breath
PHRASE = 8


def sign_in(address, username, password):
    """The cookies of a session, and the token that its posts carry."""
    parts = urlsplit(address)
    line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    line.request("GET", "/login")
    answer = line.getresponse()
    page, jar = answer.read().decode(), _cookies(answer)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
    body = urlencode({"username": username, "password": password, "csrfmiddlewaretoken": token})
    line.request("POST", "/login", body, {"Content-Type": "application/x-www-form-urlencoded", "Cookie": _header(jar), "Referer": address})
    answer = line.getresponse()
    answer.read()
    jar |= _cookies(answer)
    line.request("GET", "/office/hotline/phone", headers={"Cookie": _header(jar)})
    answer = line.getresponse()
    page = answer.read().decode()
    if answer.status != 200:
        raise RuntimeError(f"the agent's page answers {answer.status}")
    jar |= _cookies(answer)
    return (
        _header(jar),
        re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1),
        re.search(r'hx-post="([^"]+suggest[^"]*)"', page).group(1),
    )


def _cookies(answer):
    return dict(value.split(";")[0].split("=", 1) for name, value in answer.getheaders() if name.lower() == "set-cookie")


def _header(jar):
    return "; ".join(f"{name}={value}" for name, value in jar.items())


def type_all(address, *, username, password, agents=200, seconds=60.0):
    """All type for a while; returns the latencies in milliseconds (the first three seconds left out) and the requests per second."""
    parts = urlsplit(address)
    cookie, token, path = sign_in(address, username, password)
    found, faults, lock, begin = [], [], threading.Lock(), time.monotonic()

    def work(number):
        chosen = random.Random(number)
        line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        time.sleep(chosen.uniform(0, PAUSE[1]))
        while time.monotonic() < begin + seconds:
            whole = text(2_000_000 + chosen.randrange(1_000_000))
            for end in range(PHRASE, len(whole) + PHRASE, PHRASE):
                if time.monotonic() >= begin + seconds:
                    return
                body = f"text={quote(whole[:end])}&csrfmiddlewaretoken={quote(token)}"
                headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, "HX-Request": "true", "Referer": address}
                start = time.perf_counter()
                line.request("POST", path, body, headers)
                answer = line.getresponse()
                data = answer.read()
                took = (time.perf_counter() - start) * 1000
                with lock:
                    if answer.status != 200:
                        faults.append(f"{answer.status} {data[:200]!r}")
                        return
                    if time.monotonic() > begin + 3:
                        found.append(took)
                time.sleep(chosen.uniform(*PAUSE))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(agents)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    if faults:
        raise RuntimeError(faults[0])
    return found, len(found) / (seconds - 3)
