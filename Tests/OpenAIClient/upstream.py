"""An OpenAI-shaped server for tests: answers depend on the request alone, so that two clients can be compared.

usage: upstream.py PORT_FILE          writes the port it listens on

Every answer holds a fingerprint of what was asked (without `model` and `stream_options`, which a gateway may change),
fields that no description has, nulls and numbers with many digits: whatever is lost or changed on the way shows.
`user` asks for a failure: `status:429`, `error-in-stream`.
"""

from __future__ import annotations

import base64
import hashlib
import http.server
import json
import os
import struct
import sys
from typing import Any, Iterator
from urllib.parse import urlsplit

Json = dict[str, Any]
CREATED = 1_700_000_000
WORDS = ["na\u00efve ", "\U0001f30d ", "\u2026 ", "words\n"]


def fingerprint(asked: Json) -> str:
    kept = {key: value for key, value in asked.items() if key not in ("model", "stream_options")}
    return "fp_" + hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]


def usage() -> Json:
    return {"prompt_tokens": 24, "completion_tokens": 64, "total_tokens": 88,
            "prompt_tokens_details": {"cached_tokens": 8, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 12, "accepted_prediction_tokens": 0}}


def tool_call(index: int, arguments: str, first: bool = True) -> Json:
    call: Json = {"index": index, "function": {"arguments": arguments}}
    if first:
        call |= {"id": f"call_{index}", "type": "function"}
        call["function"]["name"] = "weather"
    return call


def chat(asked: Json) -> Json:
    choices = []
    for index in range(asked.get("n") or 1):
        message: Json = {"role": "assistant", "content": "".join(WORDS) + str(index), "refusal": None, "annotations": []}
        if asked.get("tools"):
            message |= {"content": None, "tool_calls": [
                {key: value for key, value in tool_call(i, '{"city":"Lille"}').items() if key != "index"} for i in range(2)]}
        if asked.get("response_format"):
            message["content"] = '{"city":"Lille","degrees":1.50}'
        logprobs = None
        if asked.get("logprobs"):
            logprobs = {"content": [{"token": "a", "logprob": -0.10000000000000001, "bytes": [97], "top_logprobs": []}],
                        "refusal": None}
        choices.append({"index": index, "message": message, "logprobs": logprobs,
                        "finish_reason": "tool_calls" if asked.get("tools") else "stop"})
    return {"id": "chatcmpl-1", "object": "chat.completion", "created": CREATED, "model": asked["model"], "choices": choices,
            "usage": usage(), "system_fingerprint": fingerprint(asked), "service_tier": None,
            "x_vendor": {"seed": 12345678901234567890, "ratio": 1.0, "nothing": None}}


def chat_events(asked: Json) -> Iterator[Json]:
    wants_usage = (asked.get("stream_options") or {}).get("include_usage")
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": CREATED, "model": asked["model"],
            "system_fingerprint": fingerprint(asked), "x_vendor": None}
    tail: Json = {"usage": None} if wants_usage else {}

    def event(index: int, delta: Json, reason: str | None = None) -> Json:
        return head | {"choices": [{"index": index, "delta": delta, "logprobs": None, "finish_reason": reason}]} | tail

    count = asked.get("n") or 1
    for index in range(count):
        yield event(index, {"role": "assistant", "content": "", "refusal": None})
    if asked.get("user") == "error-in-stream":
        yield {"error": {"message": "out of memory", "type": "server_error", "param": None, "code": None}}
        return
    if asked.get("tools"):
        for index in range(2):
            yield event(0, {"tool_calls": [tool_call(index, "")]})
            for piece in ('{"ci', 'ty":"Li', 'lle"}'):
                yield event(0, {"tool_calls": [tool_call(index, piece, first=False)]})
    else:
        for word in WORDS:
            for index in range(count):
                yield event(index, {"content": word})
    for index in range(count):
        yield event(index, {}, "tool_calls" if asked.get("tools") else "stop")
    if wants_usage:
        yield head | {"choices": [], "usage": usage()}


def completion(asked: Json, text: str, last: bool = True) -> Json:
    return {"id": "cmpl-1", "object": "text_completion", "created": CREATED, "model": asked["model"],
            "choices": [{"index": 0, "text": text, "logprobs": None, "finish_reason": "length" if last else None}],
            "system_fingerprint": fingerprint(asked)}


