#!/usr/bin/env python3
"""Thirty requests estimated by EcoLogits and by Dimmer, ten runs metered by CodeCarbon and by Dimmer.

    .bench/peers/bin/python Benchmarks/accounts.py .build/release [--parts requests,runs] [--seconds 5]

EcoLogits and CodeCarbon must be importable by the Python that runs this. Every difference is put to `dimmer why`, whose
steps are printed beside it: their product is the ratio. Tables are Markdown, for docs/differences.md.
"""

from __future__ import annotations

import argparse
import csv
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ZONES = {"USA": "US", "FRA": "FR", "DEU": "DE", "IND": "IN", "SWE": "SE", "POL": "PL"}

# provider, model as EcoLogits names it, tokens of the answer, zone
REQUESTS = [
    ("huggingface_hub", "meta-llama/Meta-Llama-3.1-8B-Instruct", 50, "USA"),
    ("huggingface_hub", "meta-llama/Meta-Llama-3.1-8B-Instruct", 400, "FRA"),
    ("huggingface_hub", "meta-llama/Meta-Llama-3.1-8B-Instruct", 2000, "DEU"),
    ("huggingface_hub", "meta-llama/Meta-Llama-3.1-70B-Instruct", 50, "USA"),
    ("huggingface_hub", "meta-llama/Meta-Llama-3.1-70B-Instruct", 400, "DEU"),
    ("huggingface_hub", "meta-llama/Meta-Llama-3.1-70B-Instruct", 2000, "IND"),
    ("huggingface_hub", "meta-llama/Meta-Llama-3.1-405B-Instruct", 400, "USA"),
    ("huggingface_hub", "meta-llama/Meta-Llama-3.1-405B-Instruct", 1000, "SWE"),
    ("huggingface_hub", "google/codegemma-7b-it", 400, "POL"),
    ("huggingface_hub", "microsoft/Phi-3-medium-4k-instruct", 400, "DEU"),
    ("huggingface_hub", "mistralai/Codestral-22B-v0.1", 400, "USA"),
    ("huggingface_hub", "mistralai/Mistral-Large-Instruct-2407", 400, "FRA"),
    ("huggingface_hub", "google/gemma-2-9b-it", 400, "USA"),
    ("huggingface_hub", "google/gemma-2-27b-it", 400, "FRA"),
    ("huggingface_hub", "mistralai/Mistral-7B-Instruct-v0.3", 170, "FRA"),
    ("huggingface_hub", "mistralai/Mixtral-8x7B-Instruct-v0.1", 400, "FRA"),
    ("huggingface_hub", "mistralai/Mixtral-8x22B-Instruct-v0.1", 400, "DEU"),
    ("huggingface_hub", "microsoft/Phi-3-mini-128k-instruct", 170, "USA"),
    ("huggingface_hub", "mistralai/Mistral-Nemo-Instruct-2407", 400, "SWE"),
    ("mistralai", "mistral-large-latest", 400, "SWE"),
    ("openai", "gpt-4o", 50, "USA"),
    ("openai", "gpt-4o", 400, "USA"),
    ("openai", "gpt-4o-mini", 400, "USA"),
    ("openai", "gpt-4-turbo", 400, "USA"),
    ("anthropic", "claude-haiku-4-5", 400, "USA"),
    ("anthropic", "claude-sonnet-4-5", 400, "USA"),
    ("anthropic", "claude-opus-4-5", 400, "USA"),
    ("google_genai", "gemini-2.5-flash", 400, "USA"),
    ("google_genai", "gemini-2.5-pro", 400, "USA"),
    ("cohere", "command-r-plus-08-2024", 400, "USA"),
]


class Dimmer:
    """The built program."""

    def __init__(self, folder: str) -> None:
        self.program = str(Path(folder) / "dimmer")

    def document(self, *arguments: str) -> dict[str, Any]:
        done = subprocess.run([self.program, *arguments, "--json"], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"accounts: dimmer {' '.join(arguments)}: {done.stderr.strip()}")
        return json.loads(done.stdout)


def ends(value: Any) -> tuple[float, float]:
    """The low and the high end of EcoLogits' value, which is a number or a range."""
    return (value.min, value.max) if hasattr(value, "min") else (float(value), float(value))


def parameters(model: Any) -> tuple[str, str]:
    """All and active parameters in billions as EcoLogits has them, each a number or LOW:HIGH."""

    def text(value: Any) -> str:
        if hasattr(value, "min"):
            return f"{value.min:g}:{value.max:g}"
        return f"{value:g}"

    given = model.architecture.parameters
    if hasattr(given, "total"):
        return text(given.total), text(given.active)
    return text(given), text(given)


def significant(value: float, digits: int = 3) -> str:
    return f"{value:.{digits}g}"


def interval(low: float, high: float) -> str:
    return significant(low) if low == high else f"{significant(low)} to {significant(high)}"


