"""`dimmer serve` beside nginx and LiteLLM as proxies of one upstream, in one run on one machine.

Each answers the same OpenAI chat request through to an nginx that returns a fixed body; wrk drives them in a closed loop.
The figure is processor time by request of the proxy's processes (robust on a noisy machine); rates and latencies are
printed beside. Dimmer is the whole program: control loop, page, and a ledger row for each request.

usage: gateway.py DIMMER_DIR LITELLM_DIR [SECONDS]      LITELLM_DIR may be '-' to leave it out
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from common import cpu_seconds, load, memory_kib, tree

ANSWER = json.dumps({
    "id": "chatcmpl-1", "object": "chat.completion", "created": 1700000000, "model": "large",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "x" * 250, "refusal": None}, "logprobs": None,
                 "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 24, "completion_tokens": 64, "total_tokens": 88},
})
KEY = "sk-benchmark-only-0123456789abcdef"
QUESTION = json.dumps({
    "model": "chat", "messages": [{"role": "user", "content": "What does a kilowatt-hour cost the planet today?"}],
    "temperature": 0.7, "max_tokens": 64,
})
UPSTREAM, NGINX, DIMMER, PAGE, LITELLM = 18182, 18181, 18180, 18183, 18184


def nginx(folder: str, port: int, body: str) -> subprocess.Popen[bytes]:
    path = Path(folder, f"nginx-{port}.conf")
    path.write_text(f"""
worker_processes 1; daemon off; pid {folder}/{port}.pid; error_log /dev/null;
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 1000000; client_body_buffer_size 2m;
  client_body_temp_path {folder}/b{port}; proxy_temp_path {folder}/p{port}; fastcgi_temp_path {folder}/f{port};
  uwsgi_temp_path {folder}/u{port}; scgi_temp_path {folder}/s{port};
  upstream up {{ server 127.0.0.1:{UPSTREAM}; keepalive 128; keepalive_requests 1000000; }}
  server {{ listen 127.0.0.1:{port}; {body} }} }}
""")
    return subprocess.Popen(["nginx", "-p", folder, "-c", str(path)], stderr=subprocess.DEVNULL)


def dimmer(folder: str, bin_dir: str) -> subprocess.Popen[bytes]:
    path = Path(folder, "dimmer.yaml")
    path.write_text(f"""
gateway: {{listen: "127.0.0.1:{DIMMER}"}}
control: {{listen: "127.0.0.1:{PAGE}"}}
grid: {{trace: ciso, replay: {{start: 2021-03-20T00:00:00Z, speed: 60}}}}
models:
  - alias: chat
    floor: 80
    variants:
      - {{name: small, url: "http://127.0.0.1:{UPSTREAM}", quality: 74, energy_per_unit: 120 J}}
      - {{name: large, url: "http://127.0.0.1:{UPSTREAM}", quality: 83, energy_per_unit: 900 J}}
""")
    return subprocess.Popen(
        [f"{bin_dir}/dimmer", "serve", "--config", str(path)], env=os.environ | {"DIMMER_DATA_DIR": folder},
        stderr=subprocess.DEVNULL)


def litellm(folder: str, directory: str) -> subprocess.Popen[bytes]:
    path = Path(folder, "litellm.yaml")
    path.write_text(f"""
model_list:
  - model_name: chat
    litellm_params: {{model: openai/large, api_base: "http://127.0.0.1:{UPSTREAM}/v1", api_key: none}}
litellm_settings: {{telemetry: false}}
general_settings: {{master_key: {KEY}}}
""")
    return subprocess.Popen(
        [f"{directory}/litellm", "--config", str(path), "--host", "127.0.0.1", "--port", str(LITELLM), "--num_workers", "1"],
        env=os.environ | {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "PATH": f"{directory}:{os.environ['PATH']}"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def until_answering(port: int, seconds: int = 90) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/chat/completions", QUESTION.encode(),
        {"content-type": "application/json", "authorization": f"Bearer {KEY}"})
    for _ in range(seconds * 5):
        try:
            urllib.request.urlopen(request, timeout=5).read()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"nothing answers on port {port}")


def measure(name: str, pids: list[int], port: int, connections: int, seconds: int, script: str) -> None:
    before = cpu_seconds(pids)
    output = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", script,
         f"http://127.0.0.1:{port}/v1/chat/completions"], stdout=subprocess.PIPE, text=True, check=True).stdout
    used = cpu_seconds(pids) - before
    requests = int(re.search(r"(\d+) requests in", output)[1])  # type: ignore[index]
    p50, p99 = (re.search(rf"{q}%\s+(\S+)", output)[1] for q in ("50", "99"))  # type: ignore[index]
    bad = re.search(r"Non-2xx.*: (\d+)", output)
    errors = re.search(r"Socket errors.*", output)
    print(f"| {name} | {connections} | {used / max(requests, 1) * 1e6:.0f} | {requests / seconds:.0f} | {p50} | {p99} "
          f"| {memory_kib(pids[0])['VmHWM'] // 1024} | {bad[1] if bad else 0}{' ' + errors[0] if errors else ''} |", flush=True)


def main() -> None:
    bin_dir, litellm_dir = sys.argv[1], sys.argv[2]
    seconds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "chat.lua")
        script.write_text(
            'wrk.method="POST"; wrk.headers["Content-Type"]="application/json"; wrk.headers["Authorization"]="Bearer ' + KEY + '"\n'
            f"wrk.body=[==[{QUESTION}]==]\n")
        started = [
            nginx(folder, UPSTREAM, f"location / {{ default_type application/json; return 200 '{ANSWER}'; }}"),
            nginx(folder, NGINX, "location / { proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ''; }"),
            dimmer(folder, bin_dir),
        ]
        proxies = [("nginx", started[1], NGINX), ("dimmer serve", started[2], DIMMER)]
        try:
            if litellm_dir != "-":
                started.append(litellm(folder, litellm_dir))
                proxies.append(("LiteLLM", started[-1], LITELLM))
            for _, _, port in proxies:
                until_answering(port)
            print(f"load before: {load()}\n")
            print("| proxy | connections | CPU us/request | requests/s | p50 | p99 | peak MiB | errors |")
            print("| --- | --- | --- | --- | --- | --- | --- | --- |")
            for connections in (1, 16, 64):
                for name, process, port in proxies:
                    measure(name, tree(process.pid), port, connections, seconds, str(script))
            time.sleep(3)
            kept = json.load(urllib.request.urlopen(f"http://127.0.0.1:{PAGE}/api/v1/now", timeout=10))
            print(f"\nledger rows of dimmer: {kept['recorded']} recorded, {kept['waiting']} waiting, {kept['dropped']} dropped")
            print(f"load after: {load()}")
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait()


if __name__ == "__main__":
    main()