def embeddings(asked: Json) -> Json:
    texts = asked["input"] if isinstance(asked["input"], list) else [asked["input"]]
    data = []
    for index, text in enumerate(texts):
        vector = [byte / 255 for byte in hashlib.sha256(str(text).encode()).digest()]
        packed = base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
        data.append({"object": "embedding", "index": index,
                     "embedding": packed if asked.get("encoding_format") == "base64" else vector})
    return {"object": "list", "data": data, "model": asked["model"], "usage": {"prompt_tokens": 5, "total_tokens": 5}}


def response(asked: Json, status: str = "completed") -> Json:
    done = status == "completed"
    content = [{"type": "output_text", "text": "".join(WORDS), "annotations": [], "logprobs": []}]
    return {"id": "resp_1", "object": "response", "created_at": CREATED, "status": status, "error": None,
            "incomplete_details": None, "instructions": asked.get("instructions"), "max_output_tokens": None,
            "model": asked.get("model"), "output": [{"type": "message", "id": "msg_1", "status": "completed",
                                                     "role": "assistant", "content": content}] if done else [],
            "parallel_tool_calls": True, "previous_response_id": asked.get("previous_response_id"),
            "reasoning": {"effort": None, "summary": None}, "store": True, "temperature": 1.0, "text": {"format": {"type": "text"}},
            "tool_choice": "auto", "tools": [], "top_p": 1.0, "truncation": "disabled", "user": fingerprint(asked),
            "metadata": {}, "usage": {
                "input_tokens": 24, "input_tokens_details": {"cached_tokens": 8}, "output_tokens": 64,
                "output_tokens_details": {"reasoning_tokens": 12}, "total_tokens": 88} if done else None}


def response_events(asked: Json) -> Iterator[Json]:
    place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    item = {"id": "msg_1", "type": "message", "status": "in_progress", "role": "assistant", "content": []}
    part = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
    whole = response(asked)
    events: list[Json] = [
        {"type": "response.created", "response": response(asked, "in_progress")},
        {"type": "response.in_progress", "response": response(asked, "in_progress")},
        {"type": "response.output_item.added", "output_index": 0, "item": item},
        {"type": "response.content_part.added", "part": part} | place,
        *({"type": "response.output_text.delta", "delta": word, "logprobs": [], "obfuscation": "x7"} | place for word in WORDS),
        {"type": "response.output_text.done", "text": "".join(WORDS), "logprobs": []} | place,
        {"type": "response.content_part.done", "part": part | {"text": "".join(WORDS)}} | place,
        {"type": "response.output_item.done", "output_index": 0, "item": whole["output"][0]},
        {"type": "response.completed", "response": whole},
    ]
    for number, event in enumerate(events):
        yield event | {"sequence_number": number}


def file_object(name: str, size: int) -> Json:
    return {"id": "file-1", "object": "file", "bytes": size, "created_at": CREATED, "filename": name, "purpose": "batch",
            "status": "processed", "status_details": None}


def batch(asked: Json) -> Json:
    return {"id": "batch_1", "object": "batch", "endpoint": asked.get("endpoint", "/v1/chat/completions"), "errors": None,
            "input_file_id": asked.get("input_file_id", "file-1"), "completion_window": "24h", "status": "validating",
            "output_file_id": None, "error_file_id": None, "created_at": CREATED, "metadata": None,
            "request_counts": {"total": 0, "completed": 0, "failed": 0}}


