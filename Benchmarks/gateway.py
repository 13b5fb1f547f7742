"""`dimmer serve` beside nginx and LiteLLM as proxies of the same upstreams, in one run on one machine.

Parts, each of which can be left out:
  json     OpenAI chat requests of 1 KB and 64 KB, answered by an nginx with a fixed body
  sse      streams of 67 events, each written on its own
  tensor   KServe requests of 600 kB (LiteLLM speaks no KServe)
  memory   resident memory while a million requests go through
  leave    how soon the upstream learns that a caller has left
  stages   what each stage costs: a bare proxy, + parse, + decision, + accounting, + ledger (needs --stages PROGRAM)
  stall    latency, second by second, while the ledger's disk hangs for ten seconds (needs leave to mount)

wrk drives all in a closed loop; `direct` is the upstream itself, so that what a proxy adds can be read off. The figure
is processor time by request of the proxy's processes (robust on a noisy machine); rates and latencies are printed beside.
Dimmer is the whole program: control loop, page, and a ledger row for each request. nginx passes requests on as they come
(`proxy_request_buffering off`), and answers, too, where they are streams.

usage: gateway.py DIMMER_DIR LITELLM_DIR [SECONDS] [--parts json,sse,tensor,leave,stages,memory,stall] [--requests N]
       [--stages PROGRAM]
LITELLM_DIR may be '-' to leave it out.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from common import cpu_seconds, load, memory_kib, tree
from disks import Disk, disk
from leaving import EndlessUpstream, compare

ANSWER = json.dumps({
    "id": "chatcmpl-1", "object": "chat.completion", "created": 1700000000, "model": "large",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "x" * 250, "refusal": None}, "logprobs": None,
                 "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 24, "completion_tokens": 64, "total_tokens": 88},
})
KEY = "sk-benchmark-only-0123456789abcdef"
UPSTREAM, NGINX, DIMMER, PAGE, LITELLM, STREAMS, ENDLESS = 18182, 18181, 18180, 18183, 18184, 18185, 18186
EVENTS = 67
CHAT, INFER = "/v1/chat/completions", "/v2/models/streams/infer"


def question(size: int, stream: bool = False) -> str:
    """A chat request of about so many bytes; its model's name comes last, as it may."""
    body = {"messages": [{"role": "user", "content": ""}], "temperature": 0.7, "max_tokens": 64, "stream": stream,
            "model": "chat"}
    words = "What does a kilowatt-hour cost the planet today? "
    body["messages"][0]["content"] = (words * (size // len(words) + 1))[:max(1, size - len(json.dumps(body)))]
    return json.dumps(body)


def tensor() -> str:
    """Three planes of 224 x 224 numbers: about 600 kB."""
    numbers = ",".join("0.5" if i % 3 else "0.25" for i in range(3 * 224 * 224))
    return f'{{"inputs":[{{"name":"x","shape":[1,3,224,224],"datatype":"FP32","data":[{numbers}]}}]}}'


def nginx(folder: str, port: int, body: str, upstreams: str = "") -> subprocess.Popen[bytes]:
    path = Path(folder, f"nginx-{port}.conf")
    path.write_text(f"""
worker_processes 1; daemon off; pid {folder}/{port}.pid; error_log /dev/null;
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 100000000; client_body_buffer_size 2m; client_max_body_size 64m;
  client_body_temp_path {folder}/b{port}; proxy_temp_path {folder}/p{port}; fastcgi_temp_path {folder}/f{port};
  uwsgi_temp_path {folder}/u{port}; scgi_temp_path {folder}/s{port};
  {upstreams}
  server {{ listen 127.0.0.1:{port}; {body} }} }}
""")
    return subprocess.Popen(["nginx", "-p", folder, "-c", str(path)], stderr=subprocess.DEVNULL)


def upstream(folder: str) -> subprocess.Popen[bytes]:
    return nginx(folder, UPSTREAM, f"""
    default_type application/json;
    location / {{ return 200 '{ANSWER}'; }}""")


def nginx_proxy(folder: str) -> subprocess.Popen[bytes]:
    pool = "keepalive 128; keepalive_requests 100000000;"
    common = "proxy_http_version 1.1; proxy_set_header Connection ''; proxy_request_buffering off;"
    return nginx(
        folder, NGINX,
        f"location / {{ proxy_pass http://up; {common} }} location /streams/ {{ proxy_pass http://streams/; {common} proxy_buffering off; }}"
        f"location /endless/ {{ proxy_pass http://127.0.0.1:{ENDLESS}/; {common} proxy_buffering off; }}",
        f"upstream up {{ server 127.0.0.1:{UPSTREAM}; {pool} }} upstream streams {{ server 127.0.0.1:{STREAMS}; {pool} }}")


def dimmer(folder: str, bin_dir: str, data: str) -> subprocess.Popen[bytes]:
    path = Path(folder, "dimmer.yaml")
    aliases = ""
    for alias, port in (("chat", UPSTREAM), ("streams", STREAMS), ("endless", ENDLESS)):
        aliases += f"""
  - alias: {alias}
    floor: 80
    variants:
      - {{name: {alias}-small, url: "http://127.0.0.1:{port}", quality: 74, energy_per_unit: 120 J}}
      - {{name: {alias}-large, url: "http://127.0.0.1:{port}", quality: 83, energy_per_unit: 900 J}}"""
    path.write_text(f"""
gateway: {{listen: "127.0.0.1:{DIMMER}"}}
control: {{listen: "127.0.0.1:{PAGE}"}}
grid: {{trace: ciso, replay: {{start: 2021-03-20T00:00:00Z, speed: 60}}}}
models:{aliases}
""")
    return subprocess.Popen(
        [f"{bin_dir}/dimmer", "serve", "--config", str(path)], env=os.environ | {"DIMMER_DATA_DIR": data},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def litellm(folder: str, directory: str) -> subprocess.Popen[bytes]:
    path = Path(folder, "litellm.yaml")
    path.write_text(f"""
model_list:
  - model_name: chat
    litellm_params: {{model: openai/large, api_base: "http://127.0.0.1:{UPSTREAM}/v1", api_key: none}}
  - model_name: streams
    litellm_params: {{model: openai/large, api_base: "http://127.0.0.1:{STREAMS}/v1", api_key: none}}
  - model_name: endless
    litellm_params: {{model: openai/large, api_base: "http://127.0.0.1:{ENDLESS}/v1", api_key: none}}
litellm_settings: {{telemetry: false}}
general_settings: {{master_key: {KEY}}}
""")
    return subprocess.Popen(
        [f"{directory}/litellm", "--config", str(path), "--host", "127.0.0.1", "--port", str(LITELLM), "--num_workers", "1"],
        env=os.environ | {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "PATH": f"{directory}:{os.environ['PATH']}"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def until_answering(port: int, seconds: int = 120) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{CHAT}", question(300).encode(),
        {"content-type": "application/json", "authorization": f"Bearer {KEY}"})
    for _ in range(seconds * 5):
        try:
            urllib.request.urlopen(request, timeout=5).read()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"nothing answers on port {port}")


def drive(folder: str, port: int, path: str, body: str, connections: int, seconds: float) -> str:
    """What wrk says of a closed loop of so many connections."""
    text, script = Path(folder, "body"), Path(folder, "request.lua")
    text.write_text(body)
    script.write_text(
        'wrk.method="POST"; wrk.headers["Content-Type"]="application/json"; wrk.headers["Authorization"]="Bearer ' + KEY + '"\n'
        f'local file=io.open("{text}","rb"); wrk.body=file:read("*a"); file:close()\n')
    return subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--latency", "-s", str(script), f"http://127.0.0.1:{port}{path}"],
        stdout=subprocess.PIPE, text=True, check=True).stdout


def requests_in(output: str) -> int:
    return int(re.search(r"(\d+) requests in", output)[1])  # type: ignore[index]


def measure(
    folder: str, name: str, process: subprocess.Popen[bytes] | None, port: int, path: str, body: str, connections: int,
    seconds: float, events: int = 1,
) -> None:
    pids = tree(process.pid) if process else []
    before = cpu_seconds(pids)
    output = drive(folder, port, path, body, connections, seconds)
    used = cpu_seconds(pids) - before
    requests = requests_in(output)
    p50, p99 = (re.search(rf"^\s+{q}%\s+(\S+)", output, re.M)[1] for q in ("50", "99"))  # type: ignore[index]
    bad = re.search(r"Non-2xx.*: (\d+)", output)
    errors = re.search(r"Socket errors.*", output)
    cost = f"{used / max(requests * events, 1) * 1e6:.1f}" if process else "-"
    memory = memory_kib(process.pid)["VmHWM"] // 1024 if process else "-"
    print(f"| {name} | {connections} | {cost} | {requests / seconds:.0f} | {p50} | {p99} "
          f"| {memory} | {bad[1] if bad else 0}{' ' + errors[0] if errors else ''} |", flush=True)


def table(title: str, unit: str) -> None:
    print(f"\n{title}; load {load()}\n")
    print(f"| proxy | connections | CPU us/{unit} | requests/s | p50 | p99 | peak MiB | errors |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")


def now() -> dict[str, int]:
    return json.load(urllib.request.urlopen(f"http://127.0.0.1:{PAGE}/api/v1/now", timeout=60))


def written(seconds: float = 120) -> dict[str, int]:
    """What the ledger says once nothing waits any more."""
    end = time.monotonic() + seconds
    while (state := now())["waiting"] and time.monotonic() < end:
        time.sleep(0.5)
    return state


def memory(folder: str, process: subprocess.Popen[bytes], wanted: int) -> None:
    """Resident memory at rest, after each tenth of the requests."""
    print(f"\nmemory while {wanted} requests go through (16 connections, 1 KB); load {load()}\n")
    print("| requests | resident MiB | peak MiB |")
    print("| --- | --- | --- |")
    done = last = 0
    kept = memory_kib(process.pid)
    print(f"| before | {kept['VmRSS'] / 1024:.1f} | {kept['VmHWM'] / 1024:.1f} |", flush=True)
    while done < wanted:
        done += requests_in(drive(folder, DIMMER, CHAT, question(1024), 16, 5))
        if done - last >= wanted / 10 or done >= wanted:
            last = done
            written()
            kept = memory_kib(process.pid)
            print(f"| {done} | {kept['VmRSS'] / 1024:.1f} | {kept['VmHWM'] / 1024:.1f} |", flush=True)


def stages(folder: str, program: str, connections: int, seconds: float) -> None:
    """One stage of the gateway more at each row, over requests of 1 KB."""
    table(f"Stages of the gateway, {connections} connections", "request")
    body = question(1024)
    # A path that nobody knows is passed on unread; an exact variant is scanned and not chosen.
    asked = {"bare": ("/v1/other" + CHAT, body), "parse": (CHAT, body.replace('"chat"', '"small"', 1))}
    for port, stage in enumerate(("bare", "parse", "decision", "accounting", "ledger"), 18190):
        process = subprocess.Popen([program, stage, str(port), str(UPSTREAM)], env=os.environ | {"TMPDIR": folder})
        try:
            until_answering(port)
            path, text = asked.get(stage, (CHAT, body))
            measure(folder, stage, process, port, path, text, connections, seconds)
        finally:
            process.terminate()
            process.wait()


def stall(process: subprocess.Popen[bytes], place: Disk) -> None:
    """Latency of one caller at a hundred requests a second, before, while and after the disk hangs."""
    # The last requests of the part before were cut off, and are recorded a moment later.
    time.sleep(3)
    before = written()
    samples: list[tuple[float, float]] = []
    began = time.monotonic()
    stop = threading.Event()

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", DIMMER, timeout=60)
        body = question(1024)
        while not stop.is_set():
            start = time.monotonic()
            connection.request("POST", CHAT, body, {"content-type": "application/json"})
            connection.getresponse().read()
            samples.append((start - began, time.monotonic() - start))
            stop.wait(0.01)

    caller = threading.Thread(target=ask)
    caller.start()
    time.sleep(5)
    place.stall()
    hung_at = time.monotonic() - began
    time.sleep(10)
    place.go_on()
    free_at = time.monotonic() - began
    time.sleep(5)
    stop.set()
    caller.join()
    after = written()
    print(f"\nlatency while the ledger's disk hangs; load {load()}\n")
    print("| | requests | p50 ms | p99 ms | worst ms |")
    print("| --- | --- | --- | --- | --- |")
    for name, begin, end in (("before", 0.0, hung_at), ("hung, 10 s", hung_at, free_at), ("after", free_at, 1e9)):
        times = sorted(took for at, took in samples if begin <= at < end)
        p50, p99 = times[len(times) // 2], times[min(len(times) - 1, len(times) * 99 // 100)]
        print(f"| {name} | {len(times)} | {p50 * 1e3:.2f} | {p99 * 1e3:.2f} | {times[-1] * 1e3:.2f} |")
    rows, lost = after["recorded"] - before["recorded"], after["dropped"] - before["dropped"]
    print(f"\n{len(samples)} requests: {rows} rows written afterwards, {lost} counted as dropped, {after['waiting']} waiting")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("dimmer")
    parser.add_argument("litellm")
    parser.add_argument("seconds", nargs="?", type=float, default=5)
    parser.add_argument("--parts", default="json,sse,tensor,leave,stages,memory,stall")
    parser.add_argument("--stages", default="")
    parser.add_argument("--requests", type=int, default=1_000_000)
    options = parser.parse_args()
    parts = options.parts.split(",")
    with tempfile.TemporaryDirectory(prefix="dimmer-bench-") as folder:
        place = disk(folder, 1024) if "stall" in parts else None
        data = str(place.path / "data") if place else folder
        own = dimmer(folder, options.dimmer, data)
        proxy = nginx_proxy(folder)
        endless = EndlessUpstream(ENDLESS)
        streams = subprocess.Popen([sys.executable, str(Path(__file__).with_name("reading_upstream.py")), str(STREAMS)])
        started = [upstream(folder), proxy, streams, own]
        # Ports for what nginx answers and for what is read whole, and what stands before the path there.
        proxies: list[tuple[str, subprocess.Popen[bytes] | None, int, int, str]] = [
            ("direct", None, UPSTREAM, STREAMS, ""), ("nginx", proxy, NGINX, NGINX, "/streams"),
            ("dimmer serve", own, DIMMER, DIMMER, "")]
        try:
            if options.litellm != "-":
                started.append(litellm(folder, options.litellm))
                proxies.append(("LiteLLM", started[-1], LITELLM, LITELLM, ""))
            for _, process, port, _, _ in proxies:
                if process:
                    until_answering(port)
            if "json" in parts:
                for size in (1024, 65536):
                    table(f"JSON requests of {size // 1024} KB", "request")
                    for connections in (1, 16, 64):
                        for name, process, port, _, _ in proxies:
                            measure(folder, name, process, port, CHAT, question(size), connections, options.seconds)
            if "sse" in parts:
                table(f"Streams of {EVENTS} events", "event")
                body = question(300, stream=True).replace('"chat"', '"streams"')
                for connections in (1, 16):
                    for name, process, _, port, prefix in proxies:
                        measure(folder, name, process, port, prefix + CHAT, body, connections, options.seconds, EVENTS)
            if "tensor" in parts:
                table(f"KServe requests of {len(tensor()) // 1000} kB", "request")
                for connections in (1, 16):
                    for name, process, _, port, prefix in proxies:
                        if name != "LiteLLM":
                            measure(folder, name, process, port, prefix + INFER, tensor(), connections, options.seconds)
            if "leave" in parts:
                print(f"\ntime until the upstream learns that the caller has left; load {load()}\n")
                compare(
                    endless, [(name, port, ("/endless" if name == "nginx" else "") + CHAT) for name, process, port, _, _
                              in proxies if process],
                    lambda is_stream: question(300, stream=is_stream).replace('"chat"', '"endless"'), KEY, 200)
            if "stages" in parts and options.stages:
                for connections in (16, 64):
                    stages(folder, options.stages, connections, options.seconds)
            if "memory" in parts:
                memory(folder, own, options.requests)
            if place:
                stall(own, place)
            elif "stall" in parts:
                print("\nthe disk could not be made to hang: no leave to mount")
            kept = written()
            print(f"\nledger rows of dimmer: {kept['recorded']} recorded, {kept['waiting']} waiting, {kept['dropped']} dropped")
            print(f"load after: {load()}")
        finally:
            if place:
                subprocess.run(["fsfreeze", "-u", str(place.path)], stderr=subprocess.DEVNULL)
            for process in started:
                process.terminate()
            for process in started:
                process.wait()
            if place:
                place.close()


if __name__ == "__main__":
    main()