def steps(why: dict[str, Any]) -> str:
    """The steps of a waterfall in one cell, largest first, and what is left."""
    parts = []
    for step in why["steps"]:
        ratio = step["ratio"]["value"] if isinstance(step["ratio"], dict) else step["ratio"]
        if ratio is not None and abs(ratio - 1) > 0.005:
            parts.append((abs(ratio if ratio >= 1 else 1 / ratio), f"{step['factor']} x{significant(ratio, 2)}"))
    left = why["remainder"]
    if abs(left["value"] - 1) > 0.005:
        known = "" if left["low"] == left["high"] else f" ({interval(left['low'], left['high'])})"
        parts.append((0, f"left x{significant(left['value'], 2)}{known}"))
    return ", ".join(text for _, text in sorted(parts, reverse=True)) or "none"


def requests(dimmer: Dimmer) -> None:
    from ecologits.model_repository import models
    from ecologits.tracers.utils import llm_impacts

    logging.disable(logging.WARNING)
    print("| model | tokens | zone | EcoLogits 0.11.3, Wh | Dimmer, Wh (95 %) | overlap | Dimmer / EcoLogits "
          "| why, by `dimmer why` |")  # fmt: skip
    print("|" + " --- |" * 8)
    overlaps = 0
    rows = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, (provider, name, tokens, zone) in enumerate(REQUESTS):
            model = models.find_model(provider=provider, model_name=name)
            if model is None:
                raise SystemExit(f"accounts: EcoLogits knows no {provider} {name}")
            theirs = llm_impacts(
                provider=provider, model_name=name, output_token_count=tokens, request_latency=1e9,
                electricity_mix_zone=zone)  # fmt: skip
            low, high = (1000 * end for end in ends(theirs.energy.value))
            total, active = parameters(model)
            ours = dimmer.document(
                "estimate", "text", "--parameters", total, "--active-parameters", active,
                "--output-tokens", str(tokens), "--gpu", "H100 SXM", "--region", ZONES[zone], "--pue", "1.2")  # fmt: skip
            inputs = {"provider": provider, "model": name, "output_tokens": tokens, "zone": zone,
                      "arch": architecture(model)}  # fmt: skip
            asked = os.path.join(folder, f"{number}.inputs.json")
            Path(asked).write_text(json.dumps(inputs))
            spec = (f"estimate:text parameters={total} active-parameters={active} output-tokens={tokens} "
                    f"gpu=H100 region={ZONES[zone]} pue=1.2")
            why = dimmer.document("why", f"kind:ecologits.llm@{asked}", spec, "--quantity", "energy")
            figure = ours["facility_energy_joules"]
            own = tuple(figure[key] / 3600 for key in ("low", "high"))
            meets = own[0] <= high and low <= own[1]
            overlaps += meets
            rows += 1
            ratio = figure["value"] / 3600 / ((low + high) / 2)
            print(f"| {name} | {tokens} | {zone} | {interval(low, high)} | {significant(figure['value'] / 3600)} "
                  f"({interval(*own)}) | {'yes' if meets else 'no'} | {significant(ratio, 2)} | {steps(why)} |",
                  flush=True)  # fmt: skip
    print(f"\nThe intervals overlap in {overlaps} of {rows}.")


def architecture(model: Any) -> dict[str, Any]:
    """The model as the comparison vectors' inputs write it."""

    def plain(value: Any) -> Any:
        return [value.min, value.max] if hasattr(value, "min") else value

    given = model.architecture.parameters
    both = (given.total, given.active) if hasattr(given, "total") else (given, given)
    deployment = getattr(model, "deployment", None)
    return {
        "total_b": plain(both[0]), "active_b": plain(both[1]),
        "tps": plain(getattr(deployment, "tps", None)), "ttft": plain(getattr(deployment, "ttft", None)),
    }  # fmt: skip


