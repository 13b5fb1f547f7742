"""What a tracker was told: keywords, over the environment, over .codecarbon.config files."""

from __future__ import annotations

import configparser
import os
from enum import Enum
from typing import Any, Dict, List, Mapping, Optional

from .. import _say

#: Stands for a keyword that was not given.
NOT_GIVEN: Any = object()

#: Keywords that change something here.
HONOURED = {
    "project_name", "measure_power_secs", "output_dir", "output_file", "output_methods", "save_to_file",
    "save_to_logger", "logging_logger", "output_handlers", "experiment_id", "experiment_name", "tracking_mode",
    "log_level", "on_csv_write", "pue", "wue", "force_carbon_intensity_g_co2e_kwh", "country_iso_code", "region",
    "cloud_provider", "cloud_region", "country_2letter_iso_code", "metadata",
}  # fmt: skip
#: Keywords that have nothing to change here: the meter reads the machine itself and is shared by all its runs.
NEEDLESS = {
    "allow_multiple_runs", "rapl_include_dram", "rapl_prefer_psys", "force_mode_cpu_load", "api_call_interval",
    "logger_preamble",
}  # fmt: skip
#: Keywords that ask for what is not done here, which is said once.
NOT_DONE = {
    "api_endpoint", "api_key", "save_to_api", "save_to_prometheus", "save_to_logfire", "prometheus_url", "gpu_ids",
    "emissions_endpoint", "electricitymaps_api_token", "co2_signal_api_token", "force_cpu_power", "force_ram_power",
}  # fmt: skip


class OutputMethod(str, Enum):
    """Where results go. Only ``CSV`` and ``LOGGER`` are served here."""

    CSV = "csv"
    API = "api"
    LOGGER = "logger"
    PROMETHEUS = "prometheus"
    LOGFIRE = "logfire"
    BOAMPS = "boamps"


class Settings:
    """All settings of one tracker."""

    def __init__(self, keywords: Mapping[str, Any]) -> None:
        self._values: Dict[str, Any] = {}
        for name, value in _configured().items():
            if name in HONOURED:
                self._values[name] = value
        given = {name: value for name, value in keywords.items() if value is not NOT_GIVEN}
        self._values.update(given)
        unserved = sorted(
            name for name, value in given.items()
            if value not in (None, False) and name not in HONOURED and name not in NEEDLESS
        )  # fmt: skip
        if unserved:
            _say.once("keywords", f"these keywords of the tracker change nothing here: {', '.join(unserved)}")

    def text(self, name: str, default: str = "") -> str:
        """A text."""
        value = self._values.get(name)
        return default if value is None else str(value)

    def number(self, name: str) -> Optional[float]:
        """A number, or ``None`` when it was not given or is none."""
        value = self._values.get(name)
        try:
            return None if value is None else float(value)
        except (TypeError, ValueError):
            _say.once(f"setting {name}", f"{name} is not a number: {value!r}")
            return None

    def any(self, name: str) -> Any:
        """Whatever was given."""
        return self._values.get(name)

    @property
    def region(self) -> Optional[str]:
        """The grid, as Dimmer takes it: the cloud's region, a country's code, or ``DIMMER_REGION``."""
        provider, cloud_region = self.text("cloud_provider"), self.text("cloud_region")
        if provider and cloud_region:
            return f"{provider.lower()}:{cloud_region}"
        code = self.text("country_iso_code") or self.text("country_2letter_iso_code")
        return code.upper() or os.environ.get("DIMMER_REGION") or None

    @property
    def methods(self) -> List[str]:
        """Where results go, in lower case."""
        given = self._values.get("output_methods")
        if isinstance(given, str):
            given = given.split(",")
        if given is not None:
            return [str(getattr(method, "value", method)).strip().lower() for method in given]
        methods = [] if _is_no(self._values.get("save_to_file")) else ["csv"]
        return methods + (["logger"] if _is_yes(self._values.get("save_to_logger")) else [])


def _is_no(value: Any) -> bool:
    return value is False or str(value).lower() == "false"


def _is_yes(value: Any) -> bool:
    return value is True or str(value).lower() == "true"


def _configured() -> Dict[str, str]:
    found: Dict[str, str] = {}
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read([os.path.expanduser("~/.codecarbon.config"), ".codecarbon.config"], encoding="utf-8")
        if parser.has_section("codecarbon"):
            found.update(parser.items("codecarbon"))
    except (configparser.Error, OSError, UnicodeDecodeError) as error:
        _say.once("config", f".codecarbon.config can not be read: {str(error).splitlines()[0]}")
    for name, value in os.environ.items():
        if name.lower().startswith("codecarbon_"):
            found[name.lower()[len("codecarbon_") :]] = value
    return found
