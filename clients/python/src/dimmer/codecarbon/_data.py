"""The rows of CodeCarbon's files (3.3.2), field by field in their order."""

from __future__ import annotations

import dataclasses
import json
import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Dict, Tuple

#: A number that is not known. It is written as an empty field, never as 0.
UNKNOWN = math.nan


@dataclass
class EmissionsData:
    """A run: energies in kWh, emissions in kg CO2 equivalent, powers in W, duration in s. NaN is not known."""

    timestamp: str
    project_name: str
    run_id: str
    experiment_id: str
    duration: float
    emissions: float
    emissions_rate: float
    cpu_power: float
    gpu_power: float
    ram_power: float
    cpu_energy: float
    gpu_energy: float
    ram_energy: float
    energy_consumed: float
    water_consumed: float
    country_name: str
    country_iso_code: str
    region: str
    cloud_provider: str
    cloud_region: str
    os: str
    python_version: str
    codecarbon_version: str
    cpu_count: float
    cpu_model: str
    gpu_count: float
    gpu_model: str
    longitude: float
    latitude: float
    ram_total_size: float
    tracking_mode: str
    cpu_utilization_percent: float = UNKNOWN
    gpu_utilization_percent: float = UNKNOWN
    ram_utilization_percent: float = UNKNOWN
    ram_used_gb: float = UNKNOWN
    on_cloud: str = "N"
    pue: float = 1.0
    wue: float = UNKNOWN

    @property
    def values(self) -> "OrderedDict[str, Any]":
        """Field by field."""
        return OrderedDict((field.name, getattr(self, field.name)) for field in dataclasses.fields(self))

    def toJSON(self) -> str:
        """As JSON; what is not known is null."""
        return json.dumps({name: known(value) for name, value in self.values.items()}, sort_keys=True, indent=4)


#: The columns of emissions.csv, in their order.
COLUMNS: Tuple[str, ...] = tuple(field.name for field in dataclasses.fields(EmissionsData))
_NOT_OF_TASKS = ("experiment_id", "pue", "wue")
#: The columns of a file of tasks, in their order.
TASK_COLUMNS: Tuple[str, ...] = ("task_name", *(name for name in COLUMNS if name not in _NOT_OF_TASKS))


@dataclass
class TaskEmissionsData:
    """A task of a run."""

    task_name: str
    data: EmissionsData

    @property
    def values(self) -> "OrderedDict[str, Any]":
        """Field by field."""
        fields: Dict[str, Any] = {"task_name": self.task_name, **self.data.values}
        return OrderedDict((name, fields[name]) for name in TASK_COLUMNS)


def known(value: Any) -> Any:
    """The value, or ``None`` for a number that is not known."""
    return None if isinstance(value, float) and math.isnan(value) else value
