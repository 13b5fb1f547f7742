"""The trackers."""

from __future__ import annotations

import logging
import math
import os
import platform
import threading
import time
import uuid
from dataclasses import replace
from types import TracebackType
from typing import Any, Dict, List, Optional, Type

from .. import _record, _say
from .._run import Run, Window, measure
from .._sample import KWH_PER_JOULE, Energy
from . import _file, _machine
from ._data import UNKNOWN, EmissionsData, TaskEmissionsData
from ._settings import Settings

_logger = logging.getLogger("codecarbon")
# How long a caller's thread waits for the region's intensity while the run lasts, seconds.
_WAIT_SECONDS = 0.5
# The order of the positional arguments.
_ORDER = (
    "project_name", "measure_power_secs", "api_call_interval", "api_endpoint", "api_key", "output_dir", "output_file",
    "output_methods", "save_to_file", "save_to_api", "save_to_logger", "logging_logger", "save_to_prometheus",
    "save_to_logfire", "prometheus_url", "output_handlers", "gpu_ids", "emissions_endpoint", "experiment_id",
    "experiment_name", "electricitymaps_api_token", "co2_signal_api_token", "tracking_mode", "log_level",
    "on_csv_write", "logger_preamble", "force_cpu_power", "force_ram_power", "pue", "wue",
    "force_carbon_intensity_g_co2e_kwh", "force_mode_cpu_load", "allow_multiple_runs", "rapl_include_dram",
    "rapl_prefer_psys", "metadata",
)  # fmt: skip


