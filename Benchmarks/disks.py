"""Disks that fail on purpose: a small file system in a file, which can be frozen or filled. Needs leave to mount."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


class Disk:
    """An ext4 of its own. `stall` makes every write to it wait, `fill` takes all its room; both can be undone."""

    def __init__(self, folder: str, mebibytes: int) -> None:
        self.image = Path(folder, "disk.img")
        self.path = Path(folder, "disk")
        self.path.mkdir()
        with open(self.image, "wb") as file:
            file.truncate(mebibytes << 20)
        _run("mkfs.ext4", "-q", "-m", "0", str(self.image))
        _run("mount", "-o", "loop", str(self.image), str(self.path))

    def stall(self) -> None:
        _run("fsfreeze", "-f", str(self.path))

    def go_on(self) -> None:
        _run("fsfreeze", "-u", str(self.path))

    def fill(self) -> None:
        with open(self.path / "filler", "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(1 << 16))
            except OSError:
                pass

    def empty(self) -> None:
        (self.path / "filler").unlink(missing_ok=True)

    def close(self) -> None:
        subprocess.run(["fsfreeze", "-u", str(self.path)], stderr=subprocess.DEVNULL)
        subprocess.run(["umount", "-l", str(self.path)], stderr=subprocess.DEVNULL)


def disk(folder: str, mebibytes: int) -> Disk | None:
    """A disk that can be made to fail, or None where mounting is not allowed."""
    if os.geteuid() != 0:
        return None
    try:
        return Disk(folder, mebibytes)
    except (OSError, subprocess.CalledProcessError):
        subprocess.run(["umount", "-l", str(Path(folder, "disk"))], stderr=subprocess.DEVNULL)
        Path(folder, "disk.img").unlink(missing_ok=True)
        if Path(folder, "disk").is_dir():
            Path(folder, "disk").rmdir()
        return None


def _run(*words: str) -> None:
    subprocess.run(words, check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
