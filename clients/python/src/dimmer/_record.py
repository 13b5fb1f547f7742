"""The record of a finished run, as ``dimmer runs show RUN --json`` prints it."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Tuple

from . import _places, _say

#: How long ``dimmer`` may take, seconds.
RECORD_SECONDS = 10.0


@dataclass(frozen=True)
class Figure:
    """A figure of the record. ``value`` is ``None`` when it is not known; ``reason`` then says why."""

    value: Optional[float]
    low: Optional[float] = None
    high: Optional[float] = None
    #: ``measured``, ``modelled``, ``published``, ``declared`` or ``assumed``.
    origin: Optional[str] = None
    method: Optional[str] = None
    #: What ``dimmer explain`` takes.
    id: Optional[str] = None
    reason: Optional[str] = None

    @classmethod
    def parse(cls, document: Any) -> "Figure":
        """The figure of a JSON object."""
        if not isinstance(document, dict):
            return cls(None, reason="the record does not have it")
        known = {name: document.get(name) for name in ("low", "high", "origin", "method", "id", "reason")}
        return cls(document.get("value"), **known)


@dataclass(frozen=True)
class Record:
    """A run in the ledger."""

    run_id: str
    status: str
    duration_seconds: Optional[float]
    energy_joules: Figure
    carbon_grams: Figure
    embodied_grams: Figure
    water_litres: Figure
    intensity_grams_per_kwh: Figure
    region: Optional[str]
    #: Joules by component.
    components: Mapping[str, Figure]
    #: The whole document.
    document: Mapping[str, Any]

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> "Record":
        """The record of a JSON document."""
        components: Dict[str, Figure] = {}
        for part in document.get("components") or []:
            components[str(part.get("component"))] = Figure.parse(part.get("energy_joules"))
        return cls(
            run_id=str(document.get("run_id")),
            status=str(document.get("status")),
            duration_seconds=document.get("duration_seconds"),
            energy_joules=Figure.parse(document.get("energy_joules")),
            carbon_grams=Figure.parse(document.get("carbon_grams")),
            embodied_grams=Figure.parse(document.get("embodied_grams")),
            water_litres=Figure.parse(document.get("water_litres")),
            intensity_grams_per_kwh=Figure.parse(document.get("intensity_grams_per_kwh")),
            region=document.get("region"),
            components=components,
            document=document,
        )


def _run(arguments: List[str], environment: Optional[Mapping[str, str]] = None) -> Tuple[int, bytes, str]:
    """Runs ``dimmer``: its status, its output, and its first line of complaint."""
    program = _places.dimmer_program()
    if program is None:
        return 127, b"", "the program dimmer is not on PATH; install it or set DIMMER"
    try:
        done = subprocess.run(
            [program, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=RECORD_SECONDS,
            env=None if environment is None else dict(environment),
        )
    except subprocess.TimeoutExpired:
        return 124, b"", f"dimmer took longer than {RECORD_SECONDS:.0f} s"
    except OSError as error:
        return 126, b"", f"{program}: {error.strerror or error}"
    complaint = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return done.returncode, done.stdout, complaint[0] if complaint else f"dimmer ended with {done.returncode}"


@_say.harmless((None, "the record could not be read"))
def show(run: str) -> Tuple[Optional[Record], Optional[str]]:
    """Takes the run's journal into the ledger and reads the record back: the record, or why there is none."""
    status, output, complaint = _run(["runs", "show", run, "--json"])
    if status != 0:
        return None, complaint
    try:
        document = json.loads(output)
    except ValueError:
        return None, "dimmer printed no JSON"
    return Record.parse(document), None


@_say.harmless((None, "the region's intensity could not be read"))
def intensity(region: str) -> Tuple[Optional[float], Optional[str]]:
    """Published grams of CO2 equivalent per kWh of a region, or why there are none.

    ``dimmer`` is asked by a run of nothing, whose record goes into a folder that is thrown away.
    """
    with tempfile.TemporaryDirectory(prefix="dimmer-") as folder:
        environment = {**os.environ, "DIMMER_DATA_DIR": folder}
        environment.pop("DIMMER_RUN_ID", None)
        summary = os.path.join(folder, "summary.json")
        status, _, complaint = _run(
            ["run", "--quiet", "--region", region, "--summary", summary, "--", "true"], environment
        )
        if status != 0:
            return None, complaint
        with open(summary, encoding="utf-8") as file:
            figure = Figure.parse(json.load(file).get("intensity_grams_per_kwh"))
        return figure.value, figure.reason
