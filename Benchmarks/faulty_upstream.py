"""A model server that fails in every way it can, for `soak.py`: what it does with a request is drawn from a seed."""

from __future__ import annotations

import asyncio
import json
import random
import struct
import socket

PLAIN = json.dumps({
    "id": "c", "object": "chat.completion", "model": "m", "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "x" * 300, "refusal": None}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 24, "completion_tokens": 64, "total_tokens": 88}}).encode()
EVENT = b'data: {"id":"c","choices":[{"index":0,"delta":{"content":"na\xc3\xafve "}}],"usage":null}\n\n'
USAGE = b'data: {"id":"c","choices":[],"usage":{"prompt_tokens":24,"completion_tokens":9,"total_tokens":33}}\n\n'
ERROR = b'data: {"error":{"message":"out of memory","type":"server_error","param":null,"code":null}}\n\n'

# How often each thing happens, out of a thousand; the rest is a good answer.
FAULTS = {
    "429": 20, "503": 20, "500": 10, "reset before the answer": 15, "close before the answer": 15, "reset within the answer": 15,
    "shorter than said": 10, "longer than said": 10, "no HTTP": 5, "half a head": 5, "bad chunk": 5, "slow": 20, "stall": 5,
    "error in a 200": 10, "never ends": 4, "answer before the body": 5, "ends with the connection": 10, "huge head": 3,
}


class FaultyUpstream:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.done: dict[str, int] = {}
        self.port = 0

    async def start(self) -> asyncio.Server:
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0, backlog=512, limit=1 << 20)
        self.port = server.sockets[0].getsockname()[1]
        return server

    def draw(self) -> str:
        left = self.random.randrange(1000)
        for name, share in FAULTS.items():
            left -= share
            if left < 0:
                return name
        return "good"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self.one(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass
        finally:
            writer.close()

    async def one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        fault = self.draw()
        self.done[fault] = self.done.get(fault, 0) + 1
        if fault == "answer before the body":
            writer.write(answer(PLAIN))
            await writer.drain()
            return False
        body = b""
        for line in head.split(b"\r\n"):
            if line.startswith(b"content-length:"):
                body = await reader.readexactly(int(line[15:]))
            elif line.startswith(b"transfer-encoding:"):
                while size := int(await reader.readuntil(b"\r\n"), 16):
                    body += (await reader.readexactly(size + 2))[:-2]
                await reader.readuntil(b"\r\n")
        return await self.answer(fault, b'"stream":true' in body, writer)

    async def answer(self, fault: str, streams: bool, writer: asyncio.StreamWriter) -> bool:
        whole = answer(stream_body(), "text/event-stream") if streams else answer(PLAIN)
        keeps = False
        match fault:
            case "good":
                keeps = True
                if streams:
                    return await self.stream(writer, 0)
                writer.write(whole)
            case "429" | "503" | "500":
                keeps = True
                writer.write(answer(b'{"error":{"message":"busy","type":"x","param":null,"code":null}}', status=int(fault)))
            case "reset before the answer":
                reset(writer)
            case "close before the answer":
                pass
            case "reset within the answer":
                writer.write(whole[: len(whole) * 2 // 3])
                await writer.drain()
                await asyncio.sleep(0.01)
                reset(writer)
            case "shorter than said":
                writer.write(whole[:-7])
            case "longer than said":
                writer.write(whole + b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nxyz")
            case "no HTTP":
                writer.write(b"\x16\x03\x01 what is this\r\n\r\n")
            case "half a head":
                writer.write(whole[:40])
            case "bad chunk":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + EVENT)
            case "slow":
                return await self.stream(writer, 0.15)
            case "stall":
                if self.random.random() < 0.5:
                    writer.write(whole[:200])
                    await writer.drain()
                await asyncio.sleep(self.random.choice([3, 20, 90]))
            case "error in a 200":
                writer.write(answer(EVENT + ERROR, "text/event-stream"))
            case "never ends":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
                for _ in range(2000):
                    writer.write(EVENT)
                    await writer.drain()
                    await asyncio.sleep(0.02)
            case "ends with the connection":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" + PLAIN)
            case "huge head":
                writer.write(b"HTTP/1.1 200 OK\r\nX-Bomb: " + b"x" * 200_000 + b"\r\nContent-Length: 2\r\n\r\n{}")
        await writer.drain()
        return keeps

    async def stream(self, writer: asyncio.StreamWriter, pause: float) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        text = stream_body()
        step = self.random.choice([7, 61, 400, 5000])
        for start in range(0, len(text), step):
            piece = text[start:start + step]
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await writer.drain()
            if pause and start % (step * 8) == 0:
                await asyncio.sleep(pause)
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True


def stream_body() -> bytes:
    return EVENT * 9 + USAGE + b"data: [DONE]\n\n"


def answer(body: bytes, kind: str = "application/json", status: int = 200) -> bytes:
    more = "Retry-After: 1\r\n" if status in (429, 503) else ""
    return (f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\n{more}Content-Length: {len(body)}\r\n\r\n").encode() + body


def reset(writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
