"""Dimmer's meter beside CodeCarbon, in one run on one machine: processor time, memory, start-up, what survives SIGKILL.

usage: meter.py DIMMER_DIR CODECARBON_PYTHON [SECONDS]
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import load, memory_kib, tree

TRACKER = """
import sys, time, os
begin = time.perf_counter()
from codecarbon import OfflineEmissionsTracker
tracker = OfflineEmissionsTracker(country_iso_code="DEU", log_level="error", measure_power_secs=1, output_dir=sys.argv[1])
tracker.start()
print(f"ready {time.perf_counter() - begin:.3f}", flush=True)
before = time.process_time()
time.sleep(float(sys.argv[2]))
print(f"used {time.process_time() - before:.4f}", flush=True)
print(open('/proc/self/status').read(), flush=True)
tracker.stop()
"""


def environment(folder: str) -> dict[str, str]:
    return os.environ | {"DIMMER_DATA_DIR": folder, "DIMMER_METER_SOCKET": ""}


def running_seconds(pid: int) -> float:
    """Processor seconds of a process by the scheduler's own count, in nanoseconds: ticks are too coarse for a meter."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def dimmer(bin_dir: str, seconds: float, sleepers: int = 0) -> dict[str, object]:
    """Processor seconds a minute of meter and `dimmer run` while a command sleeps, after their start-up, beside so many
    more sleeping processes."""
    with tempfile.TemporaryDirectory() as folder:
        crowd = [subprocess.Popen(["sleep", "1000"]) for _ in range(sleepers)]
        process = subprocess.Popen(
            [f"{bin_dir}/dimmer", "run", "-q", "--", "sleep", str(seconds + 3)], env=environment(folder))
        time.sleep(2)
        ours = [pid for pid in tree(process.pid) if Path(f"/proc/{pid}/comm").read_text().startswith("dimmer")]
        meter = next(pid for pid in ours if "meter" in Path(f"/proc/{pid}/comm").read_text())
        before = {pid: running_seconds(pid) for pid in ours}
        start = time.monotonic()
        time.sleep(seconds)
        elapsed = time.monotonic() - start
        used = {pid: running_seconds(pid) - before[pid] for pid in ours}
        result = {
            "meter_cpu_s_per_minute": round(used[meter] * 60 / elapsed, 4),
            "run_cpu_s_per_minute": round(used[process.pid] * 60 / elapsed, 4),
            "processes_scanned": len([entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]),
            "meter_memory_kib": memory_kib(meter), "run_memory_kib": memory_kib(process.pid),
        }
        process.wait()
        for sleeper in crowd:
            sleeper.kill()
            sleeper.wait()
        return result