RUNS = {
    "sleep": "import time; time.sleep(S)",
    "busy loop": "import time; e = time.monotonic() + S\nwhile time.monotonic() < e: sum(range(10000))",
    "two busy loops": (
        "import multiprocessing as m, time\n"
        "def f(s):\n e = time.monotonic() + s\n while time.monotonic() < e: sum(range(10000))\n"
        "p = [m.get_context('fork').Process(target=f, args=(S,)) for _ in range(2)]\n"
        "[x.start() for x in p]; [x.join() for x in p]"
    ),
    "numpy products": (
        "import numpy as n, time; a = n.random.default_rng(1).random((512, 512)); e = time.monotonic() + S\n"
        "while time.monotonic() < e:\n a = a @ a; a /= a.max()"
    ),
    "hashing in threads": (
        "import hashlib, threading, time; d = b'x' * 1000000; e = time.monotonic() + S\n"
        "def f():\n while time.monotonic() < e: hashlib.sha256(d).digest()\n"
        "t = [threading.Thread(target=f) for _ in range(4)]\n[x.start() for x in t]; [x.join() for x in t]"
    ),
    "file writes": (
        "import os, tempfile, time; e = time.monotonic() + S\n"
        "with tempfile.NamedTemporaryFile() as f:\n"
        " while time.monotonic() < e: f.seek(0); f.write(os.urandom(1 << 20)); f.flush(); os.fsync(f.fileno())"
    ),
    "bursts": (
        "import time; e = time.monotonic() + S\n"
        "while time.monotonic() < e:\n b = time.monotonic() + .1\n while time.monotonic() < b: sum(range(10000))\n"
        " time.sleep(.4)"
    ),
    "short children": (
        "import subprocess, sys, time; e = time.monotonic() + S\n"
        "while time.monotonic() < e: subprocess.run([sys.executable, '-S', '-E', '-c', 'sum(range(100000))'])"
    ),
    "half a gigabyte": (
        "import time; b = bytearray(1 << 29); e = time.monotonic() + S\n"
        "while time.monotonic() < e:\n for i in range(0, len(b), 1 << 18): b[i:i + 4096] = b'1' * 4096"
    ),
    "sorting": (
        "import random, time; e = time.monotonic() + S; r = random.Random(1)\n"
        "while time.monotonic() < e: sorted(r.random() for _ in range(100000))"
    ),
}

TRACKED = """
import logging, sys
from codecarbon import OfflineEmissionsTracker
code, folder, seconds, mode = sys.argv[1:5]
tracker = OfflineEmissionsTracker(country_iso_code="DEU", tracking_mode=mode, measure_power_secs=1,
    log_level="critical", output_dir=folder, project_name=sys.argv[5])
tracker.start()
exec(code, {"S": float(seconds), "__name__": "__main__"})
tracker.stop()
"""


def runs(dimmer: Dimmer, seconds: float) -> None:
    print("| run | CodeCarbon 3.3.2, process mode, J: CPU + memory | Dimmer, J (95 %): CPU + memory | CodeCarbon inside "
          "| energy, Dimmer / CodeCarbon | carbon, Dimmer / CodeCarbon: why, by `dimmer why` |")  # fmt: skip
    print("|" + " --- |" * 6)
    inside = 0
    for name, code in RUNS.items():
        with tempfile.TemporaryDirectory() as folder:
            os.environ["DIMMER_DATA_DIR"] = os.path.join(folder, "data")
            summary = os.path.join(folder, "summary.json")
            done = subprocess.run(
                [dimmer.program, "run", "--name", name, "--region", "DE", "--summary", summary, "--", sys.executable,
                 "-c", TRACKED, code, folder, str(seconds), "process", name],
                capture_output=True, text=True)  # fmt: skip
            if done.returncode != 0:
                raise SystemExit(f"accounts: {name}: {done.stderr.strip()[-400:]}")
            ours = json.loads(Path(summary).read_text())
            taken = dimmer.document("import", "codecarbon", os.path.join(folder, "emissions.csv"))
            theirs = taken["runs"][0]["run_id"]
            why = dimmer.document("why", f"{theirs}.carbon", f"{ours['run_id']}.carbon", "--quantity", "carbon")
            low, value, high = (ours["energy_joules"][key] for key in ("low", "value", "high"))
            with open(os.path.join(folder, "emissions.csv"), encoding="utf-8") as file:
                row = next(csv.DictReader(file))
            other, cpu, memory = (3.6e6 * float(row[f"{part}"]) for part in ("energy_consumed", "cpu_energy", "ram_energy"))
            parts = {each["component"]: each["energy_joules"]["value"] for each in ours["components"]}
            fits = low <= other <= high
            inside += fits
            print(f"| {name} | {significant(other)}: {significant(cpu)} + {significant(memory)} "
                  f"| {significant(value)} ({interval(low, high)}): {significant(parts['cpu'])} + "
                  f"{significant(parts['memory'])} | {'yes' if fits else 'no'} | {significant(value / other, 2)} "
                  f"| x{significant(why['ratio']['value'], 2)}: {steps(why)} |", flush=True)  # fmt: skip
            time.sleep(0.2)
    print(f"\nCodeCarbon's figure lies inside Dimmer's interval in {inside} of {len(RUNS)}.")


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("folder", help="where the programs stand: .build/release")
    options.add_argument("--parts", default="requests,runs", help="which tables (default both)")
    options.add_argument("--seconds", type=float, default=5, help="length of each run (default 5)")
    given = options.parse_args()
    dimmer = Dimmer(given.folder)
    if "requests" in given.parts:
        requests(dimmer)
        print()
    if "runs" in given.parts:
        runs(dimmer, given.seconds)


if __name__ == "__main__":
    main()
