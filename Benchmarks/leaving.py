"""How soon an upstream learns that the caller has left: an upstream that never ends, and a caller who goes away."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable

PATIENCE = 5.0
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
EVENT = b"data: " + json.dumps({
    "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1700000000, "model": "large",
    "choices": [{"index": 0, "delta": {"role": "assistant", "content": "a"}, "finish_reason": None}]}).encode() + b"\n\n"
WHOLE = json.dumps({
    "id": "chatcmpl-1", "object": "chat.completion", "created": 1700000000, "model": "large",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "a"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}).encode()


class EndlessUpstream:
    """Takes requests on a port and answers none to its end, but for those that say `ready?`; tells when each was given up."""

    def __init__(self, port: int) -> None:
        self.arrived = threading.Event()
        self.given_up: list[float] = []
        self.gone = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", port), backlog=64)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            while request := self._request(connection):
                if b"ready?" in request:
                    connection.sendall(
                        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(WHOLE) + WHOLE)
                    continue
                if b'"stream": true' in request or b'"stream":true' in request:
                    connection.sendall(HEAD + b"%x\r\n%s\r\n" % (len(EVENT), EVENT))
                self.arrived.set()
                try:
                    while connection.recv(4096):
                        pass
                except OSError:
                    pass
                self.given_up.append(time.monotonic())
                self.gone.set()
                return

    @staticmethod
    def _request(connection: socket.socket) -> bytes:
        text = b""
        try:
            while b"\r\n\r\n" not in text:
                if not (more := connection.recv(65536)):
                    return b""
                text += more
            head, _, body = text.partition(b"\r\n\r\n")
            length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
            while len(body) < length:
                body += connection.recv(65536)
        except OSError:
            return b""
        return head + body

    def close(self) -> None:
        self._socket.close()


def leave(upstream: EndlessUpstream, port: int, path: str, body: str, key: str) -> float | None:
    """Seconds from the caller's close to the upstream's knowledge of it; None when it had not heard in five seconds."""
    upstream.arrived.clear()
    upstream.gone.clear()
    upstream.given_up.clear()
    with socket.create_connection(("127.0.0.1", port)) as caller:
        caller.sendall(
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer {key}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
        if not upstream.arrived.wait(PATIENCE):
            raise SystemExit(f"the request did not come through port {port}")
        time.sleep(0.02)
        left = time.monotonic()
    return upstream.given_up[0] - left if upstream.gone.wait(PATIENCE) else None


def compare(
    upstream: EndlessUpstream, proxies: list[tuple[str, int, str]], question: Callable[[bool], str], key: str, times: int,
) -> None:
    """A table of how soon each proxy passes it on, for whole answers and for streams."""
    print("| proxy | answer | times | p50 ms | p99 ms | worst ms | not within 5 s |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, port, path in proxies:
        for is_stream in (False, True):
            found: list[float | None] = []
            while len(found) < times and found.count(None) < 3:
                found.append(leave(upstream, port, path, question(is_stream), key))
            known = sorted(seconds * 1e3 for seconds in found if seconds is not None)
            cells = [f"{known[len(known) * q // 100]:.2f}" for q in (50, 99)] + [f"{known[-1]:.2f}"] if known else ["-"] * 3
            print(f"| {name} | {'stream' if is_stream else 'whole'} | {len(found)} | {' | '.join(cells)} | {found.count(None)} |",
                  flush=True)
