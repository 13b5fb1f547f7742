#!/usr/bin/env python3
"""Ten workloads, measured by Dimmer and by CodeCarbon at once, and what each tracker costs.

    DIMMER_METER=…/dimmer-meter python3 clients/python/compare.py [--seconds 5] [--json FILE]

CodeCarbon, numpy and scikit-learn must be importable by the same Python. Three trackers look at the same seconds of
each workload: Dimmer, CodeCarbon in machine mode and CodeCarbon in process mode, the latter two once a second. What a
tracker costs is taken apart from that, in processes that do nothing but sleep under one tracker each: there all CPU
time is the tracker's. Every figure printed is of this run on this machine.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import platform
import resource
import subprocess
import sys
import tempfile
import threading
import time
from typing import Any, Callable, Dict, List, Optional

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "src"))


def until(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() < end


def idle(seconds: float) -> None:
    time.sleep(seconds)


def busy(seconds: float) -> None:
    more = until(seconds)
    while more():
        sum(range(10000))


def matmul(seconds: float) -> None:
    import numpy

    more, a = until(seconds), numpy.random.default_rng(1).random((512, 512))
    while more():
        a = a @ a
        a /= a.max()


def subprocesses(seconds: float) -> None:
    more = until(seconds)
    while more():
        subprocess.run([sys.executable, "-S", "-E", "-c", "sum(range(100000))"], check=True)


def threads(seconds: float) -> None:
    def work() -> None:
        more, data = until(seconds), b"x" * 1_000_000
        while more():
            hashlib.sha256(data).digest()  # Without the interpreter's lock.

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def files(seconds: float) -> None:
    more = until(seconds)
    with tempfile.NamedTemporaryFile() as file:
        while more():
            file.seek(0)
            file.write(os.urandom(1 << 20))
            file.flush()
            os.fsync(file.fileno())


def bursts(seconds: float) -> None:
    more = until(seconds)
    while more():
        busy(0.1)
        time.sleep(0.4)


def _square(number: int) -> int:
    return sum(range(number % 50000))


def pool(seconds: float) -> None:
    more = until(seconds)
    with multiprocessing.get_context("fork").Pool(2) as workers:
        while more():
            workers.map(_square, range(1000))


def fit(seconds: float) -> None:
    from sklearn.datasets import make_classification
    from sklearn.ensemble import RandomForestClassifier

    x, y = make_classification(2000, random_state=1)
    more = until(seconds)
    while more():
        RandomForestClassifier(20, random_state=1).fit(x, y)


def memory(seconds: float) -> None:
    more, block = until(seconds), bytearray(1 << 29)
    while more():
        for start in range(0, len(block), 4096 * 64):
            block[start : start + 4096] = b"\1" * 4096


WORKLOADS: Dict[str, Callable[[float], None]] = {
    "idle sleep": idle,
    "busy loop": busy,
    "numpy matmul": matmul,
    "short subprocesses": subprocesses,
    "4 threads": threads,
    "file writes": files,
    "0.1 s bursts": bursts,
    "pool of 2": pool,
    "scikit-learn fit": fit,
    "512 MB memory": memory,
}


def cpu_seconds() -> float:
    both = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def codecarbon(mode: str) -> Any:
    from codecarbon import OfflineEmissionsTracker

    return OfflineEmissionsTracker(
        country_iso_code="FRA", tracking_mode=mode, measure_power_secs=1, log_level="critical", save_to_file=False
    )


def joules(kwh: float) -> float:
    return kwh * 3.6e6


def side_by_side(name: str, seconds: float) -> Dict[str, Any]:
    """One workload under all three trackers."""
    import dimmer

    machine, process = codecarbon("machine"), codecarbon("process")
    WORKLOADS[name](0.2)  # Imports and first pages are not the workload's.
    machine.start()
    process.start()
    before = cpu_seconds()
    with dimmer.measure(name=name) as run:
        started = time.monotonic()
        WORKLOADS[name](seconds)
        wall = time.monotonic() - started
        energy = run.energy
        used = cpu_seconds() - before
    machine.stop()
    process.stop()
    if energy.joules is None:
        raise SystemExit(f"compare: Dimmer measured nothing: {run.reason}")
    terms = energy.components["cpu"]
    return {
        "workload": name,
        "wall_seconds": wall,
        "cpu_seconds": used,
        "dimmer": {
            "host_cpu_joules": energy.component("cpu", host=True),
            "run_cpu_joules": energy.component("cpu"),
            "host_memory_joules": energy.component("memory", host=True),
            "run_memory_joules": energy.component("memory"),
            "idle_cpu_joules": None if terms.idle is None else terms.idle / 1e6,
            "others_cpu_joules": None if terms.others is None else terms.others / 1e6,
            "sources": run.sources,
            "is_conserved": all(each.is_conserved for each in energy.components.values()),
            "seconds": energy.seconds,
        },
        "codecarbon_machine": {
            "cpu_joules": joules(machine.final_emissions_data.cpu_energy),
            "ram_joules": joules(machine.final_emissions_data.ram_energy),
            "seconds": machine.final_emissions_data.duration,
        },
        "codecarbon_process": {
            "cpu_joules": joules(process.final_emissions_data.cpu_energy),
            "ram_joules": joules(process.final_emissions_data.ram_energy),
            "seconds": process.final_emissions_data.duration,
        },
    }


def overhead(tracker: str, seconds: float) -> Dict[str, Any]:
    """What a tracker costs a process that sleeps."""
    before, started = cpu_seconds(), time.monotonic()
    stop: Callable[[], object] = lambda: None
    if tracker == "dimmer":
        import dimmer

        stop = dimmer.measure(name="overhead").start().stop
    elif tracker != "none":
        carbon = codecarbon(tracker.partition(" ")[2])
        carbon.start()
        stop = carbon.stop
    begun, start_wall = cpu_seconds(), time.monotonic() - started
    time.sleep(seconds)
    slept = cpu_seconds()
    halt = time.monotonic()
    stop()
    return {
        "tracker": tracker,
        "start_wall_seconds": start_wall,
        "start_cpu_seconds": begun - before,
        "cpu_seconds_per_minute": (slept - begun) * 60 / seconds,
        "stop_wall_seconds": time.monotonic() - halt,
        "peak_resident_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
    }


class Meter:
    """A meter that serves all processes of this script, and what it costs itself."""

    def __init__(self, program: str, folder: str) -> None:
        self.path = os.path.join(folder, "meter.sock")
        self.process = subprocess.Popen([program, "serve", "--socket", self.path], stdout=subprocess.DEVNULL)
        for _ in range(200):
            if os.path.exists(self.path):
                return
            time.sleep(0.02)
        raise SystemExit(f"compare: {program} serve --socket {self.path} does not listen")

    def cpu(self) -> float:
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_mb(self) -> Optional[float]:
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as file:
            for line in file:
                if line.startswith("VmHWM"):
                    return int(line.split()[1]) * 1024 / 1e6
        return None

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def child(kind: str, name: str, seconds: float) -> Dict[str, Any]:
    """Runs a part in a process of its own, so that nothing of one is left in the next."""
    command = [sys.executable, os.path.abspath(__file__), "--child", kind, name, "--seconds", str(seconds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"compare: {name} failed; what it said is above")
    result: Dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def table(rows: List[Dict[str, Any]]) -> None:
    print("| workload | wall s | CPU s | Dimmer host CPU J | of it the run's | CodeCarbon machine CPU J |"
          " process CPU J | Dimmer host memory J | CodeCarbon RAM J | CodeCarbon CPU in Dimmer's interval |")  # fmt: skip
    print("|" + " --- |" * 10)
    for row in rows:
        ours, machine, process = row["dimmer"], row["codecarbon_machine"], row["codecarbon_process"]
        # CodeCarbon's window is somewhat longer: compare powers.
        scale = ours["seconds"] / machine["seconds"]
        host = ours["host_cpu_joules"]
        inside = "not known"
        source = next((each for each in ours["sources"] if each.get("component") == "cpu" and "low" in each), None)
        if source is not None and host is not None:
            low, high = host * (1 + float(source["low"])), host * (1 + float(source["high"]))
            verdict = "yes" if low <= machine["cpu_joules"] * scale <= high else "no"
            inside = f"{verdict} ({low:.1f} to {high:.1f})"
        cells = [
            row["workload"], f"{row['wall_seconds']:.1f}", f"{row['cpu_seconds']:.2f}", number(host),
            number(ours["run_cpu_joules"]), f"{machine['cpu_joules']:.2f}", f"{process['cpu_joules']:.2f}",
            number(ours["host_memory_joules"]), f"{machine['ram_joules']:.1f}", inside,
        ]  # fmt: skip
        print("| " + " | ".join(cells) + " |")


def number(value: Optional[float]) -> str:
    return "unknown" if value is None else f"{value:.2f}"


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("--seconds", type=float, default=5, help="length of each workload (default 5)")
    options.add_argument("--overhead-seconds", type=float, default=30, help="length of each sleep (default 30)")
    options.add_argument("--json", help="write everything to FILE", metavar="FILE")
    options.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.child:
        kind, name = given.child
        part = side_by_side if kind == "workload" else overhead
        print(json.dumps(part(name, given.seconds)))
        return
    from dimmer import _places

    program = _places.meter_program()
    if program is None:
        raise SystemExit("compare: dimmer-meter is not on PATH; set DIMMER_METER")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DIMMER_DATA_DIR"] = os.path.join(folder, "data")
        meter = Meter(program, folder)
        os.environ["DIMMER_METER_SOCKET"] = meter.path
        try:
            rows = [child("workload", name, given.seconds) for name in WORKLOADS]
            costs = []
            for tracker in ("none", "dimmer", "codecarbon machine", "codecarbon process"):
                before = meter.cpu()
                cost = child("overhead", tracker, given.overhead_seconds)
                if tracker == "dimmer":
                    cost["meter_cpu_seconds_per_minute"] = (meter.cpu() - before) * 60 / given.overhead_seconds
                    cost["meter_peak_resident_mb"] = meter.peak_mb()
                costs.append(cost)
        finally:
            meter.stop()
    print(f"{platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}\n")
    table(rows)
    conserved = sum(row["dimmer"]["is_conserved"] for row in rows)
    print(f"\nConserved to the microjoule: {conserved} of {len(rows)} workloads.\n")
    print("| tracker | start s | start CPU s | CPU s a minute asleep | stop s | peak MB |"
          " its meter: CPU s a minute, MB |")  # fmt: skip
    print("|" + " --- |" * 7)
    for cost in costs:
        apart = "-"
        if "meter_peak_resident_mb" in cost:
            apart = f"{cost['meter_cpu_seconds_per_minute']:.3f}, {number(cost['meter_peak_resident_mb'])}"
        print(
            f"| {cost['tracker']} | {cost['start_wall_seconds']:.3f} | {cost['start_cpu_seconds']:.3f} |"
            f" {cost['cpu_seconds_per_minute']:.3f} | {cost['stop_wall_seconds']:.3f} |"
            f" {cost['peak_resident_mb']:.1f} | {apart} |"
        )
    print(EXPLANATION)
    if given.json:
        with open(given.json, "w", encoding="utf-8") as file:
            json.dump({"workloads": rows, "overhead": costs}, file, indent=1)


EXPLANATION = """
Why they differ:
- Without energy counters both model the CPU. Dimmer takes watts per virtual processor with an interval, CodeCarbon a
  share of a processor's TDP with none; the last column says whether the latter lies in the former.
- Dimmer shares the host's joules out over the run, other processes, idle, itself and what nobody did; they add up.
  CodeCarbon's process mode is a second model: its process and its machine need not agree.
- CodeCarbon's RAM is a number of watts by the count of memory modules that it guesses from the size; Dimmer's is watts
  per gigabyte, and each process has the part that it keeps resident.
- CodeCarbon multiplies what it saw at its looks by the time between them. Dimmer's model integrates CPU time, which
  the kernel counts without gaps.
- Its trackers run inside the measured process, so their own work is the run's; Dimmer's meter is a process of its own
  and a line of its own."""

if __name__ == "__main__":
    main()
