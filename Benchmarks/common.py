"""What the benchmarks share: processor time and memory of a process and all below it, from /proc."""

from __future__ import annotations

import os
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str] | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def tree(root: int) -> list[int]:
    """The process and all its descendants that are alive."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, queue = [], [root]
    while queue:
        pid = queue.pop()
        found.append(pid)
        queue += parents.get(pid, [])
    return found


def cpu_seconds(pids: list[int]) -> float:
    """User and system time of living processes, and of the children they have waited for."""
    total = 0.0
    for pid in pids:
        if fields := _stat(pid):
            total += sum(int(value) for value in fields[11:15]) * TICK
    return total


def memory_kib(pid: int) -> dict[str, int]:
    """VmRSS, RssAnon and VmHWM of a process."""
    values = {}
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name in ("VmRSS", "RssAnon", "VmHWM"):
            values[name] = int(rest.split()[0])
    return values


def load() -> str:
    """The machine's load now, printed beside every figure: these machines are noisy."""
    return " ".join(f"{value:.1f}" for value in os.getloadavg())
