"""emissions.csv: appended to in the file's own order; a file of other columns becomes a .bak."""

from __future__ import annotations

import csv
import io
import os
from typing import Any, Iterable, List, Mapping, Sequence

from ._data import COLUMNS, TASK_COLUMNS, EmissionsData, TaskEmissionsData, known


def write(path: str, data: EmissionsData, update: bool = False) -> None:
    """Puts a row into the file at ``path``; with ``update`` in place of an earlier row of the same run.

    Raises:
        OSError: when it cannot be written; rows that are there stay there.
    """
    header = _header(path)
    if header and sorted(header) != sorted(COLUMNS):
        _backup(path)
        header = []
    row = dict(data.values)
    if not header:
        _replace(path, COLUMNS, [row])
    elif update:
        with open(path, newline="", encoding="utf-8") as file:
            rows: List[Mapping[str, Any]] = [old for old in csv.DictReader(file) if old.get("run_id") != data.run_id]
        _replace(path, header, [*rows, row])
    else:
        _append(path, _text(header, [row], with_header=False))


def write_tasks(path: str, tasks: Iterable[TaskEmissionsData]) -> None:
    """Writes the tasks of a run.

    Raises:
        OSError: when the file cannot be written.
    """
    _replace(path, TASK_COLUMNS, [task.values for task in tasks])


def _header(path: str) -> List[str]:
    try:
        with open(path, newline="", encoding="utf-8") as file:
            return next(csv.reader(file), [])
    except FileNotFoundError:
        return []


def _backup(path: str) -> None:
    target, number = f"{path}.bak", 0
    while os.path.exists(target):
        target, number = f"{path}_{number}.bak", number + 1
    os.rename(path, target)


def _text(header: Sequence[str], rows: Sequence[Mapping[str, Any]], with_header: bool) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, header, lineterminator="\n", extrasaction="ignore")
    if with_header:
        writer.writeheader()
    for row in rows:
        writer.writerow({name: known(row.get(name)) for name in header})
    return text.getvalue()


def _append(path: str, text: str) -> None:
    """One write, so that two processes never mix their rows; a file cut in mid-line gets its end first."""
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            text = "\n" + text
        os.write(descriptor, text.encode("utf-8"))
    finally:
        os.close(descriptor)


def _replace(path: str, header: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    temporary = f"{path}.{os.getpid()}.new"
    try:
        with open(temporary, "w", newline="", encoding="utf-8") as file:
            file.write(_text(header, rows, with_header=True))
        os.replace(temporary, path)
    except OSError:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise
