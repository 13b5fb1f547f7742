"""`dimmer serve` under faults from all sides: a model server that breaks in every way, callers that leave at any byte or send
what is no HTTP, a ledger whose disk hangs and fills up.

At the end every request that was answered under an id must have its row or be counted as dropped, descriptors must be back
where they were, memory must not have grown beyond bounds, and the program must end cleanly. Prints what was done and fails
with status 1 when one of these does not hold.

usage: soak.py DIMMER_DIR [SECONDS] [SEED]
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path

from common import load, memory_kib
from disks import Disk, disk
from faulty_upstream import FaultyUpstream

CALLERS = 24
# Memory may grow by so much between the warm program and the end: queues, buffers and SQLite's cache fill up once.
GROWTH_KIB = 24 << 10

CHAT = b'{"messages":[{"role":"user","content":"hi"}],"model":"%s"%s}'
TENSOR = json.dumps({"inputs": [{"name": "x", "shape": [1, 3, 64, 64], "datatype": "FP32", "data": [0.125] * (3 * 64 * 64)}]}).encode()
STRANGE = [
    b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n",
    b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nContent-Length: 9\r\n\r\n{}{}{}{}{}",
    b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    b"GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
    b"GET /v1/models HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % i for i in range(5000)) + b"\r\n",
    b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 999999999999\r\n\r\n{",
    b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10000\r\n\r\n" + b"[" * 10_000,
    b'POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 33\r\n\r\n{"model":"chat","model":"\xff\xfe","x":1}'[:104],
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\r\n" * 50,
]


class Soak:
    def __init__(self, seed: int, port: int) -> None:
        self.seed, self.port = seed, port
        self.counts: Counter[str] = Counter()
        self.ids: set[str] = set()
        self.stop = False

    async def caller(self, number: int) -> None:
        chance = random.Random(self.seed * 1000 + number)
        while not self.stop:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 22)
            except OSError:
                self.counts["no connection"] += 1
                await asyncio.sleep(0.1)
                continue
            try:
                for _ in range(chance.randrange(1, 30)):
                    if self.stop or not await asyncio.wait_for(self.one(chance, reader, writer), 120):
                        break
                    await asyncio.sleep(chance.random() * 0.05)
            except (OSError, asyncio.IncompleteReadError, ValueError):
                self.counts["broken off"] += 1
            except (asyncio.TimeoutError, asyncio.LimitOverrunError) as error:
                self.counts[f"caller: {type(error).__name__}"] += 1
            finally:
                writer.close()

    async def one(self, chance: random.Random, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request; whether the connection can take another."""
        kind = chance.choices(["plain", "stream", "tensor", "strange", "unknown"], [40, 30, 15, 4, 3])[0]
        if kind == "strange":
            writer.write(chance.choice(STRANGE))
            await writer.drain()
            await asyncio.wait_for(reader.read(1 << 16), 20)
            self.counts["strange"] += 1
            return False
        name = {"unknown": b"nobody", "tensor": b""}.get(kind) or chance.choice([b"chat", b"chat", b"small", b"large"])
        path, body = "/v1/chat/completions", CHAT % (name, b',"stream":true' if kind == "stream" else b"")
        if kind == "tensor":
            path, body = "/v2/models/chat/infer", TENSOR
        whole = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        leaves = chance.random() < 0.05
        if leaves and chance.random() < 0.5:
            writer.write(whole[:chance.randrange(1, len(whole))])
            await writer.drain()
            self.counts["left within the request"] += 1
            return False
        writer.write(whole)
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        self.counts[f"status {head[9:12]}"] += 1
        fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        # Under the alias or a variant's name each answer that has an id was a request of the record.
        if identifier := fields.get("dimmer-request-id"):
            self.ids.add(identifier)
        if leaves:
            await reader.read(chance.randrange(1, 600))
            self.counts["left within the answer"] += 1
            return False
        await self.rest(fields, reader)
        return fields.get("connection") != "close"

    @staticmethod
    async def rest(fields: dict[str, str], reader: asyncio.StreamReader) -> None:
        if length := fields.get("content-length"):
            await reader.readexactly(int(length))
        elif fields.get("transfer-encoding") == "chunked":
            while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
                await reader.readexactly(size + 2)
            while await reader.readuntil(b"\r\n") != b"\r\n":
                pass
        else:
            await reader.read(-1)


def now(port: int) -> dict[str, int]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/now", timeout=60) as answer:
        return json.load(answer)


async def settled(port: int, seconds: float) -> dict[str, int]:
    """What the ledger says once nothing waits any more."""
    end = time.monotonic() + seconds
    while True:
        state = await asyncio.to_thread(now, port)
        if state["waiting"] == 0 or time.monotonic() > end:
            return state
        await asyncio.sleep(0.5)


def figures(pid: int) -> tuple[int, dict[str, int]]:
    return len(os.listdir(f"/proc/{pid}/fd")), memory_kib(pid)


async def disk_faults(place: Disk, stop: asyncio.Event, counts: Counter[str]) -> None:
    """By turns a disk that hangs for ten seconds and one that is full for ten."""
    async def pause(seconds: float) -> None:
        try:
            await asyncio.wait_for(stop.wait(), seconds)
        except asyncio.TimeoutError:
            pass

    while not stop.is_set():
        await pause(20)
        for name, begin, end in (("disk hung", place.stall, place.go_on), ("disk full", place.fill, place.empty)):
            if stop.is_set():
                return
            await asyncio.to_thread(begin)
            await pause(10)
            await asyncio.to_thread(end)
            counts[name] += 1
            await pause(15)


def start(folder: str, data: str, bin_dir: str, upstream: int) -> tuple[subprocess.Popen[bytes], int, int]:
    """The program, the gateway's port and the page's."""
    config, ready = Path(folder, "dimmer.yaml"), Path(folder, "ready.json")
    variant = "{{name: {}, url: \"http://127.0.0.1:{}\", quality: {}, energy_per_unit: {} J}}"
    config.write_text(
        'gateway: {listen: "127.0.0.1:0"}\ncontrol: {listen: "127.0.0.1:0"}\n'
        "grid: {trace: ciso, replay: {start: 2021-03-20T00:00:00Z, speed: 60}}\nmodels:\n  - alias: chat\n    floor: 80\n    variants:\n"
        f"      - {variant.format('small', upstream, 74, 120)}\n      - {variant.format('large', upstream, 83, 900)}\n")
    process = subprocess.Popen(
        [f"{bin_dir}/dimmer", "serve", "--config", str(config), "--ready", str(ready)], stdout=subprocess.DEVNULL,
        stderr=open(Path(folder, "serve.err"), "wb"), env=os.environ | {"DIMMER_DATA_DIR": data, "DIMMER_METER_SOCKET": ""})
    for _ in range(600):
        time.sleep(0.1)
        if ready.exists() and (text := ready.read_text()).rstrip().endswith("}"):
            told = json.loads(text)
            return process, told["gateway_port"], told["control_port"]
        if process.poll() is not None:
            break
    raise SystemExit(f"dimmer serve did not start: {Path(folder, 'serve.err').read_text()[-2000:]}")


async def soak(folder: str, bin_dir: str, seconds: float, seed: int) -> list[str]:
    place = disk(folder, 2048)
    print(f"store: {'a disk of its own, hung and filled by turns' if place else 'no leave to mount: its faults are skipped'}")
    data = str(place.path / "data") if place else str(Path(folder, "data"))
    upstream = FaultyUpstream(seed)
    server = await upstream.start()
    trouble: list[str] = []
    process = None
    try:
        process, gateway, page = start(folder, data, bin_dir, upstream.port)
        run = Soak(seed, gateway)
        callers = [asyncio.create_task(run.caller(number)) for number in range(CALLERS)]
        stop = asyncio.Event()
        faults = None
        # Warm first: what is allocated once is no leak.
        warm = min(60.0, seconds / 4)
        await asyncio.sleep(warm)
        memory_warm = figures(process.pid)[1]
        faults = asyncio.create_task(disk_faults(place, stop, run.counts)) if place else None
        await asyncio.sleep(seconds - warm)
        run.stop = True
        stop.set()
        await asyncio.gather(*callers)
        if faults:
            await faults
        # Stalls of the upstream end, resting connections are closed, the queue is written.
        state = await settled(page, 120)
        await asyncio.sleep(100)
        state = await settled(page, 60)
        descriptors, memory = figures(process.pid)
        sockets = sum(os.readlink(f"/proc/{process.pid}/fd/{fd}").startswith("socket:") for fd in os.listdir(f"/proc/{process.pid}/fd"))
        process.send_signal(signal.SIGTERM)
        status = await asyncio.to_thread(process.wait, 60)
        if status != 0:
            trouble.append(f"dimmer serve ended with status {status}")
        with sqlite3.connect(f"{data}/ledger.sqlite") as ledger:
            rows = {row[0] for row in ledger.execute("select id from request")}
            sound = ledger.execute("pragma integrity_check").fetchone()[0]
        missing = len(run.ids - rows)
        if missing > state["dropped"]:
            trouble.append(f"{missing} answered requests have no row, but only {state['dropped']} are counted as dropped")
        if state["waiting"]:
            trouble.append(f"{state['waiting']} rows still wait")
        if sound != "ok":
            trouble.append(f"the ledger is damaged: {sound}")
        # Listeners, and what the page's last question left.
        if sockets > 8:
            trouble.append(f"{sockets} sockets are left open")
        if memory["VmRSS"] > memory_warm["VmRSS"] + GROWTH_KIB:
            trouble.append(f"memory grew from {memory_warm['VmRSS']} to {memory['VmRSS']} KiB")
        print(f"callers: {dict(sorted(run.counts.items()))}")
        print(f"upstream: {dict(sorted(upstream.done.items()))}")
        print(f"ids given: {len(run.ids)}; rows: {len(rows)}; without a row: {missing}; counted as dropped: {state['dropped']}")
        print(f"memory: {memory_warm['VmRSS']} KiB warm, {memory['VmRSS']} at the end (peak {memory['VmHWM']})")
        print(f"descriptors at rest: {descriptors}, of them {sockets} sockets; status at the end: {status}; load: {load()}")
    finally:
        if process is not None and process.poll() is None:
            process.kill()
            process.wait()
        server.close()
        if place:
            place.close()
        log = Path(folder, "serve.err")
        error = log.read_text() if log.exists() else ""
        if "Fatal error" in error or "Backtrac" in error:
            trouble.append(f"it crashed: {error[-3000:]}")
    return trouble


def main() -> None:
    bin_dir = sys.argv[1]
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 1800.0
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else int(time.time())
    print(f"soak of {seconds:.0f} s, seed {seed}")
    with tempfile.TemporaryDirectory(prefix="dimmer-soak-") as folder:
        trouble = asyncio.run(soak(folder, bin_dir, seconds, seed))
    for line in trouble:
        print(f"FAILED: {line}")
    sys.exit(1 if trouble else 0)


if __name__ == "__main__":
    main()
