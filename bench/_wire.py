"""A closed-loop HTTP client for prepared requests: one thread, many keep-alive connections, little more than send and receive."""

import selectors
import socket
import time


class _Line:
    __slots__ = ("begun", "have", "socket", "want")

    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.have, self.want, self.begun = b"", -1, 0.0

    def send(self, request):
        self.begun = time.perf_counter()
        self.socket.sendall(request)

    def receive(self):
        """The whole answer, or None while some is missing."""
        part = self.socket.recv(1 << 20)
        if not part:
            raise ConnectionError("the server closed the connection")
        self.have += part
        if self.want < 0 and (head := self.have.find(b"\r\n\r\n")) >= 0:
            length = self.have[:head].lower().find(b"content-length:")
            if length >= 0:
                self.want = head + 4 + int(self.have[length + 15 :].split(b"\r\n", 1)[0])
            elif self.have.endswith(b"\r\n0\r\n\r\n"):  # chunked, whole
                self.want = len(self.have)
        if self.want < 0 or len(self.have) < self.want:
            return None
        answer, self.have, self.want = self.have, b"", -1
        return answer


def drive(host, port, requests, *, connections, check=lambda answer: answer.startswith(b"HTTP/1.1 200")):
    """Send every request once over that many connections; returns (seconds, latencies in ms, answers that failed the check)."""
    waiting, latencies, faults = iter(requests), [], 0
    watch = selectors.DefaultSelector()
    lines = [_Line(host, port) for _ in range(connections)]
    begin = time.perf_counter()
    for line in lines:
        request = next(waiting, None)
        if request is not None:
            watch.register(line.socket, selectors.EVENT_READ, line)
            line.send(request)
    while watch.get_map():
        for key, _ in watch.select():
            answer = key.data.receive()
            if answer is None:
                continue
            latencies.append((time.perf_counter() - key.data.begun) * 1000)
            faults += not check(answer)
            request = next(waiting, None)
            if request is None:
                watch.unregister(key.data.socket)
            else:
                key.data.send(request)
    seconds = time.perf_counter() - begin
    for line in lines:
        line.socket.close()
    return seconds, latencies, faults
