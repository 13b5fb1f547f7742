"""A small KServe v2 server with the binary tensor extension, for tests: `echo` gives back its inputs, `sum` their sums.

usage: peer.py PORT_FILE          writes the port it listens on

Every model name answers: what comes before the first dash says what is done (`echo-small`, `sum-large`).
"""

from __future__ import annotations

import gzip
import http.server
import json
import os
import struct
import sys
import zlib
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy

TYPES = {"BOOL": "?", "UINT8": "u1", "UINT16": "u2", "UINT32": "u4", "UINT64": "u8", "INT8": "i1", "INT16": "i2", "INT32": "i4",
         "INT64": "i8", "FP16": "f2", "FP32": "f4", "FP64": "f8"}
Json = dict[str, Any]


def unpacked(raw: bytes, kind: str, shape: list[int]) -> numpy.ndarray:
    if kind != "BYTES":
        return numpy.frombuffer(raw, "<" + TYPES[kind]).reshape(shape)
    items, start = [], 0
    while start < len(raw):
        size, = struct.unpack_from("<I", raw, start)
        items.append(raw[start + 4:start + 4 + size])
        start += 4 + size
    return numpy.array(items, dtype=object).reshape(shape)


def packed(array: numpy.ndarray, kind: str) -> bytes:
    if kind != "BYTES":
        return array.astype("<" + TYPES[kind]).tobytes()
    return b"".join(struct.pack("<I", len(item)) + item for item in array.reshape(-1))


def inputs(head: Json, tail: bytes) -> list[tuple[str, str, numpy.ndarray]]:
    read, start = [], 0
    for tensor in head["inputs"]:
        size = (tensor.get("parameters") or {}).get("binary_data_size")
        if size is None:
            values = [item.encode() for item in tensor["data"]] if tensor["datatype"] == "BYTES" else tensor["data"]
            kind = object if tensor["datatype"] == "BYTES" else "<" + TYPES[tensor["datatype"]]
            array = numpy.array(values, dtype=kind).reshape(tensor["shape"])
        else:
            array = unpacked(tail[start:start + size], tensor["datatype"], tensor["shape"])
            start += size
        read.append((tensor["name"], tensor["datatype"], array))
    if start != len(tail):
        raise ValueError(f"{len(tail) - start} bytes stand behind the tensors")
    return read


def answer(model: str, head: Json, tail: bytes) -> tuple[bytes, int | None]:
    """The body, and how much of it is JSON when tensors follow."""
    tensors = inputs(head, tail)
    if model.startswith("sum"):
        tensors = [(f"sum_{name}", "FP64", numpy.array([array.astype("f8").sum()])) for name, _, array in tensors]
    wanted = {tensor["name"]: tensor.get("parameters") or {} for tensor in head.get("outputs", [])}
    all_binary = (head.get("parameters") or {}).get("binary_data_output", False)
    outputs, raw = [], b""
    for name, kind, array in tensors:
        output: Json = {"name": name, "shape": list(array.shape), "datatype": kind}
        if wanted.get(name, {}).get("binary_data", all_binary):
            data = packed(array, kind)
            output["parameters"] = {"binary_data_size": len(data)}
            raw += data
        else:
            output["data"] = [item.decode() for item in array.reshape(-1)] if kind == "BYTES" else array.reshape(-1).tolist()
        outputs.append(output)
    document = {"model_name": model, "model_version": "1", "id": head.get("id", ""), "outputs": outputs,
                "parameters": {"bytes_behind_json": len(tail)}}
    text = json.dumps(document).encode()
    return text + raw, len(text) if raw else None


class Peer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None: pass

    def send(self, body: bytes, status: int = 200, **fields: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **fields}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        parts = [unquote(part) for part in urlsplit(self.path).path.strip("/").split("/")]
        if parts[-1] in ("ready", "live"):
            self.send(b"{}", 200 if "absent" not in self.path else 400)
        elif parts[:2] == ["v2", "models"]:
            tensor = {"name": "x", "datatype": "FP32", "shape": [-1, -1]}
            self.send(json.dumps({"name": parts[2], "versions": ["1"], "platform": "test", "inputs": [tensor],
                                  "outputs": [tensor]}).encode())
        else:
            self.send(json.dumps({"name": "peer", "version": "1", "extensions": ["binary_tensor_data"]}).encode())

    def do_POST(self) -> None:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            coding = self.headers.get("Content-Encoding")
            body = {"gzip": gzip.decompress, "deflate": zlib.decompress}.get(coding or "", lambda data: data)(body)
            length = int(self.headers.get("Inference-Header-Content-Length") or len(body))
            model = unquote(urlsplit(self.path).path.split("/")[3])
            content, json_length = answer(model, json.loads(body[:length]), body[length:])
        except (ValueError, KeyError) as error:
            return self.send(json.dumps({"error": f"{type(error).__name__}: {error}"}).encode(), 400)
        fields = {"Inference-Header-Content-Length": str(json_length)} if json_length is not None else {}
        accepted = self.headers.get("Accept-Encoding", "")
        if "gzip" in accepted:
            content = gzip.compress(content, mtime=0)
            fields["Content-Encoding"] = "gzip"
        self.send(content, **fields)


class Threads(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


if __name__ == "__main__":
    server = Threads(("127.0.0.1", 0), Peer)
    with open(sys.argv[1] + ".part", "w") as file:
        file.write(str(server.server_port))
    os.rename(sys.argv[1] + ".part", sys.argv[1])
    server.serve_forever()
