"""A run's journal: the file is made and locked here and written by the meter."""

from __future__ import annotations

import fcntl
import json
import os
from typing import Any, Dict, Mapping, Optional


class Journal:
    """A new journal. Its lock goes with its descriptor: who holds a copy of that holds the lock."""

    def __init__(self, directory: str, run: str) -> None:
        """Makes the file.

        Raises:
            OSError: when it cannot be made.
        """
        folder = os.path.join(directory, "journal")
        os.makedirs(folder, mode=0o700, exist_ok=True)
        self.path = os.path.join(folder, f"{run}.journal")
        flags = os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_RDWR | os.O_CLOEXEC
        self.descriptor = os.open(self.path, flags, 0o600)
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.discard()
            raise

    @property
    def context_path(self) -> str:
        """What the user said about the run lies here until the ledger has it."""
        return self.path + ".context"

    def keep(self, context: Mapping[str, Any]) -> None:
        """Keeps what the user said beside the journal, whole or not at all."""
        temporary = self.context_path + ".new"
        descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(context, file)
        os.replace(temporary, self.context_path)

    def release(self) -> None:
        """Closes this process's copy of the descriptor. The meter's copy keeps the lock."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def discard(self) -> None:
        """Removes the files of a run that nobody measures."""
        self.release()
        for path in (self.path, self.context_path, self.context_path + ".new"):
            try:
                os.unlink(path)
            except OSError:
                pass


def context(
    region: Optional[str], pue: Optional[float], wue: Optional[float], tags: Mapping[str, str]
) -> Dict[str, Any]:
    """What is known beforehand, as ``dimmer run`` writes it: site, tags, and what is visible of the machine."""
    known: Dict[str, Any] = {"tags": dict(tags)}
    if region is not None:
        known["region"] = region
    if pue is not None:
        known["pue"] = pue
    if wue is not None:
        known["onSiteWater"] = wue
    machine = _machine()
    if machine is not None:
        known["machine"] = machine
    return known


def _machine() -> Optional[Dict[str, Any]]:
    """Processors, sockets and memory (bits), for embodied carbon; ``None`` when they cannot be read."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            lines = file.read().split("\n")
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (OSError, ValueError):
        return None
    sockets = {line for line in lines if line.startswith("physical id")}
    is_guest = any(line.startswith("flags") and " hypervisor" in line for line in lines)
    parts = {"cpus": max(len(sockets), 1), "memory": memory * 8, "ssds": 0, "hdds": 0, "gpus": 0}
    return {"threads": max(os.cpu_count() or 1, 1), "parts": parts, "isGuest": is_guest}
