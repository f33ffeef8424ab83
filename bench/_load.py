"""A small load generator: processes with keep-alive connections, bounded in time; every answer is checked."""

import http.client
import json
import multiprocessing
import threading
import time
from urllib.parse import urlsplit


def percentile(values, share):
    """The value below which ``share`` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def hammer(url, *, seconds=5.0, processes=2, connections=8, headers=None):
    """GET a page as fast as the server answers; returns (requests per second, bytes of one answer).

    Raises:
        RuntimeError: an answer was not 200.
    """
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        jobs = [pool.apply_async(_get_loop, (url, seconds, connections, headers or {})) for _ in range(processes)]
        results = [job.get(seconds + 60) for job in jobs]
    return sum(count for count, _ in results) / seconds, max(size for _, size in results)


def _get_loop(url, seconds, connections, headers):
    parts, counts, sizes, faults = urlsplit(url), [0] * connections, [0], []
    until = time.monotonic() + seconds

    def work(number):
        line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
        while time.monotonic() < until:
            line.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""), headers={"Accept-Encoding": "gzip", **headers})
            answer = line.getresponse()
            body = answer.read()
            if answer.status != 200:
                faults.append(f"{answer.status} for {parts.path}")
                return
            counts[number] += 1
            sizes[0] = len(body)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(connections)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    if faults:
        raise RuntimeError(faults[0])
    return sum(counts), sizes[0]


def post_all(address, path, bodies, tokens, *, seconds):
    """Each token's user posts bodies one after the other for ``seconds``; returns the latencies in milliseconds and the answers."""
    parts, latencies, answers, faults, lock = urlsplit(address), [], [], [], threading.Lock()
    until = time.monotonic() + seconds

    def work(token):
        line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        while time.monotonic() < until:
            body = json.dumps(bodies())
            begin = time.perf_counter()
            line.request("POST", path, body, {"Content-Type": "application/json", "Authorization": f"Bearer {token}"})
            answer = line.getresponse()
            data = answer.read()
            took = (time.perf_counter() - begin) * 1000
            with lock:
                if answer.status not in (200, 201):
                    faults.append(f"{answer.status} {data[:300]!r}")
                    return
                latencies.append(took)
                answers.append(data)

    threads = [threading.Thread(target=work, args=(token,)) for token in tokens]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    if faults:
        raise RuntimeError(faults[0])
    return latencies, answers
