"""An upstream for what the benchmark's nginx cannot be: it reads each body whole, and answers chats with 64 tokens as 67
server-sent events, each written on its own, and tensors with a number.

usage: reading_upstream.py PORT
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys

HEAD = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1700000000, "model": "large"}


def events() -> list[bytes]:
    deltas = [{"role": "assistant", "content": ""}, *({"content": f" token{i}"} for i in range(64))]
    documents = [HEAD | {"choices": [{"index": 0, "delta": delta, "finish_reason": None}], "usage": None} for delta in deltas]
    documents.append(HEAD | {"choices": [], "usage": {"prompt_tokens": 24, "completion_tokens": 64, "total_tokens": 88}})
    texts = [b"data: " + json.dumps(document).encode() + b"\n\n" for document in documents] + [b"data: [DONE]\n\n"]
    return [b"%x\r\n%s\r\n" % (len(text), text) for text in texts]


EVENTS = events()
NUMBER = json.dumps({"model_name": "large", "model_version": "1", "outputs": [
    {"name": "y", "shape": [1, 1], "datatype": "FP32", "data": [0.5]}]}).encode()


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = next((int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"content-length:")), 0)
            await reader.readexactly(length)
            if head.startswith(b"post /v2/"):
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(NUMBER))
                writer.write(NUMBER)
                await writer.drain()
                continue
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
            for event in EVENTS:
                if writer.is_closing():
                    return
                writer.write(event)
                # Lets others go on, so that events of many streams lie between each other as they do in life.
                await asyncio.sleep(0)
            writer.write(b"0\r\n\r\n")
            await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]), backlog=512, limit=1 << 20)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