class _Task:
    """A task: its window, and its result once it has ended."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.started = time.monotonic()
        self.data: Optional[EmissionsData] = None


class EmissionsTracker:
    """CodeCarbon's tracker on Dimmer's meter. Nothing here raises; what is not known is NaN, never 0.

    It never looks up where it is: give a region (``country_iso_code``, or ``DIMMER_REGION``), or emissions are NaN.
    """

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        self._settings = Settings({**dict(zip(_ORDER, arguments)), **keywords})
        self._run: Optional[Run] = None
        self._started: Optional[float] = None
        self._tasks: Dict[str, _Task] = {}
        self._active: Optional[str] = None
        self._intensity: Optional[float] = None
        self._asking: Optional[threading.Thread] = None
        #: Emissions of the ended run, kg CO2 equivalent.
        self.final_emissions: Optional[float] = None
        #: All of the ended run.
        self.final_emissions_data: Optional[EmissionsData] = None

    @property
    def run_id(self) -> Optional[str]:
        """The run's id, as ``dimmer runs show`` takes it."""
        return None if self._run is None else self._run.id

    @property
    def run(self) -> Optional[Run]:
        """Dimmer's own view of the run, with intervals and reasons."""
        return self._run

    @_say.harmless()
    def start(self) -> None:
        """Begins the run."""
        if self._started is not None:
            _logger.warning("the tracker has been started already")
            return
        settings = self._settings
        tags = {name: settings.text(name) for name in ("experiment_id", "experiment_name") if settings.text(name)}
        metadata = settings.any("metadata")
        if isinstance(metadata, dict):
            tags.update({str(key): str(value) for key, value in metadata.items()})
        seconds = settings.number("measure_power_secs")
        self._tasks, self._active = {}, None
        self._run = measure(
            settings.text("project_name", "codecarbon"),
            settings.region,
            tags,
            pue=settings.number("pue"),
            wue=settings.number("wue"),
            period=1.0 if seconds is None else min(seconds, 1.0),
        )
        self._started = time.monotonic()
        self._run.start()

    @_say.harmless(UNKNOWN)
    def flush(self) -> Optional[float]:
        """Writes what is known so far and goes on: kg CO2 equivalent."""
        if self._run is None or self._started is None:
            _logger.error("the tracker has not been started")
            return None
        data = self._data(self._run.energy, time.monotonic() - self._started)
        self._out(data)
        return data.emissions

    @_say.harmless(UNKNOWN)
    def stop(self) -> Optional[float]:
        """Ends the run and writes its row: kg CO2 equivalent, NaN when they are not known."""
        if self._run is None or self._started is None:
            _logger.warning("the tracker has been stopped already, or was never started")
            return self.final_emissions
        if self._active is not None:
            self.stop_task()
        seconds = time.monotonic() - self._started
        self._started = None
        self._run.stop()
        data = self._data(self._run.energy, seconds)
        self._complete_tasks()
        self.final_emissions_data, self.final_emissions = data, data.emissions
        self._out(data)
        for handler in self._handlers():
            self._call(handler, "exit")
        return data.emissions

    @_say.harmless()
    def start_task(self, task_name: Optional[str] = None) -> None:
        """Begins a task, a window of the run; the run begins with the first one when it has not begun."""
        if self._active is not None:
            _logger.warning("a task is being measured already")
            return
        if self._started is None:
            self.start()
        if self._run is None:
            return
        name = task_name or str(uuid.uuid4())
        if name in self._tasks:
            name += f"_{uuid.uuid4()}"
        self._tasks[name] = _Task(self._run.window(name).start())
        self._active = name

    @_say.harmless()
    def stop_task(self, task_name: Optional[str] = None) -> Optional[EmissionsData]:
        """Ends a task: what it alone took."""
        name = task_name or self._active
        task = None if name is None else self._tasks.get(name)
        if task is None or task.data is not None:
            _logger.warning("there is no task to stop")
            return None
        task.window.stop()
        task.data = self._data(task.window.energy, time.monotonic() - task.started)
        if name == self._active:
            self._active = None
        return task.data

    def __enter__(self) -> "EmissionsTracker":
        self.start()
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.stop()

    # Figures

    def _complete_tasks(self) -> None:
        """Emissions of tasks that ended before the intensity was known."""
        ended = [task.data for task in self._tasks.values() if task.data is not None]
        open_ones = [data for data in ended if math.isnan(data.emissions) and not math.isnan(data.energy_consumed)]
        grams = self._grams_per_kwh() if open_ones else None
        for data in open_ones:
            if grams is not None and data.duration > 0:
                data.emissions = data.energy_consumed * grams / 1000
                data.emissions_rate = data.emissions / data.duration

    def _data(self, energy: Energy, seconds: float) -> EmissionsData:
        settings = self._settings
        whole = settings.text("tracking_mode", "machine") != "process"
        if whole and energy.joules is not None and energy.host_joules is None:
            _say.once("share", "the meter tells this program only its own share: the tracker's mode is 'process'")
            whole = False
        pue = settings.number("pue")
        overhead = 1.0 if pue is None else pue

        def kwh(name: str) -> float:
            joules = energy.component(name, host=whole)
            return UNKNOWN if joules is None else joules * KWH_PER_JOULE * overhead

        joules = energy.host_joules if whole else energy.joules
        site = UNKNOWN if joules is None else joules * KWH_PER_JOULE
        wue = settings.number("wue")
        grams = None if joules is None else self._grams_per_kwh()
        emissions = UNKNOWN if grams is None else site * overhead * grams / 1000
        parts = {name: kwh(name) for name in ("cpu", "gpu", "memory")}
        watts = {name: value * 3.6e6 / seconds if seconds > 0 else UNKNOWN for name, value in parts.items()}
        capacity = energy.cpu_ns.get("capacity")
        assert self._run is not None
        return EmissionsData(
            timestamp=time.strftime("%Y-%m-%dT%H:%M:%S"),
            project_name=settings.text("project_name", "codecarbon"),
            run_id=self._run.id,
            experiment_id=settings.text("experiment_id"),
            duration=seconds,
            emissions=emissions,
            emissions_rate=emissions / seconds if seconds > 0 else UNKNOWN,
            cpu_power=watts["cpu"],
            gpu_power=watts["gpu"],
            ram_power=watts["memory"],
            cpu_energy=parts["cpu"],
            gpu_energy=parts["gpu"],
            ram_energy=parts["memory"],
            energy_consumed=site * overhead,
            water_consumed=UNKNOWN if wue is None else wue * site,
            country_name="",
            country_iso_code=settings.text("country_iso_code").upper(),
            region=settings.text("region").lower(),
            cloud_provider=settings.text("cloud_provider"),
            cloud_region=settings.text("cloud_region"),
            os=platform.platform(),
            python_version=platform.python_version(),
            codecarbon_version="dimmer-0.1.0",
            cpu_count=os.cpu_count() or UNKNOWN,
            cpu_model=_machine.cpu_model(),
            gpu_count=UNKNOWN,
            gpu_model=self._gpu_model(),
            longitude=UNKNOWN,
            latitude=UNKNOWN,
            ram_total_size=_machine.memory_gib(),
            tracking_mode="machine" if whole else "process",
            cpu_utilization_percent=100 * energy.cpu_ns.get("busy", 0) / capacity if capacity else UNKNOWN,
            on_cloud="Y" if settings.text("cloud_provider") else "N",
            pue=overhead,
            wue=UNKNOWN if wue is None else wue,
        )

    def _grams_per_kwh(self) -> Optional[float]:
        """Stated by the caller, else of the record, else of the region's published factor; asked for once."""
        stated = self._settings.number("force_carbon_intensity_g_co2e_kwh")
        if stated is not None:
            return stated
        record = self._run.record if self._run is not None and self._started is None else None
        if record is not None and record.intensity_grams_per_kwh.value is not None:
            return record.intensity_grams_per_kwh.value
        region = self._settings.region
        if region is None:
            _say.once(
                "region", "emissions are unknown: no region; give country_iso_code, or set DIMMER_REGION, e.g. DE"
            )
            return None
        asking = self._ask(region)
        asking.join(_WAIT_SECONDS)
        if asking.is_alive():
            _say.once("intensity late", "dimmer is slow to tell the region's intensity: emissions come with stop()")
        return self._intensity

    def _ask(self, region: str) -> threading.Thread:
        """Asks for the region's intensity once, beside the caller's own work."""
        if self._asking is None:
            self._asking = threading.Thread(target=self._ask_now, args=(region,), daemon=True)
            self._asking.start()
        return self._asking

    @_say.harmless()
    def _ask_now(self, region: str) -> None:
        self._intensity, why = _record.intensity(region)
        if self._intensity is None:
            _say.once("intensity", f"emissions are unknown: {why or 'no factor for ' + region}")

    def _gpu_model(self) -> str:
        sources = [] if self._run is None else self._run.sources
        return ", ".join(
            source.get("name", "") for source in sources if source.get("component") == "gpu" and source.get("origin")
        )

    # Outputs

    def _out(self, data: EmissionsData) -> None:
        settings = self._settings
        tasks = [
            TaskEmissionsData(name, replace(task.data, project_name=data.project_name))
            for name, task in self._tasks.items()
            if task.data is not None
        ]
        experiment = settings.text("experiment_name", "base")
        methods = settings.methods
        if "csv" in methods:
            folder = settings.text("output_dir", ".")
            path = os.path.join(folder, settings.text("output_file", "emissions.csv"))
            try:
                _file.write(path, data, update=settings.text("on_csv_write") == "update")
                if tasks:
                    _file.write_tasks(os.path.join(folder, f"emissions_{experiment}_{data.run_id}.csv"), tasks)
            except (OSError, ValueError) as error:
                kept = f"the run is on record: dimmer runs show {data.run_id}"
                _say.once("csv", f"{path} can not be written: {error}; {kept}")
        if "logger" in methods and settings.any("logging_logger") is None:
            _logger.info("%s", data.toJSON())
        unserved = sorted(set(methods) - {"csv", "logger"})
        if unserved:
            _say.once("outputs", f"results are not sent to: {', '.join(unserved)}")
        for handler in self._handlers():
            self._call(handler, "out", data, data)
            if tasks:
                self._call(handler, "task_out", tasks, experiment)

    def _handlers(self) -> List[Any]:
        handlers = list(self._settings.any("output_handlers") or [])
        logger = self._settings.any("logging_logger")
        return handlers + ([logger] if logger is not None else [])

    @staticmethod
    @_say.harmless()
    def _call(handler: Any, method: str, *arguments: Any) -> None:
        function = getattr(handler, method, None)
        if function is not None:
            function(*arguments)