def host_alone(bin_dir: str, seconds: float) -> float:
    """Processor seconds a minute of `dimmer-meter sample --host-only`, which asks no process but itself, at 1 Hz."""
    process = subprocess.Popen(
        [f"{bin_dir}/dimmer-meter", "sample", "--host-only", "--seconds", str(int(seconds) + 6)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(3)
    before, start = running_seconds(process.pid), time.monotonic()
    time.sleep(seconds)
    used, elapsed = running_seconds(process.pid) - before, time.monotonic() - start
    process.kill()
    process.wait()
    return round(used * 60 / elapsed, 4)


def punctuality(bin_dir: str, milliseconds: int = 10, seconds: int = 10) -> dict[str, float]:
    """How punctual looks each so many milliseconds are: how many there were, how many moments were missed, the worst
    lateness, and the last look's moment less the start and the periods until then, which is what drift would add up."""
    ended = subprocess.run(
        [f"{bin_dir}/dimmer-meter", "sample", "--period-ms", str(milliseconds), "--seconds", str(seconds)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    words = ended.stderr.strip().splitlines()[-1].removeprefix("dimmer-meter: ").split()
    return {name: float(value) for name, _, value in (word.partition("=") for word in words)}


def bare_calls(processes: int, looks: int = 200, pause: float = 0) -> float:
    """Processor seconds a minute at 1 Hz of nothing but reading one small kernel file of each of so many processes that
    stays open: what no meter that looks at each process can be below. Without a pause the caches are warm; with one of a
    second they are as a meter finds them."""
    crowd = [subprocess.Popen(["sleep", "1000"]) for _ in range(processes)]
    files = [os.open(f"/proc/{process.pid}/schedstat", os.O_RDONLY) for process in crowd]
    used = 0.0
    for _ in range(looks):
        time.sleep(pause)
        before = time.process_time()
        for file in files:
            os.pread(file, 256, 0)
        used += time.process_time() - before
    for file in files:
        os.close(file)
    for process in crowd:
        process.kill()
        process.wait()
    return round(used / looks * 60, 4)


def dimmer_startup(bin_dir: str, times: int = 20) -> dict[str, float]:
    """Milliseconds from the exec of `dimmer run` to the exec of the command, with an existing ledger."""
    clock = "import time; print(time.clock_gettime_ns(time.CLOCK_MONOTONIC))"
    bare, through = [], []
    with tempfile.TemporaryDirectory() as folder:
        for index in range(times + 1):
            for prefix, values in (([], bare), ([f"{bin_dir}/dimmer", "run", "-q", "--"], through)):
                begin = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
                output = subprocess.run(
                    [*prefix, sys.executable, "-S", "-c", clock], env=environment(folder), stdout=subprocess.PIPE, check=True)
                if index > 0:
                    values.append((int(output.stdout) - begin) / 1e6)
    return {
        "bare_ms_median": round(statistics.median(bare), 1), "through_dimmer_ms_median": round(statistics.median(through), 1),
        "added_ms_median": round(statistics.median(through) - statistics.median(bare), 1),
    }


def codecarbon(python: str, seconds: float) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [python, "-c", TRACKER, folder, str(seconds)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert process.stdout
        ready = float(process.stdout.readline().split()[1])
        used = float(process.stdout.readline().split()[1])
        status = {}
        for line in process.stdout:
            name, _, rest = line.partition(":")
            if name in ("VmRSS", "RssAnon", "VmHWM"):
                status[name] = int(rest.split()[0])
        process.wait()
        return {
            "cpu_s_per_minute": round(used * 60 / seconds, 4), "import_to_started_s": ready, "memory_kib": status,
        }


def survives_sigkill(bin_dir: str, python: str) -> dict[str, str]:
    """What is left of 6 s of measurement after SIGKILL."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen([f"{bin_dir}/dimmer", "run", "-q", "--", "sleep", "20"], env=environment(folder))
        time.sleep(6)
        for pid in reversed(tree(process.pid)):
            os.kill(pid, signal.SIGKILL)
        process.wait()
        listed = subprocess.run(
            [f"{bin_dir}/dimmer", "runs", "list", "--json"], env=environment(folder), stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, check=True)
        run = json.loads(listed.stdout)["runs"][0]
        ours = f"{run['duration_seconds']:.1f} s recorded, {run['status'][:12]}"
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [python, "-c", TRACKER, folder, "20"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert process.stdout
        process.stdout.readline()
        time.sleep(6)
        process.kill()
        process.wait()
        rows = list(Path(folder).glob("*.csv"))
    return {"dimmer": ours, "codecarbon": f"{len(rows)} files"}


def main() -> None:
    bin_dir, python = sys.argv[1], sys.argv[2]
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 60
    print(json.dumps({
        "load_before": load(), "host_alone_cpu_s_per_minute": host_alone(bin_dir, seconds),
        "dimmer": dimmer(bin_dir, seconds), "dimmer_beside_300_sleepers": dimmer(bin_dir, seconds, 300),
        "looks_each_10_ms_for_10_s": punctuality(bin_dir),
        "bare_reads_of_300_cpu_s_per_minute": bare_calls(300),
        "bare_reads_of_300_once_a_second_cpu_s_per_minute": bare_calls(300, 20, 1), "dimmer_startup": dimmer_startup(bin_dir),
        "codecarbon": codecarbon(python, seconds), "sigkill_after_6_s": survives_sigkill(bin_dir, python),
        "load_after": load(),
    }, indent=2))


if __name__ == "__main__":
    main()
