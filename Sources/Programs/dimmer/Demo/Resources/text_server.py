"""Serves the family of summarisers behind OpenAI's chat completions, on loopback.

    python text_server.py --port 0

Prints one line of JSON when it listens: `{"ready": true, "port": 40123, "models": ["lead", …]}`. `GET /health` and
`GET /v1/models/NAME` answer 200 from then on. SIGTERM and SIGINT end it.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import time
import uuid
from http.server import ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

# One thread for one request: set before the numerical libraries start their pools.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

from text_chat import ChatRequest, Completion, RequestError, parse_chat
from text_connection import Cancelled, Connection
from text_family import BY_NAME, FAMILY
from text_vectors import development_background

MODELS = frozenset(BY_NAME)


class TextServer(ThreadingHTTPServer):
    """The server; counts what became of the requests for summaries."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int) -> None:
        development_background()  # once, before anyone waits for it
        self.started = int(time.time())
        self.answered = 0
        self.cancelled = 0
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), TextConnection)

    def count(self, *, cancelled: bool) -> None:
        """Counts one request that was answered or given up."""
        with self._lock:
            self.answered += not cancelled
            self.cancelled += cancelled

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves is no error; anything else is told."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class TextConnection(Connection):
    """What is served on a connection."""

    server: TextServer

    def do_GET(self) -> None:
        """Health, and the models."""
        if self.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in self.headers:
            self.close_connection = True  # a body that nobody reads must not become the next request
        path = unquote(urlsplit(self.path).path)
        name = path.removeprefix("/v1/models/")
        if path == "/health":
            self.answer(200, {"status": "ok", "answered": self.server.answered, "cancelled": self.server.cancelled})
        elif path == "/v1/models":
            self.answer(200, {"object": "list", "data": [self._model(summariser.name) for summariser in FAMILY]})
        elif name in MODELS:
            self.answer(200, self._model(name))
        elif name != path:
            self._refuse(RequestError(404, f"the model '{name}' does not exist", "model", "model_not_found"))
        else:
            self._refuse(RequestError(404, f"there is nothing at {path}"))

    do_HEAD = do_GET

    def do_POST(self) -> None:
        """Chat completions."""
        try:
            body = self.read_json()
            path = urlsplit(self.path).path
            if path != "/v1/chat/completions":
                raise RequestError(404, f"there is nothing at {path}")
            request = parse_chat(body, MODELS)
            completion = Completion(f"chatcmpl-{uuid.uuid4().hex}", int(time.time()), request)
            (self._stream if request.stream else self._whole)(request, completion)
            self.server.count(cancelled=False)
        except RequestError as error:
            self._refuse(error)
        except (Cancelled, ConnectionError):
            self.close_connection = True
            self.server.count(cancelled=True)

    def _whole(self, request: ChatRequest, completion: Completion) -> None:
        pieces, reason = completion.cut(self._summary(request))
        self.unless_left()
        self.answer(200, completion.whole(pieces, reason))

    def _stream(self, request: ChatRequest, completion: Completion) -> None:
        """The head at once, the words when they are found, one event a token."""
        self.begin_stream()
        self.event(completion.chunk({"role": "assistant", "content": ""}))
        pieces, reason = completion.cut(self._summary(request))
        for piece in pieces:
            self.event(completion.chunk({"content": piece}))
        self.event(completion.chunk({}, reason))
        if request.usage_in_stream:
            self.event(completion.usage_chunk(len(pieces)))
        self.event("[DONE]")
        self.end_stream()

    def _summary(self, request: ChatRequest) -> str:
        return " ".join(BY_NAME[request.model].summarise(request.document, request.budget, self.unless_left))

    def _refuse(self, error: RequestError) -> None:
        self.answer(error.status, error.body)

    def _model(self, name: str) -> dict[str, Any]:
        return {"id": name, "object": "model", "created": self.server.started, "owned_by": "dimmer"}


def main() -> None:
    """Reads the command line, and serves until told to end."""
    parser = argparse.ArgumentParser(description="Serve the family of summarisers on loopback.")
    parser.add_argument("--port", type=int, default=0, help="0 lets the system choose (default: %(default)s)")
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    with TextServer(options.port) as server:
        models = [summariser.name for summariser in FAMILY]
        print(json.dumps({"ready": True, "port": server.server_address[1], "models": models}), flush=True)
        server.serve_forever(poll_interval=60)


if __name__ == "__main__":
    main()
