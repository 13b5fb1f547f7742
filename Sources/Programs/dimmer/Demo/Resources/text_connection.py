"""One HTTP connection: reading bodies of known and of unknown length, answers, streams, and clients that leave."""

from __future__ import annotations

import json
import select
import socket
from http.server import BaseHTTPRequestHandler
from typing import Any

from text_chat import RequestError

LARGEST_BODY = 4 << 20
"""Bytes; more is refused with 413."""


class Cancelled(Exception):
    """The client left; nobody waits for the answer."""


class Connection(BaseHTTPRequestHandler):
    """The HTTP of the server, apart from what it serves."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server_version = "dimmer-text"
    sys_version = ""

    def read_json(self) -> Any:
        """The request's body, decoded; raises `RequestError` for what is no JSON or too large."""
        body = (
            self._read_chunks()
            if "chunked" in self.headers.get("Transfer-Encoding", "").lower()
            else self._read_length()
        )
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise RequestError(400, f"the body is not JSON: {error}") from error

    def _read_length(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            raise self._broken(400, "Content-Length is missing or no number")
        if len(length) > 12 or int(length) > LARGEST_BODY:
            raise self._broken(413, f"the body is larger than {LARGEST_BODY} bytes")
        return self._read(int(length))

    def _read_chunks(self) -> bytes:
        body = bytearray()
        while True:
            head = self.rfile.readline(1024).split(b";")[0].strip()
            try:
                size = int(head, 16) if head.isalnum() else -1
            except ValueError:
                size = -1
            if size < 0:
                raise self._broken(400, "a chunk's length is no number")
            if len(body) + size > LARGEST_BODY:
                raise self._broken(413, f"the body is larger than {LARGEST_BODY} bytes")
            if size == 0:
                while self.rfile.readline(8192) not in (b"\r\n", b"\n", b""):
                    pass
                return bytes(body)
            body += self._read(size)
            self.rfile.readline(8)

    def _read(self, count: int) -> bytes:
        data = self.rfile.read(count)
        if len(data) < count:
            raise Cancelled
        return data

    def _broken(self, status: int, message: str) -> RequestError:
        """An error after which nobody knows where the next request begins."""
        self.close_connection = True
        return RequestError(status, message)

    def unless_left(self) -> None:
        """Raises `Cancelled` when the client closed its side of the connection."""
        readable, _, _ = select.select([self.connection], [], [], 0)
        if not readable:
            return
        try:
            left = self.connection.recv(1, socket.MSG_PEEK) == b""
        except OSError:
            left = True
        if left:
            raise Cancelled

    def answer(self, status: int, content: dict[str, Any]) -> None:
        """Sends one JSON document."""
        body = json.dumps(content, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def begin_stream(self) -> None:
        """Sends the head of a stream of events."""
        self.send_response(200)
        for name, value in (
            ("Content-Type", "text/event-stream; charset=utf-8"),
            ("Cache-Control", "no-cache"),
            ("X-Accel-Buffering", "no"),
            ("Transfer-Encoding", "chunked"),
        ):
            self.send_header(name, value)
        self.end_headers()

    def event(self, content: dict[str, Any] | str) -> None:
        """Sends one event at once."""
        data = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        event = f"data: {data}\n\n".encode()
        self.wfile.write(b"%x\r\n%b\r\n" % (len(event), event))

    def end_stream(self) -> None:
        """Ends the stream, so that the connection can be used again."""
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *arguments: Any) -> None:
        """Says nothing of requests: bodies and addresses are nobody's business, and a line each costs energy."""