class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None: pass

    def send(self, body: bytes, kind: str = "application/json", status: int = 200, **fields: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), "openai-processing-ms": "7",
                            "x-ratelimit-remaining-requests": "99", **fields}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def json(self, document: Json, status: int = 200, **fields: str) -> None:
        # Escapes and spaces in no canonical form.
        self.send(json.dumps(document, indent=1).encode(), status=status, **fields)

    def stream(self, events: Iterator[Json], ends: bool = True) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        texts = [": a comment that no client may stumble over\n\n"]
        for event in events:
            name = f"event: {event['type']}\n" if "type" in event else ""
            texts.append(f"{name}data: {json.dumps(event, ensure_ascii=False)}\n\n")
        if ends:
            texts.append("data: [DONE]\n\n")
        for text in texts:
            # Cut in the middle of characters and of words.
            data = text.encode()
            for start in range(0, len(data), 61):
                piece = data[start:start + 61]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def failure(self, status: int) -> None:
        fields = {"Retry-After": "3"} if status in (429, 503) else {}
        self.json({"error": {"message": f"made to fail with {status}", "type": "made_up", "param": "user", "code": "on_purpose"}},
                  status, **fields)

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/v1/responses/resp_1":
            self.json(response({"model": "large"}))
        elif path == "/v1/responses/resp_1/input_items":
            item = {"id": "msg_0", "type": "message", "status": "completed", "role": "user",
                    "content": [{"type": "input_text", "text": self.path}]}
            self.json({"object": "list", "data": [item], "first_id": "msg_0", "last_id": "msg_0", "has_more": False})
        elif path == "/v1/files":
            self.json({"object": "list", "data": [file_object("a.jsonl", 7)], "has_more": False})
        elif path == "/v1/files/file-1":
            self.json(file_object("a.jsonl", 7))
        elif path == "/v1/files/file-1/content":
            self.send(bytes(range(256)) * 5, "application/octet-stream")
        elif path in ("/v1/batches", "/v1/batches/batch_1"):
            self.json(batch({}) if path.endswith("1") else {"object": "list", "data": [batch({})], "has_more": False})
        else:
            self.failure(404)

    def do_DELETE(self) -> None:
        name = self.path.rsplit("/", 1)[1]
        self.json({"id": name, "object": "file" if name.startswith("file") else "response", "deleted": True})

    def body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        whole = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            whole += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return whole

    def do_POST(self) -> None:
        body, path = self.body(), urlsplit(self.path).path
        if path.startswith("/v1/audio/tr") or path == "/v1/files":
            # The boundary is the client's; all between the first and the last is what counts, but for the model.
            boundary = self.headers["Content-Type"].rsplit("boundary=", 1)[1].encode()
            parts = [part for part in body.split(b"--" + boundary) if b'name="model"' not in part]
            digest = hashlib.sha256(b"|".join(parts)).hexdigest()
            self.json(file_object("a.jsonl", len(digest)) | {"status_details": digest} if path == "/v1/files"
                      else {"text": digest, "usage": {"type": "duration", "seconds": 3}})
            return
        asked = json.loads(body) if body else {}
        user = str(asked.get("user") or "")
        if user.startswith("status:"):
            self.failure(int(user[7:]))
        elif path == "/v1/chat/completions":
            self.stream(chat_events(asked), user != "error-in-stream") if asked.get("stream") else self.json(chat(asked))
        elif path == "/v1/completions":
            texts = enumerate(WORDS)
            self.stream(completion(asked, word, index == 3) for index, word in texts) if asked.get("stream") else self.json(
                completion(asked, "".join(WORDS)) | {"usage": usage()})
        elif path == "/v1/embeddings":
            self.json(embeddings(asked))
        elif path == "/v1/responses":
            self.stream(response_events(asked), ends=False) if asked.get("stream") else self.json(response(asked))
        elif path == "/v1/responses/resp_1/cancel":
            self.json(response(asked, "cancelled"))
        elif path == "/v1/images/generations":
            self.json({"created": CREATED, "data": [{"b64_json": base64.b64encode(bytes(range(256))).decode()}],
                       "background": "opaque", "usage": {"input_tokens": 5, "output_tokens": 7, "total_tokens": 12,
                                                         "input_tokens_details": {"image_tokens": 0, "text_tokens": 5}}})
        elif path == "/v1/moderations":
            names = ["harassment", "hate", "violence"]
            self.json({"id": "modr-1", "model": asked.get("model"), "results": [{
                "flagged": False, "categories": dict.fromkeys(names, False), "category_scores": dict.fromkeys(names, 1e-7),
                "category_applied_input_types": {name: ["text"] for name in names}}]})
        elif path == "/v1/audio/speech":
            self.send(hashlib.sha512(fingerprint(asked).encode()).digest() * 100, "audio/mpeg")
        elif path in ("/v1/batches", "/v1/batches/batch_1/cancel"):
            self.json(batch(asked))
        else:
            self.failure(404)


class Threads(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


if __name__ == "__main__":
    server = Threads(("127.0.0.1", 0), Server)
    with open(sys.argv[1] + ".part", "w") as file:
        file.write(str(server.server_port))
    os.rename(sys.argv[1] + ".part", sys.argv[1])
    server.serve_forever()
