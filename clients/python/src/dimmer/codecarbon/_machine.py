"""What CodeCarbon's records say of the machine."""

from __future__ import annotations

import os

from ._data import UNKNOWN


def cpu_model() -> str:
    """The processor's name; empty when the system does not say."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return ""


def memory_gib() -> float:
    """The memory that the system sees, in GiB."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (OSError, ValueError):
        return UNKNOWN
